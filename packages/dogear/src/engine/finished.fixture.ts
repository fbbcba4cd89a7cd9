// Sessions that wait for something, and the ways in which a deploy can finish them.

import { createMachine, raise, spawnChild } from 'xstate'
import { z } from 'zod'
import { defineFlow, type Flow } from '../flow/define.ts'
import { fromEffect } from '../flow/machine.ts'

export const page = (id: string, rest: object) => ({ id, meta: { step: { path: id, title: id } }, ...rest })

/** The flow before the deploy or, with a migration, after it. Timers go off after a minute, or `holdMs`. */
export function build(
  states: object,
  { migrate, holdMs = 60_000 }: { migrate?: () => object; holdMs?: number } = {},
): Flow {
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
      delays: { hold: holdMs },
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
export const cases = Object.entries(waits).flatMap(([wait, { event, waiting }]) =>
  Object.entries(ends).map(([end, { states, migrate }]) => ({ wait, end, event, waiting, states, migrate })),
)
