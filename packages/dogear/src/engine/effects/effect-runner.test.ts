// Running effects: a process works on one only as long as it holds the lease and somebody waits for the result.

import { describe, expect, it, vi } from 'vitest'
import { checkout } from '../../flow/checkout.fixture.ts'
import { type EffectCall, fromEffect } from '../../flow/machine.ts'
import { memoryStore } from '../../store/memory.ts'
import { atReview, eventually, person, rig, watch } from '../harness.fixture.ts'
import { codesOf, ordered, shop, town, work } from './shop.fixture.ts'

const charging = (run: (call: EffectCall) => Promise<unknown>) =>
  checkout.provide({ actors: { chargeCard: fromEffect(run) } })
const never = () => new Promise(() => {})
const idOf = (someone: { caller: { credential?: { id: string } | undefined } }) => someone.caller.credential?.id ?? ''

it('an attempt gets its input as it was asked for, whatever the one before did to it', async () => {
  const inputs: unknown[] = []
  const chargeCard = fromEffect(async ({ input }: { input: { token?: string | null } }) => {
    inputs.push({ ...input })
    delete input.token
    throw new Error('no answer')
  })
  const { engine } = rig({ flow: checkout.provide({ actors: { chargeCard } }) })
  const someone = await atReview(engine)
  await someone.send('order.placed')
  await eventually(() => expect(inputs.length).toBeGreaterThan(1))
  expect(inputs.slice(0, 2)).toEqual([{ token: 'tok_ok' }, { token: 'tok_ok' }])
  await engine.close(0)
})

it('an effect that another process took over is told to stop here, and its lease there is left alone', async () => {
  let now = Date.UTC(2026, 0, 1)
  const clock = () => now
  const store = watch(memoryStore({ clock }))
  const calls: EffectCall[] = []
  const flow = charging((call) => {
    calls.push(call)
    return never()
  })
  const lasting = { ...flow, effects: { chargeCard: { timeout: '30 s' as const } } }
  const parts = { store, clock, leaseMs: 30, effectWaitMs: 1, flow: lasting }
  // A process whose heartbeats do not arrive until `arriving`.
  let arriving = false
  const late = watch(store, (inner) => ({ hold: async (...args) => (arriving ? inner.hold(...args) : true) }))
  const [here, there] = [rig({ ...parts, store: late }), rig(parts)]
  const someone = await atReview(here.engine)
  await someone.send('order.placed')
  now += 31
  await there.engine.wake(idOf(someone), now)
  expect(calls.map(({ attempt }) => attempt)).toEqual([1, 2])
  arriving = true
  await eventually(() => expect(calls[0]?.signal.aborted).toBe(true))
  expect(calls[0]?.signal.reason).toMatchObject({ message: 'the lease was lost' })
  expect(calls[1]?.signal.aborted).toBe(false)
  await here.engine.close(1)
  await there.engine.wake(idOf(someone), now)
  expect(calls).toHaveLength(2)
  expect([...here.errors, ...there.errors]).toEqual([])
  await there.engine.close(1)
})

