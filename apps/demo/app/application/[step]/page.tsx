// One page per step of the application, rendered from what the server knows.

import { randomUUID } from 'node:crypto'
import { stepFor } from 'dogear/next'
import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { AddressStep, ContactStep, NameStep } from '../../../components/application/about-steps.tsx'
import { CheckStep } from '../../../components/application/check-step.tsx'
import { DocumentStep } from '../../../components/application/document-step.tsx'
import { CompanyStep, PersonStep } from '../../../components/application/household-steps.tsx'
import { PeopleStep } from '../../../components/application/people-step.tsx'
import { ProjectStep, PublicationStep, PublishedStep } from '../../../components/application/project-steps.tsx'
import { SendingStep, SentStep, UnsentStep } from '../../../components/application/sending-steps.tsx'
import { EmployerStep, EmploymentStep, StudiesStep } from '../../../components/application/work-steps.tsx'
import { SessionGone } from '../../../components/session-gone.tsx'
import { UnavailablePage } from '../../../components/unavailable-page.tsx'
import { documentKinds } from '../../../flows/application/choices.ts'
import { documentMessage } from '../../../flows/application/documents.ts'
import type { ApplicationView } from '../../../flows/application/flow.ts'
import { applicationPages } from '../../../flows/application/pages.ts'
import { goneTitle } from '../../../lib/gone.ts'
import { readView } from '../../../lib/read-view.ts'
import { application } from '../../../lib/server.ts'
import { stepProps } from '../../../lib/step-props.ts'
import { currentStep, isQuestion, stepUrl } from '../../../lib/view.ts'

type StepRoute = {
  params: Promise<{ step: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

const title = (text: string) => ({ title: `${text} – ${applicationPages.title}` })

export async function generateMetadata({ params, searchParams }: StepRoute): Promise<Metadata> {
  const { step: path } = await params
  const query = await searchParams
  const step = application.steps.find((candidate) => candidate.path === path)
  if (!step) return title('Page not found')
  const view = await readView(application)
  if (!view) return {}
  if (view.gone) return title(goneTitle(view.gone, applicationPages))
  const person = path === 'person' ? shownPerson(view, query) : undefined
  const { personName } = view.context.people.find((known) => known.person === person) ?? {}
  const kind = documentKinds.find((one) => one === step.id)
  const wrong =
    view.drafts[step.id]?.issues.some(({ path: [name] }) => path !== 'person' || personOf(name) === person) ||
    (kind !== undefined && documentMessage(one(query.problem), kind) !== undefined)
  return title(`${wrong ? 'Error: ' : ''}${personName ? `Change ${personName}` : step.title}`)
}

export default async function StepPage({ params, searchParams }: StepRoute) {
  const { step: path } = await params
  if (!application.steps.some((step) => step.path === path)) notFound()

  const query = await searchParams
  const view = await readView(application)
  if (!view) return <UnavailablePage />
  if (view.gone) return <SessionGone pages={applicationPages} gone={view.gone} />
  const found = stepFor(view, path)
  if ('redirectTo' in found) {
    const finished = view.status === 'done' && isQuestion(applicationPages, path)
    redirect(`${stepUrl(applicationPages, found.redirectTo)}${finished ? '?problem=finished' : ''}`)
  }

  const props = stepProps(application, view, one(query.problem))
  switch (found.step.id) {
    case 'name':
      return <NameStep {...props} />
    case 'contact':
      return <ContactStep {...props} />
    case 'address':
      return <AddressStep {...props} />
    case 'company':
      return <CompanyStep {...props} />
    case 'person': {
      const person = shownPerson(view, query)
      return <PersonStep key={person ?? 'new'} {...props} person={person} />
    }
    case 'people':
      return <PeopleStep {...props} />
    case 'employment':
      return <EmploymentStep {...props} />
    case 'employer':
      return <EmployerStep {...props} />
    case 'studies':
      return <StudiesStep {...props} />
    case 'project':
      return <ProjectStep {...props} />
    case 'published':
      return <PublishedStep {...props} />
    case 'publication':
      return <PublicationStep {...props} />
    case 'sample':
    case 'enrolment':
      return <DocumentStep key={found.step.id} {...props} kind={found.step.id} opId={randomUUID()} />
    case 'check':
      return <CheckStep {...props} />
    case 'sending':
      return <SendingStep {...props} />
    case 'unsent':
      return <UnsentStep {...props} />
    default:
      return <SentStep {...props} />
  }
}

type Query = Record<string, string | string[] | undefined>

const one = (value: string | string[] | undefined) => (typeof value === 'string' ? value : undefined)

/**
 * Whose page `/application/person` is: the one asked for; someone new while one is being added; else, for who comes back by the
 * browser's button, the one added last.
 */
function shownPerson(view: ApplicationView, { person, problem }: Query): string | undefined {
  const { people } = view.context
  // A form without JavaScript that was refused comes back without its query; the fields that were wrong are called after the person.
  const [name] = (problem === 'invalid_event' && view.drafts.person?.issues[0]?.path) || []
  const found = people.find((known) => known.person === (one(person) ?? personOf(name)))
  if (found) return found.person
  return currentStep(view)?.id === 'person' ? undefined : people.at(-1)?.person
}

/** Whose field is called `name`: `p2` of `age-p2`. */
const personOf = (name: string | number | undefined): string | undefined => String(name).split('-')[1]
