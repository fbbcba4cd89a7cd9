// Configs that the tests' config files export, and the checkout they run: a charge that never ends.

import { PGlite } from '@electric-sql/pglite'
import { Redis } from 'ioredis'
import { createEngine, type EngineOptions } from '../engine/engine.ts'
import { checkout } from '../flow/checkout.fixture.ts'
import { fromEffect } from '../flow/machine.ts'
import { postgresStore } from '../postgres/store.ts'
import { recommendedRedisOptions } from '../redis/options.ts'
import { redisStore } from '../redis/store.ts'
import { memoryStore } from '../store/memory.ts'
import type { Store } from '../store/store.ts'
import type { Config } from './define-config.ts'

/** The checkout with a charge that hangs, and prices held for `priceHold` milliseconds. */
export const hanging = (priceHold = 900_000): EngineOptions['flows'][number] => ({
  ...checkout.provide({ actors: { chargeCard: fromEffect(() => new Promise(() => {})) }, delays: { priceHold } }),
  effects: { chargeCard: { timeout: '10 minutes' } },
})

export const onStore = (store: Store, more: Partial<Config> = {}): Config => ({
  store,
  engine: createEngine({ store, flows: [hanging()] }),
  ...more,
})

export function onRedis(url: string, prefix = 'dogear'): Config {
  const client = new Redis(url, recommendedRedisOptions)
  client.on('error', () => {})
  return onStore(redisStore(client, { prefix }), { close: () => client.disconnect() })
}

export async function onPglite(folder: string): Promise<Config> {
  const pglite = await PGlite.create(folder)
  return onStore(postgresStore(pglite), { close: () => pglite.close() })
}

export const onMemory = (): Config => onStore(memoryStore())

/** A config that says on stderr when it has looked for something due, and when it has woken a session. */
export async function telling(config: Config | Promise<Config>): Promise<Config> {
  const { engine, store, ...rest } = await config
  const tell =
    <Args extends unknown[], Result>(what: string, call: (...args: Args) => Promise<Result>) =>
    (...args: Args): Promise<Result> =>
      call(...args).finally(() => process.stderr.write(`${what}\n`))
  return {
    ...rest,
    engine: { ...engine, wake: tell('woke', engine.wake) },
    store: { ...store, claimDue: tell('looked', store.claimDue) },
  }
}
