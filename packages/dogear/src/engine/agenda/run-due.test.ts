// A run over the agenda where no process stays up: what a worker does, once.

import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Flow } from '../../flow/define.ts'
import type { Store } from '../../store/store.ts'
import { world as archiveWorld } from '../archive/world.fixture.ts'
import { ordered, shop } from '../effects/shop.fixture.ts'
import { atReview, eventually, person, rig, type Watched, watch } from '../harness.fixture.ts'
import { world } from '../worker.fixture.ts'

const hold = 900_000
const nothing = { woken: 0, failed: 0, archived: 0, underWay: 0, more: false }
const never = () => new Promise(() => {})

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('a run', () => {
  it('fires what is due, and finds nothing more to do the next time', async () => {
    const { clock, store, pass } = world()
    const here = rig({ store, clock })
    const people = await Promise.all(Array.from({ length: 40 }, () => atReview(here.engine)))
    expect(await here.engine.runDue()).toEqual(nothing)
    pass(hold)
    const later = rig({ store, clock })
    expect(await later.engine.runDue()).toEqual({ ...nothing, woken: 40 })
    expect(await later.engine.runDue()).toEqual(nothing)
    for (const someone of people) expect(await someone.read()).toMatchObject({ step: 'expired', revision: 3 })
    expect(later.errors).toEqual([])
  })

  it('beside two others does nothing twice', async () => {
    const { clock, store, pass } = world()
    const { flow, calls } = shop({ provider: async () => 'ch_1' })
    const dead = rig({ flow: shop({ provider: never }).flow as never, store, clock, effectWaitMs: 1 })
    const people = await Promise.all(Array.from({ length: 50 }, () => ordered(dead)))
    await dead.engine.close(0)
    pass(1)
    const runs = [1, 2, 3].map(() => rig({ flow: flow as never, store: watch(store), clock, effectWaitMs: 1 }))
    await Promise.all(runs.map(({ engine }) => engine.runDue()))
    expect(new Set(calls.map(({ effectId }) => effectId)).size).toBe(50)
    expect(calls).toHaveLength(50)
    for (const someone of people) expect(await someone.read()).toMatchObject({ value: 'paid' })
  })

  it('wakes no more sessions than its limit, and says that there are more', async () => {
    const { clock, store, pass } = world()
    const here = rig({ store, clock })
    await Promise.all(Array.from({ length: 5 }, () => atReview(here.engine)))
    pass(hold)
    expect(await here.engine.runDue({ limit: 3 })).toEqual({ ...nothing, woken: 3, more: true })
    expect(await here.engine.runDue({ limit: 3 })).toEqual({ ...nothing, woken: 2 })
  })

  it('counts a session that it cannot serve, and leaves it to others', async () => {
    const { clock, store, pass } = world()
    await atReview(rig({ store, clock }).engine)
    pass(hold)
    const other = rig({ store, clock, flow: { ...shop({ provider: never }).flow, id: 'other' } as never })
    expect(await other.engine.runDue()).toEqual({ ...nothing, failed: 1 })
    expect(other.errors).toMatchObject([{ code: 'unknown_flow' }])
    expect(await rig({ store, clock }).engine.runDue()).toEqual({ ...nothing, woken: 1 })
  })

  it('writes the backlog to the archive, and brings back what only the archive has, to fire it at once', async () => {
    const { process, pass, flush } = archiveWorld()
    const engine = process()
    const someone = person(engine)
    await someone.send('remind')
    pass(1_500)
    expect(await engine.runDue()).toEqual({ ...nothing, archived: 1 })
    flush()
    pass(24 * 3_600_000 + 10_000)
    expect(await process().runDue()).toMatchObject({ woken: 1, failed: 0 })
    expect(await someone.read()).toMatchObject({ step: 'form', context: { reminded: true } })
  })

  it('writes all of a backlog that is longer than one look at it', async () => {
    const { process, pass } = archiveWorld()
    const engine = process()
    for (let count = 0; count < 201; count++) await person(engine).send('say')
    pass(1_500)
    expect(await engine.runDue()).toEqual({ ...nothing, archived: 201 })
  })

  it('does nothing during a build, and says why', async () => {
    const { clock, store, pass } = world()
    const here = rig({ store, clock })
    await atReview(here.engine)
    pass(hold)
    vi.stubEnv('NEXT_PHASE', 'phase-production-build')
    const before = store.calls.length
    expect(await here.engine.runDue()).toEqual({ ...nothing, more: true })
    expect(store.calls).toHaveLength(before)
    expect(here.errors).toMatchObject([{ message: expect.stringContaining('while Next builds') }])
  })

  it.each([{ limit: 0 }, { limit: 1.5 }, { budgetMs: -1 }, { budgetMs: '10' }, null, 7])(
    'refuses the options %j with a TypeError',
    async (options) => {
      await expect(rig().engine.runDue(options as never)).rejects.toThrow(TypeError)
    },
  )
})

