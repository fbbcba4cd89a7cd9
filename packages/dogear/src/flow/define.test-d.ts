// The types of a flow: events and payloads for sending, the public context for a view, actor names for effects.

import { describe, expectTypeOf, test } from 'vitest'
import { assign, createMachine, setup } from 'xstate'
import { z } from 'zod'
import { checkout, checkoutMachine } from './checkout.fixture.ts'
import { defineFlow, type EventOf, type Flow, type ServerEventOf, type ViewOf } from './define.ts'
import { fromEffect } from './machine.ts'

type Context = { name: string | null; secret: string }
type Events =
  | { type: 'named'; name: string; nick?: string }
  | ({ type: 'paid' } & ({ method: 'card'; token: string } | { method: 'invoice'; company: string }))
  | { type: 'on' | 'off'; at: number }
  | { type: 'sent' }

const machine = setup({
  types: { context: {} as Context, events: {} as Events },
  actors: { charge: fromEffect<string, { token: string }>(async () => 'done'), mail: fromEffect(async () => 1) },
}).createMachine({
  context: { name: null, secret: '' },
  initial: 'a',
  states: { a: { id: 'a', route: {}, on: { named: { actions: assign({ name: ({ event }) => event.name }) } } } },
})
const base = { id: 'f', version: 1, machine } as const
const card = z.object({ method: z.literal('card'), token: z.string() })
const invoice = z.object({ method: z.literal('invoice'), company: z.string() })

const flow = defineFlow({
  ...base,
  events: {
    named: z.object({ name: z.string().trim(), nick: z.string().optional() }),
    paid: z.discriminatedUnion('method', [card, invoice]),
    on: z.object({ at: z.number() }),
    sent: z.object({}),
  },
  effects: { charge: { attempts: 2, timeout: '30 s' } },
})

describe('an event of a flow', () => {
  test('is one of those declared, with the payload its schema takes', () => {
    expectTypeOf<EventOf<typeof flow>['type']>().toEqualTypeOf<'named' | 'paid' | 'on' | 'sent'>()
    expectTypeOf<{ type: 'named'; name: string }>().toExtend<EventOf<typeof flow>>()
    expectTypeOf<{ type: 'paid'; method: 'card'; token: string }>().toExtend<EventOf<typeof flow>>()
    expectTypeOf<{ type: 'sent' }>().toExtend<EventOf<typeof flow>>()
    expectTypeOf<{ type: 'named' }>().not.toExtend<EventOf<typeof flow>>()
    expectTypeOf<{ type: 'named'; name: number }>().not.toExtend<EventOf<typeof flow>>()
    expectTypeOf<{ type: 'paid'; method: 'card'; company: string }>().not.toExtend<EventOf<typeof flow>>()
    expectTypeOf<{ type: 'off'; at: number }>().not.toExtend<EventOf<typeof flow>>()
    expectTypeOf<{ type: 'xstate.route'; to: '#a' }>().not.toExtend<EventOf<typeof flow>>()
  })

  test('is what goes into the schema, not what comes out of it', () => {
    const coerced = defineFlow({ ...base, events: { named: z.object({ name: z.number().transform(String) }) } })
    expectTypeOf<EventOf<typeof coerced>>().toExtend<{ type: 'named'; name: number }>()
  })
})

describe('the events of a flow', () => {
  test('are events of its machine, and none of the engine', () => {
    // @ts-expect-error -- the machine has no such event
    defineFlow({ ...base, events: { unheard: z.object({}) } })
    // @ts-expect-error -- the machine has no such event, next to one it has
    defineFlow({ ...base, events: { sent: z.object({}), unheard: z.object({}) } })
    // @ts-expect-error -- only a step leads back
    defineFlow({ ...base, events: { 'xstate.route': z.object({ to: z.literal('#a') }) } })
  })

  test('have schemas that give what the machine expects', () => {
    // @ts-expect-error -- the name is missing
    defineFlow({ ...base, events: { named: z.object({}) } })
    // @ts-expect-error -- the name is a string
    defineFlow({ ...base, events: { named: z.object({ name: z.number() }) } })
    // @ts-expect-error -- one of the two ways to pay has no company
    defineFlow({ ...base, events: { paid: z.object({ method: z.enum(['card', 'invoice']), token: z.string() }) } })
    // @ts-expect-error -- a validating function is no Standard Schema
    defineFlow({ ...base, events: { sent: () => true } })
  })
})

