// The configs that the config files of tests export.

import { PGlite } from '@electric-sql/pglite'
import { Redis } from 'ioredis'
import { assign, setup } from 'xstate'
import { z } from 'zod'
import { createEngine, type EngineOptions } from '../engine/engine.ts'
import { checkout } from '../flow/checkout.fixture.ts'
import { defineFlow } from '../flow/define.ts'
import { fromEffect } from '../flow/machine.ts'
import { transfer } from '../flow/transfer.fixture.ts'
import { postgresStore } from '../postgres/store.ts'
import { recommendedRedisOptions } from '../redis/options.ts'
import { redisStore } from '../redis/store.ts'
import { memoryStore } from '../store/memory.ts'
import type { Store } from '../store/store.ts'
import type { Config } from './define-config.ts'
import { type Changes, examples, grant } from './lock/grant.fixture.ts'

/** The checkout with a charge that hangs, and prices held for `priceHold` milliseconds. */
export const hanging = (priceHold = 900_000): EngineOptions['flows'][number] => ({
  ...checkout.provide({ actors: { chargeCard: fromEffect(() => new Promise(() => {})) }, delays: { priceHold } }),
  effects: { chargeCard: { timeout: '10 minutes' } },
})

export const onStore = (store: Store, more: Partial<Config> = {}): Config => ({
  engine: createEngine({ store, flows: [hanging()] }),
  ...more,
})

export function onRedis(url: string, prefix = 'dogear'): Config {
  const client = new Redis(url, recommendedRedisOptions)
  client.on('error', () => {})
  return onStore(redisStore(client, { prefix }), { close: () => client.disconnect() })
}

/** Orders paid by a transfer. */
export function transfersOnRedis(url: string, prefix: string): Config {
  const client = new Redis(url, recommendedRedisOptions)
  client.on('error', () => {})
  const engine = createEngine({ store: redisStore(client, { prefix }), flows: [transfer] })
  return { engine, close: () => client.disconnect() }
}

/** The same with `keys`, on sessions below a prefix of their own. */
export function sealedOnRedis(url: string, prefix: string, keys: string): Config {
  const client = new Redis(url, recommendedRedisOptions)
  client.on('error', () => {})
  const engine = createEngine({ store: redisStore(client, { prefix }), flows: [hanging()], keys })
  return { engine, close: () => client.disconnect() }
}

export async function onPglite(folder: string): Promise<Config> {
  const pglite = await PGlite.create(folder)
  return onStore(postgresStore(pglite), { close: () => pglite.close() })
}

export async function onDynamodb(port: number, table: string): Promise<Config> {
  // No other config has to wait for the AWS SDK.
  const { clientOf } = await import('../dynamodb/own-dynamodb.fixture.ts')
  const { dynamodbStore } = await import('../dynamodb/store.ts')
  const client = clientOf(port)
  return onStore(dynamodbStore(client, { table }), { close: () => client.destroy() })
}

/** Version 1 or 2 of the grant. Version 2 has no size step, and moves people who were at it to the review. */
export function grantsOnRedis(url: string, prefix: string, version: 1 | 2): Config {
  const client = new Redis(url, recommendedRedisOptions)
  client.on('error', () => {})
  const store = redisStore(client, { prefix })
  const lock = { folder: 'locks', examples: { grant: examples } }
  const flow = version === 1 ? grant() : grant(withoutSize)
  return { engine: createEngine({ store, flows: [flow] }), lock, close: () => client.disconnect() }
}

const withoutSize: Changes = {
  version: 2,
  withoutSize: true,
  migrations: {
    1: ({ value, context }) => {
      if (context.purpose === 'poison') throw new Error('no purpose')
      return { value: value === 'size' ? 'review' : value, context }
    },
  },
}

export const onMemory = (): Config => onStore(memoryStore())

/** A config that says on stderr when it has looked for something due, and when it has woken a session. */
export async function telling(config: Config | Promise<Config>): Promise<Config> {
  const { engine, ...rest } = await config
  const { store } = engine
  const tell =
    <Args extends unknown[], Result>(what: string, call: (...args: Args) => Promise<Result>) =>
    (...args: Args): Promise<Result> =>
      call(...args).finally(() => process.stderr.write(`${what}\n`))
  return {
    ...rest,
    engine: {
      ...engine,
      wake: tell('woke', engine.wake),
      store: { ...store, claimDue: tell('looked', store.claimDue) },
    },
  }
}

/** Version 1 of the grant after somebody took a state out of it. */
export const changedGrant = (): Config => ({
  engine: createEngine({ store: memoryStore(), flows: [grant({ withoutSize: true })] }),
})

/** A diary that keeps every entry, with so many sessions that have from 21 turns up. */
export async function growing(url: string, sessions: number): Promise<Config> {
  const client = new Redis(url, recommendedRedisOptions)
  const machine = setup({
    types: { context: {} as { entries: string[] }, events: {} as { type: 'write' } },
  }).createMachine({
    id: 'diary',
    initial: 'open',
    context: { entries: [] },
    on: { write: { actions: assign({ entries: ({ context }) => [...context.entries, 'x'.repeat(400)] }) } },
    states: { open: { meta: { step: { path: 'open', title: 'Your diary' } } } },
  })
  const diary = defineFlow({ id: 'diary', version: 1, machine, events: { write: z.object({}) } })
  const engine = createEngine({ store: redisStore(client, { prefix: 'growing' }), flows: [diary] })
  await Promise.all(
    Array.from({ length: sessions }, async (_, nth) => {
      const credential = { id: `diary-${nth}`, secretHash: 'hash' }
      for (let turn = 0; turn <= 20 + nth; turn++)
        await engine.send(
          'diary',
          { credential: turn > 0 ? credential : undefined, mint: () => credential },
          {
            opId: `op-${nth}-${turn}`,
            event: { type: 'write' },
          },
        )
    }),
  )
  return { engine, close: () => client.disconnect() }
}
