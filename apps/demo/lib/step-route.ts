// The first part of every step's page, before it shows anything.

import 'server-only'
import type { Flow, View, ViewStep } from 'dogear'
import { readWords, stepFor } from 'dogear/next'
import { redirect } from 'next/navigation'
import type { DemoStepProps } from '../components/use-demo-step.ts'
import type { FlowPages } from './flow-pages.ts'
import type { SearchParams } from './query.ts'
import { http } from './server.ts'
import { isQuestion, stepUrl } from './view.ts'
import { warnAheadMs } from './warn-ahead.ts'

export type StepRoute = { params: Promise<{ step: string }>; searchParams: SearchParams }

/** The step at `path`. If it is closed to the person, redirects to the current one. */
export function openStep(pages: FlowPages, view: View, path: string): ViewStep {
  const found = stepFor(view, path)
  if ('step' in found && found.step) return found.step
  const to = 'redirectTo' in found ? found.redirectTo : ''
  const finished = view.status === 'done' && isQuestion(pages, path)
  redirect(`${stepUrl(pages, to)}${finished ? '?problem=finished' : ''}`)
}

type StepPlace = { pages: FlowPages; path: string; problem: string | undefined }

/** The props that the page of a step gets from the server. */
export async function stepProps<V extends View>(flow: Flow, view: V, place: StepPlace): Promise<DemoStepProps<V>> {
  const { url, base } = place.pages
  const { path, problem } = place
  const { lang, dir, problems } = await readWords(http)
  const words = { lang, dir, problems }
  return { view, url, base, path, problem, words, now: http.engine.now(), warnMs: warnAheadMs(flow.lifetime.idleMs) }
}
