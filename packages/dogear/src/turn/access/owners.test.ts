// Sessions that belong to somebody: attached by signing in, opened on their other devices, closed to everybody else.

import { describe, expect, it } from 'vitest'
import { checkout } from '../../flow/checkout.fixture.ts'
import type { SessionRecord } from '../record.ts'
import { browser, createSession, offer, sender, start } from '../session.fixture.ts'
import type { Turn } from '../take-turn.ts'
import { deviceLimit, mayEnter } from './devices.ts'
import { attach } from './owners.ts'

const reason = ({ outcome }: Turn) => (outcome.kind === 'rejected' ? outcome.reason : outcome.kind)
const desktop = sender
const ada = browser('Desktop', 'ada')
const note = { type: 'note.added' }

function started(from = desktop) {
  const session = createSession(checkout)
  session.event(note, { from })
  return session
}
const enters = (record: SessionRecord | undefined, secretHash: string, owner?: string) =>
  mayEnter(record as SessionRecord, { secretHash, owner })

describe('an owner', () => {
  it('is whoever was signed in when it began, and their device is theirs', () => {
    const { record } = started(ada)
    expect(record).toMatchObject({
      owner: { id: 'ada', label: 'a•••', sealedSelector: 'd2F5' },
      devices: [{ owned: true }],
    })
  })

  it('comes in later by asking alone, whatever else a person does with the cookie of an account', () => {
    const signedIn = { ...desktop, owner: { id: 'ada', label: 'a•••', sealedSelector: 'd2F5' } }
    const session = started()
    session.event(note, { from: signedIn })
    session.draft('shipping', { name: 'A' }, { from: signedIn })
    session.access({ kind: 'extend', sender: signedIn }, start + 1)
    session.access({ kind: 'issue', handoff: offer('link'), sender: signedIn }, start + 2)
    expect(session.record).toMatchObject({ owner: null })
    expect(session.record?.devices[0]).not.toHaveProperty('owned')
    session.access({ kind: 'attach', sender: signedIn, device: browser('Desktop again') })
    expect(session.record).toMatchObject({ owner: { id: 'ada' }, devices: [{ owned: true }] })
  })

  it('is not whoever is signed in while a field is saved, but comes in with the first event', () => {
    const session = createSession(checkout)
    session.draft('shipping', { name: 'A' }, { from: ada })
    expect(session.record).toMatchObject({ owner: null })
    session.event(note, { from: ada })
    expect(session.record).toMatchObject({ owner: { id: 'ada' }, devices: [{ owned: true }] })
  })

  it('does not come in with the first event where another device joined before it: that has to be asked about', () => {
    const session = createSession(checkout)
    session.draft('shipping', { name: 'A' })
    session.access({ kind: 'issue', handoff: offer('link', 'join'), sender: desktop })
    session.access({ kind: 'redeem', by: 'link', hash: 'link', device: browser('Phone', 'ada') })
    session.event(note, { from: browser('Phone', 'ada') })
    expect(session.record).toMatchObject({ owner: null })
  })

  it('comes in at one device and leaves the others as they were', () => {
    const session = started()
    session.access({ kind: 'issue', handoff: offer('link', 'join'), sender: desktop })
    session.access({ kind: 'redeem', by: 'link', hash: 'link', device: browser('Phone') })
    session.access({ kind: 'attach', sender: browser('Phone', 'ada'), device: browser('Phone again') })
    expect(session.record?.devices.map(({ owned }) => owned)).toEqual([undefined, true])
  })

  it('asking once more, as the reply was lost, is the same as once', () => {
    const session = started()
    const sender = { ...ada, secretHash: desktop.secretHash }
    const attach = { kind: 'attach', sender, device: browser('Desktop again') } as const
    expect(reason(session.access(attach))).toBe('applied')
    const before = session.record
    expect(reason(session.access(attach))).toBe('duplicate')
    expect(session.record).toBe(before)
    expect(before?.trail.map(({ event }) => event)).toEqual(['note.added'])
  })

  it('keeps a way in that is as new as their last turn', () => {
    const session = started(ada)
    session.event(note, { from: { ...ada, owner: { id: 'ada', label: 'Ada', sealedSelector: 'bmV3' } } })
    expect(session.record?.owner).toEqual({ id: 'ada', label: 'Ada', sealedSelector: 'bmV3' })
  })

  it('is never replaced by somebody else', () => {
    const session = started(ada)
    session.access({ kind: 'issue', handoff: offer('link', 'join'), sender: ada })
    const eve = browser('Phone', 'eve')
    session.access({ kind: 'redeem', by: 'link', hash: 'link', device: eve })
    expect(session.record?.owner?.id).toBe('ada')
    expect(reason(session.event(note, { from: eve }))).toBe('applied')
    expect(reason(session.access({ kind: 'attach', sender: eve, device: browser('Phone again') }))).toBe('not-accepted')
    expect(session.record?.owner?.id).toBe('ada')
    expect(session.record?.devices.map(({ owned }) => owned)).toEqual([true, undefined])
  })
})