describe('the events of a server', () => {
  const sent = z.object({})
  const on = z.object({ at: z.number() })
  const ours = defineFlow({ ...base, events: { sent }, serverEvents: { on } })

  test('are events of the machine, apart from those of a person', () => {
    expectTypeOf<ServerEventOf<typeof ours>>().toEqualTypeOf<{ type: 'on'; at: number }>()
    expectTypeOf<EventOf<typeof ours>>().toEqualTypeOf<{ type: 'sent' }>()
    expectTypeOf<ViewOf<typeof ours>['accepts'][number]>().toEqualTypeOf<'sent'>()
    expectTypeOf<ServerEventOf<typeof flow>>().toEqualTypeOf<never>()
    expectTypeOf(ours.provide({})).toEqualTypeOf(ours)
    expectTypeOf(ours).toExtend<Flow>()
  })

  test('are checked as those of a person are', () => {
    // @ts-expect-error -- the machine has no such event
    defineFlow({ ...base, events: { sent }, serverEvents: { unheard: sent } })
    // @ts-expect-error -- a person may send it as well
    defineFlow({ ...base, events: { sent }, serverEvents: { sent } })
    // @ts-expect-error -- the time is missing
    defineFlow({ ...base, events: { sent }, serverEvents: { on: sent } })
  })
})

describe('the input of a flow', () => {
  const needing = setup({ types: { input: {} as { plan: 'free' | 'pro' } } }).createMachine({})
  const own = { id: 'f', version: 1, machine: needing, events: {} } as const

  test('has to be declared where the machine needs one, with a schema that gives it', () => {
    defineFlow({ ...own, input: z.object({ plan: z.enum(['free', 'pro']) }) })
    // @ts-expect-error -- the machine needs an input
    defineFlow(own)
    // @ts-expect-error -- the machine needs a plan
    defineFlow({ ...own, input: z.object({ plan: z.string() }) })
  })
})

describe('the view of a flow', () => {
  test('shows the whole context, unless the flow says what of it', () => {
    expectTypeOf<ViewOf<typeof flow>['context']>().toEqualTypeOf<Context>()
    const open = defineFlow({ ...base, events: {}, view: ({ name }) => ({ name, greeted: name !== null }) })
    expectTypeOf<ViewOf<typeof open>['context']>().toEqualTypeOf<{ name: string | null; greeted: boolean }>()
    // @ts-expect-error -- the context has no such member
    defineFlow({ ...base, events: {}, view: ({ unheard }) => unheard })
  })

  test('accepts the declared events', () => {
    expectTypeOf<ViewOf<typeof flow>['accepts'][number]>().toEqualTypeOf<EventOf<typeof flow>['type']>()
  })

  test('is the same once implementations were provided', () => {
    const provided = flow.provide({ actors: { charge: fromEffect(async () => 'x') } })
    expectTypeOf(provided).toEqualTypeOf(flow)
  })
})

describe('the effects of a flow', () => {
  test('are policies by the names of its actors', () => {
    defineFlow({ ...base, events: {}, effects: { charge: {}, mail: { backoff: 100 } } })
    // @ts-expect-error -- the machine has no such actor
    defineFlow({ ...base, events: {}, effects: { chrage: {} } })
    // @ts-expect-error -- not a unit of time
    defineFlow({ ...base, events: {}, effects: { charge: { timeout: '30 fortnights' } } })
    // @ts-expect-error -- this machine has none at all
    defineFlow({ ...base, machine: setup({}).createMachine({}), events: {}, effects: { charge: {} } })
  })
})

