// Passing a session on: one offer is good for one browser, and the one that gave the session away has no access.

import { describe, expect, it } from 'vitest'
import { checkout } from '../../flow/checkout.fixture.ts'
import { viewOf } from '../open.ts'
import type { SessionRecord } from '../record.ts'
import { browser, createSession, offer, sender, start } from '../session.fixture.ts'
import type { Turn } from '../take-turn.ts'
import { mayEnter } from './devices.ts'
import { handoffLimit, handoffOf, mayTakeBack, untouched } from './handoffs.ts'

const reason = ({ outcome }: Turn) => (outcome.kind === 'rejected' ? outcome.reason : outcome.kind)
const desktop = sender
const phone = browser('Phone')

function offered(mode: 'move' | 'join' = 'move') {
  const session = createSession(checkout)
  session.event({ type: 'shipping.submitted', name: 'Ada' })
  session.draft('payment', { token: 'tok_half' })
  session.access({ kind: 'issue', handoff: offer('link', mode), sender: desktop })
  return session
}
const enters = (record: SessionRecord | undefined, { secretHash }: { secretHash: string }) =>
  mayEnter(record as SessionRecord, { secretHash })

describe('a handoff', () => {
  it('moves the session: the new device has all of it, the issuer is told where it went and opens nothing', () => {
    const session = offered()
    const turn = session.access({ kind: 'redeem', by: 'link', hash: 'link', device: phone }, start + 7)
    expect(turn.shown && viewOf(turn.shown)).toMatchObject({
      step: 'payment',
      drafts: { payment: { values: { token: 'tok_half' } } },
    })
    expect(session.record?.devices).toMatchObject([{ id: 'd4', label: 'Phone', createdAt: start + 7 }])
    expect(enters(session.record, desktop)).toMatchObject({ why: 'moved', to: 'Phone', at: start + 7, revision: 4 })
    expect(reason(session.event({ type: 'note.added' }, { from: desktop }))).toBe('expired')
    expect(reason(session.event({ type: 'note.added' }, { from: phone }))).toBe('applied')
  })

  it('to join leaves both in', () => {
    const session = offered('join')
    session.access({ kind: 'redeem', by: 'code', hash: 'link-code', device: phone })
    expect([enters(session.record, desktop), enters(session.record, phone)]).toEqual(['yes', 'yes'])
    expect(session.record?.ended).toEqual([])
  })

  it.each(['link', 'code'] as const)('is used up by its %s, and so is its other half', (by) => {
    const session = offered('join')
    session.access({ kind: 'redeem', by, hash: by === 'link' ? 'link' : 'link-code', device: phone })
    const before = session.record
    const again = [
      session.access({ kind: 'redeem', by: 'link', hash: 'link', device: browser('B') }),
      session.access({ kind: 'redeem', by: 'code', hash: 'link-code', device: browser('C') }),
    ]
    expect(again.map(reason)).toEqual(['handoff-gone', 'handoff-gone'])
    expect(again.map(({ shown }) => shown)).toEqual([undefined, undefined])
    expect(session.record).toBe(before)
  })

  it('is gone in the same way when it is wrong, of the other kind, or too late', () => {
    const session = offered()
    const before = session.record
    const turns = [
      session.access({ kind: 'redeem', by: 'link', hash: 'guess', device: phone }),
      session.access({ kind: 'redeem', by: 'code', hash: 'link', device: phone }),
      session.access({ kind: 'redeem', by: 'link', hash: 'link', device: phone }, start + 600_000),
    ]
    for (const { outcome, shown } of turns)
      expect([outcome, shown]).toEqual([{ kind: 'rejected', reason: 'handoff-gone', issues: [] }, undefined])
    expect(session.record).toBe(before)
  })

  it('redeemed twice by the same request changes nothing the second time', () => {
    const session = offered()
    session.access({ kind: 'redeem', by: 'link', hash: 'link', device: phone })
    const before = session.record
    expect(reason(session.access({ kind: 'redeem', by: 'link', hash: 'link', device: phone }))).toBe('duplicate')
    expect(session.record).toBe(before)
  })

  it('that moved takes all other offers of its issuer with it, and leaves those of others', () => {
    const session = offered('join')
    session.access({ kind: 'redeem', by: 'link', hash: 'link', device: phone })
    session.access({ kind: 'issue', handoff: offer('one'), sender: desktop })
    session.access({ kind: 'issue', handoff: offer('two', 'join'), sender: desktop })
    session.access({ kind: 'issue', handoff: offer('three', 'join'), sender: phone })
    session.access({ kind: 'redeem', by: 'link', hash: 'one', device: browser('Tablet') })
    expect(session.record?.handoffs.map(({ link }) => link)).toEqual(['three'])
  })

  it('is one of three at most: a further one replaces the oldest', () => {
    const session = offered()
    for (const key of ['a', 'b', 'c']) session.access({ kind: 'issue', handoff: offer(key), sender: desktop })
    expect(session.record?.handoffs.map(({ link }) => link)).toEqual(['a', 'b', 'c'])
    expect(session.record?.handoffs).toHaveLength(handoffLimit)
  })

  it('that expired is swept out with the next one', () => {
    const session = offered()
    session.access({ kind: 'issue', handoff: offer('b', 'move', start + 1_000_000), sender: desktop }, start + 600_000)
    expect(session.record?.handoffs.map(({ link }) => link)).toEqual(['b'])
  })

  it('can be looked at without using it', () => {
    const { record } = offered() as { record: SessionRecord }
    const look = (by: 'link' | 'code', hash: string, now = start) => handoffOf(record, { by, hash }, now)
    expect(look('link', 'link')).toEqual({ ...offer('link'), by: 'd1' })
    expect(look('code', 'link-code')).toBe(look('link', 'link'))
    expect(look('code', 'link')).toBeUndefined()
    expect(look('link', 'link', start + 600_000)).toBeUndefined()
  })

  it('of a session that is not there is gone', () => {
    const session = createSession(checkout)
    expect(reason(session.access({ kind: 'redeem', by: 'link', hash: 'link', device: phone }))).toBe('expired')
    expect(session.record).toBeUndefined()
  })

  it('leaves no secret in the trail', () => {
    const session = offered()
    session.access({ kind: 'redeem', by: 'link', hash: 'link', device: phone })
    expect(session.record?.trail.slice(-2)).toEqual([
      { event: 'handoff issued', from: 'payment', to: 'payment', at: start, device: 'd1' },
      { event: 'handoff redeemed', from: 'payment', to: 'payment', at: start, device: 'd4' },
    ])
  })
})

