// The step rule at its edges: what somebody has seen, and where they may still send from.

import { describe, expect, it } from 'vitest'
import { checkout } from '../flow/checkout.fixture.ts'
import { relationOf } from './position.ts'
import type { SessionRecord } from './record.ts'
import { at, createSession } from './session.fixture.ts'
import type { Turn } from './take-turn.ts'

const reason = ({ outcome }: Turn) => (outcome.kind === 'rejected' ? outcome.reason : outcome.kind)
const note = { type: 'note.added' }
const ship = { type: 'shipping.submitted', name: 'Grace' }

function reviewing(): ReturnType<typeof createSession> {
  const session = createSession(checkout)
  session.event({ type: 'shipping.submitted', name: 'Ada' })
  session.event({ type: 'payment.submitted', token: 't' })
  return session
}

describe('an event without a step', () => {
  it('is taken with the current position', () => {
    const session = reviewing()
    expect(reason(session.event(note, { position: session.position() }))).toBe('applied')
  })

  it.each([
    ['an earlier revision', at(1)],
    ['the beginning', at(0)],
  ])('is stale with %s', (_, position) => {
    expect(reason(reviewing().event(note, { position }))).toBe('stale')
  })
})

describe('an event from an earlier page', () => {
  it.each([
    ['an earlier revision', at(1)],
    ['the beginning', at(0)],
  ])('is stale with %s', (_, position) => {
    expect(reason(reviewing().event(ship, { step: 'shipping', position }))).toBe('stale')
  })

  it('is stale if the page is closed by now', () => {
    const session = createSession(checkout)
    session.event({ type: 'shipping.submitted', name: 'Ada' })
    session.wake(session.record?.timers[0]?.dueAt ?? 0)
    expect(session.record?.snapshot.value).toBe('expired')
    const position = session.position()
    // The page of payment can be routed to, and the person was there; that of review cannot, and they were not.
    expect(reason(session.event({ type: 'order.placed' }, { step: 'review', position }))).toBe('stale')
    expect(reason(session.event({ type: 'payment.submitted', token: 't' }, { step: 'payment', position }))).toBe(
      'applied',
    )
  })

  it('that the page itself does not take is not accepted, and the person stays where they are', () => {
    const session = reviewing()
    const before = session.record
    expect(reason(session.event({ type: 'order.placed' }, { step: 'shipping', position: session.position() }))).toBe(
      'not-accepted',
    )
    expect(session.record).toEqual(before)
  })
})

it('before anything is stored, only somebody who has seen nothing may begin', () => {
  expect(reason(createSession(checkout).event(ship, { position: at(0) }))).toBe('applied')
  expect(reason(createSession(checkout).event(ship, { position: at(1) }))).toBe('expired')
})

describe('somebody who has seen what the store has lost', () => {
  const lost = (revision: number, epoch = 0) => ({ ...at(revision, epoch), mark: 'onelost-' })

  it.each([
    ['a later revision', lost(3)],
    ['the same revision by another commit', lost(2)],
    ['an earlier revision by another commit', lost(1)],
    ['the same revision of a later epoch', at(2, 1)],
  ])('is told so, with %s, whatever the step', (_, position) => {
    const before = reviewing()
    for (const step of [undefined, 'review', 'shipping', 'payment'])
      for (const event of [note, ship, { type: 'order.placed' }]) {
        const session = reviewing()
        expect(reason(session.event(event, { position, ...(step && { step }) })), `${event.type} ${step}`).toBe(
          'rewound',
        )
        expect(session.record?.snapshot).toEqual(before.record?.snapshot)
        expect(session.position()).toEqual(before.position())
      }
  })

  it('is told so whatever was sent', () => {
    const session = reviewing()
    for (const event of [{ type: 'unheard.of' }, { ...ship, name: 1 }])
      expect(reason(session.event(event, { position: lost(2) }))).toBe('rewound')
  })

  it('is told so even at the end', () => {
    const session = reviewing()
    session.event({ type: 'order.placed' })
    session.settle('chargeCard', 1, { ok: true, output: 'r' })
    expect(reason(session.event(note, { position: lost(4) }))).toBe('rewound')
  })

  it('may go on from the view they are shown', () => {
    const session = reviewing()
    expect(reason(session.event(note, { position: lost(3), opId: 'again' }))).toBe('rewound')
    expect(reason(session.event(note, { position: session.position(), opId: 'again' }))).toBe('applied')
  })

  it('is told of the last 12 commits; an older view than that counts as an earlier one', () => {
    const session = reviewing()
    for (let drafts = 0; drafts < 12; drafts++) session.draft('review', { note: `${drafts}` })
    expect(session.position()).toEqual(at(14))
    expect(reason(session.event(note, { step: 'review', position: lost(2) }))).toBe('rewound')
    expect(reason(session.event(note, { step: 'review', position: lost(1) }))).toBe('applied')
  })
})

it('every state that was is an earlier one, any other of the same revision is not', () => {
  const session = reviewing()
  const seen = [session.position()]
  for (let turn = 0; turn < 30; turn++) {
    session.event(note)
    const record = session.record as SessionRecord
    for (const [age, position] of seen.toReversed().entries()) {
      expect(relationOf(record, position)).toBe(age < 12 ? 'earlier' : 'unknown')
      expect(relationOf(record, { ...position, mark: 'onelost-' })).toBe(age < 12 ? 'lost' : 'unknown')
    }
    seen.push(session.position())
    expect(relationOf(record, session.position())).toBe('current')
  }
})

it('a session that came back in a later epoch knows what it has kept from what it has lost', () => {
  const session = reviewing()
  session.event(note)
  session.record = { ...(session.record as SessionRecord), epoch: 1 }
  session.event(note)
  const record = session.record as SessionRecord
  expect(record).toMatchObject({ epoch: 1, revision: 4 })
  expect([at(2), at(3), at(3, 1)].map((seen) => relationOf(record, seen))).toEqual(Array(3).fill('earlier'))
  // Another commit of the same revision has another mark.
  const lost = { ...at(4), mark: 'one4lost' }
  expect([lost, at(5), at(5, 1)].map((seen) => relationOf(record, seen))).toEqual(Array(3).fill('lost'))
})

it('a session that came back in a later epoch at the very commit that was seen has lost nothing', () => {
  const session = reviewing()
  const seen = session.position()
  session.record = { ...(session.record as SessionRecord), epoch: 2 }
  expect(relationOf(session.record, seen)).toBe('current')
  expect(relationOf(session.record, { ...seen, epoch: 3 })).toBe('lost')
  expect(reason(session.event(ship, { step: 'shipping', position: seen }))).toBe('applied')
})

it('a state of another session that the browser had is none that was lost: only the step counts', () => {
  const other = { ...at(7), mark: 'two7----' }
  expect(relationOf(reviewing().record as SessionRecord, other)).toBe('unknown')
  expect(reason(reviewing().event(note, { step: 'review', position: other }))).toBe('applied')
  expect(reason(reviewing().event(ship, { step: 'shipping', position: { ...other, revision: 2 } }))).toBe('stale')
})