describe('an effect whose state was left', () => {
  it('is aborted at once in the process that took the event, and not tried again', async () => {
    const { process } = town()
    const { flow, calls } = shop({ provider: never })
    const someone = await ordered(process(flow))
    await someone.send('leave')
    expect(calls[0]?.signal).toMatchObject({ aborted: true, reason: { message: 'the state was left' } })
    expect(calls).toHaveLength(1)
  })

  it('is not tried again, though it was waiting for that', async () => {
    const { pass, process } = town()
    const { flow, calls } = shop({ provider: () => Promise.reject(new Error('down')), attempts: 50, backoff: 20 })
    const here = process(flow)
    const someone = await ordered(here)
    await eventually(() => expect(calls.length).toBeGreaterThan(1))
    await someone.send('leave')
    const before = calls.length
    pass(3_600_000)
    await work(here)
    await here.engine.close(1)
    expect(calls).toHaveLength(before)
  })

  it('is aborted by the next heartbeat if another process took the event', async () => {
    const store = watch(memoryStore())
    const { flow, calls } = shop({ provider: never })
    const parts = { flow: flow as never, store, leaseMs: 30, effectWaitMs: 1 }
    const someone = await ordered(rig(parts))
    await person(rig(parts).engine, someone.caller.credential).send('leave')
    await eventually(() => expect(calls[0]?.signal.aborted).toBe(true))
    expect(calls[0]?.signal.reason).toMatchObject({ message: 'the state was left' })
  })

  it('is looked for by a heartbeat only after another process has committed something', async () => {
    // The clock stands still, so that the lease does not end on a busy machine.
    const clock = () => Date.UTC(2026, 0, 1)
    const store = memoryStore({ clock })
    const { flow, calls } = shop({ provider: never })
    const parts = { flow: flow as never, clock, leaseMs: 15, effectWaitMs: 1 }
    const here = rig({ ...parts, store: watch(store) })
    const someone = await ordered(here)
    const countOf = (name: string) => here.store.calls.filter((call) => call === name).length
    const beats = async (count: number) => {
      const until = countOf('hold') + count
      await eventually(() => expect(countOf('hold')).toBeGreaterThanOrEqual(until))
    }
    const before = countOf('read')
    await beats(5)
    expect(countOf('read')).toBe(before)
    await someone.send('note')
    await beats(5)
    expect(countOf('read')).toBe(before)
    await person(rig({ ...parts, store: watch(store) }).engine, someone.caller.credential).send('note')
    await beats(5)
    expect(countOf('read')).toBe(before + 1)
    expect(calls).toMatchObject([{ signal: { aborted: false } }])
    await here.engine.close(0)
  })

  it('is aborted by the next heartbeat if the session was ended', async () => {
    const store = watch(memoryStore())
    const { flow, calls } = shop({ provider: never })
    const someone = await ordered(rig({ flow: flow as never, store, leaseMs: 30, effectWaitMs: 1 }))
    await store.remove(idOf(someone), 60_000)
    await eventually(() => expect(calls[0]?.signal.aborted).toBe(true))
  })
})