describe('taking back', () => {
  const again = browser('Desktop again')
  const moved = () => {
    const session = offered()
    session.access({ kind: 'redeem', by: 'link', hash: 'link', device: phone })
    return session
  }
  const takeBack = { kind: 'take-back', sender: desktop, device: again } as const

  it('brings the device in again under a new secret, and ends the other one', () => {
    const session = moved()
    expect(mayTakeBack(session.record as SessionRecord, session.record?.ended[0] as never)).toBe(true)
    expect(reason(session.access(takeBack, start + 3))).toBe('applied')
    expect(enters(session.record, again)).toBe('yes')
    expect(enters(session.record, desktop)).toBeUndefined()
    expect(enters(session.record, phone)).toMatchObject({ why: 'moved', to: 'Desktop again', at: start + 3 })
    expect(session.record?.devices).toHaveLength(1)
  })

  it('goes to and fro as long as nobody enters anything', () => {
    const session = moved()
    session.access(takeBack)
    expect(reason(session.access({ kind: 'take-back', sender: phone, device: browser('Phone 2') }))).toBe('applied')
    expect(enters(session.record, again)).toMatchObject({ why: 'moved', to: 'Phone 2' })
    expect(reason(session.access({ kind: 'take-back', sender: again, device: browser('Desktop 3') }))).toBe('applied')
    expect(session.record?.devices.map(({ label }) => label)).toEqual(['Desktop 3'])
  })

  it.each([
    ['sent an event', (session: ReturnType<typeof moved>) => session.event({ type: 'note.added' }, { from: phone })],
    ['typed', (session: ReturnType<typeof moved>) => session.draft('payment', { token: 'secret' }, { from: phone })],
  ])('is refused once the other device has %s, and nothing of that is shown', (_, enter) => {
    const session = moved()
    enter(session)
    const before = session.record
    const turn = session.access(takeBack)
    expect([reason(turn), turn.shown]).toEqual(['not-accepted', undefined])
    expect(session.record).toBe(before)
  })

  it('does not mind what happened by itself', () => {
    const session = moved()
    expect(reason(session.wake(start + 900_000))).toBe('applied')
    expect(reason(session.access(takeBack, start + 900_001))).toBe('applied')
    expect(session.record?.devices.map(({ label }) => label)).toEqual(['Desktop again'])
  })

  it('does mind what was entered before something happened by itself', () => {
    const session = moved()
    session.draft('payment', { token: 'secret' }, { from: phone })
    session.wake(start + 900_000)
    expect(reason(session.access(takeBack, start + 900_001))).toBe('not-accepted')
  })

  it('is for the device it was moved away from last, whatever happened by itself', () => {
    const session = moved()
    session.draft('payment', { token: 'secret' }, { from: phone })
    session.access({ kind: 'issue', handoff: offer('on'), sender: phone })
    session.access({ kind: 'redeem', by: 'link', hash: 'on', device: browser('Tablet') })
    session.wake(start + 900_000)
    expect(reason(session.access(takeBack, start + 900_001))).toBe('not-accepted')
    const phoneAgain = { kind: 'take-back', sender: phone, device: browser('Phone again') } as const
    expect(reason(session.access(phoneAgain, start + 900_001))).toBe('applied')
  })

  it('by who never had the session is like there is none', () => {
    const session = moved()
    expect(reason(session.access({ ...takeBack, sender: browser('Stranger') }))).toBe('expired')
    expect(reason(session.access({ ...takeBack, sender: phone }))).toBe('expired')
  })
})

it('a turn of the engine leaves a session as untouched as it was, to those alone that it was untouched for', () => {
  const ended = [
    { id: 'd1', revision: 2, why: 'moved' },
    { id: 'd2', revision: 3, why: 'moved' },
  ]
  const record = (revision: number) => ({ ended, revision }) as never
  expect(untouched(record(3))).toEqual([ended[0], { ...ended[1], revision: 4 }])
  expect(untouched(record(4))).toBe(ended)
})