describe('the budget of a run', () => {
  const slowly = (store: Watched, slow: (inner: Store) => Partial<Store>) => watch(store, slow)

  it('of 0 asks the store for nothing', async () => {
    const { clock, store, pass } = world()
    const here = rig({ store, clock })
    await atReview(here.engine)
    pass(hold)
    const before = store.calls.length
    expect(await here.engine.runDue({ budgetMs: 0 })).toEqual({ ...nothing, more: true })
    expect(store.calls).toHaveLength(before)
  })

  it('leaves no claim behind that came too late: others have the session at once', async () => {
    const { clock, store, pass } = world()
    await atReview(rig({ store, clock }).engine)
    pass(hold)
    const slow = slowly(store, (inner) => ({
      async claimDue(...args) {
        const claimed = await inner.claimDue(...args)
        // In many short pauses: after a stall of the process a long one would be over in the same moment as the budget.
        for (let pauses = 0; pauses < 40; pauses++) await new Promise((resolve) => setTimeout(resolve, 5))
        return claimed
      },
    }))
    const late = rig({ store: slow, clock })
    await expect(late.engine.runDue({ budgetMs: 20 })).rejects.toMatchObject({ code: 'store_unavailable' })
    expect(await rig({ store, clock }).engine.runDue()).toEqual({ ...nothing, woken: 1 })
    expect(late.errors).toEqual([])
  })

  it('does not hide that a claim has failed, though it fails late', async () => {
    const { clock, store } = world()
    let fail: (error: Error) => void = () => {}
    const silent = slowly(store, () => ({ claimDue: () => new Promise((_, reject) => (fail = reject)) }))
    const late = rig({ store: silent, clock })
    const run = late.engine.runDue({ budgetMs: 20 })
    // The run waits for the claim once its budget is over, so as to give it back.
    setTimeout(() => fail(new Error('down')), 40)
    await expect(run).rejects.toMatchObject({ code: 'store_unavailable' })
    expect(late.errors).toMatchObject([{ message: 'down' }])
  })

  it('leaves no claim behind of a turn that is still under way, and that turn changes nothing twice', async () => {
    const { clock, store, pass } = world()
    const someone = await atReview(rig({ store, clock }).engine)
    pass(hold)
    let arrive: () => void = () => {}
    const slow = slowly(store, (inner) => ({
      async commit(...args) {
        await new Promise<void>((resolve) => (arrive = resolve))
        return inner.commit(...args)
      },
    }))
    const late = rig({ store: slow, clock })
    expect(await late.engine.runDue({ budgetMs: 50 })).toEqual({ ...nothing, more: true })
    expect(await rig({ store, clock }).engine.runDue()).toEqual({ ...nothing, woken: 1 })
    arrive()
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(await someone.read()).toMatchObject({ step: 'expired', revision: 3 })
    expect(late.errors).toEqual([])
  })

  it('does not wait for a store that never answers, nor for one that takes no claim back', async () => {
    const { clock, store } = world()
    const stuck = rig({ clock, store: slowly(store, () => ({ claimDue: never as never, defer: never as never })) })
    await expect(stuck.engine.runDue({ budgetMs: 20 })).rejects.toMatchObject({ code: 'store_unavailable' })
  })

  it('does not hide that the store has failed', async () => {
    const { clock, store } = world()
    const down = rig({ clock, store: watch(store, () => ({ claimDue: () => Promise.reject(new Error('down')) })) })
    await expect(down.engine.runDue()).rejects.toMatchObject({ code: 'store_unavailable' })
    expect(down.errors).toMatchObject([{ message: 'down' }])
  })
})

describe('an abandoned effect', () => {
  const leaseMs = 15_000
  function abandoned(flow: Flow) {
    const { clock, store, pass } = world()
    // Its heart has stopped: a process that was frozen after its answer.
    const frozen = watch(store, () => ({ hold: async () => false }))
    return { clock, store, pass, dead: rig({ flow: flow as never, store: frozen, clock, effectWaitMs: 1 }) }
  }

  it('is taken over by a run, which waits for its result', async () => {
    const { clock, store, pass, dead } = abandoned(shop({ provider: never }).flow)
    const someone = await ordered(dead)
    const { flow, calls } = shop({
      provider: () => new Promise((resolve) => setTimeout(() => resolve('ch_1'), 50)),
    })
    const here = rig({ flow: flow as never, store, clock })
    expect(await here.engine.runDue()).toEqual(nothing)
    pass(leaseMs + 1)
    expect(await here.engine.runDue()).toEqual({ ...nothing, woken: 1 })
    expect(await here.engine.read('checkout', someone.caller)).toMatchObject({ value: 'paid' })
    expect(calls).toMatchObject([{ attempt: 2 }])
    await dead.engine.close(0)
  })

  it('still under way at the end of the budget goes on here, and its result is taken', async () => {
    const { clock, store, pass, dead } = abandoned(shop({ provider: never }).flow)
    const someone = await ordered(dead)
    let finish: (result: string) => void = () => {}
    const { flow } = shop({ provider: () => new Promise((resolve) => (finish = resolve)) })
    const here = rig({ flow: flow as never, store, clock })
    pass(leaseMs + 1)
    expect(await here.engine.runDue({ budgetMs: 1_000 })).toEqual({ ...nothing, woken: 1, underWay: 1, more: true })
    finish('ch_1')
    await eventually(async () => expect(await someone.read()).toMatchObject({ value: 'paid' }))
    await dead.engine.close(0)
  })

  it('that a request has begun here is waited for by a run after the answer', async () => {
    const { clock, store } = world()
    let finish: (result: string) => void = () => {}
    const { flow } = shop({ provider: () => new Promise((resolve) => (finish = resolve)) })
    const here = rig({ flow: flow as never, store, clock, effectWaitMs: 1 })
    const someone = await ordered(here)
    const run = here.engine.runDue()
    finish('ch_1')
    expect(await run).toEqual(nothing)
    expect(await someone.read()).toMatchObject({ value: 'paid' })
  })
})
