// Results of effects that cannot be taken at once: the provider is called once, whatever stands in the way.

import { describe, expect, it } from 'vitest'
import { eventually } from '../harness.fixture.ts'
import { codesOf, leaseMs, ordered, shop, town, work } from './shop.fixture.ts'

class Charge {
  id = 'ch_1'
}
const long = 'x'.repeat(100_000)
const unreadable = {
  get id(): string {
    throw new Error('no')
  },
}
const hour = 3_600_000

describe('a result that cannot be stored is an error for the machine, reported, at one call of the provider:', () => {
  it.each<[string, unknown, string]>([
    ['an instance of a class', new Charge(), 'not_serializable'],
    ['a function inside it', { id: 'ch_1', refund: () => {} }, 'not_serializable'],
    ['100 kB', { id: 'ch_1', raw: long }, 'too_large'],
    ['what throws when it is read', unreadable, 'not_serializable'],
  ])('%s', async (_, output, code) => {
    const { pass, process } = town()
    const { flow, calls } = shop({ provider: async () => output, attempts: 3 })
    const here = process(flow)
    const someone = await ordered(here)
    await eventually(async () => expect((await someone.read()).value).toBe('failed'))
    for (let look = 0; look < 10; look++, pass(hour)) await work(here)
    expect(calls).toHaveLength(1)
    expect(codesOf(here)).toHaveLength(1)
    expect((await someone.read()).context).toMatchObject({ out: { name: 'DogearError', code } })
  })

  it('a card number in it is told to the operator as well', async () => {
    const { flow, calls } = shop({ provider: async () => ({ reference: '4242424242424242' }), attempts: 3 })
    const here = town().process(flow)
    const someone = await ordered(here)
    await eventually(async () => expect((await someone.read()).value).toBe('failed'))
    expect([calls.length, codesOf(here)]).toEqual([1, ['effect_failed']])
  })

  it('nor does an error that is too large keep the machine from hearing of it', async () => {
    const { flow, calls } = shop({
      provider: () => Promise.reject(Object.assign(new Error(long), { retryable: false })),
    })
    const here = town().process(flow)
    const someone = await ordered(here)
    await eventually(async () => expect((await someone.read()).value).toBe('failed'))
    expect(calls).toHaveLength(1)
    expect(codesOf(here)).toEqual(['effect_failed', 'too_large'])
  })
})

it.each([1, 2, 6])(
  'a result whose commit fails %i times in passing is kept in hand until it is taken',
  { timeout: 60_000 },
  async (times) => {
    let failing = 0
    const { flow, calls } = shop({
      provider: async () => {
        failing = times
        return 'ch_1'
      },
    })
    const here = town().process(flow, (inner) => ({
      commit: (...args) => (failing-- > 0 ? Promise.reject(new Error('down')) : inner.commit(...args)),
    }))
    const someone = await ordered(here)
    await eventually(async () =>
      expect(await someone.read()).toMatchObject({ value: 'paid', context: { out: 'ch_1' } }),
    )
    expect(calls).toHaveLength(1)
    expect(codesOf(here)).toEqual(Array.from({ length: times }, () => 'store_unavailable'))
  },
)

describe.each<[string, () => Promise<unknown>, string]>([
  ['a result', async () => 'ch_1', 'paid'],
  ['an error', () => Promise.reject(Object.assign(new Error('no'), { retryable: false })), 'failed'],
])('%s over which the machine throws', (_, provider, value) => {
  const throwing = (): never => {
    throw new Error('this assign is broken')
  }

  it('is set aside, reported, and the provider is not called again', async () => {
    const { pass, process } = town()
    const { flow, calls } = shop({ provider, take: throwing })
    const here = process(flow)
    const someone = await ordered(here)
    for (let look = 0; look < 10; look++, pass(hour)) await work(here)
    expect(calls).toHaveLength(1)
    expect(codesOf(here).filter((code) => code === 'flow_failed').length).toBeGreaterThan(1)
    expect(await someone.read()).toMatchObject({ value: 'paying', pending: ['pay'] })
    expect(await someone.send('note')).toMatchObject({ outcome: 'applied' })
  })

  it('is taken by the deploy that mends it', async () => {
    const { pass, process } = town()
    const here = process(shop({ provider, take: throwing }).flow)
    const someone = await ordered(here)
    await eventually(() => expect(codesOf(here)).toContain('flow_failed'))
    const { flow, calls } = shop({ provider })
    pass(hour)
    await work(process(flow))
    await eventually(async () => expect((await someone.read()).value).toBe(value))
    expect(calls).toEqual([])
  })

  it('rests in between: nobody looks before a quarter of an hour has passed', async () => {
    const { store, pass, process } = town()
    const here = process(shop({ provider, take: throwing }).flow)
    await ordered(here)
    await eventually(() => expect(codesOf(here)).toContain('flow_failed'))
    await work(here)
    pass(2 * leaseMs)
    expect(await store.claimDue(1, 1)).toEqual([])
  })
})
