// A person in tests, on an engine whose time and processes a test has in hand.

import { describe, expect, it } from 'vitest'
import { assign, setup } from 'xstate'
import { z } from 'zod'
import { checkout } from '../flow/checkout.fixture.ts'
import { defineFlow } from '../flow/define.ts'
import { fromEffect } from '../flow/machine.ts'
import { testEngine } from './test-engine.ts'
import { visitor } from './visitor.ts'

type Charging = (call: { effectId: string; attempt: number }) => Promise<unknown>

/** An order that is held for a day, then charged. */
function shop(charging: Charging = async () => 'ch_1') {
  const machine = setup({
    types: {
      context: {} as { book: string | null; charge: unknown },
      events: {} as { type: 'book.chosen'; book: string } | { type: 'ordered' } | { type: 'told' },
    },
    actors: { charge: fromEffect<unknown, undefined>(charging) },
    delays: { hold: 86_400_000, reminder: 3_600_000 },
  }).createMachine({
    id: 'shop',
    initial: 'choosing',
    context: { book: null, charge: null },
    states: {
      choosing: {
        id: 'choosing',
        meta: { step: { path: 'choose', title: 'Choose' } },
        route: {},
        on: { 'book.chosen': { target: 'held', actions: assign({ book: ({ event }) => event.book }) } },
      },
      held: {
        id: 'held',
        meta: { step: { path: 'held', title: 'Held for you' } },
        after: { reminder: 'reminded' },
        on: { ordered: 'paying' },
      },
      reminded: {
        id: 'reminded',
        meta: { step: { path: 'reminded', title: 'Still there?' } },
        after: { hold: 'over' },
        on: { ordered: 'paying' },
      },
      paying: {
        invoke: {
          id: 'charge',
          src: 'charge',
          onDone: { target: 'paid', actions: assign({ charge: ({ event }) => event.output }) },
          onError: 'over',
        },
        on: { told: 'paid' },
      },
      over: { id: 'over', type: 'final', meta: { step: { path: 'over', title: 'Over' } } },
      paid: { id: 'paid', type: 'final', meta: { step: { path: 'paid', title: 'Paid' } } },
    },
  })
  return defineFlow({
    id: 'shop',
    version: 1,
    machine,
    events: { 'book.chosen': z.object({ book: z.string().min(1) }), ordered: z.object({}) },
    serverEvents: { told: z.object({}) },
  })
}

const chosen = { type: 'book.chosen', book: 'Emma' } as const

describe('a visitor', () => {
  it('begins a session with the first event and sees it in the view', async () => {
    const engine = testEngine({ flows: [checkout] })
    const ada = visitor(engine, checkout)
    expect(ada.session).toBeNull()
    expect(await ada.view()).toMatchObject({ saved: false, step: 'shipping' })
    expect(await ada.send({ type: 'shipping.submitted', name: 'Ada' })).toMatchObject({ outcome: 'applied' })
    expect(await ada.view()).toMatchObject({ saved: true, step: 'payment', context: { name: 'Ada' } })
    expect(ada.session).not.toBeNull()
  })

  it('double-clicks once, goes back a step, keeps a draft', async () => {
    const flow = shop()
    const engine = testEngine({ flows: [flow] })
    const ada = visitor(engine, flow)
    await ada.draft({ book: 'Em' }, { form: 'book.chosen' })
    expect((await ada.view()).drafts).toMatchObject({ choosing: { values: { book: 'Em' } } })
    const replies = await ada.doubleClick(chosen)
    expect(replies.map(({ outcome }) => outcome).sort()).toEqual(['applied', 'duplicate'])
    const back = await ada.send({ type: 'book.chosen', book: 'Persuasion' }, { step: 'choosing' })
    expect(back).toMatchObject({ outcome: 'applied', view: { step: 'held', context: { book: 'Persuasion' } } })
  })

  it('is refused in a tab that has become stale', async () => {
    const flow = shop()
    const ada = visitor(testEngine({ flows: [flow] }), flow)
    await ada.send(chosen)
    const tab = await ada.view()
    await ada.send({ type: 'book.chosen', book: 'Emma' }, { step: 'choosing' })
    await ada.send({ type: 'ordered' })
    expect(await ada.send({ type: 'ordered' }, { from: tab })).toMatchObject({ outcome: 'rejected' })
  })

  it('joins with a second device, and moves with one', async () => {
    const flow = shop()
    const ada = visitor(testEngine({ flows: [flow] }), flow)
    await ada.send(chosen)
    const phone = await ada.join()
    expect(await phone.send({ type: 'book.chosen', book: 'Persuasion' }, { step: 'choosing' })).toMatchObject({
      outcome: 'applied',
    })
    expect((await ada.view()).context).toMatchObject({ book: 'Persuasion' })
    const tablet = await phone.move()
    expect((await phone.view()).gone).toMatchObject({ why: 'moved' })
    expect((await tablet.view()).step).toBe('held')
  })

  it('gets the same session id by the same name, and another one by another', async () => {
    const flow = shop()
    const ids = ['ada', 'ada', 'bob'].map(async (name) => {
      const one = visitor(testEngine({ flows: [flow] }), flow, { name })
      await one.send(chosen)
      return one.session
    })
    const [first, same, other] = await Promise.all(ids)
    expect(first).toBe(same)
    expect(first).not.toBe(other)
  })
})

