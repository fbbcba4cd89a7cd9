// A fast store that can be emptied, an archive behind it that can fail, processes on both, one clock.

import { assign, setup } from 'xstate'
import { z } from 'zod'
import { defineFlow, type Flow } from '../../flow/define.ts'
import { type EffectCall, fromEffect } from '../../flow/machine.ts'
import type { Archive } from '../../store/archive.ts'
import { type Forgetful, forgetful } from '../../store/forgetful.fixture.ts'
import { memoryStore } from '../../store/memory.ts'
import type { Store } from '../../store/store.ts'
import type { Engine } from '../contract.ts'
import { createEngine } from '../engine.ts'

export const minute = 60_000
export const hour = 60 * minute

/** A form whose answers are counted, a reminder a day later, and an order for as many that calls a provider. */
export function shopFlow(
  provider: (call: EffectCall) => Promise<string> = async () => 'paid',
  durability?: 'memory' | 'archived',
): Flow {
  const machine = setup({
    types: {
      context: {} as { said: number; receipt: string | null; failure: unknown; reminded: boolean },
      events: {} as { type: 'say' } | { type: 'remind' } | { type: 'order' } | { type: 'finish' },
    },
    actors: { pay: fromEffect<string, number>(provider) },
    delays: { aDay: 24 * hour },
    actions: { count: assign({ said: ({ context }) => context.said + 1 }) },
  }).createMachine({
    id: 'checkout',
    initial: 'form',
    context: { said: 0, receipt: null, failure: null, reminded: false },
    states: {
      form: {
        id: 'form',
        meta: { step: { path: 'form', title: 'Form' } },
        on: { say: { actions: 'count' }, remind: 'waiting', order: 'paying', finish: 'end' },
      },
      waiting: {
        id: 'waiting',
        meta: { step: { path: 'waiting', title: 'Waiting' } },
        on: { say: { actions: 'count' } },
        after: { aDay: { target: 'form', actions: assign({ reminded: true }) } },
      },
      paying: {
        invoke: {
          id: 'pay',
          src: 'pay',
          input: ({ context }) => context.said,
          onDone: { target: 'form', actions: assign({ receipt: ({ event }) => event.output }) },
          onError: { target: 'form', actions: assign({ failure: ({ event }) => event.error }) },
        },
      },
      end: { type: 'final' },
    },
  })
  const none = z.object({})
  return defineFlow({
    id: 'checkout',
    version: 1,
    machine,
    events: { say: none, remind: none, order: none, finish: none },
    lifetime: { idle: '30 days', hot: '30 minutes' },
    ...(durability && { effects: { pay: { durability } } }),
  }) as unknown as Flow
}

export type World = {
  hot: () => Store
  archive: Archive
  clock: () => number
  pass(ms: number): void
  /** Empties the fast store, as a flush or a server without a disk does. */
  flush(): void
  /** Takes a session of the fast store back by a number of commits. */
  lose(id: string, commits: number): Promise<void>
  /** Makes every call of the archive fail, until it is called with nothing. */
  breakArchive(failure?: Error): void
  /** The rows that were written to the archive, and the times that it was asked for one. */
  rows: () => number
  reads: () => number
  process(flow?: Flow, onError?: (error: unknown) => void): Engine
  /** Lets the backlog rest and writes all of it. */
  write(engine: Engine): Promise<void>
}

export function world(): World {
  let now = Date.UTC(2026, 0, 1)
  const clock = (): number => now
  let inner: Forgetful = forgetful(memoryStore({ clock }))
  const kept = memoryStore({ clock })
  let failure: Error | undefined
  let [rows, reads] = [0, 0]
  const failing = <T>(call: () => Promise<T>): Promise<T> => (failure ? Promise.reject(failure) : call())
  const archive: Archive = {
    ...kept,
    get(...args) {
      reads++
      return failing(() => kept.get(...args))
    },
    remove: (...args) => failing(() => kept.remove(...args)),
    claimDue: (...args) => failing(() => kept.claimDue(...args)),
    put(sessions, ...more) {
      rows += sessions.size
      return failing(() => kept.put(sessions, ...more))
    },
  }
  // Every call goes to the store of the moment.
  const store = new Proxy({} as Store, {
    get: (_, name) => call(name as keyof Forgetful),
    has: (_, name) => name in inner,
    ownKeys: () => Object.keys(inner),
    getOwnPropertyDescriptor: (_, name) => ({
      value: call(name as keyof Forgetful),
      enumerable: true,
      configurable: true,
    }),
  })
  function call(name: keyof Forgetful): unknown {
    if (typeof inner[name] !== 'function') return inner[name]
    return (...args: unknown[]) => (inner[name] as (...args: unknown[]) => unknown)(...args)
  }
  return {
    hot: () => inner,
    archive,
    clock,
    pass(ms) {
      now += ms
    },
    flush() {
      inner = forgetful(memoryStore({ clock }))
    },
    lose: (id, commits) => inner.lose(id, commits),
    breakArchive(with_) {
      failure = with_
    },
    rows: () => rows,
    reads: () => reads,
    process: (flow = shopFlow(), onError = () => {}) =>
      createEngine({ store, archive, flows: [flow], clock, effectWaitMs: 50, onError }),
    async write({ archiver }) {
      do now += 1_001
      while ((await archiver?.write(100)) ?? 0)
    },
  }
}
