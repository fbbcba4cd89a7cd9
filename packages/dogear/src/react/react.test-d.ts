// The promises of the types: a page cannot send what the flow does not know, and knows what it gets.

import type { ComponentProps } from 'react'
import { expectTypeOf, test } from 'vitest'
import type { order } from '../../fixtures/order.ts'
import { createFlowClient } from '../client/index.ts'
import type { EventOf, ViewOf } from '../flow/define.ts'
import type { FlowFormProps } from './flow-form.tsx'
import type { Conflict } from './form-drafts.ts'
import { useExpiry } from './use-expiry.ts'
import { useFlow } from './use-flow.ts'
import { useStep } from './use-step.ts'

type OrderView = ViewOf<typeof order>
type OrderEvent = EventOf<typeof order>
declare const view: OrderView
const url = '/api/flows/order'

test('a flow named by its type knows its events and its context', () => {
  const flow = useFlow<typeof order>({ url, view })
  expectTypeOf(flow.view.context.method).toEqualTypeOf<string | null>()
  expectTypeOf(flow.view.context.details?.email).toEqualTypeOf<string | undefined>()
  flow.send({ type: 'details.submitted', name: 'Ada', email: 'ada@example.org' })
  flow.send({ type: 'order.placed' })
  // @ts-expect-error: the flow has no such event
  flow.send({ type: 'order.cancelled' })
  // @ts-expect-error: the email is missing
  flow.send({ type: 'details.submitted', name: 'Ada' })
  // @ts-expect-error: internal events are not for sending
  flow.send({ type: 'xstate.init' })
})

test('a flow typed by its view alone still knows the types of its events', () => {
  const flow = useFlow({ url, view })
  expectTypeOf(flow.view.context.method).toEqualTypeOf<string | null>()
  flow.send({ type: 'payment.submitted' })
  // @ts-expect-error: the flow has no such event
  flow.send({ type: 'order.cancelled' })
})

test('the result says which: an accepted event has a view, a refused one a problem', async () => {
  const client = createFlowClient<OrderView, OrderEvent>({ url, view })
  const result = await client.send({ type: 'payment.submitted', method: 'card' })
  if (result.ok) expectTypeOf(result.view).toEqualTypeOf<OrderView>()
  else expectTypeOf(result.problem.view).toEqualTypeOf<OrderView | undefined>()
})

test('what a form gives its children can be shown as it is', () => {
  type Children = Extract<FlowFormProps<OrderView, OrderEvent>['children'], (...parameters: never) => unknown>
  type State = Parameters<Children>[0]
  expectTypeOf<State['values'][string]>().toEqualTypeOf<string | readonly string[] | undefined>()
  expectTypeOf<State['values'][string]>().toExtend<ComponentProps<'input'>['defaultValue']>()
  expectTypeOf<State['conflict']>().toEqualTypeOf<Conflict | null>()
})

test('what a step was submitted with may be of any shape', () => {
  expectTypeOf<OrderView['context']['details']>().toExtend<FlowFormProps<OrderView, OrderEvent>['answers']>()
})

test('time is left of a session, and of a timer of its flow', () => {
  const flow = useFlow<typeof order>({ url: '/api/flows/order', view })
  expectTypeOf(useExpiry({ flow, now: 0 }).leftMs).toEqualTypeOf<number | null>()
  useExpiry({ flow, now: 0 }, { timer: 'hold', warnMs: 1 })
})

test('a step page knows the events and the context of its flow', () => {
  const router = { push() {}, replace() {} }
  const words = { lang: 'en', dir: 'ltr' as const, problems: {} }
  const props = { view, now: 0, url: '/api/flows/order', base: '/order', path: null, words }
  const step = useStep<typeof order>(props, router)
  expectTypeOf(step.view).toEqualTypeOf<OrderView>()
  expectTypeOf(step.form('payment.submitted').type).toEqualTypeOf<'payment.submitted'>()
  expectTypeOf(step.form).parameter(0).toEqualTypeOf<OrderEvent['type']>()
  expectTypeOf(step.send).parameter(0).toEqualTypeOf<OrderEvent>()
})

test('a form can only be of an event of its flow', () => {
  expectTypeOf<FlowFormProps<OrderView, OrderEvent>['type']>().toEqualTypeOf<
    'details.submitted' | 'payment.submitted' | 'order.placed'
  >()
  expectTypeOf<FlowFormProps<OrderView, OrderEvent>>().not.toHaveProperty('method')
})
