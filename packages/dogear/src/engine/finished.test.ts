// A session that a deploy finished owes nothing any more: its first wake takes it off the agenda.

import { expect, it } from 'vitest'
import { createMachine, raise, spawnChild } from 'xstate'
import { z } from 'zod'
import { defineFlow, type Flow } from '../flow/define.ts'
import { fromEffect } from '../flow/machine.ts'
import { memoryStore } from '../store/memory.ts'
import { person, rig, watch } from './harness.fixture.ts'

const page = (id: string, rest: object) => ({ id, meta: { step: { path: id, title: id } }, ...rest })

function build(states: object, migrate?: () => object): Flow {
  const machine = createMachine(
    {
      id: 'checkout',
      initial: 'first',
      context: {},
      states: {
        first: page('first', { on: { 'went.on': 'waiting', 'put.off': { target: 'waiting', actions: 'putOff' } } }),
        end: { id: 'end', type: 'final' },
        ...states,
      },
    } as never,
    {
      actors: { charge: fromEffect(() => new Promise(() => {})) },
      delays: { hold: 60_000 },
      actions: { putOff: raise({ type: 'put.off' }, { id: 'reminder', delay: 'hold' as never }) },
    } as never,
  )
  return defineFlow({
    id: 'checkout',
    version: migrate ? 2 : 1,
    machine,
    events: { 'went.on': z.object({}), 'put.off': z.object({}) },
    context: z.object({}),
    ...(migrate && { migrations: { 1: migrate } }),
  } as never) as Flow
}

const waits = {
  'an after': { event: 'went.on', waiting: { after: { hold: 'first' } } },
  'a raised timer': { event: 'put.off', waiting: {} },
  'an effect': {
    event: 'went.on',
    waiting: { invoke: { id: 'charge', src: 'charge', onDone: 'end', onError: 'end' } },
  },
  'a spawned effect': { event: 'went.on', waiting: { entry: spawnChild('charge' as never, { id: 'spawned' }) } },
}
const ends = {
  'the migration gave a final state': { states: {}, migrate: () => ({ value: 'end' }) },
  'its state became final': {
    states: { waiting: { id: 'waiting', type: 'final' } },
    migrate: () => ({ value: 'waiting' }),
  },
  'a transition without an event led to the end': {
    states: { waiting: page('waiting', { always: 'end' }) },
    migrate: () => ({ value: 'waiting' }),
  },
}
const cases = Object.entries(waits).flatMap(([wait, { event, waiting }]) =>
  Object.entries(ends).map(([end, { states, migrate }]) => ({ wait, end, event, waiting, states, migrate })),
)

it.each(cases)('$wait, $end', async ({ event, waiting, states, migrate }) => {
  let now = Date.UTC(2026, 0, 1)
  const clock = () => now
  const store = watch(memoryStore({ clock }))
  const before = rig({ store, clock, effectWaitMs: 1, flow: build({ waiting: page('waiting', waiting) }) as never })
  const someone = person(before.engine)
  await someone.send(event)
  now += 120_000
  const [due] = await store.claimDue(1, 10)
  const after = rig({ store, clock, flow: build({ waiting: page('waiting', {}), ...states }, migrate) as never })
  await after.engine.wake(due?.id ?? '', due?.dueAt ?? 0)
  expect(await after.engine.read('checkout', someone.caller.credential)).toMatchObject({ status: 'done', timers: [] })
  now += 120_000
  expect(await store.claimDue(1, 10)).toEqual([])
})
