// The step rule at its edges: what somebody has seen, and where they may still send from.

import { describe, expect, it } from 'vitest'
import { checkout } from '../flow/checkout.fixture.ts'
import { createSession } from './session.fixture.ts'
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
    ['an earlier revision', { epoch: 0, revision: 1 }],
    ['a later revision', { epoch: 0, revision: 3 }],
    ['the same revision of another epoch', { epoch: 1, revision: 2 }],
  ])('is stale with %s', (_, position) => {
    expect(reason(reviewing().event(note, { position }))).toBe('stale')
  })
})

describe('an event from an earlier page', () => {
  it.each([
    ['an earlier revision', { epoch: 0, revision: 1 }],
    ['the same revision of another epoch', { epoch: 1, revision: 2 }],
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
  expect(reason(createSession(checkout).event(ship, { position: { epoch: 0, revision: 0 } }))).toBe('applied')
  expect(reason(createSession(checkout).event(ship, { position: { epoch: 0, revision: 1 } }))).toBe('expired')
})
