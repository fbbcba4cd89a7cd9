// One page per step of the application, rendered from what the server knows.

import { randomUUID } from 'node:crypto'
import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import type { ComponentType } from 'react'
import { AddressStep, ContactStep, NameStep } from '../../../components/application/about-steps.tsx'
import { CheckStep } from '../../../components/application/check-step.tsx'
import { DocumentStep } from '../../../components/application/document-step.tsx'
import { CompanyStep, PersonStep } from '../../../components/application/household-steps.tsx'
import { PeopleStep } from '../../../components/application/people-step.tsx'
import { ProjectStep, PublicationStep, PublishedStep } from '../../../components/application/project-steps.tsx'
import { SendingStep, SentStep, UnsentStep } from '../../../components/application/sending-steps.tsx'
import type { ApplicationProps } from '../../../components/application/use-application.ts'
import { EmployerStep, EmploymentStep, StudiesStep } from '../../../components/application/work-steps.tsx'
import { SessionGone } from '../../../components/session-gone.tsx'
import { UnavailablePage } from '../../../components/unavailable-page.tsx'
import { documentKinds } from '../../../flows/application/choices.ts'
import { documentMessage } from '../../../flows/application/documents.ts'
import type { ApplicationView } from '../../../flows/application/flow.ts'
import { applicationPages } from '../../../flows/application/pages.ts'
import { goneTitle } from '../../../lib/gone.ts'
import { readQuery } from '../../../lib/query.ts'
import { readView } from '../../../lib/read-view.ts'
import { application } from '../../../lib/server.ts'
import { openStep, type StepRoute, stepProps } from '../../../lib/step-route.ts'
import { currentStep, stepUrl } from '../../../lib/view.ts'
import { wordsHere } from '../../../lib/words-here.ts'

type Query = Awaited<ReturnType<typeof readQuery>>

export async function generateMetadata({ params, searchParams }: StepRoute): Promise<Metadata> {
  const { step: path } = await params
  const { t, any } = await wordsHere()
  const title = (text: string) => ({ title: `${text} – ${t(applicationPages.title)}` })
  const one = await readQuery(searchParams)
  const step = application.steps.find((candidate) => candidate.path === path)
  if (!step) return title(t('There is no page at this address'))
  const view = await readView(application)
  if (!view) return {}
  if (view.gone) return title(goneTitle(t, view.gone, applicationPages))
  const person = path === 'person' ? shownPerson(view, one) : undefined
  const { personName } = view.context.people.find((known) => known.person === person) ?? {}
  const kind = documentKinds.find((known) => known === step.id)
  const wrong =
    view.drafts[step.id]?.issues.some(({ path: [name] }) => path !== 'person' || personOf(name) === person) ||
    (kind !== undefined && documentMessage(one('problem'), kind) !== undefined)
  const shown = personName ? t('Change {name}', { name: personName }) : any(step.title)
  return title(wrong ? t('Error: {title}', { title: shown }) : shown)
}

export default async function StepPage({ params, searchParams }: StepRoute) {
  const { step: path } = await params
  if (!application.steps.some((step) => step.path === path)) notFound()

  const one = await readQuery(searchParams)
  const view = await readView(application)
  if (!view) return <UnavailablePage />
  if (view.gone) return <SessionGone pages={applicationPages} gone={view.gone} />

  const step = openStep(applicationPages, view, path).id
  const props = await stepProps(application, view, { pages: applicationPages, path, problem: one('problem') })
  if (step === 'person') {
    const linked = one('person')
    // A link to somebody who was removed since leads to the list, not to somebody else.
    if (linked !== undefined && !isListed(view, linked)) redirect(stepUrl(applicationPages, 'people'))
    const person = shownPerson(view, one)
    return <PersonStep key={person ?? 'new'} {...props} person={person} />
  }
  const kind = documentKinds.find((known) => known === step)
  if (kind) return <DocumentStep key={kind} {...props} kind={kind} opId={randomUUID()} />
  const Step = components[step] ?? SentStep
  return <Step {...props} />
}

// The steps that need no props of their own.
const components: Readonly<Record<string, ComponentType<ApplicationProps>>> = {
  name: NameStep,
  contact: ContactStep,
  address: AddressStep,
  company: CompanyStep,
  people: PeopleStep,
  employment: EmploymentStep,
  employer: EmployerStep,
  studies: StudiesStep,
  project: ProjectStep,
  published: PublishedStep,
  publication: PublicationStep,
  check: CheckStep,
  sending: SendingStep,
  unsent: UnsentStep,
}

/**
 * The person that `/application/person` is about: the one in the query; nobody while a new one is being added; else the
 * one added last, for a person who comes back by the Back button.
 */
function shownPerson(view: ApplicationView, one: Query): string | undefined {
  const { people } = view.context
  // A refused form without JavaScript comes back without its query, but its wrong fields are named after the person.
  const [name] = (one('problem') === 'invalid_event' && view.drafts.person?.issues[0]?.path) || []
  const found = people.find((known) => known.person === (one('person') ?? personOf(name)))
  if (found) return found.person
  return currentStep(view)?.id === 'person' ? undefined : people.at(-1)?.person
}

const isListed = ({ context }: ApplicationView, id: string): boolean =>
  context.people.some(({ person }) => person === id)

/** The person in the name of a field: `p2` of `age-p2`. */
const personOf = (name: string | number | undefined): string | undefined => String(name).split('-')[1]
