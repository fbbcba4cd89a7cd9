// Ending a session and giving up its effects: the record is written as it is, whatever version of the flow it is of.

import { describe, expect, it } from 'vitest'
import { checkout } from '../flow/checkout.fixture.ts'
import { isSpent } from './lifetime.ts'
import { added, createSession, start } from './session.fixture.ts'
import type { Turn } from './take-turn.ts'
import { takeUnopened } from './unopened.ts'

const holding = { effectId: 'session-1.chargeCard.1', attempt: 1 }

function paying() {
  const session = createSession(checkout)
  session.event({ type: 'shipping.submitted', name: 'Ada' })
  session.event({ type: 'payment.submitted', token: 't' })
  session.event({ type: 'order.placed' })
  return session
}

/** The turn of a command on a record of a version and a state that this flow does not have. */
function taken(command: object, more: object = {}): { record: object; turn: Turn } {
  const { record } = paying()
  if (!record) throw new Error('there is no record')
  const foreign = { ...record, version: 99, snapshot: { ...record.snapshot, value: 'nowhere' }, ...more }
  const turn = takeUnopened(checkout, foreign, { ...command, ...added(record) } as never, start + 7)
  if (!turn) throw new Error('there was no turn')
  return { record: foreign, turn }
}

describe('ending a session', () => {
  it('leaves it over for everybody, at a new position, with nothing to do', () => {
    for (const effects of [[], [{ ...paying().record?.effects[0], result: { ok: true, output: 'r' } }]]) {
      const { record, turn } = taken(
        { kind: 'end' },
        { effects, timers: [{ id: 't', dueAt: 5, event: { type: 'x' } }] },
      )
      expect(turn).toEqual({
        ...{ changed: true, outcome: { kind: 'applied' }, shown: undefined },
        after: { actions: [], effects: [], dropped: [], failures: [] },
        record: {
          ...record,
          ...{ expiresAt: start, updatedAt: start + 7, timers: [], effects: [] },
          ...{ revision: 4, mark: added({ revision: 3 }).mark, lineage: turn.record?.lineage },
        },
      })
      expect(turn.record?.lineage).toHaveLength(9)
      // A clock that is behind, such as that of another process, finds it over as well.
      expect(isSpent({ ...turn.record, effects: [] } as never, start)).toBe(true)
    }
  })

  it('is refused while an effect is under way, and changes nothing then', () => {
    const { record, turn } = taken({ kind: 'end' })
    expect(turn).toMatchObject({ changed: false, outcome: { kind: 'rejected', reason: 'effect-pending' } })
    expect([turn.record, turn.shown]).toEqual([record, undefined])
  })
})

describe('giving an effect up', () => {
  const [given, result] = [
    { kind: 'give-back', holding, begun: false },
    { ok: true, output: 'r' },
  ] as const

  it('changes that effect alone', () => {
    const other = { ...paying().record?.effects[0], id: 'other', effectId: 'other' }
    const effects = [other, ...(paying().record?.effects ?? [])]
    expect(taken(given, { effects }).turn).toMatchObject({
      outcome: { kind: 'applied' },
      record: {
        effects: [other, { unbegun: true, leaseUntil: start + 7 }],
        version: 99,
        expiresAt: expect.any(Number),
      },
    })
    const aside = taken({ kind: 'set-aside', holding, result, until: start + 99 }, { effects }).turn
    expect(aside.record?.effects).toMatchObject([other, { result, leaseUntil: start + 99 }])
    expect(aside.record?.effects[1]).not.toHaveProperty('unbegun')
  })

  it('that another process has is nothing to do', () => {
    const { record, turn } = taken({ ...given, holding: { ...holding, attempt: 2 } })
    expect(turn).toMatchObject({ changed: false, outcome: { kind: 'duplicate' }, shown: undefined })
    expect(turn.record).toBe(record)
  })

  it('with a card number in its result keeps none of it, and says so', () => {
    const secret = { ok: true, output: { note: '4111 1111 1111 1111' } }
    const { turn } = taken({ kind: 'set-aside', holding, result: secret, until: start })
    expect(JSON.stringify(turn.record)).not.toContain('4111 1111')
    expect(turn.after.failures).toMatchObject([{ code: 'effect_failed' }])
  })
})

it('any other command is taken on the opened record', () => {
  const { record } = paying()
  if (!record) throw new Error('there is no record')
  expect(takeUnopened(checkout, record, { kind: 'wake', ...added(record) }, start)).toBeUndefined()
})