describe('the clock', () => {
  it('fires each timer at its own deadline, as a worker would', async () => {
    const flow = shop()
    const engine = testEngine({ flows: [flow] })
    const ada = visitor(engine, flow)
    await ada.send(chosen)
    // With one answer alone, a session lives for minutes.
    await ada.send(chosen, { step: 'choosing' })
    await engine.clock.advance('59 minutes')
    expect((await ada.view()).step).toBe('held')
    await engine.clock.advance('2 minutes')
    const { step, timers } = await ada.view()
    expect(step).toBe('reminded')
    expect(timers[0]?.dueAt).toBe(Date.UTC(2026, 0, 1) + 3_600_000 + 86_400_000)
    await engine.clock.advance('2 days')
    expect(await ada.view()).toMatchObject({ step: 'over', status: 'done' })
    expect(engine.errors).toEqual([])
  })

  it('refuses what is no duration', async () => {
    const engine = testEngine({ flows: [shop()] })
    await expect(engine.clock.advance('2 dayz' as '2 days')).rejects.toThrow(/2 dayz/)
  })
})

describe('effects', () => {
  it('answer what the test says, or fail', async () => {
    const flow = shop()
    const engine = testEngine({ flows: [flow], answers: { charge: ['ch_9', new Error('declined')] } })
    const [ada, bob] = [visitor(engine, flow), visitor(engine, flow)]
    for (const one of [ada, bob]) {
      await one.send(chosen)
      await one.send({ type: 'ordered' })
    }
    expect(await ada.view()).toMatchObject({ step: 'paid', context: { charge: 'ch_9' } })
    expect((await bob.view()).step).toBe('over')
    expect(engine.errors).not.toEqual([])
  })

  it('are the own ones of the flow otherwise; a webhook may be faster', async () => {
    const flow = shop(() => new Promise(() => {}))
    const engine = testEngine({ flows: [flow], effectWaitMs: 1 })
    const ada = visitor(engine, flow)
    await ada.send(chosen)
    await ada.send({ type: 'ordered' })
    expect((await ada.view()).pending).toEqual(['charge'])
    expect(await ada.dispatch({ type: 'told' })).toMatchObject({ outcome: 'applied' })
    expect((await ada.view()).step).toBe('paid')
  })
})

describe('a process that dies', () => {
  it.each(['before-commit', 'after-commit'] as const)('%s loses no event and takes none twice', async (point) => {
    const flow = shop()
    const engine = testEngine({ flows: [flow] })
    const ada = visitor(engine, flow)
    await engine.crash(point, () => ada.send(chosen))
    expect(await ada.view()).toMatchObject({ step: 'held', revision: 1 })
  })

  it.each(['mid-effect', 'after-effect'] as const)('%s is taken over, under the same key', async (point) => {
    const calls: { effectId: string; attempt: number }[] = []
    const flow = shop(async ({ effectId, attempt }) => calls.push({ effectId, attempt }))
    const engine = testEngine({ flows: [flow] })
    const ada = visitor(engine, flow)
    await ada.send(chosen)
    await engine.crash(point, () => ada.send({ type: 'ordered' }))
    expect((await ada.view()).pending).toEqual(['charge'])
    await engine.clock.advance('1 minute')
    expect((await ada.view()).step).toBe('paid')
    expect(calls.map(({ attempt }) => attempt)).toEqual([1, 2])
    expect(new Set(calls.map(({ effectId }) => effectId)).size).toBe(1)
    expect(engine.errors).toEqual([])
  })

  it('is followed by one that goes on where it was', async () => {
    const flow = shop()
    const engine = testEngine({ flows: [flow] })
    const ada = visitor(engine, flow)
    await ada.send(chosen)
    await engine.restart()
    expect((await ada.view()).step).toBe('held')
  })

  it('or hangs is overtaken: both call at once under the same key, and one result counts', async () => {
    const calls: { effectId: string; attempt: number }[] = []
    let atOnce = 0
    const flow = shop(async ({ effectId, attempt }) => {
      calls.push({ effectId, attempt })
      const here = calls.length
      await new Promise((resolve) => setImmediate(resolve))
      atOnce = Math.max(atOnce, calls.length - here + 1)
      return `ch_${attempt}`
    })
    const engine = testEngine({ flows: [flow] })
    const ada = visitor(engine, flow)
    await ada.send(chosen)
    const before = engine.clock.now()
    await engine.overtake(() => ada.send({ type: 'ordered' }))
    expect(engine.clock.now()).toBe(before + 60_000)
    expect(await ada.view()).toMatchObject({ step: 'paid', context: { charge: 'ch_2' } })
    expect(calls.map(({ attempt }) => attempt)).toEqual([1, 2])
    expect(atOnce).toBe(2)
    expect(new Set(calls.map(({ effectId }) => effectId)).size).toBe(1)
    expect(engine.errors).toEqual([])
  })

  it('that has nothing to call is overtaken by nobody, while a minute passes', async () => {
    const flow = shop()
    const engine = testEngine({ flows: [flow] })
    const ada = visitor(engine, flow)
    const before = engine.clock.now()
    expect(await engine.overtake(() => ada.send(chosen))).toMatchObject({ outcome: 'applied' })
    expect(engine.clock.now()).toBe(before + 60_000)
    expect(await ada.send({ type: 'ordered' })).toMatchObject({ outcome: 'applied' })
  })
})
