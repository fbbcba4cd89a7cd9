// The calls of a provider for every outcome, crash point, policy: what the docs say, never more than `attempts`.

import { expect, it } from 'vitest'
import type { Store } from '../../store/store.ts'
import { eventually, person } from '../harness.fixture.ts'
import { leaseMs, type ShopOptions, shop, town, work } from './shop.fixture.ts'

const never = () => new Promise<never>(() => {})

type Outcome = { options: ShopOptions; value: string; again: boolean }

const outcomes = {
  fits: { options: { provider: async () => 'ch_1' }, value: 'paid', again: false },
  'cannot be kept': { options: { provider: async () => () => {} }, value: 'failed', again: false },
  'is too large': { options: { provider: async () => 'x'.repeat(100_000) }, value: 'failed', again: false },
  'is a card number': { options: { provider: async () => '4242424242424242' }, value: 'failed', again: false },
  'is final': { options: { provider: () => fail({ retryable: false }) }, value: 'failed', again: false },
  'is a failure': { options: { provider: () => fail({ code: 'ECONNRESET' }) }, value: 'failed', again: true },
  'comes too late': { options: { provider: never, timeout: 5 }, value: 'failed', again: true },
  // Set aside, for the deploy that mends the machine.
  'makes the machine throw': {
    options: { provider: async () => 'ch_1', take: () => fail() },
    value: 'paying',
    again: false,
  },
} as const satisfies Record<string, Outcome>
function fail(error?: object): Promise<never> {
  if (!error) throw new Error('this assign is broken')
  return Promise.reject(Object.assign(new Error('no'), error))
}

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
    [1, 2, 5].map((attempts) => ({ outcome: outcome as keyof typeof outcomes, point: point as Point, attempts })),
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
  const { value, again } = outcomes[outcome]
  const settled = point === 'with the result committed' && !again
  return settled || attempts > 1 || value === 'paying' ? value : 'failed'
}

/** A person who has ordered in a process that dies at this point. */
async function dyingAt(point: Point, options: ShopOptions) {
  const { lands, answers, hangs } = points[point]
  const { pass, process } = town()
  let commits = 0
  const dying = (inner: Store): Partial<Store> => ({
    async commit(...args) {
      const nth = commits++
      // The very first one begins the session, before the order.
      const answer = nth <= lands ? await inner.commit(...args) : undefined
      return nth <= answers && answer ? answer : never()
    },
    hold: never,
  })
  const before = shop({ ...options, ...(hangs ? { provider: never, timeout: '1 day' } : {}) })
  const dead = process(before.flow, dying)
  const someone = person(dead.engine)
  await someone.send('note')
  void someone.send('order').catch(() => {})
  // The last commit that it tries; it hears of none of them.
  await eventually(() => expect([commits, before.calls.length]).toEqual(hangs ? [2, 1] : answers ? [3, 1] : [2, 0]))
  for (let turns = 0; turns < 20; turns++) await new Promise((resolve) => setImmediate(resolve))
  return { pass, process, someone, calls: before.calls }
}

it.each(cases)('a result that $outcome, a crash $point, $attempts attempts', async (one) => {
  const options: ShopOptions = { ...outcomes[one.outcome].options, attempts: one.attempts }
  const { pass, process, someone, calls } = await dyingAt(one.point, options)
  const after = shop(options)
  const there = process(after.flow)
  const expected = expectedAttempts(one)
  await eventually(async () => {
    pass(leaseMs + 1)
    await work(there)
    expect((await there.engine.read('checkout', someone.caller)).value).toBe(expectedEnd(one))
    expect(calls.length + after.calls.length).toBe(expected.length)
  })
  for (let look = 0; look < 3; look++, pass(leaseMs + 1)) await work(there)
  const made = [...calls, ...after.calls]
  expect(made.map(({ attempt }) => attempt)).toEqual(expected)
  expect(made.length).toBeLessThanOrEqual(one.attempts)
  expect(new Set(made.map(({ effectId }) => effectId)).size).toBeLessThanOrEqual(1)
  const { pending } = await there.engine.read('checkout', someone.caller)
  expect(pending).toEqual(expectedEnd(one) === 'paying' ? ['pay'] : [])
})

const left = Object.keys(points).flatMap((point) => [1, 2, 5].map((attempts) => ({ point: point as Point, attempts })))

it.each(left)('an effect whose state is left after a crash $point is not tried again, of $attempts', async (one) => {
  const options: ShopOptions = { provider: () => fail({ code: 'ECONNRESET' }), attempts: one.attempts }
  const { pass, process, someone, calls } = await dyingAt(one.point, options)
  const after = shop(options)
  const there = process(after.flow)
  const stays = one.point === 'with the result committed' && one.attempts === 1
  await there.engine.send('checkout', someone.caller, { opId: 'leaving', event: { type: 'leave' } })
  for (let look = 0; look < 3; look++, pass(leaseMs + 1)) await work(there)
  expect((await there.engine.read('checkout', someone.caller)).value).toBe(stays ? 'failed' : 'cart')
  expect([...calls, ...after.calls].map(({ attempt }) => attempt)).toEqual(
    one.point === 'before the attempt' ? [] : [1],
  )
})
