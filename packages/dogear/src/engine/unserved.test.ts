// Sessions a worker cannot serve: which claims it gives back, until when it passes over them, and what it says of them.

import { describe, expect, it } from 'vitest'
import { DogearError, type DogearErrorCode } from '../errors.ts'
import type { Due } from '../store/store.ts'
import { createUnserved } from './unserved.ts'

const leaseMs = 15_000

function world({ idleMs = 500 } = {}) {
  let now = 1_000_000
  const given: { id: string; inMs: number }[] = []
  const errors: unknown[] = []
  const giveBack = async ({ id }: Due, at: number) => given.push({ id, inMs: at - now })
  const unserved = createUnserved({
    ...{ now: () => now, giveBack, leaseMs, idleMs },
    onError: (error) => errors.push(error),
  })
  return {
    given,
    errors,
    passes: (ms: number) => {
      now += ms
    },
    refuse: (
      id: string,
      error: unknown,
      { overdueMs = 0, dueAt = now - overdueMs }: { overdueMs?: number; dueAt?: number } = {},
    ) => unserved.refused({ id, dueAt, leaseUntil: now + leaseMs }, error),
    passesOver: (id: string) => unserved.passedOver().has(id),
    count: () => unserved.passedOver().size,
  }
}

const coded = (code: DogearErrorCode, message = 'no') => new DogearError(code, message)

it.each(['store_unavailable', 'conflict', 'rate_limited', 'session_gone'] as const)(
  'a claim that failed with %s is reported and left to end by itself',
  async (code) => {
    const { refuse, errors, given, passesOver } = world()
    await refuse('a', coded(code))
    expect([errors, given]).toEqual([[coded(code)], []])
    expect(passesOver('a')).toBe(false)
  },
)

it.each<[string, unknown]>([
  ['a record that cannot be read', coded('record_unreadable')],
  ['a flow that throws', coded('flow_failed')],
  ['a flow nobody here knows', coded('unknown_flow')],
  ['a later version', coded('newer_version')],
  ['a bug', new TypeError('undefined is not a function')],
])('%s gives the session back to its place, and passes over it for three idle pauses', async (_, error) => {
  const { refuse, given, passesOver, passes } = world()
  await refuse('a', error, { overdueMs: 200 })
  expect(given).toEqual([{ id: 'a', inMs: -200 }])
  expect([passesOver('a'), passesOver('b')]).toEqual([true, false])
  passes(1_499)
  expect(passesOver('a')).toBe(true)
  passes(1)
  expect(passesOver('a')).toBe(false)
})

it('a session is passed over for twice as long each time, and as at first once it has another deadline', async () => {
  const { refuse, passesOver, passes } = world()
  for (const [dueAt, ms] of [
    [900_000, 1_500],
    [900_000, 3_000],
    [900_000, 6_000],
    [950_000, 1_500],
    [950_000, 3_000],
  ] as const) {
    await refuse('a', coded('flow_failed'), { dueAt })
    passes(ms - 1)
    expect(passesOver('a')).toBe(true)
    passes(1)
    expect(passesOver('a')).toBe(false)
  }
})

describe('what belongs to another fleet', () => {
  it.each(['unknown_flow', 'newer_version'] as const)('is reported once a minute for a flow (%s)', async (code) => {
    const { refuse, errors, passes } = world()
    const [one, other] = [coded(code, 'flow "one"'), coded(code, 'flow "other"')]
    for (const error of [one, one, other]) await refuse('a', error)
    expect(errors).toEqual([one, other])
    passes(59_999)
    await refuse('a', one)
    expect(errors).toHaveLength(2)
    passes(1)
    await refuse('a', one)
    await refuse('b', one)
    expect(errors).toEqual([one, other, one])
  })

  it('keeps nothing else from being reported each time', async () => {
    const { refuse, errors } = world()
    for (const error of [coded('flow_failed'), coded('flow_failed'), new Error('no'), new Error('no')])
      await refuse('a', error)
    expect(errors).toHaveLength(4)
  })
})

describe('a worker that passes over a thousand sessions', { timeout: 60_000 }, () => {
  const full = async (idleMs: number) => {
    const here = world({ idleMs })
    for (let i = 0; i < 1_000; i++) await here.refuse(`${i}`, coded('flow_failed'))
    expect(here.count()).toBe(1_000)
    return here
  }

  it('has room for another once their time is over', async () => {
    const { refuse, given, passes, passesOver, count } = await full(1_000)
    passes(2_999)
    await refuse('early', coded('flow_failed'), { overdueMs: 20_000 })
    expect(given.at(-1)).toEqual({ id: 'early', inMs: 20_000 })
    expect([passesOver('early'), count()]).toEqual([false, 1_000])
    passes(1)
    await refuse('in time', coded('flow_failed'), { overdueMs: 20_000 })
    expect(given.at(-1)).toEqual({ id: 'in time', inMs: -20_000 })
    expect([passesOver('in time'), count()]).toEqual([true, 1])
  })

  it('forgets the one given back first for one whose time has only just come', async () => {
    const { refuse, given, passesOver, count } = await full(1_000)
    await refuse('fresh', coded('flow_failed'), { overdueMs: 9_999 })
    expect(given.at(-1)).toEqual({ id: 'fresh', inMs: -9_999 })
    expect([passesOver('fresh'), passesOver('0'), passesOver('1'), count()]).toEqual([true, false, true, 1_000])
  })

  it('goes on passing over those it knows', async () => {
    const { refuse, given, passesOver, count } = await full(1_000)
    await refuse('7', coded('flow_failed'), { overdueMs: 20_000 })
    expect(given.at(-1)).toEqual({ id: '7', inMs: -20_000 })
    expect([passesOver('7'), count()]).toEqual([true, 1_000])
  })

  it('puts others off so that no two come back at once, as long as they come within ten seconds', async () => {
    const { refuse, given, passes } = await full(1_000_000)
    const putOff = async () => {
      await refuse('late', coded('flow_failed'), { overdueMs: 10_000 })
      return given.at(-1)?.inMs
    }
    const waits: unknown[] = []
    for (let i = 0; i < 1_000; i++) waits.push(await putOff())
    expect(waits).toEqual(Array.from({ length: 1_000 }, (_, i) => Math.max(10_000, 1_000 + 10 * i)))
    passes(10_000)
    expect(await putOff()).toBe(11_000)
    passes(1)
    expect(await putOff()).toBe(10_000)
  })
})
