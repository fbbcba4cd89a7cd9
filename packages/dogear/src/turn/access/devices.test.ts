// Devices of a session: one more, one less, and the replies to an ended one.

import { describe, expect, it } from 'vitest'
import { checkout } from '../../flow/checkout.fixture.ts'
import type { SessionRecord } from '../record.ts'
import { browser, createSession, offer, sender, start } from '../session.fixture.ts'
import type { Turn } from '../take-turn.ts'
import { deviceLimit, deviceOf, endedLimit, endedOf, mayEnter } from './devices.ts'

const reason = ({ outcome }: Turn) => (outcome.kind === 'rejected' ? outcome.reason : outcome.kind)
const labels = (record: SessionRecord | undefined) => record?.devices.map(({ label }) => label)
const desktop = sender
const phone = browser('Phone')

/** A session of the desktop that as many others have joined. */
function shared(...others: string[]) {
  const session = createSession(checkout)
  session.event({ type: 'note.added' })
  for (const name of others) {
    session.access({ kind: 'issue', handoff: offer(name, 'join'), sender: desktop })
    session.access({ kind: 'redeem', by: 'link', hash: name, device: browser(name) })
  }
  return session
}

describe('devices', () => {
  it('enter by their secret alone, and nobody else does', () => {
    const { record } = shared('Phone') as { record: SessionRecord }
    expect(mayEnter(record, { secretHash: desktop.secretHash })).toBe('yes')
    expect(mayEnter(record, { secretHash: phone.secretHash })).toBe('yes')
    expect(mayEnter(record, { secretHash: browser('Stranger').secretHash })).toBeUndefined()
  })

  it('are seen with every turn they take, each its own', () => {
    const session = shared('Phone')
    session.event({ type: 'note.added' }, { from: phone, now: start + 5_000 })
    expect(session.record?.devices.map(({ seenAt }) => seenAt - start)).toEqual([0, 5_000])
  })

  it('are named in the trail by what they did', () => {
    const session = shared('Phone')
    session.event({ type: 'note.added' }, { from: phone })
    session.access({ kind: 'revoke', device: 'd3', sender: desktop })
    expect(session.record?.trail.map(({ event, device }) => `${device} ${event}`)).toEqual([
      'd1 note.added',
      'd1 handoff issued',
      'd3 handoff redeemed',
      'd3 note.added',
      'd1 device revoked',
    ])
  })

  it('are eight at most; a further one is refused and the offer stays open', () => {
    const session = shared(...Array.from({ length: deviceLimit - 1 }, (_, index) => `Device ${index}`))
    expect(session.record?.devices).toHaveLength(deviceLimit)
    session.access({ kind: 'issue', handoff: offer('ninth', 'join'), sender: desktop })
    const before = session.record
    expect(reason(session.access({ kind: 'redeem', by: 'link', hash: 'ninth', device: phone }))).toBe('too-many')
    expect(session.record).toBe(before)
    session.access({ kind: 'revoke', device: 'others', sender: desktop })
    expect(reason(session.access({ kind: 'redeem', by: 'link', hash: 'ninth', device: phone }))).toBe('applied')
  })

  it('may be as many as there can be and still pass the session on by moving', () => {
    const session = shared(...Array.from({ length: deviceLimit - 1 }, (_, index) => `Device ${index}`))
    session.access({ kind: 'issue', handoff: offer('away'), sender: desktop })
    expect(reason(session.access({ kind: 'redeem', by: 'link', hash: 'away', device: phone }))).toBe('applied')
    expect(session.record?.devices).toHaveLength(deviceLimit)
  })
})

