// Turns that write a record without opening it, so that no version of its flow stands in their way.

import type { DogearError } from '../errors.ts'
import type { Flow } from '../flow/define.ts'
import { without } from './access/devices.ts'
import { nothing, type Turn } from './advance.ts'
import { type Command, type GiveBackCommand, refused, type SetAsideCommand, type SignOutCommand } from './commands.ts'
import { givenBack, heldBy, keptResult, setAside, underWay } from './effects.ts'
import { descend } from './position.ts'
import type { Device, SessionRecord } from './record.ts'

/** The turn of a command that ends the session, some access to it or a try of an effect; undefined for any other. */
export function takeUnopened(flow: Flow, record: SessionRecord, command: Command, now: number): Turn | undefined {
  if (command.kind === 'end') return end(record, command, now)
  if (command.kind === 'sign-out') return signOut(record, command, now)
  if (command.kind === 'set-aside' || command.kind === 'give-back') return giveUp(flow, record, command, now)
  return undefined
}

/**
 * The session as it is from now on for everybody: over, with nothing to do. An effect under way keeps it open. It ends
 * with its beginning, so that a process whose clock is behind finds it over, too.
 */
function end(record: SessionRecord, { mark }: Command, now: number): Turn {
  if (underWay(record.effects).length > 0) return keep(record, refused('effect-pending'))
  return rewrite(record, { expiresAt: record.createdAt, timers: [], effects: [] }, { mark, now })
}

/** The session without the devices of its owner, and of all others, that are not the one they are at. */
function signOut(record: SessionRecord, command: SignOutCommand & { mark: string }, now: number): Turn {
  const { owner, here, label, mark } = command
  if (record.owner?.id !== owner) return keep(record, refused('expired'))
  const isElsewhere = ({ secretHash }: Device) => secretHash !== here
  if (!record.devices.some(isElsewhere)) return keep(record, { kind: 'duplicate' })
  const { devices, ended, handoffs } = without(record, isElsewhere, { why: 'revoked', to: label, at: now })
  return rewrite(record, { devices, ended, handoffs }, { mark, now })
}

/** The session with a try given up by its process: for another one to begin, or with its result to be taken. */
function giveUp(
  flow: Flow,
  record: SessionRecord,
  command: (SetAsideCommand | GiveBackCommand) & { mark: string },
  now: number,
): Turn {
  const mine = heldBy(record.effects, command.holding)
  if (!mine) return keep(record, { kind: 'duplicate' })
  const failures: DogearError[] = []
  const given =
    command.kind === 'give-back'
      ? givenBack(mine, { begun: command.begun, now })
      : setAside(mine, keptResult(flow, mine, { result: command.result, failures }), command.until)
  const effects = record.effects.map((one) => (one === mine ? given : one))
  return rewrite(record, { effects }, { mark: command.mark, now, failures })
}

function keep(record: SessionRecord, outcome: Extract<Turn, { changed: false }>['outcome']): Turn {
  return { changed: false, outcome, record, shown: undefined, after: nothing }
}

function rewrite(
  record: SessionRecord,
  changes: Partial<SessionRecord>,
  { mark, now, failures = [] }: { mark: string; now: number; failures?: readonly DogearError[] },
): Turn {
  const position = { revision: record.revision + 1, mark, lineage: descend(record) }
  const next = { ...record, ...changes, ...position, updatedAt: now }
  const after = { ...nothing, failures }
  return { changed: true, outcome: { kind: 'applied' }, record: next, shown: undefined, after }
}
