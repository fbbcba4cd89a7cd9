// A small flow with one bug at a time, for tests of what stories find.

import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assign, setup } from 'xstate'
import { z } from 'zod'
import { defineFlow, type Flow } from '../../flow/define.ts'
import type { Older } from '../../flow/evolve/migration.ts'
import { fromEffect } from '../../flow/machine.ts'
import type { StoryOptions } from './options.ts'

export type Context = { name: string | null; plan: string | null; seats: number; account: unknown }
type Event = { type: 'name.given'; name: string } | { type: 'plan.chosen'; plan: 'free' | 'pro' } | { type: 'again' }

/** The parts of the flow in which a bug may lie. */
export type Plant = {
  version?: 1 | 2
  name?: (args: { context: Context; event: Event }) => string | null
  seats?: (args: { context: Context }) => unknown
  greet?: () => void
  /** The name may also be given where the plan is chosen. */
  corrects?: boolean
  /** An action that comes before the account is opened. */
  prepare?: () => void
  isPaid?: (args: { context: Context }) => boolean
  mayEnd?: () => boolean
  /** Before its account is opened, a plan waits for five minutes, and then for as long as this says no. */
  isServed?: () => boolean
  open?: (call: { effectId: string; input: unknown }) => Promise<unknown>
  migrate?: (old: Older) => { value: unknown; context: unknown }
  /** The name that is kept when the offer ends. */
  over?: (context: Context) => string | null
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

/** Payloads of every event that has some. */
export const examples = {
  events: { 'name.given': [{ name: 'Ada' }], 'plan.chosen': [{ plan: 'free' }, { plan: 'pro' }] },
}

/** Name, plan, an account that is opened; an offer that ends after an hour. */
export function signup({
  version = 1,
  name = nameIn,
  seats = ({ context }) => context.seats + 1,
  greet = () => {},
  corrects = false,
  prepare = () => {},
  isPaid = () => true,
  mayEnd = () => true,
  isServed,
  over = ({ name }) => name,
  open = async ({ effectId }) => `account of ${effectId}`,
  migrate = ({ value, context }) => ({ value, context }),
  lift = (payload) => payload,
  account = (output) => output,
}: Plant = {}): Flow<Event> {
  const machine = setup({
    types: { context: {} as Context, events: {} as Event },
    actors: { open: fromEffect<unknown, unknown>(open) },
    delays: { offer: 3_600_000, queue: 300_000 },
    guards: {
      isPaid: ({ context }: { context: Context }) => isPaid({ context }),
      mayEnd,
      isServed: () => isServed?.() ?? true,
    },
    actions: { greet, prepare },
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
        after: {
          offer: { guard: 'mayEnd', target: 'over', actions: assign({ name: ({ context }) => over(context) }) },
        },
        on: {
          ...(corrects && { 'name.given': { actions: assign({ name }) } }),
          'plan.chosen': {
            guard: 'isPaid',
            target: isServed ? 'queued' : 'opening',
            actions: [assign({ plan: ({ event }) => event.plan, seats: (args) => seats(args) as number }), 'prepare'],
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
  } as never) as unknown as Flow<Event>
}

let calls = 0
const accounts = new Map<string, string>()
let moment = 0
let isPrepared = false

/** A provider that has no answer for a charge that is sent again. */
function provider() {
  const known = new Set<string>()
  const open = fromEffect(async ({ effectId }: { effectId: string }) => {
    if (known.has(effectId)) throw Object.assign(new Error('was there before'), { retryable: false })
    known.add(effectId)
    return 'an account'
  })
  return { actors: { open } }
}

/** The folder of the locks of the flow; the test fills it. */
export const locks: string = mkdtempSync(join(tmpdir(), 'dogear-stories-'))

/** A bug, with the options that it takes to find it. */
type Bug = { bug: string; plant: Plant; options?: StoryOptions }

export const bugs: readonly Bug[] = [
  {
    bug: 'an action that throws',
    plant: {
      greet: () => {
        throw new Error('no mail server')
      },
    },
  },
  {
    bug: 'an assign that throws',
    plant: {
      name: () => {
        throw new Error('not a name')
      },
    },
  },
  { bug: 'an assign that counts in its module', plant: { seats: () => ++calls } },
  { bug: 'an assign that reads a clock', plant: { seats: () => ++moment + performance.now() } },
  { bug: 'a context that cannot be stored', plant: { account: () => () => 'a function' } },
  { bug: 'a context that its schema refuses', plant: { seats: () => 'one' } },
  { bug: 'a guard that strands', plant: { isPaid: () => false, mayEnd: () => false } },
  { bug: 'a timer that leads nowhere', plant: { isServed: () => false } },
  {
    bug: 'a step of a timer that throws',
    plant: {
      over: () => {
        throw new Error('no offer to end')
      },
    },
  },
  {
    bug: 'an effect that refuses an id that it knows',
    plant: {},
    options: { provide: provider },
  },
  {
    bug: 'an effect that needs what an action has left in the memory of its process',
    plant: {
      prepare: () => {
        isPrepared = true
      },
      open: async () => {
        const was = isPrepared
        isPrepared = false
        if (!was) throw Object.assign(new Error('nothing is prepared'), { retryable: false })
        return 'an account'
      },
    },
  },
  { bug: 'an effect that is not idempotent', plant: { open: async () => `account ${++calls}` } },
  {
    bug: 'an effect that two processes may not begin at once',
    plant: {
      async open({ effectId }) {
        const known = accounts.get(effectId)
        await new Promise((resolve) => setImmediate(resolve))
        const account = known ?? `account ${++calls}`
        accounts.set(effectId, account)
        return account
      },
    },
  },
  {
    bug: 'a lift that throws',
    plant: {
      version: 2,
      lift: ({ name }) => {
        throw new TypeError(`no words in ${name}`)
      },
    },
    options: { locks },
  },
  {
    bug: 'a lift that counts in its module',
    plant: { version: 2, lift: ({ name }) => ({ name: `${String(name).slice(0, 9)} ${++calls}` }) },
    options: { locks },
  },
  {
    bug: 'a migration that loses a field',
    plant: { version: 2, migrate: ({ value, context }) => ({ value, context: { ...context, name: null } }) },
    options: { locks },
  },
  {
    bug: 'a migration that leaves a context of the older shape',
    plant: { version: 2, migrate: ({ value, context: { seats: _, ...context } }) => ({ value, context }) },
    options: { locks },
  },
  {
    bug: 'a rule of the author that is broken',
    plant: {},
    options: {
      always: ({ view }) => {
        if (view.step === 'plan') throw new Error('nobody shall choose a plan')
      },
    },
  },
]
