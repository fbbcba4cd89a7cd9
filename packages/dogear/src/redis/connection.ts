// All that the stores of one client share.

import { type Channels, channelsOf } from './hints/channels.ts'
import { createWatch, type Watch } from './hints/hints.ts'
import type { RedisClient } from './options.ts'
import { registerScripts, type Scripts } from './scripts.ts'
import { whenReady } from './when-ready.ts'

export type Connection = {
  readonly client: RedisClient
  readonly scripts: Scripts
  /**
   * See `whenReady`; rejects if it is known why the client is not ready. Calls at the same time share one wait, as each
   * wait has listeners on the client.
   */
  readonly whenReady: () => Promise<void>
  readonly watch: Watch
  readonly channels: Channels
  /** False once a server refused a script with keys of several slots: a cluster, or a proxy in front of one. */
  takesManySlots: boolean
}

// Each store is given the caller's bare client. Only a lookup by client finds what an earlier store of it made.
const connections = new WeakMap<RedisClient, Connection>()

export function connectionOf(client: RedisClient): Connection {
  const connection = connections.get(client) ?? createConnection(client)
  connections.set(client, connection)
  return connection
}

function createConnection(client: RedisClient): Connection {
  let waiting: Promise<void> | undefined
  let reason: unknown
  async function wait(): Promise<void> {
    // Between two attempts to connect, the reason is that of the last one.
    reason = (await whenReady(client)) ?? reason
    waiting = undefined
    if (client.status === 'ready') reason = undefined
    if (reason !== undefined) throw reason
  }
  const ready = (): Promise<void> => {
    waiting ??= wait()
    return waiting
  }
  const scripts = registerScripts(client)
  const channels = channelsOf(client)
  const watch = createWatch(client)
  return { client, scripts, whenReady: ready, watch, channels, takesManySlots: !client.isCluster }
}
