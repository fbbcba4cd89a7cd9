// Receipts: what counts as the same operation, today and after the next release.

import { describe, expect, it } from 'vitest'
import { setup } from 'xstate'
import { z } from 'zod'
import { msgpackCodec } from '../codec/codec.ts'
import { defineFlow } from '../flow/define.ts'
import { knows, recall, remember } from './receipts.ts'
import { newRecord, type SessionRecord } from './record.ts'
import { createSession } from './session.fixture.ts'

const machine = setup({ types: { events: {} as { type: 'sent' } } }).createMachine({
  id: 'm',
  on: { sent: { actions: () => {} } },
})
const flow = defineFlow({ id: 'm', version: 1, machine, events: { sent: z.looseObject({}) } })
const position = { epoch: 0, revision: 0, mark: '' }
const empty = newRecord(flow, { status: 'active', value: {}, context: {} }, 0)

/** The outcome of an operation that is sent with one body and then, under the same id, with another. */
function again(first: Record<string, unknown>, second: Record<string, unknown>): string {
  const session = createSession(flow)
  session.event({ type: 'sent', ...first }, { opId: 'one-operation' })
  const { outcome } = session.event({ type: 'sent', ...second }, { opId: 'one-operation' })
  return outcome.kind === 'rejected' ? outcome.reason : outcome.kind
}

describe('the same operation', () => {
  it.each([
    ['its fields in another order', { a: 1, b: 2 }, { b: 2, a: 1 }],
    ['nested fields in another order', { a: [{ b: 1, c: 2 }] }, { a: [{ c: 2, b: 1 }] }],
    ['a field that is not there and one that is undefined', { a: 1 }, { a: 1, b: undefined }],
  ])('[M58] is recognised with %s', (_, first, second) => {
    expect(again(first, second)).toBe('duplicate')
    expect(again(second, first)).toBe('duplicate')
  })
})

describe('another operation under the same id', () => {
  it.each([
    ['another value', { a: 1 }, { a: 2 }],
    ['another field', { a: 1 }, { b: 1 }],
    ['a value more', { a: 1 }, { a: 1, b: 1 }],
    ['a number as text', { a: 1 }, { a: '1' }],
    ['nothing in place of what is undefined in a list', { a: [null] }, { a: [undefined] }],
    ['nothing as text', { a: null }, { a: 'null' }],
    ['a list in another order', { a: [1, 2] }, { a: [2, 1] }],
    ['a list run together', { a: [1, 2] }, { a: [12] }],
    ['a list in a list', { a: [1, 2] }, { a: [[1], 2] }],
    ['a list as an object', { a: [1] }, { a: { 0: 1 } }],
    ['an empty object for nothing', { a: {} }, { a: null }],
    ['one value for two fields', { a: 'x', b: '' }, { a: '', b: 'x' }],
  ])('[M58] is refused when it has %s', (_, first, second) => {
    expect(again(first, second)).toBe('op-reused')
    expect(again(second, first)).toBe('op-reused')
  })
})

describe('an operation without a position', () => {
  let sent = 0
  const others = (session: ReturnType<typeof createSession>, count: number, placed: boolean) => {
    for (let i = 0; i < count; i++) {
      const place = placed ? { position: session.position() } : {}
      expect(session.event({ type: 'sent', count: ++sent }, place).outcome.kind).toBe('applied')
    }
  }

  it.each([
    ['16 others', 16, true],
    ['hundreds of others', 300, true],
    ['47 others without one', 47, false],
  ])('is recognised after %s', (_, count, placed) => {
    const session = createSession(flow)
    others(session, 3, true)
    session.event({ type: 'sent' }, { opId: 'one-operation' })
    others(session, count, placed)
    expect(session.event({ type: 'sent' }, { opId: 'one-operation' }).outcome.kind).toBe('duplicate')
    expect(session.event({ type: 'sent', more: 1 }, { opId: 'one-operation' }).outcome).toMatchObject({
      reason: 'op-reused',
    })
  })

  it('makes one with a position stale as any other does, and takes so much room at most', () => {
    const session = createSession(flow)
    const again = { opId: 'one-operation', position: session.position() }
    session.event({ type: 'sent' }, again)
    others(session, 15, false)
    expect(session.event({ type: 'sent' }, again).outcome.kind).toBe('duplicate')
    others(session, 1, false)
    expect(session.event({ type: 'sent' }, again).outcome).toMatchObject({ reason: 'stale' })
    others(session, 200, false)
    expect(session.record?.receipts).toHaveLength(32 + 16)
    expect(msgpackCodec().decode(msgpackCodec().encode(session.record as SessionRecord))).toEqual(session.record)
  })
})

it('no two of many operations are taken for the same, nor are their bodies', () => {
  const ids = Array.from({ length: 1_000 }, (_, at) => `op-${at}`)
  const receipts = ids.flatMap((opId) => remember(empty, { opId, event: { type: 'sent', opId }, position }, 1))
  expect(new Set(receipts.map(({ op }) => op)).size).toBe(ids.length)
  expect(new Set(receipts.map(({ body }) => body)).size).toBeGreaterThan(ids.length - 5)
  for (const { op, body } of receipts) {
    expect(op).toBeLessThan(2 ** 40)
    expect(body).toBeLessThan(2 ** 23)
    expect(Math.min(op, body)).toBeGreaterThanOrEqual(0)
  }
})

it('a receipt that an earlier release wrote is recognised by this one', () => {
  const written = { op: 1_000_084_826_282, body: 974_909, position: { epoch: 3, revision: 7 } }
  const body = { type: 'shipping.submitted', name: 'Ada', tags: ['a', null, { b: 1.5, a: true }] }
  const sent = { opId: 'V1StGXR8_Z5jdHi6B-myT', event: body, position }
  expect(remember({ ...empty, epoch: 3 }, sent, 7)).toEqual([written])
  const record = { ...empty, receipts: [written] }
  expect(recall(record, 'V1StGXR8_Z5jdHi6B-myT', body)).toBe('same')
  expect(recall(record, 'V1StGXR8_Z5jdHi6B-myT', { ...body, name: 'Grace' })).toBe('reused')
  expect(recall(record, 'V1StGXR8_Z5jdHi6B-myU', body)).toBe('unknown')
  expect(knows(record, 'V1StGXR8_Z5jdHi6B-myT')).toBe(true)
  expect(knows(record, 'V1StGXR8_Z5jdHi6B-myU')).toBe(false)
})
