// People half-way through version 1 of the loan application, in every state there is.

import type { Flow } from '../flow/define.ts'
import type { MachineEvent } from '../flow/machine.ts'
import type { View } from '../wire.ts'
import { pending } from './effects.ts'
import { open, viewOf } from './open.ts'
import type { SessionRecord, UnsavedEffect } from './record.ts'
import { createSession, start } from './session.fixture.ts'
import { type Turn, takeTurn } from './take-turn.ts'
import { waiting } from './timers.ts'
import { valueText } from './trail.ts'
import { firstApplication, secondApplication } from './two-versions.fixture.ts'

const minute = 60_000

type Session = ReturnType<typeof createSession>

/** Ends an effect, for the process that has its lease. */
export function settle(
  session: Session,
  { effectId = 'not begun', attempt }: UnsavedEffect,
  { ok, now }: { ok: boolean; now: number },
  flow: Flow,
): Turn {
  const result = ok ? { ok, output: 1_000 } : { ok, error: new Error('no') }
  const holding = { effectId, attempt }
  const command = { kind: 'settle' as const, holding, result, session: 'session-1', mark: 'bm9uY2U', leaseMs: minute }
  const turn = takeTurn(flow, session.record, command, now)
  session.record = turn.record
  return turn
}

/** Chance that is the same in every run. */
export const chance = (seed: number): ((below: number) => number) => {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const answers = [
  'name.given',
  'address.given',
  'document.given',
  'document.confirmed',
  'papers.done',
  'upload.started',
  'upload.ended',
]
const later = [
  'income.given',
  'vat.given',
  'offer.accepted',
  'application.paused',
  'application.resumed',
  'application.retried',
]

/** The state, history, timers and effects of a record. */
export function kindOf({ snapshot, timers, effects }: SessionRecord): string {
  const history = JSON.stringify(snapshot.historyValue ?? {})
  return [
    valueText(snapshot.value),
    history,
    ...waiting(timers)
      .map(({ id }) => id)
      .sort(),
    ...pending(effects).map(({ id }) => id),
  ].join(' ')
}

/** Somebody's next turn, whatever comes to their mind; also time passing and effects ending. */
function anyTurn(session: Session, below: ReturnType<typeof chance>, now: number): void {
  const [running] = pending(session.record?.effects ?? [])
  const event = (type: string): MachineEvent => ({ type, text: `Ada ${below(1_000)} Lovelace`, amount: below(9_000) })
  const kind = below(20)
  if (session.record && kind === 0) session.wake(now)
  else if (running && kind < 8) settle(session, running, { ok: below(3) > 0, now }, firstApplication)
  else if (kind === 1) session.draft(below(2) ? 'name' : 'vat', { text: `Grace Hopper ${below(100)}` }, { now })
  else session.event(event([...answers, ...later][below(answers.length + later.length)] as string), { now })
}

/** `count` people half-way through version 1, wherever that may be. `now` is when they come back. */
export function peopleHalfWay(count: number, seed = 1): { records: SessionRecord[]; now: number } {
  const below = chance(seed)
  const records: SessionRecord[] = []
  const now = start + 100 * minute
  while (records.length < count) {
    const session = createSession(firstApplication)
    for (let turn = 0; turn < 60; turn++) {
      anyTurn(session, below, start + turn * minute)
      // Each of a session's records might be the one a deploy finds.
      if (session.record && session.record !== records.at(-1)) records.push(session.record)
    }
  }
  return { records: records.slice(0, count), now }
}

const answer: Readonly<Record<string, object>> = {
  person: { type: 'person.named', givenName: 'Ada', familyName: 'Lovelace' },
  consent: { type: 'consent.given' },
  address: { type: 'address.given', text: 'Street 1' },
  document: { type: 'document.given', text: 'passport' },
  reverse: { type: 'reverse.given' },
  shown: { type: 'document.confirmed' },
  income: { type: 'income.given', amount: 1 },
  offer: { type: 'offer.accepted' },
  paused: { type: 'application.resumed' },
  refused: { type: 'application.retried' },
  expired: { type: 'application.retried' },
}

/**
 * Lets somebody answer page after page of version 2 to the end; the pages they saw, or undefined if they cannot go on.
 */
export function toTheEnd(record: SessionRecord, now: number): { pages: string[]; end: View } | undefined {
  const session = createSession(secondApplication)
  session.record = record
  const pages: string[] = []
  for (let turn = 0; turn < 40; turn++) {
    const unsaved = open(secondApplication, session.record as SessionRecord, now)
    const view = viewOf(unsaved)
    if (view.status === 'done') return { pages, end: view }
    pages.push(view.step ?? '')
    const [running] = pending(unsaved.record.effects)
    const { outcome } = running
      ? settle(session, running, { ok: true, now }, secondApplication)
      : session.event((answer[view.step ?? ''] ?? { type: 'papers.done' }) as MachineEvent, { now })
    if (outcome.kind !== 'applied') return undefined
  }
  return undefined
}
