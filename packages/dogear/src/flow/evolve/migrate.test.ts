// Lifting a stored record from version to version, in memory, without ever touching what is stored.

import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { isDogearError } from '../../errors.ts'
import type { Persisted } from '../machine.ts'
import { type Evolving, migrate, type OlderRecord } from './migrate.ts'
import type { Migration, Migrations } from './migration.ts'

const snapshot: Persisted = {
  status: 'active',
  value: 'a',
  context: { names: ['Ada'] },
  historyValue: { h: [{ id: 'm.a' }] },
}
const timer = { id: 'xstate.after.hold.m.a', event: { type: 'xstate.after.hold.m.a' }, dueAt: 500, generation: 2 }
const effect = { id: 'pay', effectId: 's.pay.3', generation: 3, src: 'charge', input: { token: 't' } }
const stored: OlderRecord = {
  version: 1,
  revision: 7,
  snapshot,
  visited: ['a', 'b'],
  drafts: { a: { values: { name: 'Ad' }, issues: [{ path: ['name'], message: 'Too short' }], at: { name: 100 } } },
  timers: [timer],
  effects: [effect],
  entries: { pay: 3 },
}
const before = structuredClone(stored)

const migrations: Migrations = {
  1: ({ value, context, historyValue }) => ({
    value: { [value]: 'start' },
    context: { ...context, one: true },
    historyValue,
  }),
  2: ({ value, context }) => ({ value, context: { ...context, two: context.one } }),
}

const flowOf = (given: Migrations, version: number, options: Partial<Evolving> = {}): Evolving => ({
  version,
  oldest: 1,
  migrations: given,
  context: undefined,
  maxBytes: 65_536,
  ...options,
})
/** The record after one migration, from version 1. */
const lift = (migration: Migration, options: Partial<Evolving> = {}, record: OlderRecord = stored) =>
  migrate(flowOf({ 1: migration }, 2, options), record)
const lifted = (migration: Migration) => lift(migration).record

/** The code of a refusal, its message, and what caused it. */
function refusal(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    if (!isDogearError(error)) return error
    return [error.code, error.message, ...(error.cause instanceof Error ? [error.cause.message] : [])]
  }
}
const failed = (cause: unknown) => ['record_unreadable', 'the migration from version 1 failed', cause]

describe('a migration', () => {
  test('runs after the one before it, up to the version of this process', () => {
    const { record } = migrate(flowOf(migrations, 3), stored)
    expect(record).toEqual({
      ...stored,
      snapshot: { ...snapshot, value: { a: 'start' }, context: { names: ['Ada'], one: true, two: true } },
    })
    const later = migrate(flowOf(migrations, 3), { ...stored, version: 2 })
    expect(later.record.snapshot).toEqual({ ...snapshot, context: { names: ['Ada'], two: undefined } })
  })

  test('does not run for a session of this version', () => {
    expect(migrate(flowOf(migrations, 3), { ...stored, version: 3 }).wish).toEqual({ stay: true, given: false })
    const same = { ...stored, version: 3 }
    expect(migrate(flowOf(migrations, 3), same).record).toBe(same)
  })

  test('may edit what it is given; what is stored stays as it is', () => {
    const rename: Migration = (old) => {
      old.context.names[0] = 'Eve'
      Object.assign(old.drafts.a?.values as object, { name: 'Eve' })
      return old
    }
    const { snapshot: after, drafts } = lifted(rename)
    expect([after.context, drafts.a?.values]).toEqual([{ names: ['Eve'] }, { name: 'Eve' }])
    expect(stored).toEqual(before)
  })

  test('shares nothing with the session: what two sessions are given is not the same object', () => {
    const defaults = { tags: ['new'] }
    const give: Migration = ({ value }) => ({ value, context: defaults })
    const [one, other] = [lifted(give), lifted(give)]
    expect(one.snapshot.context).toEqual(defaults)
    expect(one.snapshot.context).not.toBe(defaults)
    expect(one.snapshot.context).not.toBe(other.snapshot.context)
  })

  test('keeps what it does not return', () => {
    expect(lifted(({ value }) => ({ value }))).toEqual(stored)
    expect(lifted((old) => old)).toEqual(stored)
  })

  test('may move history, timers, and the steps a person has been at', () => {
    const moved = { h: [{ id: 'm.b' }] }
    expect(lifted((old) => ({ ...old, historyValue: moved })).snapshot.historyValue).toEqual(moved)
    expect(lifted(({ value }) => ({ value, visited: ['b', 'c', 'b'] })).visited).toEqual(['b', 'c'])
    const bell = { id: 'bell', event: { type: 'rung' }, dueAt: 9 }
    expect(lifted(({ value, timers }) => ({ value, timers: [...timers, bell] })).timers).toEqual([
      timer,
      { ...bell, generation: 8 },
    ])
    expect(lifted(({ value }) => ({ value, timers: [] })).timers).toEqual([])
  })

  test('keeps status, output and error, which are not its business', () => {
    const done = { ...stored, snapshot: { ...snapshot, status: 'done', output: 7 } as Persisted }
    expect(migrate(flowOf(migrations, 3), done).record.snapshot).toMatchObject({ status: 'done', output: 7 })
  })

  test('cannot lead back: a record of a newer version waits for a process that knows it', () => {
    expect(refusal(() => migrate(flowOf(migrations, 3), { ...stored, version: 4 }))).toEqual([
      'newer_version',
      'the session is of version 4, this process knows 3',
    ])
  })

  test('of a version no longer known leaves the record alone', () => {
    expect(refusal(() => migrate(flowOf(migrations, 3, { oldest: 2 }), stored))).toEqual([
      'record_unreadable',
      'the session is of version 1, this process knows 2 to 3',
    ])
  })
})

