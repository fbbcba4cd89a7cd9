// What a refused turn is called outside, and what the person is told.

import type { Outcome, Reason } from '../turn/commands.ts'
import type { View } from '../wire.ts'
import type { RefusalCode, Reply } from './contract.ts'

type Rejection = Extract<Reply, { outcome: 'rejected' }>

// A reason without a row does not compile.
const refusals: Readonly<Record<Reason, [RefusalCode, string]>> = {
  invalid: ['invalid_event', 'Some values were not accepted.'],
  'not-accepted': ['not_accepted', 'The session does not take this where it is now.'],
  stale: ['stale_step', 'The flow has moved on since this page was loaded. Nothing was changed.'],
  expired: ['session_gone', 'The session has ended.'],
  done: ['not_accepted', 'The flow is finished.'],
  'op-reused': ['op_reused', 'This operation id was used for something else before.'],
  'handoff-gone': ['handoff_gone', 'This link or code does not work any more.'],
  'too-many': ['not_accepted', 'Too many devices have this session open. End the access of one of them first.'],
}

export function toRejection({ reason, issues }: Extract<Outcome, { kind: 'rejected' }>, view: View): Rejection {
  const [code, message] = refusals[reason]
  return { outcome: 'rejected', code, message, issues, view, created: undefined }
}

/** `view` is the beginning, with `gone` saying why. */
export const sessionGone = (view: View): Rejection =>
  toRejection({ kind: 'rejected', reason: 'expired', issues: [] }, view)

/** `view` is that of the session the browser has. */
export function otherSession(view: View): Rejection {
  const message = 'This browser has another saved session of this flow.'
  return { outcome: 'rejected', code: 'other_session', message, issues: [], view, created: undefined }
}
