// A small flow with one bug at a time, for tests of what stories find.

import { assign, setup } from 'xstate'
import { z } from 'zod'
import { defineFlow, type Flow } from '../../flow/define.ts'
import type { Older } from '../../flow/evolve/migration.ts'
import { fromEffect } from '../../flow/machine.ts'

export type Context = { name: string | null; plan: string | null; seats: number; account: unknown }
type Event = { type: 'name.given'; name: string } | { type: 'plan.chosen'; plan: 'free' | 'pro' } | { type: 'again' }

/** The parts of the flow in which a bug may lie. */
export type Plant = {
  version?: 1 | 2
  name?: (args: { context: Context; event: Event }) => string | null
  seats?: (args: { context: Context }) => unknown
  greet?: () => void
  isPaid?: (args: { context: Context }) => boolean
  mayEnd?: () => boolean
  /** Before its account is opened, a plan waits for five minutes, and then for as long as this says no. */
  isServed?: () => boolean
  open?: (call: { effectId: string; input: unknown }) => Promise<unknown>
  migrate?: (old: Older) => { value: unknown; context: unknown }
  /** The lift of version 2 for a name that a page of version 1 sends. */
  lift?: (payload: { readonly name?: unknown }) => object
  account?: (output: unknown) => unknown
}

const nameIn = ({ context, event }: { context: Context; event: Event }) =>
  event.type === 'name.given' ? event.name : context.name

const contextSchema = z.object({
  name: z.string().nullable(),
  plan: z.string().nullable(),
  seats: z.number(),
  account: z.unknown(),
})

/** Name, plan, an account that is opened; an offer that ends after an hour. */
export function signup({
  version = 1,
  name = nameIn,
  seats = ({ context }) => context.seats + 1,
  greet = () => {},
  isPaid = () => true,
  mayEnd = () => true,
  isServed,
  open = async ({ effectId }) => `account of ${effectId}`,
  migrate = ({ value, context }) => ({ value, context }),
  lift = (payload) => payload,
  account = (output) => output,
}: Plant = {}): Flow {
  const machine = setup({
    types: { context: {} as Context, events: {} as Event },
    actors: { open: fromEffect<unknown, unknown>(open) },
    delays: { offer: 3_600_000, queue: 300_000 },
    guards: {
      isPaid: ({ context }: { context: Context }) => isPaid({ context }),
      mayEnd,
      isServed: () => isServed?.() ?? true,
    },
    actions: { greet },
  }).createMachine({
    id: 'signup',
    initial: 'name',
    context: { name: null, plan: null, seats: 0, account: null },
    states: {
      name: {
        id: 'name',
        meta: { step: { path: 'name', title: 'Your name' } },
        route: {},
        on: { 'name.given': { target: 'plan', actions: [assign({ name }), 'greet'] } },
      },
      plan: {
        id: 'plan',
        meta: { step: { path: 'plan', title: 'Your plan' } },
        after: { offer: { guard: 'mayEnd', target: 'over' } },
        on: {
          'plan.chosen': {
            guard: 'isPaid',
            target: isServed ? 'queued' : 'opening',
            actions: assign({ plan: ({ event }) => event.plan, seats: (args) => seats(args) as number }),
          },
        },
      },
      queued: { after: { queue: { guard: 'isServed', target: 'opening' } } },
      opening: {
        invoke: {
          id: 'open',
          src: 'open',
          input: ({ context }: { context: Context }) => context.plan,
          onDone: { target: 'welcome', actions: assign({ account: ({ event }) => account(event.output) }) },
          onError: 'failed',
        },
      },
      failed: {
        id: 'failed',
        meta: { step: { path: 'failed', title: 'That did not work' } },
        on: { again: 'opening' },
      },
      over: { id: 'over', type: 'final', meta: { step: { path: 'over', title: 'The offer has ended' } } },
      welcome: { id: 'welcome', type: 'final', meta: { step: { path: 'welcome', title: 'Welcome' } } },
    },
  })
  return defineFlow({
    id: 'signup',
    version,
    machine,
    events: {
      'name.given': z.object({ name: z.string().min(1).max(20) }),
      'plan.chosen': z.object({ plan: z.enum(['free', 'pro']) }),
      again: z.object({}),
    },
    context: contextSchema,
    ...(version === 1 ? {} : { migrations: { 1: migrate }, lifts: { 1: { 'name.given': lift } } }),
  } as never) as unknown as Flow
}