describe('a machine without types', () => {
  const untyped = defineFlow({
    id: 'f',
    version: 1,
    machine: createMachine({ context: { a: 1 } }),
    events: { any: z.object({ n: z.number() }) },
    effects: { whatever: {} },
  })

  test('may be given any events, which are known from then on', () => {
    expectTypeOf<EventOf<typeof untyped>>().toEqualTypeOf<{ type: 'any'; n: number }>()
  })
})

describe('any flow', () => {
  test('is a flow, whatever its events and its context', () => {
    expectTypeOf(flow).toExtend<Flow>()
    expectTypeOf(checkout).toExtend<Flow>()
    const flows: Flow[] = [flow, checkout]
    expectTypeOf(flows).toExtend<readonly Flow[]>()
  })

  test('keeps its machine to itself: the types of the checkout are its own', () => {
    expectTypeOf<EventOf<typeof checkout>['type']>().toEqualTypeOf<
      'shipping.submitted' | 'payment.submitted' | 'order.placed' | 'payment.retried' | 'note.added'
    >()
    expectTypeOf<ViewOf<typeof checkout>['context']>().toEqualTypeOf<{
      name: string | null
      receipt: string | null
      charges: number
      paid: boolean
    }>()
    // @ts-expect-error -- a timer's event is not for clients, but the machine knows it: declaring it with a wrong
    // payload fails
    defineFlow({ id: 'f', version: 1, machine: checkoutMachine, events: { 'payment.submitted': z.object({}) } })
  })
})

describe('a view of data that JSON has no type for', () => {
  type Rich = {
    at: Date
    byName: Map<string, { at: Date }>
    tags: ReadonlySet<'a' | 'b'>
    total: bigint
    bytes: Uint8Array
    list: readonly (Date | null)[]
    pair: [number, Date]
    maybe?: { at: Date } | undefined
    text: string
    choice: 'x' | 'y' | null
    open: unknown
    call: () => void
  }
  const rich = defineFlow({
    ...base,
    machine: setup({ types: { context: {} as Rich, events: {} as { type: 'sent' } } }).createMachine({
      context: {} as Rich,
    }),
    events: { sent: z.object({}) },
  })
  type Arrived = ViewOf<typeof rich>['context']

  test('has it as it arrives', () => {
    expectTypeOf<Arrived>().toEqualTypeOf<{
      at: string
      byName: [string, { at: string }][]
      tags: ('a' | 'b')[]
      total: string
      bytes: string
      list: readonly (string | null)[]
      pair: [number, string]
      maybe?: { at: string } | undefined
      text: string
      choice: 'x' | 'y' | null
      open: unknown
    }>()
  })

  test('has what its `view` shows', () => {
    const shown = defineFlow({
      ...base,
      events: { sent: z.object({}) },
      view: ({ name }) => ({ name, at: new Date(0), money: { toJSON: (): string => '7.00' } }),
    })
    expectTypeOf<ViewOf<typeof shown>['context']>().toEqualTypeOf<{ name: string | null; at: string; money: string }>()
  })

  test('is no promise: nobody waits for it', () => {
    // @ts-expect-error: a view answers at once.
    defineFlow({ ...base, events: { sent: z.object({}) }, view: async ({ name }) => ({ name }) })
  })
})

describe('a field of its own called type', () => {
  test('is sent beside the type of the event', () => {
    const kinds = defineFlow({
      ...base,
      events: {
        named: z.object({ type: z.enum(['first', 'last']), name: z.string() }).transform(({ name }) => ({ name })),
      },
    })
    expectTypeOf<EventOf<typeof kinds>>().toEqualTypeOf<{
      type: 'named'
      'dogear.type': 'first' | 'last'
      name: string
    }>()
  })
})
