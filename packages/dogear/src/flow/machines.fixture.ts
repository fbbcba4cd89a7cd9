// Small machines for tests of the seam, each with one thing XState does: history, regions, nesting, invokes, loops.

import { assign, cancel, createMachine, emit, enqueueActions, fromPromise, raise, spawnChild, stopChild } from 'xstate'
import { begin, type Machine, prepare, step } from './machine.ts'
import type { Live } from './nodes.ts'

type Config = Parameters<typeof createMachine>[0]
type Implementations = Parameters<typeof createMachine>[1]

/** A machine without types, prepared as a flow would. */
export function machineOf(config: Config, implementations: Implementations = {}): Machine {
  return prepare(createMachine(config, implementations))
}

/** Where `machine` is after these events. */
export function walk(machine: Machine, ...types: string[]): Live {
  return types.reduce((live, type) => step(machine, live, { type }).live, begin(machine).live)
}

export const work = fromPromise(async () => 'done')

const count = assign({ count: ({ context }) => context.count + 1 })

/** Nested states left and resumed through shallow and deep history. */
export const history: Machine = machineOf({
  id: 'history',
  initial: 'form',
  states: {
    form: {
      initial: 'a',
      states: {
        a: { on: { NEXT: 'b' } },
        b: { initial: 'b1', states: { b1: { on: { NEXT: 'b2' } }, b2: { on: { NEXT: '#history.end' } } } },
        shallow: { type: 'history' },
        deep: { type: 'history', history: 'deep' },
      },
      on: { PAUSE: 'paused' },
    },
    paused: { on: { RESUME: 'form.shallow', DEEP: 'form.deep' } },
    end: { type: 'final' },
  },
})

/** Two regions that finish on their own, and one way out of the middle. */
export const regions: Machine = machineOf({
  id: 'regions',
  initial: 'both',
  states: {
    both: {
      type: 'parallel',
      states: {
        left: { initial: 'off', tags: ['lamp'], states: { off: { on: { LEFT: 'on' } }, on: { type: 'final' } } },
        right: {
          initial: 'off',
          states: {
            off: { on: { RIGHT: 'on', SKIP: '#regions.end' } },
            on: { tags: ['lit'], on: { RIGHT: 'end' } },
            end: { type: 'final' },
          },
        },
      },
      onDone: 'end',
    },
    end: { type: 'final' },
  },
  output: { over: true },
})

/** Actors invoked, spawned, replaced and stopped; timers started with the state and by actions. */
export const asking: Machine = machineOf(
  {
    id: 'asking',
    initial: 'idle',
    context: { count: 0 },
    states: {
      idle: {
        entry: emit({ type: 'rested' }),
        on: {
          GO: { target: 'busy', actions: [count, 'note'] },
          RING: { actions: raise({ type: 'RUNG' }, { id: 'bell', delay: 'long' }) },
          HUSH: { actions: cancel('bell') },
        },
      },
      busy: {
        after: { long: 'idle' },
        invoke: {
          id: 'worker',
          src: 'work',
          input: ({ context }) => ({ count: context.count }),
          onDone: 'idle',
          onError: { target: 'idle', actions: count },
        },
        on: {
          GO: { target: 'busy', reenter: true, actions: count },
          HELP: { actions: spawnChild('work', { id: 'helper', input: 'helping' }) },
          ALONE: { actions: stopChild('helper') },
          STOP: 'idle',
        },
      },
    },
    on: { FAIL: { actions: raise({ type: 'xstate.error.actor.nobody' }) } },
  },
  { actors: { work }, delays: { long: 30 * 86_400_000 }, actions: { note: () => {} } },
)

/** Eventless transitions, raised events and actions queued while the machine moves. */
export const restless: Machine = machineOf({
  id: 'restless',
  initial: 'low',
  context: { count: 0 },
  states: {
    low: {
      always: { guard: ({ context }) => context.count > 2, target: 'high' },
      on: {
        UP: { actions: count },
        JUMP: {
          actions: enqueueActions(({ enqueue, context }) => {
            enqueue.assign({ count: context.count + 2 })
            enqueue.raise({ type: 'UP' })
          }),
        },
      },
    },
    high: {
      entry: [raise({ type: 'LANDED' }), emit({ type: 'high' })],
      on: { LANDED: { actions: count }, DOWN: { target: 'low', actions: assign({ count: 0 }) }, END: 'end' },
      exit: assign({ count: -1 }),
    },
    end: { type: 'final' },
  },
})

/** States that can be returned to, one of them guarded. */
export const routed: Machine = machineOf({
  id: 'routed',
  initial: 'a',
  context: { filled: false },
  states: {
    a: { id: 'a', route: {}, on: { NEXT: { target: 'b', actions: assign({ filled: true }) } } },
    b: { id: 'b', route: { guard: ({ context }) => context.filled }, on: { NEXT: 'c' } },
    c: { on: { CLEAR: { actions: assign({ filled: false }) } } },
  },
})

/** Every machine above, with the events that move it. */
export const machines: [string, Machine, string[]][] = [
  ['history', history, ['NEXT', 'PAUSE', 'RESUME', 'DEEP']],
  ['regions', regions, ['LEFT', 'RIGHT', 'SKIP']],
  [
    'asking',
    asking,
    [
      'GO',
      'RING',
      'HUSH',
      'HELP',
      'ALONE',
      'STOP',
      'FAIL',
      'xstate.done.actor.worker',
      'xstate.error.actor.worker',
      'xstate.after.long.asking.busy',
    ],
  ],
  ['restless', restless, ['UP', 'JUMP', 'LANDED', 'DOWN', 'END']],
  ['routed', routed, ['NEXT', 'CLEAR', 'unheard-of']],
]
