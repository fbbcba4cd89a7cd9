// Delivery of emitted events or custom actions after the commit: in order, each on its own, at most once.

import type { After } from '../turn/advance.ts'
import { type Report, tell } from './foreign.ts'

/** An event a machine emitted. A process that dies before the delivery loses it: use an effect for what must happen. */
export type Emitted = { flow: string; session: string; event: { type: string } }

export type DeliverOptions = {
  flow: string
  session: string
  onEmit: (emitted: Emitted) => unknown
  onError: Report
}

/** Runs `actions` in order. One that fails, now or later, is reported and does not keep the others from running. */
export function deliver(actions: After['actions'], { flow, session, onEmit, onError }: DeliverOptions): void {
  for (const action of actions)
    tell(() => (action.kind === 'emit' ? onEmit({ flow, session, event: action.event }) : action.exec()), onError)
}
