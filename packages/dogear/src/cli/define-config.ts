// The export of a dogear.config file: the engine the command line works with.

import type { Engine } from '../engine/engine.ts'
import type { SessionId } from '../store/store.ts'
import type { Examples } from './lock/moves.ts'

/** A session that is erased: its id, and the tag that stands for it in logs, in file names, in `view.tag`. */
export type ErasedSession = { session: SessionId; tag: string }

/**
 * `erase` removes what the application keeps of a session outside of it, such as documents: `dogear erase` calls it
 * once the session is gone, again with every further run, and fails if it rejects.
 *
 * `close` is called once, after the command. `lock.folder` holds the lock files and is relative to the config (default:
 * `dogear.lock`); `lock.examples` holds the payloads that `dogear lock` walks each flow with.
 */
export type Config = {
  engine: Engine
  erase?: (erased: ErasedSession) => void | Promise<void>
  close?: () => void | Promise<void>
  lock?: { folder?: string; examples?: Readonly<Record<string, Examples>> }
}

/** A config, or a function that makes one for a command. */
export type ConfigSource = Config | (() => Config | Promise<Config>)

/**
 * Types the default export of `dogear.config.ts`, which gives the `dogear` command the store and the flows.
 *
 * ```ts
 * export default defineConfig(() => {
 *   const client = new Redis(process.env.REDIS_URL, recommendedRedisOptions)
 *   client.on('error', () => {})
 *   const engine = createEngine({ store: redisStore(client), flows: [checkout] })
 *   return { engine, close: () => client.disconnect() }
 * })
 * ```
 *
 * The command looks for the file in the working directory and above. Prefer a function: it runs once, and not for
 * `--help`.
 */
export function defineConfig<Source extends ConfigSource>(config: Source): Source {
  return config
}