describe('revoking', () => {
  it('ends one device in one turn: it enters no more, and is told by whom', () => {
    const session = shared('Phone', 'Tablet')
    expect(reason(session.access({ kind: 'revoke', device: 'd3', sender: desktop }, start + 9))).toBe('applied')
    expect(labels(session.record)).toEqual([desktop.label, 'Tablet'])
    expect(mayEnter(session.record as SessionRecord, { secretHash: phone.secretHash })).toEqual({
      id: 'd3',
      secretHash: phone.secretHash,
      label: 'Phone',
      why: 'revoked',
      to: desktop.label,
      at: start + 9,
      revision: 6,
    })
  })

  it('ends all others, but never the device that asks', () => {
    const session = shared('Phone', 'Tablet')
    session.access({ kind: 'revoke', device: 'others', sender: phone })
    expect(labels(session.record)).toEqual(['Phone'])
    const turn = session.access({ kind: 'revoke', device: 'd3', sender: phone })
    expect(turn.outcome).toEqual({
      kind: 'rejected',
      reason: 'invalid',
      issues: [{ path: ['device'], message: 'A device cannot revoke itself.' }],
    })
    expect(labels(session.record)).toEqual(['Phone'])
  })

  it('of nobody changes nothing', () => {
    const session = shared()
    const before = session.record
    for (const device of ['others', 'd9', 'toString', ''])
      expect(reason(session.access({ kind: 'revoke', device, sender: desktop }))).toBe('duplicate')
    expect(session.record).toBe(before)
  })

  it('takes back what the device has offered', () => {
    const session = shared('Phone')
    session.access({ kind: 'issue', handoff: offer('evil', 'join'), sender: phone })
    session.access({ kind: 'issue', handoff: offer('good', 'join'), sender: desktop })
    session.access({ kind: 'revoke', device: 'd3', sender: desktop })
    expect(session.record?.handoffs.map(({ link }) => link)).toEqual(['good'])
    expect(reason(session.access({ kind: 'redeem', by: 'link', hash: 'evil', device: browser('x') }))).toBe(
      'handoff-gone',
    )
  })

  it('keeps no more than the last four that were ended', () => {
    const session = shared('A', 'B', 'C', 'D', 'E', 'F')
    session.access({ kind: 'revoke', device: 'others', sender: desktop })
    expect(session.record?.ended.map(({ label }) => label)).toEqual(['C', 'D', 'E', 'F'])
    expect(session.record?.ended).toHaveLength(endedLimit)
    expect(mayEnter(session.record as SessionRecord, { secretHash: browser('A').secretHash })).toBeUndefined()
  })

  it('is for good: the device cannot take the session back', () => {
    const session = shared('Phone')
    session.access({ kind: 'revoke', device: 'd3', sender: desktop })
    const turn = session.access({ kind: 'take-back', sender: phone, device: browser('Phone again') })
    expect([reason(turn), turn.shown]).toEqual(['not-accepted', undefined])
  })
})

describe('a device that was ended', () => {
  it('changes nothing and sees nothing, whatever it sends', () => {
    const session = shared('Phone')
    session.access({ kind: 'revoke', device: 'd3', sender: desktop })
    const before = session.record
    const turns = [
      session.event({ type: 'note.added' }, { from: phone }),
      session.draft('shipping', { name: 'A' }, { from: phone }),
      session.access({ kind: 'issue', handoff: offer('again'), sender: phone }),
      session.access({ kind: 'revoke', device: 'd1', sender: phone }),
      session.access({ kind: 'revoke', device: 'others', sender: phone }),
      session.access({ kind: 'extend', sender: phone }, start + 60_000),
      session.access({ kind: 'attach', sender: browser('Phone', 'eve'), device: browser('Phone again') }),
    ]
    expect(turns.map(reason)).toEqual(turns.map(() => 'expired'))
    for (const turn of turns) expect([turn.record, turn.shown]).toEqual([before, undefined])
    expect(session.record).toBe(before)
  })

  it('is found as such, and no longer as a device', () => {
    const session = shared('Phone')
    session.access({ kind: 'revoke', device: 'd3', sender: desktop })
    const record = session.record as SessionRecord
    expect(deviceOf(record, phone.secretHash)).toBeUndefined()
    expect(endedOf(record, phone.secretHash)?.id).toBe('d3')
    expect(endedOf(record, desktop.secretHash)).toBeUndefined()
  })
})

