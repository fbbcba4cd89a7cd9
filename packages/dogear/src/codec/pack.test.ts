// The layout of a record: the one there is, how small it is, and that no other is read.

import { Packr } from 'msgpackr'
import { expect, it } from 'vitest'
import { checkout } from '../flow/checkout.fixture.ts'
import { recordFormat, type SessionRecord } from '../turn/record.ts'
import { browser, createSession, offer, sender } from '../turn/session.fixture.ts'
import { jsonCodec, msgpackCodec } from './codec.ts'
import { storedInLayout3 } from './layout-3.fixture.ts'
import { knownFormat, knownLayout, pack } from './pack.ts'

const unreadable = expect.objectContaining({ code: 'record_unreadable' })

it('the format the turn makes is the one the codec knows', () => {
  expect(knownFormat).toBe(recordFormat)
})

it.each([
  ['the members of a record, but claims to be of an earlier layout', [1, ...Array(21).fill(0)]],
  ['a member too few', [knownLayout, ...Array(20).fill(0)]],
  ['what is no beginning', [knownLayout, ...Array(20).fill(0), 0, null, 'key']],
  ['a member too few of layout 3', [3, ...Array(20).fill(0)]],
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
  expect(bytes[4]).toBe(4)
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
    device: { ...browser('x'), secretHash: hash(6) },
  })
  expect(size() - issued).toBeLessThanOrEqual(2 * 34 + 16)
})

it.each(storedInLayout3)(
  'a record of layout 3, $name, reads as it did, and is written in the layout of today',
  (stored) => {
    const record: unknown = JSON.parse(stored.json)
    const codec = msgpackCodec()
    const before = Buffer.from(stored.base64, 'base64')
    expect(codec.decode(before)).toEqual(record)
    const after = codec.encode(codec.decode(before))
    expect(codec.decode(after)).toEqual(record)
    expect([before[4], after[4]]).toEqual([3, 4])
    expect(after.length).toBeLessThan(before.length)
  },
)

it('a record whose numbers were written with the kind of their list reads as it did', () => {
  const session = createSession(checkout)
  session.event({ type: 'note.added' })
  const record = session.record as SessionRecord
  const runs: Uint8Array[] = []
  const withKind = (part: unknown): unknown => {
    if (part instanceof Uint8Array) return runs[runs.push(new Uint8Array(part)) - 1]
    return Array.isArray(part) ? part.map(withKind) : part
  }
  const packed = new Packr({ useRecords: false, moreTypes: true }).pack(withKind(pack(record)))
  const before = Buffer.concat([Uint8Array.of(1), packed])
  expect(msgpackCodec().decode(before)).toEqual(record)
  expect(msgpackCodec().encode(record).length).toBeLessThanOrEqual(before.length - 2 * runs.length)
})

it.each([
  ['is an event by itself', { id: 'xstate.after.hold.m.a', event: { type: 'xstate.after.hold.m.a' } }],
  ['has data', { id: 'hold', event: { type: 'expired', why: { at: new Date(5) } } }],
  ['has fired', { id: 'a.b', event: { type: 'b.a' }, fired: true as const }],
  ['is set aside', { id: '.', event: { type: '' }, aside: true as const }],
])('a timer that %s comes back as it was', (_, timer) => {
  const session = createSession(checkout)
  session.event({ type: 'note.added' })
  const timers = Array.from({ length: 10 }, (_, generation) => ({
    ...timer,
    generation,
    dueAt: 1_900_000_000_000 + generation,
  }))
  const record: SessionRecord = { ...(session.record as SessionRecord), timers }
  expect(msgpackCodec().decode(msgpackCodec().encode(record))).toEqual(record)
})

it.each([
  ['under way', {}],
  ['with an id it had under another name', { effectId: 'session.old.7' }],
  ['of a session named by a hash', { effectId: `${'A'.repeat(43)}.charge.2` }],
  ['of a session without a name', { effectId: '.charge.2' }],
  ['given back', { unbegun: true as const, failure: 'effect_failed', leaseUntil: 0 }],
  ['with a result', { result: { ok: false as const, error: { message: 'no' }, retryable: true } }],
  ['settled', { settled: true as const, input: undefined }],
])('an effect %s comes back as it was', (_, more) => {
  const session = createSession(checkout)
  session.event({ type: 'note.added' })
  const effect = {
    id: 'charge',
    effectId: 'session-1.charge.2',
    generation: 2,
    src: 'pay.card',
    input: [1],
    attempt: 3,
  }
  const effects = [{ ...effect, leaseUntil: 1_900_000_000_000, ...more }]
  const record: SessionRecord = { ...(session.record as SessionRecord), effects }
  expect(msgpackCodec().decode(msgpackCodec().encode(record))).toEqual(record)
})

it.each([
  ['nested', { form: { a: 'address', b: 'done' } }],
  ['of one word', 'review'],
  ['with dots', 'a..b.'],
])('a state value %s comes back as it was, with the outcome of the machine', (_, value) => {
  const session = createSession(checkout)
  session.event({ type: 'note.added' })
  const before = session.record as SessionRecord
  for (const more of [
    {},
    { output: [{ a: 1 }, { a: 2 }], historyValue: { hist: ['a.b'] } },
    { error: { message: 'no' } },
  ]) {
    const record: SessionRecord = {
      ...before,
      snapshot: { status: 'done', value, context: [{ b: 1 }, { b: 2 }], ...more },
    }
    expect(msgpackCodec().decode(msgpackCodec().encode(record))).toEqual(record)
  }
})