describe('an effect under way', () => {
  test('may get another name and input, and stays under way under its idempotency key', () => {
    const { effects, entries } = lifted(({ value, effects: old }) => ({
      value,
      effects: old.map((one) => ({ ...one, id: 'charge', src: 'chargeCard', input: { card: 't' } })),
    }))
    expect(effects).toEqual([{ ...effect, id: 'charge', src: 'chargeCard', input: { card: 't' } }])
    expect(entries).toEqual({ pay: 3, charge: 3 })
  })

  test('cannot be lost by not being named, and none can be made up', () => {
    expect(lifted(({ value }) => ({ value, effects: [] })).effects).toEqual([effect])
    const forged = { ...effect, effectId: 's.pay.4' }
    expect(refusal(() => lift(({ value }) => ({ value, effects: [forged] })))).toEqual(
      failed('the effect "pay" is none of those there were; only a state can start one'),
    )
  })
})

describe('what was typed', () => {
  test('is never lost by not being named: a migration puts drafts over the old ones, and null takes one away', () => {
    const { drafts } = lifted(({ value }) => ({ value, drafts: { b: { values: { vat: '1' } } } }))
    expect(drafts).toEqual({ ...stored.drafts, b: { values: { vat: '1' }, issues: [] } })
    const moved = lifted((old) => ({ value: old.value, drafts: { b: old.drafts.a ?? null, a: null } }))
    expect(moved.drafts).toEqual({ b: stored.drafts.a })
  })

  test('moves with a step that goes by another id, and so does having been there', () => {
    const { drafts, visited } = lifted({ steps: { a: 'first' }, migrate: (old) => old })
    expect([drafts, visited]).toEqual([{ first: stored.drafts.a }, ['first', 'b']])
  })

  test('takes the shape of today, each field as old as it was', () => {
    const { drafts } = lifted({
      migrate: ({ value }) => ({ value }),
      draft: ({ values }) => ({ step: 'b', values: { givenName: values.name, familyName: '' } }),
    })
    expect(drafts).toEqual({
      b: { values: { givenName: 'Ad', familyName: '' }, issues: [], at: { givenName: 100, familyName: 100 } },
    })
  })

  test('stays as it is where nothing can be made of it', () => {
    const cannot: Migration = {
      migrate: ({ value }) => ({ value }),
      draft: () => {
        throw new Error('not a name')
      },
    }
    expect(lifted(cannot).drafts).toEqual(stored.drafts)
  })

  test('at two steps that become one is kept together', () => {
    const both = { ...stored, drafts: { a: { values: { x: 1 }, issues: [] }, b: { values: { y: 2 }, issues: [] } } }
    const { record } = lift({ steps: { a: 'c', b: 'c' }, migrate: (old) => old }, {}, both)
    expect(record.drafts).toEqual({ c: { values: { x: 1, y: 2 }, issues: [] } })
  })
})

