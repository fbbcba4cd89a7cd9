// The types of events from the server: those of the flow they go to.

import { test } from 'vitest'
import { setup } from 'xstate'
import { z } from 'zod'
import { defineFlow } from '../../flow/define.ts'
import type { Engine } from '../engine.ts'

const machine = setup({
  types: { events: {} as { type: 'placed'; seats: number } | { type: 'paid'; amount: number } | { type: 'failed' } },
}).createMachine({ on: { placed: {}, paid: {}, failed: {} } })
const order = defineFlow({
  id: 'order',
  version: 1,
  machine,
  events: { placed: z.object({ seats: z.number() }) },
  serverEvents: { paid: z.object({ amount: z.number() }), failed: z.object({}) },
})
const person = defineFlow({ id: 'person', version: 1, machine, events: { failed: z.object({}) } })
const [session, options] = ['s', { opId: 'evt_1' }]

test('an event from the server is one of the flow it goes to', () => {
  const engine = {} as Engine
  const send = () => [
    engine.dispatch({ flow: order, session }, { type: 'paid', amount: 4200 }, options),
    engine.dispatch({ flow: order, session }, { type: 'failed' }, options),
    engine.dispatch({ flow: order, session }, { type: 'placed', seats: 2 }, options),
    engine.dispatch({ flow: order.provide({}), session }, { type: 'failed' }, options),
    engine.dispatch({ flow: person, session }, { type: 'failed' }, options),
    engine.dispatch({ flow: 'order', session }, { type: 'failed' }, options),
    // @ts-expect-error -- no flow has such an event
    engine.dispatch({ flow: order, session }, { type: 'refunded' }, options),
    // @ts-expect-error -- the amount is missing
    engine.dispatch({ flow: order, session }, { type: 'paid' }, options),
    // @ts-expect-error -- the amount is a number
    engine.dispatch({ flow: order, session }, { type: 'paid', amount: '4200' }, options),
    // @ts-expect-error -- another flow has that event
    engine.dispatch({ flow: person, session }, { type: 'paid', amount: 4200 }, options),
  ]
  void send
})
