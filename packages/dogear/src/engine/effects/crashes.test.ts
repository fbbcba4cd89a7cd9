// The calls of a provider for every outcome, crash point, policy: what the docs say, never more than `attempts`.

import { expect, it } from 'vitest'
import type { Store } from '../../store/store.ts'
import { eventually, person } from '../harness.fixture.ts'
import { leaseMs, shop, town, work } from './shop.fixture.ts'

const never = () => new Promise<never>(() => {})

const outcomes = {
  fits: { provider: async () => 'ch_1', value: 'paid', again: false },
  'cannot be kept': { provider: async () => () => {}, value: 'failed', again: false },
  'is final': { provider: () => fail({ retryable: false }), value: 'failed', again: false },
  'is a failure': { provider: () => fail({ code: 'ECONNRESET' }), value: 'failed', again: true },
} as const
const fail = (error: object) => Promise.reject(Object.assign(new Error('no'), error))

/** The last commits that still land, or are answered, before the process is gone: number 1 asks for the effect. */
const points = {
  'before the attempt': { lands: 1, answers: 0, hangs: false },
  'in the attempt': { lands: 1, answers: 1, hangs: true },
  'with the result in hand': { lands: 1, answers: 1, hangs: false },
  'with the result committed': { lands: 2, answers: 1, hangs: false },
} as const
type Point = keyof typeof points

const cases = Object.keys(outcomes).flatMap((outcome) =>
  Object.keys(points).flatMap((point) =>
    [1, 2, 3].map((attempts) => ({ outcome: outcome as keyof typeof outcomes, point: point as Point, attempts })),
  ),
)

/** The attempts that are made, by the docs: one that may have begun in a process that died is used up. */
function expectedAttempts({ outcome, point, attempts }: (typeof cases)[number]): number[] {
  const { again } = outcomes[outcome]
  const first = point === 'before the attempt' ? [] : [1]
  if (point === 'with the result committed' && (!again || attempts === 1)) return first
  // A failure that was committed has begun the next attempt, and that one died with its process.
  const next = point === 'with the result committed' ? 3 : 2
  const last = again ? attempts : Math.min(attempts, next)
  return [...first, ...Array.from({ length: Math.max(0, last - next + 1) }, (_, i) => next + i)]
}

function expectedEnd({ outcome, point, attempts }: (typeof cases)[number]): string {
  const settled = point === 'with the result committed' && !outcomes[outcome].again
  return settled || attempts > 1 ? outcomes[outcome].value : 'failed'
}

it.each(cases)('a result that $outcome, a crash $point, $attempts attempts', async (one) => {
  const { provider } = outcomes[one.outcome]
  const { lands, answers, hangs } = points[one.point]
  const { pass, process } = town()
  const dying = (inner: Store): Partial<Store> => {
    let commits = 0
    return {
      async commit(...args) {
        const nth = commits++
        // The very first one begins the session, before the order.
        const answer = nth <= lands ? await inner.commit(...args) : undefined
        return nth <= answers && answer ? answer : never()
      },
      hold: never,
    }
  }
  const before = shop({ provider: hangs ? never : provider, attempts: one.attempts })
  const after = shop({ provider, attempts: one.attempts })
  const dead = process(before.flow, dying)
  const someone = person(dead.engine)
  await someone.send('note')
  void someone.send('order').catch(() => {})
  for (let turns = 0; turns < 20; turns++) await new Promise((resolve) => setImmediate(resolve))
  const there = process(after.flow)
  await eventually(async () => {
    pass(leaseMs + 1)
    await work(there)
    expect((await there.engine.read('checkout', someone.caller)).value).toBe(expectedEnd(one))
  })
  pass(leaseMs + 1)
  await work(there)
  const made = [...before.calls, ...after.calls]
  expect(made.map(({ attempt }) => attempt)).toEqual(expectedAttempts(one))
  expect(made.length).toBeLessThanOrEqual(one.attempts)
  expect(new Set(made.map(({ effectId }) => effectId)).size).toBeLessThanOrEqual(1)
  expect((await there.engine.read('checkout', someone.caller)).pending).toEqual([])
})