describe('a migration that fails makes the record unreadable, never lost', () => {
  test.each<[string, unknown, unknown]>([
    [
      'throws',
      () => {
        throw new Error('cannot')
      },
      'cannot',
    ],
    ['returns nothing', () => undefined, 'it returned no state'],
    ['returns a promise', async (old: unknown) => old, 'it gave a promise; a turn waits for nobody'],
    ['returns no state', ({ context }: { context: unknown }) => ({ context }), 'it returned no state'],
    ['is not there', undefined, 'it is missing'],
    ['returns a function', () => ({ value: 'a', context: { f: () => 1 } }), 'a function at context.f'],
    [
      'returns a promise inside',
      () => ({ value: 'a', context: { p: Promise.resolve() } }),
      'an instance of Promise at context.p',
    ],
    [
      'returns an instance',
      () => ({ value: 'a', context: { list: [new URL('a:b')] } }),
      'an instance of URL at context.list[0]',
    ],
    [
      'returns too much',
      () => ({ value: 'a', context: 'x'.repeat(70_000) }),
      'more than the 65536 bytes a session may take',
    ],
    ['returns a circle', () => circle, 'nested too deeply, or in a circle, at context.self.self'],
    ['returns steps that are none', () => ({ value: 'a', visited: 'a' }), '"visited" is no list of steps'],
    ['returns a draft without values', () => ({ value: 'a', drafts: { b: {} } }), 'the draft of "b" has no values'],
    [
      'returns a timer without a deadline',
      () => ({ value: 'a', timers: [{ ...timer, dueAt: undefined }] }),
      `the timer "${timer.id}" has no id, no event or no deadline`,
    ],
    ['returns a timer twice', () => ({ value: 'a', timers: [timer, timer] }), `there are two timers "${timer.id}"`],
    ['resumes nowhere', { migrate: (old: unknown) => old, resume: () => undefined }, '"resume" named no step'],
  ])('that %s', (_, broken, cause) => {
    expect(refusal(() => lift(broken as Migration))).toEqual(failed(expect.stringContaining(String(cause))))
    expect(stored).toEqual(before)
  })

  const circle: { value: string; context: Record<string, unknown> } = { value: 'a', context: {} }
  circle.context.self = circle.context
})

describe('a context', () => {
  const Old = z.object({ names: z.array(z.string()) })
  const New = z.object({ name: z.string() })

  test('that is not what the migration starts from is not migrated', () => {
    const rule: Migration = { from: z.object({ names: z.string() }), migrate: (old) => old }
    expect(refusal(() => lift(rule))).toEqual(failed(expect.stringMatching(/^context\.names: /)))
  })

  test('that is not one of today is refused at the end of the chain, with the path of what is wrong', () => {
    const half: Migration = ({ value }) => ({ value, context: { given: 'Ada' } })
    expect(refusal(() => lift(half, { context: New }))).toEqual([
      'record_unreadable',
      'the migrations from version 1 gave a context that is none of version 2',
      expect.stringMatching(/^context\.name: /),
    ])
    const whole: Migration = ({ context, value }) => ({ value, context: { name: context.given } })
    expect(migrate(flowOf({ 1: half, 2: whole }, 3, { context: New }), stored).record.snapshot.context).toEqual({
      name: 'Ada',
    })
  })

  test('stays as it is: schemas check it, and take nothing away', () => {
    const rule: Migration = {
      from: Old,
      migrate: ({ value, context }) => ({ value, context: { ...context, name: 'Ada' } }),
    }
    const more = { ...stored, snapshot: { ...snapshot, context: { names: [], extra: 1 } } }
    expect(lift(rule, { context: New }, more).record.snapshot.context).toEqual({ names: [], extra: 1, name: 'Ada' })
  })
})

describe('where to go on', () => {
  const resume = (said: 'stay' | 'first-incomplete' | 'c'): Migration => ({
    migrate: ({ value }) => ({ value }),
    resume: said,
  })

  test('is the first step not seen, unless every migration of the chain lets people stay', () => {
    const wish = (...said: Parameters<typeof resume>[0][]) =>
      migrate(flowOf(Object.fromEntries(said.map((one, at) => [at + 1, resume(one)])), said.length + 1), stored).wish
    expect(wish('stay', 'stay')).toMatchObject({ to: undefined, stay: true })
    expect(wish('first-incomplete', 'stay')).toMatchObject({ to: undefined, stay: false })
    expect(wish('stay', 'first-incomplete')).toMatchObject({ to: undefined, stay: false })
    expect(wish('c', 'stay')).toMatchObject({ to: 'c', stay: true })
    expect(wish('c', 'first-incomplete')).toMatchObject({ to: 'c', stay: false })
    expect(wish('first-incomplete', 'c')).toMatchObject({ to: 'c', stay: true })
  })

  test('may depend on what became of the record, and goes by the id of today', () => {
    const rule: Migration = {
      migrate: ({ value }) => ({ value, context: { skip: true } }),
      resume: ({ context, visited }) => (context.skip && visited.includes('a') ? 'c' : 'stay'),
    }
    expect(lift(rule).wish.to).toBe('c')
    const renamed: Migration = { steps: { c: 'last' }, migrate: (old) => old, resume: 'stay' }
    expect(migrate(flowOf({ 1: rule, 2: renamed }, 3), stored).wish.to).toBe('last')
  })

  test('tells a state the last migration gave from one it left as it was', () => {
    expect(lift(({ value }) => ({ value })).wish.given).toBe(false)
    expect(lift(() => ({ value: 'b' })).wish.given).toBe(true)
    const twice = { 1: () => ({ value: 'b' }), 2: ({ value }: { value: unknown }) => ({ value }) }
    expect(migrate(flowOf(twice, 3), stored).wish.given).toBe(false)
  })
})
