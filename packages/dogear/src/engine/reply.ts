// Replies of the engine: a turn, or a session that is gone, as its caller sees it.

import { DogearError, type Issue } from '../errors.ts'
import type { Flow } from '../flow/define.ts'
import type { Reason } from '../turn/commands.ts'
import type { Gone, View } from '../wire.ts'
import { unknown, wasJustRenewed } from './access.ts'
import type { Credential, RefusalCode, RejectedReply, Reply, Visitor } from './contract.ts'
import type { Reader } from './reader.ts'
import type { Taken } from './run-turn.ts'

/** A reason that no turn has: it lies in the browser. */
type BrowserReason = 'other-session' | 'no-cookies'

// A reason without a row does not compile.
const refusals: Readonly<Record<Exclude<Reason, 'too-large'> | BrowserReason, [RefusalCode, string]>> = {
  invalid: ['invalid_event', 'Some values were not accepted.'],
  'not-accepted': ['not_accepted', 'The session does not take this where it is now.'],
  stale: ['stale_step', 'The flow has moved on since this page was loaded. Nothing was changed.'],
  rewound: ['rewound', 'The last changes were lost in an outage. Nothing else was changed.'],
  expired: ['session_gone', 'The session has ended.'],
  done: ['not_accepted', 'The flow is finished.'],
  'effect-pending': [
    'effect_pending',
    'Something is under way for this session. It cannot be ended before that is done.',
  ],
  'op-reused': ['op_reused', 'This operation id was used for something else before.'],
  'handoff-gone': ['handoff_gone', 'This link or code does not work any more.'],
  'too-many': ['not_accepted', 'Too many devices have this session open. End the access of one of them first.'],
  'other-session': ['other_session', 'This browser has another saved session of this flow.'],
  'no-cookies': [
    'no_cookies',
    'This browser did not send back the cookie of what it shows: it keeps none, or the cookie was deleted.',
  ],
}

/** Throws `too_large` for drafts that a session cannot keep. */
export function toRejected(
  { reason, issues = [] }: { reason: Reason | BrowserReason; issues?: readonly Issue[] },
  view: View,
): RejectedReply {
  if (reason === 'too-large') throw new DogearError('too_large', 'the drafts are more than a session can keep')
  const [code, message] = refusals[reason]
  return { outcome: 'rejected', code, message, issues, view, created: undefined }
}

type ReplyOptions = {
  taken: Taken
  visitor?: Pick<Visitor, 'input' | 'credential'>
  created?: Credential | undefined
  had?: Gone | null
}

/**
 * The answer to a turn. `created` is the credential the turn gave the caller, if it did. Where there is no session to
 * show, `had` says why the one the browser had is not shown. A promise where the `visitor` is asked for an input.
 */
export function toReply(
  reader: Reader,
  flow: Flow,
  { taken, visitor, created, had = unknown }: ReplyOptions,
): Reply | Promise<Reply> {
  if (!taken.turn) {
    const beginning = reader.beginning(flow, taken.gone, visitor)
    const renewed = wasJustRenewed(taken.record, visitor?.credential?.secretHash ?? '', reader.now())
    const reject = (view: View): RejectedReply => {
      return { ...toRejected({ reason: 'expired' }, view), ...(renewed && { retryAfterMs: 1_000 }) }
    }
    return beginning instanceof Promise ? beginning.then(reject) : reject(beginning)
  }
  const { outcome } = taken.turn
  const view = taken.view ?? reader.beginning(flow, had, visitor)
  const reply = (view: View): Reply =>
    outcome.kind === 'rejected' ? toRejected(outcome, view) : { outcome: outcome.kind, view, created }
  return view instanceof Promise ? view.then(reply) : reply(view)
}
