// Wrong wiring of every entry: each problem is named with its path, all of them at once, in a TypeError.

import { afterEach, describe, expect, it, vi } from 'vitest'
import { createMachine, setup } from 'xstate'
import { z } from 'zod'
import { keys, order } from '../fixtures/order.ts'
import { dynamodbStore } from './dynamodb/store.ts'
import { createEngine } from './engine/engine.ts'
import { startWorker } from './engine/worker.ts'
import { defineFlow } from './flow/define.ts'
import { createHttp } from './http/index.ts'
import { postgresStore } from './postgres/store.ts'
import { redisStore } from './redis/store.ts'
import { memoryStore } from './store/memory.ts'
import { optional, problemsOf, shown } from './wiring.ts'

/** The lines after the first, which says who was given what cannot work. */
function problems(call: () => unknown): string[] {
  try {
    call()
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError)
    return (error as TypeError).message.split('\n- ').slice(1)
  }
  return []
}

const machine = createMachine({ id: 'm' })
const flow = (options: unknown) => () => defineFlow(options as never)
const whole = { id: 'f', version: 1, machine, events: {} }
const engine = createEngine({ store: memoryStore(), flows: [order] })
const engineOf = (options: unknown) => () => createEngine(options as never)
const httpOf = (options: unknown) => () => createHttp(options as never)
const workerOf = (options: unknown) => () => startWorker(options as never)
const store = memoryStore()
type Config = { on: { go: object }; invoke: object }
const version4 = { withConfig: () => {}, transition: () => {}, states: {} }

describe('defineFlow', () => {
  it.each([
    ['nothing', undefined, ['options', 'machine']],
    ['a text', 'signup', ['options', 'machine']],
    ['an empty object', {}, ['id', 'version', 'events', 'machine']],
    ['no id', { ...whole, id: undefined }, ['id']],
    ['a version that is a text', { ...whole, version: '1' }, ['version']],
    ['a machine that is none', { ...whole, machine: {} }, ['machine']],
    ['no machine', { ...whole, machine: undefined }, ['machine']],
    ["a machine's config", { ...whole, machine: { initial: 'a', states: { a: {} } } }, ['machine']],
    ['a setup', { ...whole, machine: setup({}) }, ['machine']],
    ['an actor', { ...whole, machine: { send: () => {}, logic: machine } }, ['machine']],
    ['a machine of XState 4', { ...whole, machine: version4 }, ['machine']],
    ['events that are a list', { ...whole, events: [z.object({})] }, ['events']],
    ['no events', { ...whole, events: null }, ['events']],
    ['an event without a schema', { ...whole, events: { go: undefined } }, ['events.go']],
    ['a view that is no function', { ...whole, view: { name: true } }, ['view']],
    ['migrations that are a text', { ...whole, migrations: 'none' }, ['migrations']],
    ['a lifetime that is a text', { ...whole, lifetime: '30 days' }, ['lifetime']],
    ['secrets that are no names', { ...whole, secret: ['a', 1] }, ['secret[1]']],
    ['one secret', { ...whole, secret: 'card' }, ['secret']],
    ['a policy for card numbers', { ...whole, cardNumbers: 'keep' }, ['cardNumbers']],
    [
      'several at once',
      { id: 1, version: 0, machine: {}, events: 1, view: 1 },
      ['id', 'version', 'events', 'view', 'machine'],
    ],
  ])('names what is wrong with %s', (_, options, paths) => {
    const found = problems(flow(options))
    expect(found.map((line) => /^(?:the )?([\w.[\]]+)/.exec(line)?.[1])).toEqual(paths)
  })

  it.each([
    ['cond', ({ on }: Config) => on.go, 'cond', 'm.on.go.cond: a name of XState 4'],
    ['onEntry', (config: Config) => config, 'onEntry', 'm.onEntry: '],
    ['activities', (config: Config) => config, 'activities', 'm.activities: '],
    ['data of an invoke', ({ invoke }: Config) => invoke, 'data', 'm.invoke[0].data: '],
  ])('names %s, which XState 5 ignores', (_, part, old, line) => {
    const config = {
      id: 'm',
      initial: 'a',
      states: { a: {} },
      on: { go: { target: '.a' } },
      invoke: { id: 'w', src: 'w' },
    }
    const made = createMachine(config as never)
    // Added later, because the development build of XState itself refuses some of them.
    Object.assign(part(config), { [old]: 'named' })
    expect(problems(flow({ ...whole, machine: made })).filter((found) => found.startsWith(line))).toHaveLength(1)
  })
})