describe('a device of an owner', () => {
  it('needs them: signed out, or signed in as somebody else, it enters nothing', () => {
    const session = started(ada)
    const before = session.record
    expect(enters(before, ada.secretHash, 'ada')).toBe('yes')
    expect(enters(before, ada.secretHash)).toBe('signed_out')
    expect(enters(before, ada.secretHash, 'eve')).toBe('signed_out')
    for (const from of [browser('Desktop'), browser('Desktop', 'eve')]) {
      const turn = session.event(note, { from })
      expect([reason(turn), turn.shown]).toEqual(['expired', undefined])
    }
    expect(session.record).toBe(before)
  })

  it('is not what a handoff makes: that one works without signing in', () => {
    const session = started(ada)
    session.access({ kind: 'issue', handoff: offer('link', 'join'), sender: ada })
    const phone = browser('Phone')
    session.access({ kind: 'redeem', by: 'link', hash: 'link', device: browser('Phone', 'ada') })
    expect(enters(session.record, phone.secretHash)).toBe('yes')
    expect(reason(session.event(note, { from: phone }))).toBe('applied')
    session.event(note, { from: browser('Phone', 'ada') })
    expect(enters(session.record, phone.secretHash)).toBe('yes')
    const again = browser('Phone again')
    session.access({ kind: 'attach', sender: browser('Phone', 'ada'), device: again })
    expect(enters(session.record, phone.secretHash)).toBe('signed_out')
    expect(enters(session.record, again.secretHash)).toBe('signed_out')
    expect(enters(session.record, again.secretHash, 'ada')).toBe('yes')
  })

  it('that moved tells nothing and takes nothing back until they are signed in again', () => {
    const session = started(ada)
    session.access({ kind: 'issue', handoff: offer('link'), sender: ada })
    session.access({ kind: 'redeem', by: 'link', hash: 'link', device: browser('Phone') })
    expect(enters(session.record, ada.secretHash)).toBe('signed_out')
    expect(enters(session.record, ada.secretHash, 'ada')).toMatchObject({ why: 'moved', to: 'Phone' })
    const device = browser('Desktop again')
    expect(reason(session.access({ kind: 'take-back', sender: browser('Desktop'), device }))).toBe('expired')
    expect(reason(session.access({ kind: 'take-back', sender: ada, device }))).toBe('applied')
    expect(enters(session.record, device.secretHash)).toBe('signed_out')
    expect(enters(session.record, device.secretHash, 'ada')).toBe('yes')
  })
})

describe('opening a session on another device', () => {
  const phone = browser('Phone', 'ada')

  it('lets its owner in, beside the others', () => {
    const session = started(ada)
    expect(reason(session.access({ kind: 'open-as-owner', owner: 'ada', device: phone }))).toBe('applied')
    expect(session.record?.devices).toMatchObject([{ id: 'd1' }, { id: 'd2', label: 'Phone', owned: true }])
    expect(session.record?.trail.at(-1)).toMatchObject({ event: 'session opened', device: 'd2' })
    const before = session.record
    expect(reason(session.access({ kind: 'open-as-owner', owner: 'ada', device: phone }))).toBe('duplicate')
    expect(session.record).toBe(before)
  })

  it('is to anybody else as if there were none', () => {
    for (const session of [started(ada), started()]) {
      const before = session.record
      const turn = session.access({ kind: 'open-as-owner', owner: 'eve', device: phone })
      expect([reason(turn), turn.shown]).toEqual(['expired', undefined])
      expect(session.record).toBe(before)
    }
  })

  it('ends at eight devices', () => {
    const session = started(ada)
    const join = (name: string) => session.access({ kind: 'open-as-owner', owner: 'ada', device: browser(name, 'ada') })
    for (let count = 1; count < deviceLimit; count++) expect(reason(join(`Device ${count}`))).toBe('applied')
    const before = session.record
    const turn = join('One too many')
    expect([reason(turn), turn.shown]).toEqual(['too-many', undefined])
    expect(session.record).toBe(before)
  })
})

it('attaching gives the device of the owner a new secret, and takes nothing from another owner', () => {
  const { owner } = ada
  const device = { id: 'd1', secretHash: desktop.secretHash, label: 'Desktop' }
  const fresh = { kind: 'attach', device: browser('Desktop again') } as const
  const record = (more: object) =>
    ({ owner: null, devices: [device], ended: [], handoffs: [], revision: 4, ...more }) as unknown as SessionRecord
  const ask = (before: SessionRecord, sender: typeof ada) => attach(before, { ...fresh, sender }, start)
  const from = { ...desktop, owner } as typeof ada
  const given = {
    owner,
    devices: [{ id: 'd5', secretHash: fresh.device.secretHash, owned: true }],
    ended: [{ id: 'd1', why: 'moved', owned: true }],
  }
  for (const before of [record({}), record({ owner }), record({ owner, devices: [{ ...device, owned: true }] })])
    expect(ask(before, from)).toMatchObject(given)
  expect(ask(record({ owner: { ...owner, id: 'eve' } }), from)).toMatchObject({ reason: 'not-accepted' })
  expect(ask(record({ owner }), desktop)).toMatchObject({ reason: 'not-accepted' })
  expect(ask(record({ owner }), { ...from, secretHash: 'unknown' })).toMatchObject({ reason: 'expired' })
})
