// Attempts at an effect: counted over all processes, reported when they fail, never more than the policy allows.

import { describe, expect, it } from 'vitest'
import { msgpackCodec } from '../../codec/codec.ts'
import type { SessionRecord } from '../../turn/record.ts'
import { tagOf } from '../access.ts'
import { eventually, type Person, type Watched } from '../harness.fixture.ts'
import { codesOf, leaseMs, ordered, shop, town, work } from './shop.fixture.ts'

const down = () => Promise.reject(Object.assign(new Error('down'), { code: 'ECONNRESET' }))
const never = () => new Promise(() => {})
const idOf = ({ caller }: Person) => caller.credential?.id ?? ''

async function recordOf(store: Watched, someone: Person): Promise<SessionRecord> {
  const found = await store.read(idOf(someone))
  if (typeof found !== 'object') throw new Error('there is no record')
  return msgpackCodec().decode(found.bytes)
}

/** A process that dies in the attempt it starts: after its first commit, the store hears nothing of it any more. */
const dying = () => {
  let commits = 0
  return (inner: Watched | Parameters<NonNullable<Parameters<ReturnType<typeof town>['process']>[1]>>[0]) => ({
    commit: (...args: Parameters<Watched['commit']>) =>
      commits++ > 0 ? new Promise<never>(never) : inner.commit(...args),
    hold: (...args: Parameters<Watched['hold']>) => (commits > 0 ? new Promise<never>(never) : inner.hold(...args)),
  })
}

describe.each([1, 2, 3])('with a policy of %i attempts', (attempts) => {
  it('a provider is called so often by processes that die in every attempt; then the machine is told', async () => {
    const { store, pass, process } = town()
    const { flow, calls } = shop({ provider: never, attempts, timeout: '1 day' })
    const someone = await ordered(process(flow, dying()))
    for (let life = 0; life < 6; life++) {
      pass(leaseMs + 1)
      await work(process(flow, dying()))
    }
    expect(calls.map(({ attempt }) => attempt)).toEqual(Array.from({ length: attempts }, (_, i) => i + 1))
    expect(new Set(calls.map(({ effectId }) => effectId)).size).toBe(1)
    pass(leaseMs + 1)
    const last = process(flow)
    await work(last)
    const view = await last.engine.read('checkout', someone.caller)
    expect(view).toMatchObject({ value: 'failed', context: { out: { code: 'effect_failed' } } })
    expect(calls).toHaveLength(attempts)
    expect(await store.claimDue(9, 1)).toEqual([])
  })

  it('a provider that always fails is called so often; each failure is reported with session and effect', async () => {
    const { store, process } = town()
    const { flow, calls } = shop({ provider: down, attempts })
    const here = process(flow)
    const someone = await ordered(here)
    await eventually(async () => expect((await someone.read()).value).toBe('failed'))
    expect(calls.map(({ attempt }) => attempt)).toEqual(Array.from({ length: attempts }, (_, i) => i + 1))
    expect(here.errors).toMatchObject(
      calls.map(({ attempt }) => ({
        code: 'effect_failed',
        message: `attempt ${attempt} of ${attempts} of effect "pay" of flow "checkout" failed`,
        reference: tagOf(idOf(someone)),
        cause: { code: 'ECONNRESET' },
      })),
    )
    expect((await recordOf(store, someone)).effects).toEqual([])
  })
})

it('the record says how often an effect was tried, and why the last attempt failed', async () => {
  const { store, process } = town()
  const { flow } = shop({ provider: down, attempts: 5, backoff: '1 day' })
  const here = process(flow)
  const someone = await ordered(here)
  await eventually(async () =>
    expect((await recordOf(store, someone)).effects).toMatchObject([{ attempt: 2, failure: 'ECONNRESET' }]),
  )
  await here.engine.close(0)
  expect((await recordOf(store, someone)).effects).toMatchObject([{ attempt: 2, unbegun: true }])
})

it('a process that stops while it waits for the next attempt uses none up', async () => {
  const { process } = town()
  const { flow, calls } = shop({ provider: down, attempts: 3, backoff: '1 day' })
  const here = process(flow)
  const someone = await ordered(here)
  await eventually(() => expect(codesOf(here)).toEqual(['effect_failed']))
  await eventually(async () => expect((await someone.read()).revision).toBe(2))
  await here.engine.close(0)
  const quick = shop({ provider: down, attempts: 3 })
  const there = process(quick.flow)
  await work(there)
  await eventually(async () => expect((await someone.read()).value).toBe('failed'))
  expect(calls.map(({ attempt }) => attempt)).toEqual([1])
  expect(quick.calls.map(({ attempt }) => attempt)).toEqual([2, 3])
})

describe('an effect that was left behind is taken over without a worker', () => {
  it.each(['reads', 'sends an event'])('when its person comes back and %s', async (does) => {
    const { pass, process } = town()
    const { flow, calls } = shop({ provider: never })
    const someone = await ordered(process(flow, dying()))
    expect(calls).toHaveLength(1)
    pass(leaseMs - 1)
    const healthy = shop({ provider: async () => 'ch_1' })
    const there = process(healthy.flow)
    const back = async () => {
      if (does === 'reads') await there.engine.read('checkout', someone.caller)
      else
        await there.engine.send('checkout', someone.caller, { opId: `note-${Math.random()}`, event: { type: 'note' } })
    }
    await back()
    expect(healthy.calls).toEqual([])
    pass(2)
    await back()
    await eventually(async () => expect((await there.engine.read('checkout', someone.caller)).value).toBe('paid'))
    expect(healthy.calls).toMatchObject([{ attempt: 2, effectId: calls[0]?.effectId }])
  })

  it('not when a stranger asks, nor more than now and then while somebody else holds it', async () => {
    const { store, pass, process } = town()
    const { flow } = shop({ provider: never })
    const someone = await ordered(process(flow, dying()))
    pass(leaseMs + 1)
    await store.hold(idOf(someone), `${idOf(someone)}.pay.1`, 'another process', leaseMs)
    const there = process(flow)
    const holds = () => there.store.calls.filter((call) => call === 'hold').length
    await there.engine.read('checkout', { id: idOf(someone), secretHash: 'a guess' })
    await work({ ...there, store: { ...there.store, claimDue: async () => [] } })
    expect(holds()).toBe(0)
    for (let read = 0; read < 9; read++) await there.engine.read('checkout', someone.caller)
    await eventually(() => expect(holds()).toBe(1))
  })
})