describe('createEngine', () => {
  it.each([
    ['nothing', undefined, ['the options are undefined, not an object']],
    [
      'no store',
      { store: undefined, flows: [order] },
      ['store: undefined; it must be a store, such as redisStore(client) or memoryStore()'],
    ],
    [
      'a store that is awaited by nobody',
      { store: Promise.resolve(store), flows: [order] },
      [expect.stringMatching(/^store: a promise, which has to be awaited first; it must be a store, such as /)],
    ],
    [
      'flows that are one flow',
      { store, flows: order },
      [expect.stringMatching(/^flows: an object with .*it must be a list of flows, such as \[checkout\]$/)],
    ],
    [
      'a machine in place of a flow',
      { store, flows: [order, machine] },
      [expect.stringMatching(/^flows\[1\]: .*it must be a flow, as defineFlow makes it$/)],
    ],
    ['a flow twice', { store, flows: [order, order] }, ['flows[1]: two flows have the same id "order"']],
    [
      'a missing import',
      { store, flows: [undefined] },
      ['flows[0]: undefined; it must be a flow, as defineFlow makes it'],
    ],
    [
      'wrong types everywhere',
      {
        store: {},
        flows: [],
        onError: 'log',
        leaseMs: 0,
        effectConcurrency: 1.5,
        codec: {},
        clock: 0,
        pollMs: '1 s',
        keys: 1,
        sealing: 1,
      },
      ['store', 'codec', 'keys', 'sealing', 'clock', 'onError', 'leaseMs', 'effectConcurrency', 'pollMs'].map((path) =>
        expect.stringMatching(new RegExp(`^${path}: `)),
      ),
    ],
  ])('names what is wrong with %s', (_, options, lines) => {
    expect(problems(engineOf(options))).toEqual(lines)
  })
})

describe('createHttp', () => {
  it.each([
    ['nothing', undefined, ['options']],
    ['no engine', {}, ['engine']],
    ['a store in place of the engine', { engine: store }, ['engine']],
    ['a switch that is a text', { engine, production: 'false' }, ['production']],
    [
      'paths and origins that are none',
      { engine, basePath: 'api', origins: 'https://a.example', handoffPath: '/a/' },
      ['basePath', 'origins', 'handoffPath'],
    ],
    ['keys that are no text', { engine, keys: { first: keys[0] } }, ['keys']],
    [
      'needs that are not met',
      { engine, publicUrl: 'https://a.example', identify: () => null },
      ['publicUrl', 'identify'],
    ],
    [
      'functions that are none',
      { engine, onError: console, explain: 1, pagePath: '/a', clientAddress: 1, identify: 1, keys: [...keys] },
      ['pagePath', 'onError', 'explain', 'identify', 'clientAddress'],
    ],
  ])('names what is wrong with %s', (_, options, paths) => {
    expect(problems(httpOf(options)).map((line) => /^(?:the )?([\w.[\]]+)/.exec(line)?.[1])).toEqual(paths)
  })
})

describe('the keys of createHttp', () => {
  afterEach(() => vi.unstubAllEnvs())
  const without = httpOf({ engine, publicUrl: 'https://a.example', keys: ''.split(',') })

  it('are named where their variable is not set, with what to set and where', () => {
    expect(without).toThrow(/^keys is empty: .*; set the variable .* such as DOGEAR_KEYS, where this server starts/)
  })

  it('are not needed by a build, which knows no secrets', () => {
    vi.stubEnv('NEXT_PHASE', 'phase-production-build')
    expect(without).not.toThrow()
    expect(httpOf({ engine, identify: () => null })).not.toThrow()
    expect(problems(httpOf({ publicUrl: 1 }))).toHaveLength(2)
  })
})

describe('redisStore', () => {
  it.each([undefined, null, 'redis://127.0.0.1', {}, { status: 'ready' }])('refuses %j for a client', (client) => {
    expect(problems(() => redisStore(client as never))).toEqual([
      expect.stringMatching(/^client: .*such as new Redis\(url\)$/),
    ])
  })
})

