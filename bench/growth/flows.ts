// Flows that differ in one thing: the size of their context, the shape of their machine, the timers that wait.

import { defineFlow, type Flow } from 'dogear'
import { assign, createMachine } from 'xstate'
import { z } from 'zod'

type Config = Parameters<typeof createMachine>[0]
type Row = { id: number; name: string; text: string }

const visited = { actions: assign({ visits: ({ context }) => context.visits + 1 }) }
const page = (path: string) => ({ step: { path, title: path } })
const words = 'where a person stopped last time the page goes on and nothing'

/** A flow of its own id; every one takes `visited` and `next`. */
function flowOf(id: string, config: Config, { context = {}, fields = 0, delays = {} } = {}): Flow {
  const machine = createMachine({ id, context: { visits: 0, ...context }, ...config } as Config, { delays })
  const names = Array.from({ length: fields }, (_, index) => `field${index}`)
  const events = {
    visited: z.object({}),
    next: z.object({}),
    answered: z.object(Object.fromEntries(names.map((name) => [name, z.string().max(200)]))),
  }
  // Machines that are made of numbers have no types of their own.
  return defineFlow({ id, version: 1, machine, events, maxBytes: 256 * 1024 } as never) as Flow
}

/** A context of about `bytes` as JSON, in rows of 100. */
export function contextFlow(bytes: number): Flow {
  const rows = Array.from({ length: Math.round(bytes / 100) }, (_, id): Row => ({ id, name: `row ${id}`, text: words }))
  const states = { only: { meta: page('only') } }
  return flowOf(`context-${bytes}`, { initial: 'only', on: { visited }, states }, { context: { rows } })
}

/** `count` states in a row, each a step. */
export function chainFlow(count: number): Flow {
  const states = Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `state${index}`,
      { meta: page(`state${index}`), on: index < count - 1 ? { next: `state${index + 1}` } : {} },
    ]),
  )
  return flowOf(`chain-${count}`, { initial: 'state0', on: { visited }, states })
}

/** Steps in a row that lead to an end, and a page of help beside them that leads back to where the person was. */
export function helpFlow(count: number): Flow {
  const after = (index: number) => (index < count - 1 ? `state${index + 1}` : '#end')
  const steps = Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `state${index}`,
      { meta: page(`state${index}`), on: { next: after(index) } },
    ]),
  )
  const back = { type: 'history' as const }
  const states = {
    row: { id: 'row', initial: 'state0', states: { ...steps, back }, on: { answered: '#help' } },
    help: { id: 'help', meta: page('help'), on: { answered: '#row.back' } },
    end: { id: 'end', type: 'final' as const },
  }
  return flowOf(`help-${count}`, { initial: 'row', on: { visited }, states })
}

/** One state in the other, `levels` deep. */
export function nestedFlow(levels: number): Flow {
  let config: object = { meta: page('innermost') }
  for (let level = 0; level < levels; level++) config = { initial: 'inner', states: { inner: config } }
  return flowOf(`nested-${levels}`, { ...config, on: { visited } })
}

/** Regions that each take the event. */
export function parallelFlow(count: number): Flow {
  const region = (index: number) => ({
    initial: 'here',
    states: { here: { meta: page(`region${index}`), on: { visited } } },
  })
  const states = Object.fromEntries(Array.from({ length: count }, (_, index) => [`region${index}`, region(index)]))
  return flowOf(`parallel-${count}`, { type: 'parallel', states })
}

/** Timers that wait for hours in the state the person is in. */
export function timersFlow(count: number): Flow {
  const names = Array.from({ length: count }, (_, index) => `hour${index + 1}`)
  const after = Object.fromEntries(names.map((name) => [name, {}]))
  const delays = Object.fromEntries(names.map((name, index) => [name, (index + 1) * 3_600_000]))
  const states = { only: { meta: page('only'), after } }
  return flowOf(`timers-${count}`, { initial: 'only', on: { visited }, states }, { delays })
}

/** A form of `fields` fields. */
export function formFlow(fields: number): Flow {
  const states = { only: { meta: page('only') } }
  return flowOf(`form-${fields}`, { initial: 'only', on: { visited, answered: {} }, states }, { fields })
}
