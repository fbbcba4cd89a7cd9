// Lifting a stored snapshot from version to version, in memory, without ever touching what is stored.

import { describe, expect, test } from 'vitest'
import { isDogearError } from '../errors.ts'
import type { Persisted } from './machine.ts'
import { type Migration, type Migrations, migrate } from './migrate.ts'

const stored: Persisted = {
  status: 'active',
  value: 'a',
  context: { names: ['Ada'] },
  historyValue: { h: [{ id: 'm.a' }] },
}

const migrations: Migrations = {
  1: ({ value, context, historyValue }) => ({
    value: { [value]: 'start' },
    context: { ...context, one: true },
    historyValue,
  }),
  2: ({ value, context }) => ({ value, context: { ...context, two: context.one } }),
}

function failure(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return isDogearError(error) ? [error.code, error.message, error.retryAfterMs] : error
  }
}

describe('a migration', () => {
  test('runs after the one before it, up to the version of this process', () => {
    expect(migrate(migrations, stored, { from: 1, to: 3 })).toEqual({
      ...stored,
      value: { a: 'start' },
      context: { names: ['Ada'], one: true, two: true },
    })
    expect(migrate(migrations, stored, { from: 2, to: 3 })).toEqual({
      ...stored,
      context: { names: ['Ada'], two: undefined },
    })
  })

  test('does not run for a session of this version', () => {
    expect(migrate(migrations, stored, { from: 3, to: 3 })).toBe(stored)
  })

  test('may edit what it is given; what is stored stays as it is', () => {
    const before = structuredClone(stored)
    const rename: Migration = (old) => {
      old.context.names[0] = 'Eve'
      return old
    }
    const lifted = migrate({ 1: rename }, stored, { from: 1, to: 2 })
    expect(lifted.context).toEqual({ names: ['Eve'] })
    expect(stored).toEqual(before)
  })

  test('keeps history unless it returns another one', () => {
    const moved = { h: [{ id: 'm.b' }] }
    expect(migrate({ 1: (old) => ({ ...old, historyValue: moved }) }, stored, { from: 1, to: 2 }).historyValue).toEqual(
      moved,
    )
    expect(
      migrate({ 1: ({ value, context }) => ({ value, context }) }, stored, { from: 1, to: 2 }).historyValue,
    ).toEqual(stored.historyValue)
  })

  test('keeps status, output and error, which are not its business', () => {
    const done: Persisted = { ...stored, status: 'done', output: 7 }
    expect(migrate(migrations, done, { from: 1, to: 3 })).toMatchObject({ status: 'done', output: 7 })
  })

  test.each<[string, Migrations]>([
    [
      'throws',
      {
        1: () => {
          throw new Error('cannot')
        },
      },
    ],
    ['returns nothing', { 1: () => undefined as never }],
    ['returns a promise', { 1: async (old: unknown) => old } as never],
    ['returns no state', { 1: ({ context }) => ({ context }) as never }],
    ['is not there', {}],
  ])('that %s makes the record unreadable, never lost', (_, broken) => {
    expect(failure(() => migrate(broken, stored, { from: 1, to: 2 }))).toEqual([
      'record_unreadable',
      'the migration from version 1 failed',
      undefined,
    ])
  })

  test('cannot lead back: a record of a newer version waits for a process that knows it', () => {
    expect(failure(() => migrate(migrations, stored, { from: 4, to: 3 }))).toEqual([
      'newer_version',
      'the session is of version 4, this process knows 3',
      5_000,
    ])
  })
})
