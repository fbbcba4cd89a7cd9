// Which state somebody has seen, and from where they may send an event, each rule on its own.

import { describe, expect, it } from 'vitest'
import { assign, setup } from 'xstate'
import { z } from 'zod'
import { defineFlow, type Flow } from '../flow/define.ts'
import { open } from './open.ts'
import { place, relationOf } from './position.ts'
import { canonical, looseLimit, mayBeForgotten, receiptLimit, remember } from './receipts.ts'
import type { Receipt, UnsavedRecord } from './record.ts'
import { createSession, start } from './session.fixture.ts'

describe('a state that was seen', () => {
  const record = { epoch: 2, revision: 5, mark: 'oneccccc', lineage: 'aaabbb' } as UnsavedRecord
  it.each([
    ['current', 2, 5, 'oneccccc'],
    ['lost', 2, 5, 'onecccxx'],
    ['lost', 2, 5, 'onexxxxx'],
    ['lost', 2, 6, 'oneccccc'],
    ['earlier', 2, 4, 'onebbb--'],
    ['earlier', 1, 4, 'onebbb--'],
    ['lost', 2, 4, 'oneaaa--'],
    ['lost', 3, 4, 'onebbb--'],
    ['earlier', 2, 3, 'oneaaa--'],
    ['lost', 2, 3, 'onebbb--'],
    ['unknown', 2, 2, 'oneaaa--'],
    ['unknown', 2, 4, 'twobbb--'],
    ['unknown', 2, 6, 'twoccccc'],
    ['earlier', 0, 0, ''],
  ])('is %s at epoch %i, revision %i, mark %s', (relation, epoch, revision, mark) => {
    expect(relationOf(record, { epoch, revision, mark })).toBe(relation)
  })
})

describe('an operation may have been forgotten', () => {
  const receipts = (count: number, epoch = 1): Receipt[] =>
    Array.from({ length: count }, (_, index) => ({ op: index, body: 0, position: { epoch, revision: index + 1 } }))
  const forgotten = (count: number, epoch: number, revision: number) =>
    mayBeForgotten({ receipts: receipts(count) } as never, { epoch, revision, mark: '' })

  it('if it was sent before the oldest of the last ones that are remembered', () => {
    expect(forgotten(receiptLimit - 1, 1, 0)).toBe(false)
    expect(forgotten(receiptLimit, 1, 0)).toBe(true)
    expect(forgotten(receiptLimit, 1, 1)).toBe(false)
    expect(forgotten(receiptLimit + 4, 1, 4)).toBe(true)
    expect(forgotten(receiptLimit + 4, 1, 5)).toBe(false)
    expect(forgotten(receiptLimit + 4, 0, 99)).toBe(true)
    expect(forgotten(receiptLimit + 4, 2, 0)).toBe(false)
  })

  it('as those without a position are remembered longer, and no longer than the last of them', () => {
    let known: readonly Receipt[] = []
    const event = { type: 'x' }
    const position = { epoch: 0, revision: 0, mark: '' }
    for (let index = 0; index < 100; index++) {
      const sent = { opId: `${index}`, event, ...(index % 2 ? { position } : {}) }
      known = remember({ receipts: known, epoch: 0 } as never, sent, index + 1)
    }
    const revisions = known.map((receipt) => receipt.position.revision)
    const loose = Array.from({ length: looseLimit }, (_, index) => 83 - 2 * (looseLimit - 1 - index))
    const last = Array.from({ length: receiptLimit }, (_, index) => 85 + index)
    expect(revisions).toEqual([...loose, ...last])
  })
})

it('bodies of different kinds are different, and equal ones the same', () => {
  const kinds = () => [
    ...[5, '5', 5n, '5n', -0, 0, null, 'null', true, 'true', [], {}, { a: 5 }, { a: '5' }, { b: 5 }],
    ...[new Date(5), new Date(6), 'Date(5)', [5], [[5]], new Uint8Array([5]), new Uint8Array([6])],
    ...[new Map([[5, 5]]), new Map([[5, 6]]), new Set([5]), new Set([6]), [undefined], [null], { a: [5] }],
  ]
  const texts = kinds().map(canonical)
  expect(new Set(texts).size).toBe(texts.length)
  expect(kinds().map(canonical)).toEqual(texts)
  expect(canonical({ b: 1, a: 2, c: undefined })).toBe(canonical({ a: 2, b: 1 }))
})

describe('where several steps are active', () => {
  const step = (path: string) => ({ step: { path, title: path } })
  const flow = defineFlow({
    ...{ id: 'both', version: 1, events: { left: z.object({}), right: z.object({}), noted: z.object({}) } },
    machine: setup({
      types: {
        context: {} as { count: number },
        events: {} as { type: 'left' } | { type: 'right' } | { type: 'noted' },
      },
      delays: { hour: 3_600_000 },
    }).createMachine({
      id: 'both',
      type: 'parallel',
      context: { count: 0 },
      on: { noted: { actions: assign({ count: ({ context }) => context.count + 1 }) } },
      states: {
        left: {
          initial: 'one',
          states: {
            one: { id: 'one', meta: step('one'), on: { left: 'two' }, after: { hour: 'two' } },
            two: { id: 'two', meta: step('two') },
          },
        },
        right: {
          initial: 'three',
          states: {
            three: { id: 'three', meta: step('three'), on: { right: 'four' } },
            four: { id: 'four', meta: step('four') },
          },
        },
      },
    }),
  }) as unknown as Flow
  const began = () => {
    const session = createSession(flow)
    session.event({ type: 'noted' }, { step: 'three' })
    return session
  }

  it('an event is taken from any of them, whatever its sender has seen', () => {
    const { record } = began()
    if (!record) throw new Error('there is no record')
    const { live, record: opened } = open(flow, record, start)
    const from = (step: string | undefined, position?: object) =>
      place(flow, opened, { live, step, position: position as never })
    for (const step of ['one', 'three']) expect(from(step)).toEqual({ kind: 'here' })
    expect(from('two')).toEqual({ kind: 'stale' })
    expect(from(undefined)).toEqual({ kind: 'here' })
    expect(from(undefined, { epoch: 0, revision: 0, mark: '' })).toEqual({ kind: 'stale' })
    expect(from('one', { epoch: 0, revision: 0, mark: '' })).toEqual({ kind: 'here' })
  })

  it('a person is at the step they send from, then at the one it opens, whatever a timer moves beside it', () => {
    const session = began()
    expect(session.record?.at).toBe('three')
    session.event({ type: 'noted' }, { step: 'one' })
    expect(session.record?.at).toBe('one')
    session.event({ type: 'right' }, { step: 'three' })
    expect(session.record?.at).toBe('four')
    session.wake(start + 3_600_000)
    expect(session.record).toMatchObject({ at: 'four', snapshot: { value: { left: 'two', right: 'four' } } })
  })

  it('a person whose step a timer has left goes where it leads', () => {
    const session = began()
    session.event({ type: 'noted' }, { step: 'one' })
    session.wake(start + 3_600_000)
    expect(session.record?.at).toBe('two')
  })
})
