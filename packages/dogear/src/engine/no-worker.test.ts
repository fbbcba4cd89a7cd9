// An application without a worker: what is due is done by the people who come back to it.

import { describe, expect, it } from 'vitest'
import { emit, setup } from 'xstate'
import { z } from 'zod'
import { defineFlow, type Flow } from '../flow/define.ts'
import { fromEffect } from '../flow/machine.ts'
import type { Watching } from './contract.ts'
import { leaseMs, ordered, shop, town } from './effects/shop.fixture.ts'
import { atReview, eventually, person, rig, watch } from './harness.fixture.ts'

const never = () => new Promise(() => {})

/** A provider is asked a minute after an order. */
function later(calls: unknown[] = []): Flow {
  const machine = setup({
    types: { events: {} as { type: 'order' } | { type: 'note' } },
    actors: { ask: fromEffect<void, undefined>(async (call) => void calls.push(call)) },
    delays: { minute: 60_000 },
  }).createMachine({
    id: 'later',
    initial: 'cart',
    on: { note: { actions: emit({ type: 'noted' }) } },
    states: {
      cart: { on: { order: 'waiting' } },
      waiting: { after: { minute: 'asking' } },
      asking: { invoke: { id: 'ask', src: 'ask', onDone: 'told', onError: 'told' } },
      told: {},
    },
  })
  const none = z.object({})
  const flow = defineFlow({ id: 'checkout', version: 1, machine, events: { order: none, note: none } })
  return flow as unknown as Flow
}

describe('an effect that was left behind goes on', () => {
  it('when a page that was open all the time asks if it may stay open', async () => {
    const { pass, process } = town()
    const dead = process(shop({ provider: never }).flow, () => ({ hold: async () => false }))
    const someone = await ordered(dead)
    const { flow, calls } = shop({ provider: async () => 'ch_1' })
    const there = process(flow)
    const watching: Watching = await there.engine.watch('checkout', someone.caller, () => {})
    await watching.check(undefined)
    pass(leaseMs + 1)
    expect(calls).toEqual([])
    await watching.check(undefined)
    await eventually(() => expect(calls).toMatchObject([{ attempt: 2 }]))
    await eventually(async () => expect(await someone.read()).toMatchObject({ value: 'paid' }))
    await dead.engine.close(0)
  })
})

describe('a timer', () => {
  it('is shown as fired by a look at the page, which writes nothing; the next event fires it', async () => {
    const { store, clock, pass } = town()
    const here = rig({ store: watch(store), clock })
    const someone = await atReview(here.engine)
    pass(900_001)
    expect(await someone.read()).toMatchObject({ step: 'expired' })
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(await store.read(someone.caller.credential?.id ?? '')).toMatchObject({ position: { revision: 2 } })
    await someone.send('note.added')
    expect(await someone.read()).toMatchObject({ step: 'expired', revision: 3 })
    expect(here.errors).toEqual([])
  })

  it.each(['look at the page', 'event'])('that leads to an effect begins it with the next %s', async (does) => {
    const { pass, process } = town()
    const calls: unknown[] = []
    const { engine } = process(later(calls))
    const someone = person(engine)
    await someone.send('order')
    await engine.close(0)
    pass(60_001)
    const there = process(later(calls))
    expect(calls).toEqual([])
    if (does === 'event') await person(there.engine, someone.caller.credential).send('note')
    else await there.engine.read('checkout', someone.caller)
    await eventually(async () => expect(await someone.read()).toMatchObject({ value: 'told' }))
    expect(calls).toHaveLength(1)
    expect(there.errors).toEqual([])
  })
})
