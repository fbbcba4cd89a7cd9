// A flow that hands out all there is, and a pair of hands that spoils whatever it is given.

import { assign, emit, setup } from 'xstate'
import { z } from 'zod'
import { defineFlow, type Flow } from '../flow/define.ts'
import { fromEffect } from '../flow/machine.ts'

/** Changes everything in `value` that can be changed in place. */
export function spoil(value: unknown, seen: Set<unknown> = new Set()): void {
  if (typeof value !== 'object' || value === null || seen.has(value)) return
  seen.add(value)
  if (value instanceof Map || value instanceof Set) for (const part of [...value].flat()) spoil(part, seen)
  else if (!(value instanceof Uint8Array)) for (const part of Object.values(value)) spoil(part, seen)
  if (value instanceof Date) value.setTime(0)
  else if (value instanceof Map) value.set('spoilt', true)
  else if (value instanceof Set) value.add('spoilt')
  else if (value instanceof Uint8Array) value.fill(255)
  else if (Array.isArray(value)) value.reverse().push('spoilt')
  else if (!Object.isFrozen(value)) Object.assign(value, { spoilt: true, items: 'spoilt' })
}

type Context = {
  items: unknown[]
  order: { lines: unknown[]; at: Date; by: Map<string, unknown[]>; kinds: Set<string>; bytes: Uint8Array }
  done: unknown[]
}
const shared: Context = {
  items: [{ name: 'first' }],
  order: {
    lines: [[1]],
    at: new Date(5),
    by: new Map([['a', [1]]]),
    kinds: new Set(['k']),
    bytes: Uint8Array.of(1, 2),
  },
  done: [],
}
const banner = { texts: ['welcome'] }

/** `give` is called with everything that code of the flow gets to see, `peek` with what a guard does. */
export function generous(give: (value: unknown) => void, peek: (value: unknown) => void): Flow {
  const machine = setup({
    types: {
      context: {} as Context,
      events: {} as { type: 'add'; item: unknown } | { type: 'work' | 'tell' | 'next' },
      emitted: {} as { type: 'told'; order: unknown },
    },
    actors: {
      work: fromEffect<unknown, unknown>(async ({ input }) => {
        give(input)
        return { got: ['it'] }
      }),
    },
    guards: {
      open: ({ context }) => {
        peek(context)
        return true
      },
    },
    actions: {
      act: ({ context, event, self }, params: unknown) => {
        const state = self.getSnapshot() as { context: unknown }
        for (const given of [context, event, params, state.context]) give(given)
      },
    },
  }).createMachine({
    id: 'generous',
    initial: 'one',
    context: () => shared,
    states: {
      one: { id: 'one', meta: { step: { path: 'one', title: 'One' } }, route: { guard: 'open' }, on: { next: 'two' } },
      two: {
        id: 'two',
        meta: { step: { path: 'two', title: 'Two' } },
        on: {
          work: 'working',
          tell: {
            actions: [
              emit(({ context }: { context: Context }) => ({ type: 'told' as const, order: context.order })),
              { type: 'act', params: ({ context }: { context: Context }) => context.order },
            ],
          },
        },
      },
      working: {
        invoke: {
          id: 'work',
          src: 'work',
          input: ({ context }: { context: Context }) => context.order,
          onDone: { target: 'two', actions: assign({ done: ({ context, event }) => [...context.done, event.output] }) },
          onError: 'two',
        },
      },
    },
    on: {
      add: {
        actions: assign(({ context, event }) => {
          // In place, as many write it.
          context.items.push(event.item)
          context.order.lines.push(event.item)
          return {}
        }),
      },
    },
  })
  const events = { add: z.object({ item: z.any() }), work: z.object({}), tell: z.object({}), next: z.object({}) }
  return defineFlow({
    id: 'checkout',
    version: 1,
    machine: machine as never,
    events: events as never,
    view: (context: unknown) => {
      const copy = structuredClone(context) as object
      give(context)
      return { ...copy, banner }
    },
  }) as unknown as Flow
}
