// What the page of a step gets from the server.

import 'server-only'
import type { Flow, View } from 'dogear'
import type { StepProps } from '../components/use-step.ts'
import { http } from './server.ts'
import { warnAheadMs } from './warn-ahead.ts'

export function stepProps<V extends View>(flow: Flow, view: V, problem: string | undefined): StepProps<V> {
  return { view, now: http.engine.now(), problem, warnMs: warnAheadMs(flow.lifetime.idleMs) }
}
