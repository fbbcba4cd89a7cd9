// A shop with one effect, for tests of how effects are run: what its provider does, what the machine makes of it.

import { assign, emit, setup } from 'xstate'
import { z } from 'zod'
import { defineFlow, type Flow } from '../../flow/define.ts'
import type { Older } from '../../flow/evolve/migration.ts'
import { type EffectCall, fromEffect } from '../../flow/machine.ts'
import type { EffectPolicy } from '../../flow/options.ts'
import { memoryStore } from '../../store/memory.ts'
import { type Person, person, type Rig, rig, type Watched, watch } from '../harness.fixture.ts'

export type ShopOptions = EffectPolicy & {
  provider: (call: EffectCall) => Promise<unknown>
  /** The part of the result that goes into the context; it may throw. */
  take?: (result: unknown) => unknown
  /** 2: of a deploy, that has called the effect `charge`. */
  version?: 1 | 2
}

/** `id` is that of the harness's persons; `calls` are those of the provider, in any process. */
export function shop({ provider, take = (result) => result, version = 1, ...policy }: ShopOptions): {
  flow: Flow
  calls: EffectCall[]
} {
  const calls: EffectCall[] = []
  const id = version === 1 ? 'pay' : 'charge'
  const events = ['order', 'note', 'leave'] as const
  const machine = setup({
    types: { context: {} as { out: unknown }, events: {} as { type: (typeof events)[number] } },
    actors: {
      pay: fromEffect<unknown, undefined>((call) => {
        calls.push(call)
        return provider(call)
      }),
    },
    actions: {
      keep: assign({ out: (_, { result }: { result: unknown }) => take(result) }),
    },
  }).createMachine({
    id: 'shop',
    initial: 'cart',
    context: { out: null },
    on: { note: { actions: emit({ type: 'noted' }) } },
    states: {
      cart: { on: { order: 'paying' } },
      paying: {
        on: { leave: 'cart' },
        invoke: {
          id,
          src: 'pay',
          onDone: { target: 'paid', actions: { type: 'keep', params: ({ event }) => ({ result: event.output }) } },
          onError: { target: 'failed', actions: { type: 'keep', params: ({ event }) => ({ result: event.error }) } },
        },
      },
      paid: {},
      failed: {},
    },
  })
  const schemas = { order: z.object({}), note: z.object({}), leave: z.object({}) }
  const effects = { pay: { backoff: 1, ...policy } }
  const migrate = ({ value, context }: Older) => ({ value, context })
  const migrations = version === 1 ? {} : { 1: { renames: { pay: id }, migrate } }
  const context = z.object({ out: z.unknown() })
  const flow = defineFlow({ id: 'checkout', version, machine, events: schemas, effects, migrations, context })
  return { calls, flow: flow as unknown as Flow }
}

export const leaseMs = 60_000

/** Processes on one store with one clock that only `pass` moves. */
export function town(): {
  store: Watched
  clock: () => number
  pass(ms: number): void
  /** Another process, which knows `flow`; `faults` may replace what its store does. */
  process(flow: Flow, faults?: Parameters<typeof watch>[1]): Rig
} {
  let now = Date.UTC(2026, 0, 1)
  const clock = () => now
  const store = watch(memoryStore({ clock }))
  return {
    store,
    clock,
    pass: (ms) => {
      now += ms
    },
    process: (flow, faults) =>
      rig({ flow: flow as never, store: watch(store, faults), clock, leaseMs, effectWaitMs: 1 }),
  }
}

/** A person who has placed an order. */
export async function ordered({ engine }: Rig): Promise<Person> {
  const someone = person(engine)
  await someone.send('order')
  return someone
}

/** Wakes every session that is due, as a worker would. */
export async function work({ engine, store, errors }: Rig): Promise<void> {
  for (const { id, dueAt } of await store.claimDue(100, 1))
    await engine.wake(id, dueAt).catch((error: unknown) => errors.push(error))
  for (let turns = 0; turns < 20; turns++) await new Promise((resolve) => setImmediate(resolve))
}

export const codesOf = ({ errors }: Rig): unknown[] => errors.map((error) => (error as { code?: unknown }).code)
