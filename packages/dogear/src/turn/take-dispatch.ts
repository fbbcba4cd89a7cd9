// An event from the server, applied to the machine as it is.

import { accepts } from '../flow/machine.ts'
import { advance, type Unsaved } from './advance.ts'
import { type DispatchCommand, type Refused, refused } from './commands.ts'
import { recall } from './receipts.ts'
import { keepableOnly, validateFromServer } from './validate.ts'

/** The session after the event; undefined if the event was applied before. Drafts stay: no form was sent. */
export function takeDispatch(
  unsaved: Unsaved,
  { opId, event }: DispatchCommand,
  now: number,
): Unsaved | Refused | undefined {
  const { flow, record, live } = unsaved
  const known = recall(record, opId, event)
  if (known !== 'unknown') return known === 'same' ? undefined : refused('op-reused')
  const valid = keepableOnly(flow, event, () => validateFromServer(flow, event))
  if (!valid.ok) return refused('invalid', valid.issues)
  if (live.status !== 'active') return refused('done')
  if (!accepts(flow.machine, live, valid.event)) return refused('not-accepted')
  return advance(unsaved, valid.event, { at: now })
}
