// The first part of every step's page, before it shows anything.

import 'server-only'
import type { Flow, View } from 'dogear'
import { stepFor } from 'dogear/next'
import { redirect } from 'next/navigation'
import type { StepProps } from '../components/use-step.ts'
import type { FlowPages } from './flow-pages.ts'
import type { SearchParams } from './query.ts'
import { http } from './server.ts'
import { isQuestion, stepUrl } from './view.ts'
import { warnAheadMs } from './warn-ahead.ts'

export type StepRoute = { params: Promise<{ step: string }>; searchParams: SearchParams }

/** The id of the step at `path`. If that step is closed to the person, redirects to the current one. */
export function openStep(pages: FlowPages, view: View, path: string): string {
  const found = stepFor(view, path)
  if (!('redirectTo' in found)) return found.step.id
  const finished = view.status === 'done' && isQuestion(pages, path)
  redirect(`${stepUrl(pages, found.redirectTo)}${finished ? '?problem=finished' : ''}`)
}

/** The props that the page of a step gets from the server. */
export function stepProps<V extends View>(flow: Flow, view: V, problem: string | undefined): StepProps<V> {
  return { view, now: http.engine.now(), problem, warnMs: warnAheadMs(flow.lifetime.idleMs) }
}
