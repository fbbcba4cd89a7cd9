// The view: the steps behind and ahead, and only the public part of the context.

import { describe, expect, test } from 'vitest'
import { createMachine, setup } from 'xstate'
import { z } from 'zod'
import { checkout } from './checkout.fixture.ts'
import { defineFlow, type Flow } from './define.ts'
import { begin, type MachineEvent, step } from './machine.ts'
import type { Live } from './nodes.ts'
import { mayGoBack, type Seen, toView } from './view.ts'

const nothing: Seen = {
  tag: 'tag',
  gone: null,
  position: { epoch: 0, revision: 3, mark: 'markmark' },
  saved: true,
  visited: [],
  drafts: {},
  pending: [],
  timers: [],
  moved: { here: null, elsewhere: null, itself: null },
  expiresAt: 9,
}
const reached = (flow: Flow, ...events: MachineEvent[]): Live =>
  events.reduce((live, event) => step(flow.machine, live, event).live, begin(flow.machine).live)
/** The steps of a view, as `path:state`. */
const stepsOf = (live: Live, seen: Partial<Seen>, flow: Flow = checkout): string[] =>
  toView(flow, live, { ...nothing, ...seen }).steps.map(({ path, state }) => `${path}:${state}`)

const shipping = { type: 'shipping.submitted', name: 'Ada' }
const payment = { type: 'payment.submitted', token: 'tok_secret' }
const placed = { type: 'order.placed' }

describe('a view', () => {
  test('says all a page needs, and nothing it must not know', () => {
    const live = reached(checkout, shipping, payment)
    const drafts = {
      review: { values: { note: 'x' }, issues: [{ path: ['note'], message: 'Too short' }] },
      shipping: { values: {}, issues: [{ path: [], message: 'no' }] },
    }
    const timers = [{ id: 'priceHold', dueAt: 5 }]
    expect(toView(checkout, live, { ...nothing, drafts, timers })).toEqual({
      flow: 'checkout',
      version: 1,
      tag: 'tag',
      gone: null,
      epoch: 0,
      revision: 3,
      mark: 'markmark',
      saved: true,
      status: 'active',
      value: 'review',
      step: 'review',
      steps: expect.any(Array),
      context: { name: 'Ada', receipt: null, charges: 0, paid: true },
      accepts: ['order.placed', 'note.added'],
      drafts,
      issues: [{ path: ['note'], message: 'Too short' }],
      pending: [],
      timers,
      tags: [],
      moved: nothing.moved,
      expiresAt: 9,
    })
  })

  test('shows all of the context where the flow says nothing else', () => {
    const flow = defineFlow({ id: 'f', version: 1, machine: createMachine({ context: { a: 1 } }), events: {} })
    expect(toView(flow, begin(flow.machine).live, nothing).context).toEqual({ a: 1 })
  })

  test('is plain data', () => {
    const view = toView(checkout, reached(checkout, shipping), { ...nothing, visited: ['shipping', 'payment'] })
    expect(JSON.parse(JSON.stringify(view))).toEqual(view)
  })

  test('has a status of three: a stopped machine has failed', () => {
    expect(toView(checkout, reached(checkout, { type: 'xstate.stop' }), nothing).status).toBe('error')
    expect(
      toView(checkout, reached(checkout, shipping, payment, placed, { type: 'xstate.done.actor.chargeCard' }), nothing)
        .status,
    ).toBe('done')
  })
})