describe('the options of a store', () => {
  const pool = { connect: () => {}, query: () => {} }

  it.each([
    [
      'redisStore',
      () => redisStore({} as never, { prefix: 'a{b}', partitions: 1.5 }),
      ['client', 'prefix', 'partitions'],
    ],
    [
      'redisStore',
      () => redisStore({} as never, { prefix: '', partitions: 20_000 }),
      ['client', 'prefix', 'partitions'],
    ],
    [
      'redisStore',
      () => redisStore({} as never, 'dogear' as never),
      ['client', 'the options are a text, not an object'],
    ],
    ['postgresStore', () => postgresStore('postgres://' as never), ['client']],
    [
      'postgresStore',
      () => postgresStore(undefined as never, { schema: 'My', pollMs: 0, reclaimMs: '10 s' as never }),
      ['client', 'schema', 'pollMs', 'reclaimMs'],
    ],
    ['postgresStore', () => postgresStore(pool as never, { pollMs: Number.NaN }), ['pollMs']],
    ['dynamodbStore', () => dynamodbStore({ send: () => {} } as never), ['client']],
    [
      'dynamodbStore',
      () => dynamodbStore(undefined as never, { table: 'a b', partitions: 257, deadlineMs: '1 s' as never }),
      ['client', 'table', 'partitions', 'deadlineMs'],
    ],
    ['memoryStore', () => memoryStore({ clock: 0 as never }), ['clock']],
    ['memoryStore', () => memoryStore(null as never), ['the options are null, not an object']],
  ])('of %s that cannot work are named, all of them at once', (name, call, expected) => {
    expect(call).toThrow(`${name} was given what cannot work:`)
    const found = problems(call).map((problem) => problem.split(':', 1)[0])
    expect(found).toEqual(expected)
  })
})

describe('startWorker', () => {
  afterEach(() => vi.unstubAllEnvs())

  it.each([
    ['nothing', undefined, ['the options are undefined, not an object']],
    ['no engine', {}, ['engine: undefined; it must be an engine, as createEngine makes it']],
    [
      'wrong types',
      { engine: createHttp({ engine }), concurrency: 0, idleMs: -1, onError: 1 },
      ['engine', 'concurrency', 'idleMs', 'onError'].map((path) => expect.stringMatching(new RegExp(`^${path}: `))),
    ],
  ])('names what is wrong with %s', (_, options, lines) => {
    expect(problems(workerOf(options))).toEqual(lines)
  })

  it('does nothing while Next builds, and says so', async () => {
    vi.stubEnv('NEXT_PHASE', 'phase-production-build')
    const asked: string[] = []
    const claimDue = async () => {
      asked.push('claimDue')
      return []
    }
    const watched = { ...engine, store: { ...store, claimDue } }
    const said: unknown[] = []
    const worker = startWorker({ engine: watched, idleMs: 0, onError: (error) => said.push(error) })
    await worker.stop()
    expect({ asked, woken: worker.woken }).toEqual({ asked: [], woken: 0 })
    expect(said).toEqual([expect.objectContaining({ message: expect.stringContaining('instrumentation.ts') })])
    vi.stubEnv('NEXT_PHASE', 'phase-production-server')
    await startWorker({ engine: watched, idleMs: 0 }).stop()
    expect(asked.length).toBeGreaterThan(0)
  })
})

it('a check that is optional takes nothing', () => {
  const never = (_: unknown, path: string) => [path]
  expect(problemsOf({ given: 1 }, { given: optional(never), missing: optional(never) })).toEqual(['given'])
})

it.each([
  [undefined, 'undefined'],
  [null, 'null'],
  [1, '1'],
  ['', 'an empty text'],
  ['a secret key', 'a text'],
  [[], 'an empty list'],
  [[1], 'a list'],
  [{}, 'an empty object'],
  [{ a: 1, b: 2, c: 3, d: 4, e: 5 }, 'an object with a, b, c, d …'],
  [() => 1, 'a function'],
])('shows %j as %s', (value, text) => {
  expect(shown(value)).toBe(text)
})
