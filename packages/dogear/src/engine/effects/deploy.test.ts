// Effects across a deploy: a result that a process of the earlier version has in hand counts all the same.

import { expect, it } from 'vitest'
import { eventually, person } from '../harness.fixture.ts'
import { codesOf, ordered, shop, town, work } from './shop.fixture.ts'

const fail = (error: object) => Promise.reject(Object.assign(new Error('no'), error))

/** The answers of a provider, with the state each leads to. */
const outcomes = {
  'a result': { first: async () => 'ch_1', value: 'paid', out: 'ch_1', again: false },
  'a result that cannot be kept': {
    first: async () => () => {},
    value: 'failed',
    out: 'not_serializable',
    again: false,
  },
  'a result of 100 kB': { first: async () => 'x'.repeat(100_000), value: 'failed', out: 'too_large', again: false },
  'a card number': { first: async () => '4242424242424242', value: 'failed', out: undefined, again: false },
  'a final failure': {
    first: () => fail({ retryable: false, code: 'DECLINED' }),
    value: 'failed',
    out: 'DECLINED',
    again: false,
  },
  'a failure': { first: () => fail({ code: 'ECONNRESET' }), value: 'failed', out: 'ECONNRESET', again: true },
} as const

const cases = Object.keys(outcomes).flatMap((outcome) =>
  [1, 2, 5].map((attempts) => ({ outcome: outcome as keyof typeof outcomes, attempts })),
)

it.each(cases)(
  '$outcome in hand when a newer version has written, $attempts attempts',
  async ({ outcome, attempts }) => {
    const { first, value, out, again } = outcomes[outcome]
    const { store, process } = town()
    let answer: () => void = () => {}
    const asked = new Promise<void>((resolve) => (answer = resolve))
    const before = shop({ provider: () => asked.then<unknown>(first), attempts })
    const after = shop({ provider: first, attempts, version: 2 })
    const [here, there] = [process(before.flow), process(after.flow)]
    const someone = await ordered(here)
    const elsewhere = person(there.engine, someone.caller.credential)
    await elsewhere.send('note')
    expect(await elsewhere.read()).toMatchObject({ version: 2, value: 'paying', pending: ['charge'] })
    answer()
    await eventually(() => expect(codesOf(here)).toContain('newer_version'))
    // The clock stands still: a lease that was kept would keep the others out.
    await eventually(async () => {
      await work(there)
      expect((await elsewhere.read()).value).toBe(value)
    })
    const made = [...before.calls, ...after.calls]
    const every = Array.from({ length: again ? attempts : 1 }, (_, index) => index + 1)
    expect(made.map(({ attempt }) => attempt)).toEqual(every)
    expect(new Set(made.map(({ effectId }) => effectId)).size).toBe(1)
    const result = (await elsewhere.read()).context as { out: unknown }
    if (value === 'paid') expect(result.out).toBe(out)
    else if (out) expect(result.out).toMatchObject({ code: out })
    expect(await store.claimDue(9, 1)).toEqual([])
  },
)

it('an attempt that a process of the earlier version gives back can begin at once under the newer one', async () => {
  const { process } = town()
  const before = shop({ provider: () => new Promise(() => {}), attempts: 2 })
  const after = shop({ provider: async () => 'ch_1', attempts: 2, version: 2 })
  const [here, there] = [process(before.flow), process(after.flow)]
  const someone = await ordered(here)
  const elsewhere = person(there.engine, someone.caller.credential)
  await elsewhere.send('note')
  await here.engine.close(0)
  await eventually(async () => {
    await work(there)
    expect((await elsewhere.read()).value).toBe('paid')
  })
  expect([...before.calls, ...after.calls].map(({ attempt }) => attempt)).toEqual([1, 2])
  expect(codesOf(here)).toEqual([])
})
