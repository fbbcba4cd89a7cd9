// One page per step of the assistant, rendered from what the server knows: of an answer under way all there is of it.

import { randomUUID } from 'node:crypto'
import { readProgress } from 'dogear/next'
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { ConversationStep } from '../../../components/assistant/conversation/conversation-step.tsx'
import { DocumentStep } from '../../../components/assistant/document/document-step.tsx'
import { ReadingStep } from '../../../components/assistant/document/reading-step.tsx'
import { EndedStep } from '../../../components/assistant/ended-step.tsx'
import { NameStep } from '../../../components/assistant/name-step.tsx'
import { SessionGone } from '../../../components/session-gone.tsx'
import { UnavailablePage } from '../../../components/unavailable-page.tsx'
import { assistantPages as pages } from '../../../flows/assistant/pages.ts'
import { pageStarts } from '../../../lib/assistant/page-starts.ts'
import { unlessUnread } from '../../../lib/assistant/unless-unread.ts'
import { goneTitle } from '../../../lib/gone.ts'
import { report } from '../../../lib/log.ts'
import { readQuery } from '../../../lib/query.ts'
import { readView } from '../../../lib/read-view.ts'
import { assistant, http } from '../../../lib/server.ts'
import { openStep, type StepRoute, stepProps } from '../../../lib/step-route.ts'
import { wordsHere } from '../../../lib/words-here.ts'

export async function generateMetadata({ params }: StepRoute): Promise<Metadata> {
  const { step: path } = await params
  const { t, any } = await wordsHere()
  const title = (text: string) => ({ title: `${text} – ${t(pages.title)}` })
  const step = assistant.steps.find((candidate) => candidate.path === path)
  if (!step) return title(t('There is no page at this address'))
  const view = await readView(assistant)
  if (!view) return {}
  if (view.gone) return title(goneTitle(t, view.gone, pages))
  const wrong = (view.drafts[step.id]?.issues ?? []).length > 0
  return title(wrong ? t('Error: {title}', { title: any(step.title) }) : any(step.title))
}

export default async function StepPage({ params, searchParams }: StepRoute) {
  const { step: path } = await params
  if (!assistant.steps.some((step) => step.path === path)) notFound()
  const one = await readQuery(searchParams)
  const view = await readView(assistant)
  if (!view) return <UnavailablePage />
  if (view.gone) return <SessionGone pages={pages} gone={view.gone} />

  const step = openStep(pages, view, path).id
  const own = await stepProps(assistant, view, { pages, path, problem: one('problem') })
  const props = { ...own, initial: await unlessUnread(readProgress(http, assistant), report) }
  if (step === 'name') return <NameStep {...props} />
  if (step === 'document') return <DocumentStep {...props} opId={randomUUID()} />
  if (step === 'reading') return <ReadingStep {...props} />
  const still = one('still') !== undefined
  if (step === 'conversation') return <ConversationStep {...props} pageStarts={await pageStarts(view)} still={still} />
  return <EndedStep {...props} />
}