describe('a process', () => {
  it('runs no more attempts at once than it may, and leaves abandoned effects to others meanwhile', async () => {
    const { store, clock, pass, process } = town()
    const dead = process(shop({ provider: never }).flow)
    const people = await Promise.all(Array.from({ length: 60 }, () => ordered(dead)))
    await dead.engine.close(0)
    let [running, most] = [0, 0]
    const ends: (() => void)[] = []
    const { flow, calls } = shop({
      provider: async () => {
        most = Math.max(most, ++running)
        await new Promise<void>((resolve) => ends.push(resolve))
        running--
      },
      timeout: '1 day',
    })
    const here = rig({ flow: flow as never, store: watch(store), clock, effectWaitMs: 1, effectConcurrency: 5 })
    await work(here)
    await eventually(() => expect(calls).toHaveLength(5))
    const newcomer = await ordered(here)
    expect(calls).toHaveLength(5)
    await eventually(async () => {
      pass(1_000)
      ends.splice(0).forEach((end) => void end())
      await work(here)
      for (const someone of [...people, newcomer])
        expect(await here.engine.read('checkout', someone.caller)).toMatchObject({ value: 'paid' })
    })
    expect(most).toBe(5)
    expect(calls).toHaveLength(61)
    expect(here.errors).toEqual([])
  })

  it('starts no effect after it was closed; another one begins it at once, as the first attempt', async () => {
    const { pass, process } = town()
    const { flow, calls } = shop({ provider: async () => 'ch_1' })
    const here = process(flow)
    await here.engine.close(0)
    const someone = await ordered(here)
    expect(await someone.read()).toMatchObject({ value: 'paying', pending: ['pay'] })
    const holds = () => here.store.calls.filter((call) => call === 'hold').length
    const before = holds()
    await work(here)
    expect([calls, holds()]).toEqual([[], before])
    pass(2)
    await work(process(flow))
    await eventually(async () => expect((await someone.read()).value).toBe('paid'))
    expect(calls).toMatchObject([{ attempt: 1 }])
  })

  it('starts none that a turn asked for which was on its way when it was closed', async () => {
    const { process } = town()
    const { flow, calls } = shop({ provider: async () => 'ch_1' })
    let arrive: () => void = () => {}
    let slow = false
    const here = process(flow, (inner) => ({
      commit: async (...args) => {
        if (slow) await new Promise<void>((resolve) => (arrive = resolve))
        return inner.commit(...args)
      },
    }))
    const someone = person(here.engine)
    await someone.send('note')
    slow = true
    const order = someone.send('order')
    await eventually(() => expect(here.store.calls.at(-1)).toBe('commit'))
    await here.engine.close(0)
    slow = false
    arrive()
    expect(await order).toMatchObject({ outcome: 'applied', view: { value: 'paying' } })
    expect(calls).toEqual([])
    const there = process(flow)
    await eventually(async () => {
      await work(there)
      expect((await someone.read()).value).toBe('paid')
    })
    expect(calls).toMatchObject([{ attempt: 1 }])
  })

  it('waits for attempts under way when it closes, and takes their results', async () => {
    const { process } = town()
    let finish: (result: string) => void = () => {}
    const here = process(shop({ provider: () => new Promise((resolve) => (finish = resolve)) }).flow)
    const someone = await ordered(here)
    const closed = here.engine.close(60_000)
    finish('ch_1')
    await closed
    expect(await someone.read()).toMatchObject({ value: 'paid', context: { out: 'ch_1' } })
  })

  it('waits for as long as its flow says before it tries again', async () => {
    const failing = (backoff: number) =>
      shop({ provider: () => Promise.reject(new Error('no answer')), attempts: 2, backoff })
    const { process } = town()
    const [patient, hasty] = [failing(3_600_000), failing(1)]
    const [here, there] = [process(patient.flow), process(hasty.flow)]
    await ordered(here)
    await ordered(there)
    await eventually(() => expect(hasty.calls).toHaveLength(2))
    expect(codesOf(here)).toEqual(['effect_failed'])
    expect(patient.calls).toHaveLength(1)
    await here.engine.close(0)
  })

  it('begins no attempt that waits for room when it closes, though room comes before it has closed', async () => {
    const store = watch(memoryStore())
    const finish: ((result: string) => void)[] = []
    const { flow } = shop({ provider: () => new Promise((resolve) => finish.push(resolve)) })
    const here = rig({ flow: flow as never, store, effectConcurrency: 1, effectWaitMs: 1 })
    const [first, second] = [await ordered(here), await ordered(here)]
    const closed = here.engine.close(60_000)
    finish[0]?.('ch_1')
    await closed
    expect(finish).toHaveLength(1)
    expect(await first.read()).toMatchObject({ value: 'paid' })
    expect(await second.read()).toMatchObject({ value: 'paying', pending: ['pay'] })
  })

  it('that was closed in an attempt leaves it as one whose outcome nobody knows', async () => {
    const { process } = town()
    const { flow, calls } = shop({ provider: never, attempts: 2 })
    const [here, there] = [process(flow), process(flow)]
    const someone = await ordered(here)
    await here.engine.close(0)
    expect(calls[0]?.signal.reason).toMatchObject({ message: 'the process is stopping' })
    await work(there)
    expect(calls.map(({ attempt }) => attempt)).toEqual([1, 2])
    await there.engine.close(0)
    const last = process(flow)
    await work(last)
    expect(await last.engine.read('checkout', someone.caller)).toMatchObject({ value: 'failed' })
    expect([codesOf(here), codesOf(there)]).toEqual([[], []])
    expect(last.errors).toMatchObject([{ code: 'effect_failed', cause: { message: 'its process is gone' } }])
  })

  it('leaves no listener on a signal that outlives an effect', async () => {
    const any = vi.spyOn(AbortSignal, 'any')
    const { process } = town()
    const here = process(shop({ provider: async () => 'ch_1' }).flow)
    await eventually(async () => expect((await (await ordered(here)).read()).value).toBe('paid'))
    expect(any).not.toHaveBeenCalled()
    any.mockRestore()
  })
})

describe('a request waits', () => {
  it('for the effects its event started, with those that follow from them; not for one that is pending', async () => {
    const { store, clock } = town()
    const { flow } = shop({ provider: never })
    const slow = rig({ flow: flow as never, store, clock, effectWaitMs: 60_000 })
    const someone = person(slow.engine)
    let answered = false
    const order = someone.send('order').then(() => {
      answered = true
    })
    await eventually(() => expect(store.calls).toContain('commit'))
    for (let turns = 0; turns < 50; turns++) await new Promise((resolve) => setImmediate(resolve))
    expect(answered).toBe(false)
    // The answer with the credential is still awaited, so another engine sends from the record's own device.
    void order
    const quick = rig({ flow: flow as never, store, clock, effectWaitMs: 1 })
    const other = person(quick.engine)
    await other.send('order')
    const patient = person(slow.engine, other.caller.credential)
    expect(await patient.send('note')).toMatchObject({ outcome: 'applied', view: { pending: ['pay'] } })
    await slow.engine.close(0)
    await order
  })
})
