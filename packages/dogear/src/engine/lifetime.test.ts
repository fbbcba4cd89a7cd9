// A session lives as long as it owes something: no timer is lost to a lifetime, no result of an effect either.

import { describe, expect, it } from 'vitest'
import { setup } from 'xstate'
import { z } from 'zod'
import { defineFlow } from '../flow/define.ts'
import type { Duration } from '../flow/duration.ts'
import { fromEffect } from '../flow/machine.ts'
import { memoryStore } from '../store/memory.ts'
import type { Caller } from './contract.ts'
import { createEngine } from './engine.ts'
import { eventually, mint } from './harness.fixture.ts'

const hour = 3_600_000
const day = 24 * hour
const start = Date.UTC(2026, 0, 1)
const step = (path: string) => ({ meta: { step: { path, title: path } } })

type Lifetime = { idle?: Duration; absolute?: Duration }
type Options = { days: readonly number[]; lifetime?: Lifetime; pay?: () => Promise<unknown> }

/** `go` leads through timers of so many days, then through an effect, to the end. */
function waiting({ days, lifetime = {}, pay = async () => 'paid' }: Options) {
  const names = days.map((_, index) => `wait${index}`)
  const machine = setup({
    types: { events: {} as { type: 'go' } },
    actors: { pay: fromEffect(pay) },
    delays: Object.fromEntries(days.map((count, index) => [`wait${index}`, count * day])),
  }).createMachine({
    id: 'waiting',
    initial: 'form',
    states: {
      form: { ...step('form'), on: { go: names[0] ?? 'paying' } },
      ...Object.fromEntries(
        names.map((name, index) => [name, { ...step(name), after: { [name]: names[index + 1] ?? 'paying' } }]),
      ),
      paying: { ...step('paying'), invoke: { id: 'pay', src: 'pay', onDone: 'over', onError: 'failed' } },
      over: step('over'),
      failed: step('failed'),
    },
    // biome-ignore lint/suspicious/noExplicitAny: the states are made, so their names are no literals.
  } as any)
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  return defineFlow({ id: 'waiting', version: 1, machine: machine as any, events: { go: z.object({}) }, lifetime })
}

async function begin(options: Options) {
  let now = start
  const clock = () => now
  const store = memoryStore({ clock })
  const errors: unknown[] = []
  const engine = createEngine({
    flows: [waiting(options)],
    store,
    clock,
    effectWaitMs: 1,
    onError: (error) => errors.push(error),
  })
  const caller: Caller = { credential: undefined, mint }
  const reply = await engine.send('waiting', caller, { opId: 'operation-1', event: { type: 'go' } })
  if (reply.created) caller.credential = reply.created
  const wake = async () => {
    for (const { id, dueAt } of await store.claimDue(10, 1_000)) await engine.wake(id, dueAt)
  }
  const view = () => engine.read('waiting', caller)
  return {
    engine,
    caller,
    errors,
    wake,
    view,
    passes: (ms: number) => {
      now += ms
    },
    where: async () => {
      const { step, gone } = await view()
      return gone?.why ?? step
    },
  }
}

const lifetimes: [string, Lifetime][] = [
  ['the default lifetimes', {}],
  ['a day of idle time', { idle: '1 day' }],
  ['no more than 50 days in all', { absolute: '50 days' }],
  ['an hour of idle time', { idle: '1 hour', absolute: '50 days' }],
]
const timers = [[1], [29], [30], [31], [50], [20, 20], [30, 30, 30]]

describe.each(lifetimes)('with %s', (_, lifetime) => {
  it.each(timers.map((days) => [days.join(' and '), days] as const))('timers of %s days go off', async (_, days) => {
    const session = await begin({ days, lifetime })
    const total = days.reduce((sum, count) => sum + count, 0)
    for (let hours = 1; hours < total * 24; hours++) {
      session.passes(hour)
      if (hours % 6 === 0) await session.wake()
    }
    expect(await session.where()).toBe(`wait${days.length - 1}`)
    session.passes(hour)
    await session.wake()
    await eventually(async () => expect(await session.where()).toBe('over'))
    expect(session.errors).toEqual([])
  })

  it.each([[1], [30], [50]])('a timer of %i days that no worker saw to is made up for by a person', async (days) => {
    const session = await begin({ days: [days], lifetime })
    session.passes(days * day + 10 * day)
    expect(await session.where()).toBe('paying')
    expect((await session.view()).expiresAt).toBeGreaterThan(start + (days + 10) * day)
  })

  it('an effect that outlives them is not dropped, and its result can be seen', async () => {
    let pay = (_receipt: string) => {}
    const session = await begin({ days: [], lifetime, pay: () => new Promise((resolve) => (pay = resolve)) })
    session.passes(((await session.view()).expiresAt as number) - start + 20 * day)
    expect(await session.where()).toBe('paying')
    pay('receipt')
    await eventually(async () => expect(await session.where()).toBe('over'))
    expect(session.errors).toEqual([])
  })

  it('a session that owes nothing ends as it would', async () => {
    const session = await begin({ days: [], lifetime })
    await eventually(async () => expect(await session.where()).toBe('over'))
    session.passes(30 * day)
    expect(await session.where()).toBe('expired')
  })
})

it('what was done after the time can be seen for a day, and no longer', async () => {
  const session = await begin({ days: [40] })
  session.passes(40 * day)
  await session.wake()
  await eventually(async () => expect(await session.where()).toBe('over'))
  session.passes(day - 1)
  expect(await session.where()).toBe('over')
  session.passes(1)
  expect(await session.where()).toBe('expired')
})

it('a timer cancelled by the person gives up the time it had asked for', async () => {
  const machine = setup({ types: { events: {} as { type: 'go' | 'back' } }, delays: { long: 80 * day } }).createMachine(
    {
      id: 'm',
      initial: 'form',
      states: {
        form: { ...step('form'), on: { go: 'held' } },
        held: { ...step('held'), on: { back: 'form' }, after: { long: 'form' } },
      },
    },
  )
  const flow = defineFlow({ id: 'm', version: 1, machine, events: { go: z.object({}), back: z.object({}) } })
  const engine = createEngine({ flows: [flow], store: memoryStore({ clock: () => start }), clock: () => start })
  const caller: Caller = { credential: undefined, mint }
  const went = await engine.send('m', caller, { opId: 'operation-1', event: { type: 'go' } })
  expect(went.view.expiresAt).toBe(start + 80 * day)
  if (went.created) caller.credential = went.created
  const back = await engine.send('m', caller, { opId: 'operation-2', event: { type: 'back' } })
  expect(back.view.expiresAt).toBe(start + 30 * day)
})

it('a constant delay beyond the absolute limit is a problem of the flow, also where it is provided', () => {
  expect(() => waiting({ days: [91] })).toThrow('delays.wait0: 7862400000 ms is longer than a session may live')
  expect(() => waiting({ days: [2], lifetime: { absolute: '1 day' } })).toThrow('delays.wait0')
  const flow = waiting({ days: [2] })
  expect(() => flow.provide({ delays: { wait0: 100 * day } })).toThrow('delays.wait0')
  expect(() => flow.provide({ lifetime: { absolute: '1 day' } })).toThrow('delays.wait0')
})
