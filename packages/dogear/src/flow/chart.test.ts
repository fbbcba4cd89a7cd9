// A flow as a graph, and the events a state listens for.

import { describe, expect, test } from 'vitest'
import { chartOf, toGraph } from './chart.ts'
import { checkout } from './checkout.fixture.ts'
import { machineOf, work } from './machines.fixture.ts'
import type { StateNode } from './nodes.ts'

describe('the graph of a machine', () => {
  test('has every state with its parent, its kind and its page', () => {
    const { nodes } = checkout.describe()
    expect(nodes.map(({ id }) => id)).toEqual([
      'checkout',
      'shipping',
      'payment',
      'review',
      'paying',
      'declined',
      'expired',
      'confirmed',
    ])
    expect(nodes[0]).toEqual({ id: 'checkout', parent: null, type: 'compound', step: null })
    expect(nodes.at(-1)).toEqual({
      id: 'confirmed',
      parent: 'checkout',
      type: 'final',
      step: { path: 'confirmed', title: 'Thank you' },
    })
  })

  test('has every transition that leads somewhere, and no way back', () => {
    const { edges } = checkout.describe()
    expect(edges).toContainEqual({ from: 'shipping', to: 'payment', event: 'shipping.submitted', guarded: false })
    expect(edges).toContainEqual({
      from: 'paying',
      to: 'confirmed',
      event: 'xstate.done.actor.chargeCard',
      guarded: false,
    })
    expect(edges.filter(({ event }) => event === 'xstate.route' || event === 'note.added')).toEqual([])
  })

  test('tells guarded, eventless, delayed and multiple targets', () => {
    const machine = machineOf(
      {
        id: 'm',
        initial: 'a',
        states: {
          a: {
            always: { guard: () => false, target: 'b' },
            after: { soon: 'b' },
            on: { GO: { target: ['b.l.y', 'b.r.y'] } },
          },
          b: {
            type: 'parallel',
            states: { l: { initial: 'x', states: { x: {}, y: {} } }, r: { initial: 'x', states: { x: {}, y: {} } } },
          },
        },
      } as never,
      { delays: { soon: 5 } },
    )
    expect(toGraph(chartOf(machine, [])).edges).toEqual([
      { from: 'm.a', to: 'm.b.l.y', event: 'GO', guarded: false },
      { from: 'm.a', to: 'm.b.r.y', event: 'GO', guarded: false },
      { from: 'm.a', to: 'm.b', event: 'xstate.after.soon.m.a', guarded: false },
      { from: 'm.a', to: 'm.b', event: '', guarded: true },
    ])
  })

  test('is plain data', () => {
    const graph = checkout.describe()
    expect(JSON.parse(JSON.stringify(graph))).toEqual(graph)
  })
})

describe('a state listens for', () => {
  const machine = machineOf(
    {
      id: 'm',
      initial: 'a',
      on: { OUTER: '.b', FORBIDDEN: '.b', MAYBE: '.b', 'form.*': '.b' },
      states: {
        a: {
          on: {
            OWN: 'b',
            GUARDED: { guard: () => false, target: 'b' },
            NOTED: { actions: () => {} },
            FORBIDDEN: undefined,
            MAYBE: { guard: () => true },
            EMPTY: {},
          },
        },
        b: { invoke: { id: 'w', src: 'work' }, on: { '*': 'a' } },
      },
    } as never,
    { actors: { work } },
  )
  const listensFor = (id: string, type: string) =>
    chartOf(machine, [type])
      .listens.get(machine.nodesById.get(id) as StateNode)
      ?.has(type)

  test.each([
    ['OWN', true],
    ['OUTER', true],
    ['GUARDED', true],
    ['NOTED', true],
    ['MAYBE', true],
    ['form', true],
    ['form.sent', true],
    ['form.sent.again', true],
    ['formal', false],
    ['FORBIDDEN', false],
    ['EMPTY', false],
    ['UNHEARD_OF', false],
  ])('%s: %s', (type, listens) => {
    expect(listensFor('m.a', type)).toBe(listens)
  })

  test('everything, with a wildcard', () => {
    expect(listensFor('m.b', 'UNHEARD_OF')).toBe(true)
  })
})