describe('extending', () => {
  it('prolongs the session up to its absolute end, and does nothing else', () => {
    const session = shared()
    session.event({ type: 'note.added' })
    const { expiresAt, ...before } = session.record as SessionRecord
    const day = 86_400_000
    expect(reason(session.access({ kind: 'extend', sender: desktop }, start))).toBe('duplicate')
    session.access({ kind: 'extend', sender: desktop }, start + day)
    expect(session.record?.expiresAt).toBe(expiresAt + day)
    expect(session.record).toMatchObject({ snapshot: before.snapshot, trail: before.trail, receipts: before.receipts })
    for (let days = 2; days < 89; days += 20) session.access({ kind: 'extend', sender: desktop }, start + days * day)
    expect(session.record?.expiresAt).toBe(start + 90 * day)
    expect(reason(session.access({ kind: 'extend', sender: desktop }, start + 89 * day))).toBe('duplicate')
    expect(reason(session.access({ kind: 'extend', sender: desktop }, start + 90 * day))).toBe('expired')
  })

  it('comes with everything a person does, and with nothing the engine does', () => {
    const session = shared('Phone')
    const expiry = () => (session.record?.expiresAt ?? 0) - start - checkout.lifetime.idleMs
    session.draft('shipping', { name: 'A' }, { now: start + 1_000 })
    expect(expiry()).toBe(1_000)
    session.event({ type: 'shipping.submitted', name: 'Ada' }, { now: start + 2_000 })
    expect(expiry()).toBe(2_000)
    session.access({ kind: 'issue', handoff: offer('on'), sender: phone }, start + 3_000)
    expect(expiry()).toBe(3_000)
    session.access({ kind: 'redeem', by: 'code', hash: 'on-code', device: browser('Next') }, start + 4_000)
    expect(expiry()).toBe(4_000)
    expect(reason(session.wake(start + 902_000))).toBe('applied')
    expect(expiry()).toBe(4_000)
  })

  it('of a session that is not there is refused', () => {
    expect(reason(createSession(checkout).access({ kind: 'extend', sender: desktop }))).toBe('expired')
  })
})

describe('the holder of a secret', () => {
  const device = (secretHash: string, more: object = {}) => ({ id: secretHash, secretHash, label: '', ...more })
  const owner = { id: 'ada', label: 'a•••', sealedSelector: 's' }
  const record = (more: object = {}) =>
    ({
      ...{ revision: 3, owner, handoffs: [] },
      ...{ devices: [device('free'), device('owned', { owned: true })], ended: [] },
      ...more,
    }) as unknown as SessionRecord

  it.each<[string, string | undefined, SessionRecord, unknown]>([
    ['free', undefined, record(), 'yes'],
    ['free', 'eve', record(), 'yes'],
    ['free', undefined, record({ owner: null }), 'yes'],
    ['owned', 'ada', record(), 'yes'],
    ['owned', 'eve', record(), 'signed_out'],
    ['owned', undefined, record(), 'signed_out'],
    ['owned', undefined, record({ owner: null }), 'signed_out'],
    ['owned', 'ada', record({ owner: null }), 'signed_out'],
    ['unknown', 'ada', record(), undefined],
  ])('%s, signed in as %s, may enter or is told why not', (secretHash, signedIn, of, expected) => {
    expect(mayEnter(of, { secretHash, owner: signedIn })).toBe(expected)
  })

  it('that lost access is told why, if it may know', () => {
    const [lost, owned] = [device('lost', { why: 'moved' }), device('gone', { why: 'revoked', owned: true })]
    const of = record({ ended: [lost, owned] })
    expect(mayEnter(of, { secretHash: 'lost' })).toBe(lost)
    expect(mayEnter(of, { secretHash: 'gone', owner: 'ada' })).toBe(owned)
    expect(mayEnter(of, { secretHash: 'gone' })).toBe('signed_out')
  })
})
