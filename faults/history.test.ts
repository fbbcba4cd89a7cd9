// The judge of histories against histories that are wrong on purpose: each has to be seen for what it is.

import { expect, test } from 'vitest'
import { remember } from '../packages/dogear/src/turn/receipts.ts'
import { checkHistory } from './history.ts'
import type { Answer, Attempt, Operation, SessionRecord, Version } from './journal.ts'

const session = 'one'
const at = (revision: number) => ({ epoch: 0, revision, mark: `${revision}`.padEnd(8, '-') })
const answered = (kind: 'applied' | 'duplicate' | 'read', revision: number): Answer => ({
  kind,
  session,
  position: at(revision),
  step: null,
})
const refused = (revision: number): Answer => ({
  kind: 'refused',
  code: 'stale_step',
  session,
  position: at(revision),
  step: null,
})
const unknown: Answer = { kind: 'unknown', why: 'timeout' }

/** An attempt that was sent at `sentAt` and answered a millisecond later. */
const tried = (sentAt: number, answer: Answer, client = 'someone'): Attempt => ({
  client,
  sentAt,
  answeredAt: sentAt + 1,
  answer,
})
const operation = (opId: string, ...attempts: Attempt[]): Operation => ({
  opId,
  request: { event: { type: 'any' } },
  secretHash: '',
  attempts,
})

/** A chain whose versions were written by these operations. */
function chain(opIds: readonly string[], revisions = opIds.map((_, index) => index + 1)): Version[] {
  return opIds.map((opId, index) => {
    const position = at(revisions[index] ?? 0)
    const record = { ...position, receipts: [] } as unknown as SessionRecord
    return {
      session,
      position,
      record: { ...record, receipts: remember(record, { opId, event: { type: 'sent' }, position }, position.revision) },
    }
  })
}

const seen = (operations: Operation[], versions: Version[], reads: Attempt[] = []) => [
  ...new Set(checkHistory({ operations, versions, reads }).map(({ rule }) => rule)),
]

test('finds nothing in a history in which all went well, or nobody knows', () => {
  const operations = [
    operation('a', tried(0, unknown), tried(2, answered('duplicate', 1))),
    operation('b', tried(4, answered('applied', 2))),
    operation('c', tried(6, unknown)),
  ]
  expect(seen(operations, chain(['a', 'b']), [tried(8, answered('read', 2))])).toEqual([])
  expect(seen(operations, chain(['a', 'b', 'c']))).toEqual([])
})

test('sees a revision written twice, left out, or gone back', () => {
  const operations = [operation('a', tried(0, unknown)), operation('b', tried(0, unknown))]
  expect(seen(operations, chain(['a', 'b'], [1, 1]))).toEqual(['fork'])
  expect(seen(operations, chain(['a', 'b'], [1, 3]))).toEqual(['fork'])
  expect(seen(operations, chain(['a', 'b'], [2, 1]))).toEqual(['fork'])
})

test('sees an acknowledged event that is not there', () => {
  expect(
    seen(
      [operation('a', tried(0, answered('applied', 1))), operation('b', tried(2, answered('applied', 1)))],
      chain(['a']),
    ),
  ).toEqual(['lost'])
})

test('sees an event that was applied twice', () => {
  expect(seen([operation('a', tried(0, unknown), tried(2, answered('applied', 2)))], chain(['a', 'a']))).toContain(
    'twice',
  )
})

test('sees an event that was refused though it was applied', () => {
  expect(seen([operation('a', tried(0, unknown), tried(2, refused(1)))], chain(['a']))).toEqual(['refused'])
  expect(seen([operation('a', tried(0, refused(0)))], chain(['a']))).toEqual(['refused'])
})

test('lets an event that nobody knows of be applied after another attempt of it was refused', () => {
  expect(
    seen(
      [operation('b', tried(0, unknown)), operation('a', tried(0, unknown), tried(2, refused(1)))],
      chain(['b', 'a']),
    ),
  ).toEqual([])
})

test('sees an order that contradicts what was known when an event was sent', () => {
  const operations = [
    operation('a', tried(0, answered('applied', 2))),
    operation('b', tried(5, answered('applied', 2))),
  ]
  expect(seen(operations, chain(['b', 'a']))).toContain('order')
})

test('sees a client going back in time, but not two clients at once', () => {
  const operations = [operation('a', tried(0, unknown)), operation('b', tried(1, unknown))]
  expect(seen(operations, chain(['a', 'b']), [tried(5, answered('read', 2)), tried(7, answered('read', 1))])).toEqual([
    'backwards',
  ])
  expect(
    seen(operations, chain(['a', 'b']), [tried(5, answered('read', 2)), tried(7, answered('read', 1), 'other')]),
  ).toEqual([])
})

test('sees an answer about a revision that was never written', () => {
  expect(seen([operation('a', tried(0, unknown))], chain(['a']), [tried(5, answered('read', 2))])).toEqual(['lost'])
})
