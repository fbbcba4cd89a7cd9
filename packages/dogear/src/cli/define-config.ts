// What a dogear.config file exports: the engine and the store the command line works with.

import type { Codec } from '../codec/codec.ts'
import type { Engine } from '../engine/engine.ts'
import type { Store } from '../store/store.ts'
import type { Examples } from './lock/samples.ts'

/**
 * `codec` is needed only if the engine was given one. `close` is called once, when the command is done. `lock` says where lock
 * files are, relative to the config (`dogear.lock`), and by flow what to walk it with.
 */
export type Config = {
  engine: Engine
  store: Store
  codec?: Codec
  close?: () => void | Promise<void>
  lock?: { folder?: string; examples?: Readonly<Record<string, Examples>> }
}

/** A config, or a function that makes one when a command needs it. */
export type ConfigSource = Config | (() => Config | Promise<Config>)

/**
 * Types the default export of `dogear.config.ts`, which tells the `dogear` command where sessions are and what their flows do.
 *
 * ```ts
 * export default defineConfig(() => {
 *   const client = new Redis(process.env.REDIS_URL, recommendedRedisOptions)
 *   client.on('error', () => {})
 *   const store = redisStore(client)
 *   return { store, engine: createEngine({ store, flows: [checkout] }), close: () => client.disconnect() }
 * })
 * ```
 *
 * The file is looked for in the working directory and above. Prefer a function: it runs once, and only if a command is.
 */
export function defineConfig<Source extends ConfigSource>(config: Source): Source {
  return config
}
