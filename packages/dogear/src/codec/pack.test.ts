// The layout of a record: the one there is, how small it is, and that no other is read.

import { expect, it } from 'vitest'
import { checkout } from '../flow/checkout.fixture.ts'
import { recordFormat, type SessionRecord } from '../turn/record.ts'
import { browser, createSession, offer, sender } from '../turn/session.fixture.ts'
import { jsonCodec, msgpackCodec } from './codec.ts'
import { knownFormat } from './pack.ts'

const unreadable = expect.objectContaining({ code: 'record_unreadable' })

it('the layout the turn makes is the one the codec writes', () => {
  expect(knownFormat).toBe(recordFormat)
})

it.each([
  ['the members of a record, but claims to be of an earlier layout', [1, ...Array(21).fill(0)]],
  ['a member too few', [recordFormat, ...Array(20).fill(0)]],
  ['no members', []],
])('a list that has %s is no record', (_, list) => {
  // 0xdc: a list of up to 65,535 members, as in MessagePack.
  const bytes = Uint8Array.of(1, 0xdc, 0, list.length, ...list)
  expect(() => msgpackCodec().decode(bytes)).toThrow(unreadable)
})

it('a record that claims to be of an earlier layout is none', () => {
  const session = createSession(checkout)
  session.event({ type: 'note.added' })
  const record = session.record as SessionRecord
  const bytes = msgpackCodec().encode(record)
  // After the codec's byte and the head of the list.
  expect(bytes[4]).toBe(recordFormat)
  expect(() => msgpackCodec().decode(bytes.with(4, 1))).toThrow(unreadable)
  const json = jsonCodec().encode({ ...record, format: 1 })
  expect(() => jsonCodec().decode(json)).toThrow(unreadable)
})

it('hashes take no more room than their bytes, in devices, handoffs and the owner', () => {
  const hash = (fill: number) => Buffer.alloc(32, fill).toString('base64url')
  const session = createSession(checkout)
  session.event({ type: 'note.added' }, { from: { ...sender, secretHash: hash(1) } })
  const codec = msgpackCodec()
  const size = () => (session.record ? codec.encode(session.record).length : 0)
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
