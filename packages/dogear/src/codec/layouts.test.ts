// Records of earlier layouts stay readable, and are written in the one of today.

import { describe, expect, it } from 'vitest'
import { checkout } from '../flow/checkout.fixture.ts'
import { recordFormat } from '../turn/record.ts'
import { browser, createSession, offer, sender, start } from '../turn/session.fixture.ts'
import { msgpackCodec } from './codec.ts'
import { knownFormat } from './pack.ts'

/** A session at payment with a draft and a timer, as the first release wrote it. */
const first = [
  'AdwAFQGoY2hlY2tvdXQBAAKnYm05dVkyVd4AA6ZzdGF0dXOmYWN0aXZlpXZhbHVlp3BheW1lbnSnY29udGV4dN4ABKRuYW1lo0FkYaV0b2tlbs',
  'CncmVjZWlwdMCnY2hhcmdlcwCR3gAEomlkqXByaWNlSG9sZKpnZW5lcmF0aW9uAaVldmVudN4AAaR0eXBlrGhvbGQuZXhwaXJlZKVkdWVBdMtC',
  'ebduhniAAJDeAADHFXQB5Dnfo61S2SkAAu16yVe87jjhAACUqHNoaXBwaW5np3BheW1lbnSyc2hpcHBpbmcuc3VibWl0dGVkomQxxwN0AQABxw',
  'Z0AQsAAwEA3gABp3BheW1lbnTeAAKmdmFsdWVz3gABpXRva2VuqHRva19oYWxmpmlzc3Vlc5CRlaJkMcQGc2VjcmV0sEZpcmVmb3ggb24gTGlu',
  'dXgAAJDAy0J5t22qvoAAzQPozpp-y-g',
].join('')
const firstJson = `{"format":1,"flow":"checkout","version":1,"epoch":0,"revision":2,"commit":"bm9uY2U","snapshot":{"status":"active","value":"payment","context":{"name":"Ada","token":null,"receipt":null,"charges":0}},"timers":[{"id":"priceHold","generation":1,"event":{"type":"hold.expired"},"dueAt":1767226501000}],"effects":[],"entries":{},"receipts":[{"op":980223501229,"body":5429545,"position":{"epoch":0,"revision":1}},{"op":1019967264700,"body":15612129,"position":{"epoch":0,"revision":2}}],"visited":["shipping","payment"],"drafts":{"payment":{"values":{"token":"tok_half"},"issues":[]}},"devices":[{"id":"d1","secretHash":"c2VjcmV0","label":"Firefox on Linux","createdAt":1767225601000,"seenAt":1767225602000}],"handoffs":[],"owner":null,"trail":[{"event":"shipping.submitted","to":"payment","at":1767225601000,"device":"d1","from":"shipping"}],"createdAt":1767225601000,"updatedAt":1767225602000,"expiresAt":1769817602000}`

const stored = {
  'by MessagePack': Buffer.from(first, 'base64url'),
  'by JSON': Buffer.concat([Buffer.of(2), Buffer.from(firstJson)]),
}

describe.each(Object.entries(stored))('a record of the first layout %s', (_, bytes) => {
  const codec = msgpackCodec()

  it('is read, with nothing in what it did not have', () => {
    expect(codec.decode(bytes, 's')).toEqual({
      ...JSON.parse(firstJson),
      format: recordFormat,
      ended: [],
      handoffs: [],
      owner: null,
    })
  })

  it('goes on, and is written in the layout of today', () => {
    const session = createSession(checkout)
    session.record = codec.decode(bytes, 's')
    session.draft('payment', { token: 'tok_ok' }, { now: start + 3_000 })
    const next = codec.decode(codec.encode(session.record, 's'), 's')
    expect(next).toEqual(session.record)
    expect(next).toMatchObject({ format: 2, revision: 3, drafts: { payment: { at: { token: start + 3_000 } } } })
  })
})

it('the layout the turn makes is the one the codec writes', () => {
  expect(knownFormat).toBe(recordFormat)
})

it.each([
  ['as many members as the first layout, but claims to be newer', [2]],
  ['claims to be of the first layout, but has another number of members', [1, ...Array(21).fill(0)]],
  ['no members', []],
])('a list that has %s is no record', (_, list) => {
  // 0xdc: a list of up to 65,535 members, as in MessagePack.
  const members = list.length === 1 ? [...list, ...Array(20).fill(0)] : list
  const bytes = Uint8Array.of(1, 0xdc, 0, members.length, ...members)
  expect(() => msgpackCodec().decode(bytes, 's')).toThrow(expect.objectContaining({ code: 'record_unreadable' }))
})

it('a record of today that claims to be of the first layout is none', () => {
  const session = createSession(checkout)
  session.event({ type: 'note.added' })
  const bytes = session.record ? msgpackCodec().encode(session.record, 's') : new Uint8Array()
  // After the codec's byte and the head of the list.
  expect(bytes[4]).toBe(recordFormat)
  expect(() => msgpackCodec().decode(bytes.with(4, 1), 's')).toThrow(
    expect.objectContaining({ code: 'record_unreadable' }),
  )
})

it('hashes take no more room than their bytes, in devices, handoffs and the owner', () => {
  const hash = (fill: number) => Buffer.alloc(32, fill).toString('base64url')
  const session = createSession(checkout)
  session.event({ type: 'note.added' }, { from: { ...sender, secretHash: hash(1) } })
  const codec = msgpackCodec()
  const size = () => (session.record ? codec.encode(session.record, 's').length : 0)
  const before = size()
  const handoff = { ...offer('x'), link: hash(2), code: hash(3) }
  session.access({ kind: 'issue', handoff, sender: { ...sender, secretHash: hash(1) } })
  // Two hashes, who and until when, and one entry of the trail.
  expect(size() - before).toBeLessThanOrEqual(2 * 34 + 16 + 24)
  const issued = size()
  session.access({
    kind: 'attach',
    sender: { ...browser('x'), secretHash: hash(1), owner: { id: hash(4), label: 'a•••', sealedSelector: hash(5) } },
  })
  expect(size() - issued).toBeLessThanOrEqual(2 * 34 + 16)
})
