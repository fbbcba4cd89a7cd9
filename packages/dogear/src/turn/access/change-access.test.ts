// A change of access leaves all else as it was: other devices, their offers, the reasons told to those that lost it.

import { describe, expect, it } from 'vitest'
import { checkout } from '../../flow/checkout.fixture.ts'
import { browser, createSession, offer, sender, start } from '../session.fixture.ts'

const phone = browser('phone')
const tablet = browser('tablet')
const laptop = browser('laptop')

function begun(): ReturnType<typeof createSession> {
  const session = createSession(checkout)
  session.event({ type: 'shipping.submitted', name: 'Ada' })
  return session
}

/** Lets `device` in by an offer of the first device. */
function pass(session: ReturnType<typeof createSession>, device: typeof phone, mode: 'join' | 'move' = 'join') {
  session.access({ kind: 'issue', handoff: offer(`for ${device.label}`, mode), sender })
  return session.access({ kind: 'redeem', by: 'link', hash: `for ${device.label}`, device })
}

const labels = (session: ReturnType<typeof createSession>) => session.record?.devices.map(({ label }) => label)

describe('ending the access of all other devices', () => {
  it('drops what each of them has passed on, and keeps what the one that asks has', () => {
    const session = begun()
    pass(session, phone)
    pass(session, tablet)
    session.access({ kind: 'issue', handoff: offer('of the phone', 'join'), sender: phone })
    session.access({ kind: 'issue', handoff: offer('of the tablet', 'join'), sender: tablet })
    session.access({ kind: 'issue', handoff: offer('of the first', 'join'), sender })
    session.access({ kind: 'revoke', device: 'others', sender })
    expect(labels(session)).toEqual([sender.label])
    expect(session.record?.handoffs.map(({ link }) => link)).toEqual(['of the first'])
    expect(session.record?.ended.map(({ label, why, to }) => [label, why, to])).toEqual([
      ['phone', 'revoked', sender.label],
      ['tablet', 'revoked', sender.label],
    ])
  })
})

describe('taking a session back', () => {
  it('ends only the device it was moved to: another one that was let in before stays', () => {
    const session = begun()
    pass(session, tablet)
    pass(session, phone, 'move')
    expect(labels(session)).toEqual(['tablet', 'phone'])
    const turn = session.access({ kind: 'take-back', sender, device: laptop })
    expect(turn.outcome.kind).toBe('applied')
    expect(labels(session)).toEqual(['tablet', 'laptop'])
  })

  it('leaves those who lost access before with what they are told, and forgets that it was moved away', () => {
    const session = begun()
    pass(session, tablet)
    session.access({ kind: 'revoke', device: 'others', sender })
    pass(session, phone, 'move')
    session.access({ kind: 'take-back', sender, device: laptop })
    expect(session.record?.ended.map(({ label, why, to }) => [label, why, to])).toEqual([
      ['tablet', 'revoked', sender.label],
      ['phone', 'moved', 'laptop'],
    ])
  })

  it('is still possible after the engine has done something, not after a person has', () => {
    const session = begun()
    pass(session, phone, 'move')
    session.wake(start + 900_000)
    expect(session.record?.snapshot.value).toBe('expired')
    expect(session.access({ kind: 'take-back', sender, device: laptop }).outcome.kind).toBe('applied')

    const other = begun()
    pass(other, phone, 'move')
    other.event({ type: 'note.added' }, { from: phone })
    other.wake(start + 900_000)
    expect(other.access({ kind: 'take-back', sender, device: laptop }).outcome).toMatchObject({
      reason: 'not-accepted',
    })
  })
})

it('a command that asks for access again, with the same new secret, changes nothing', () => {
  const session = begun()
  pass(session, phone)
  const before = session.record
  const turn = session.access({ kind: 'redeem', by: 'link', hash: 'for phone', device: phone })
  expect(turn.outcome.kind).toBe('duplicate')
  expect(session.record).toEqual(before)
})

it('a browser that is refused access is shown nothing of the session', () => {
  const session = begun()
  const turn = session.access({ kind: 'redeem', by: 'code', hash: 'wrong', device: phone })
  expect(turn).toMatchObject({ outcome: { reason: 'handoff-gone' }, shown: undefined })
})