describe('the steps of a view', () => {
  test('are the current one and those certain to come', () => {
    expect(stepsOf(begin(checkout.machine).live, {})).toEqual([
      'shipping:current',
      'payment:todo',
      'review:todo',
      'paying:todo',
      'confirmed:todo',
    ])
  })

  test('begin with those visited, in the order of the first visit', () => {
    expect(stepsOf(reached(checkout, shipping, payment), { visited: ['shipping', 'payment', 'review'] })).toEqual([
      'shipping:done',
      'payment:done',
      'review:current',
      'paying:todo',
      'confirmed:todo',
    ])
  })

  test('stay in place after going back', () => {
    const live = reached(checkout, shipping, payment, { type: 'xstate.route', to: '#shipping' })
    expect(stepsOf(live, { visited: ['shipping', 'payment', 'review'] })).toEqual([
      'shipping:current',
      'payment:done',
      'review:done',
      'paying:todo',
      'confirmed:todo',
    ])
  })

  test('leave out those whose guard refuses, unless they are certain to come again', () => {
    expect(stepsOf(begin(checkout.machine).live, { visited: ['shipping', 'declined', 'review'] })).toEqual([
      'shipping:current',
      'payment:todo',
      'review:todo',
      'paying:todo',
      'confirmed:todo',
    ])
  })

  test('do not know those a deploy removed', () => {
    expect(stepsOf(reached(checkout, shipping), { visited: ['shipping', 'gift-wrap', 'payment'] })).toContain(
      'shipping:done',
    )
  })

  test('offer no way back while an effect is pending', () => {
    const live = reached(checkout, shipping, payment, placed)
    expect(stepsOf(live, { visited: ['shipping', 'payment', 'review', 'paying'], pending: ['chargeCard'] })).toEqual([
      'paying:current',
      'confirmed:todo',
    ])
    expect(mayGoBack(checkout, live, true)).toBe(false)
    expect(mayGoBack(checkout, live, false)).toBe(true)
  })

  test('offer no way back, and no way on, when all is done', () => {
    const live = reached(checkout, shipping, payment, placed, { type: 'xstate.done.actor.chargeCard' })
    expect(stepsOf(live, { visited: ['shipping', 'payment', 'review', 'paying', 'confirmed'] })).toEqual([
      'confirmed:current',
    ])
  })

  test('promise nothing of a machine that failed', () => {
    const live = { ...reached(checkout, shipping), status: 'error' } as Live
    expect(stepsOf(live, { visited: ['shipping', 'payment'] })).toEqual(['payment:current'])
  })

  const between = defineFlow({
    id: 'between',
    version: 1,
    machine: setup({}).createMachine({
      id: 'between',
      initial: 'form',
      states: {
        form: { id: 'form', route: {}, meta: { step: { path: 'form', title: 'Form' } }, on: { SEND: 'thinking' } },
        thinking: { on: { OK: 'both' } },
        both: {
          type: 'parallel',
          meta: { step: { path: 'both', title: 'Both' } },
          states: {
            l: { initial: 'x', states: { x: {} } },
            r: { initial: 'x', states: { x: { on: { END: '#thanks' } } } },
          },
        },
        thanks: { id: 'thanks', type: 'final', meta: { step: { path: 'thanks', title: 'Thanks' } } },
      },
    }),
    events: { SEND: z.object({}), OK: z.object({}), END: z.object({}) },
  })

  test('offer no way back from a state that is no step', () => {
    const live = reached(between, { type: 'SEND' })
    expect(toView(between, live, nothing).step).toBeNull()
    expect(
      toView(between, live, { ...nothing, drafts: { form: { values: {}, issues: [{ path: [], message: 'x' }] } } })
        .issues,
    ).toEqual([])
    expect(stepsOf(live, { visited: ['form'] }, between)).toEqual(['both:todo', 'thanks:todo'])
  })

  test('look ahead from within parallel regions', () => {
    expect(stepsOf(reached(between, { type: 'SEND' }, { type: 'OK' }), { visited: ['form', 'both'] }, between)).toEqual(
      ['form:done', 'both:current', 'thanks:todo'],
    )
  })
})

describe('the accepted events of a view', () => {
  test('are those of the flow that the state or one around it listens for', () => {
    expect(toView(checkout, begin(checkout.machine).live, nothing).accepts).toEqual([
      'shipping.submitted',
      'note.added',
    ])
    expect(toView(checkout, reached(checkout, shipping, payment, placed), nothing).accepts).toEqual(['note.added'])
  })

  test('never are those of the engine, and are none at the end', () => {
    const all = toView(checkout, reached(checkout, shipping), nothing).accepts as string[]
    expect(all.filter((type) => !(type in checkout.events))).toEqual([])
    expect(
      toView(checkout, reached(checkout, shipping, payment, placed, { type: 'xstate.done.actor.chargeCard' }), nothing)
        .accepts,
    ).toEqual([])
  })

  test('know wildcards, and what a state forbids', () => {
    const flow = defineFlow({
      id: 'f',
      version: 1,
      machine: createMachine({
        id: 'm',
        initial: 'a',
        states: { a: { on: { 'form.*': 'b', 'form.never': {} } }, b: {} },
        on: { 'other.never': '.b' },
      }),
      events: { 'form.sent': z.object({}), 'other.never': z.object({}), 'unheard.of': z.object({}) },
    })
    expect(toView(flow, begin(flow.machine).live, nothing).accepts).toEqual(['form.sent', 'other.never'])
  })
})
