// Ways in which a store loses writes that it has acknowledged: its log ends early, or a copy that lags takes its place.

import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import type { Written } from './append-only-file.ts'
import type { Position } from './journal.ts'
import type { Lab } from './lab.ts'
import type { RedisServer } from './redis-server.ts'
import { type Relay, startRelay } from './relay.ts'

export const nameOf = (session: string, { mark }: Position): string => `${session} ${mark}`

/** A store that loses writes on demand. */
export type LosingStore = {
  /** The port at which clients find it, always. */
  port: number
  /**
   * Loses acknowledged writes. `more` resolves once so many more operations have been answered. Resolves to the names
   * of the versions that are gone.
   */
  lose(writes: number, more: (operations: number) => Promise<void>): Promise<string[]>
  /** Every version that was kept, in the order of the writes. */
  written(): Promise<Written[]>
  close(): Promise<void>
}

const readOnlyMs = 200

/** `losses`: how many of them there will be. */
export type Loss = (lab: Lab, losses: number) => Promise<LosingStore>

/** The Redis of the lab is killed, and starts again from a log without its end. */
export const logCutShort: Loss = async ({ redis }) => ({
  port: redis.port,
  async lose(writes) {
    await redis.kill()
    const gone = await redis.cutTail(writes)
    await redis.start()
    return names(gone)
  },
  written: () => redis.written(),
  close: async () => {},
})

/**
 * The link to an asynchronous replica fails, the primary goes on to acknowledge writes and is killed, and the replica
 * is promoted. Each replica copies the one before it, so that the next one is there already.
 */
export const failover: Loss = async (lab, losses) => {
  const servers = [lab.redis]
  const links = [await startRelay(lab.redis.port)]
  const clients = links[0] as Relay
  for (let at = 0; at < losses; at++) {
    const link = await startRelay((servers[at] as RedisServer).port)
    links.push(link)
    servers.push(await lab.replicaOf(link.port))
  }
  let primary = 0
  return {
    port: clients.port,
    async lose(writes, more) {
      const old = servers[primary] as RedisServer
      const next = servers[++primary] as RedisServer
      links[primary]?.pointTo(undefined)
      await more(writes)
      await old.kill()
      // For a moment clients meet a replica that refuses their writes.
      clients.pointTo(next.port)
      await sleep(readOnlyMs)
      await promote(next.port)
      const left = new Set(names(await next.written()))
      return names(await old.written()).filter((name) => !left.has(name))
    },
    written: () => (servers[primary] as RedisServer).written(),
    close: async () => void (await Promise.all(links.map((link) => link.close()))),
  }
}

async function promote(port: number): Promise<void> {
  const client = new Redis(port, '127.0.0.1')
  await client.replicaof('NO', 'ONE')
  client.disconnect()
}

const names = (written: readonly Written[]): string[] =>
  written.map(({ session, position }) => nameOf(session, position))
