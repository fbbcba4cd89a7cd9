// Ways in which a store loses writes that it has acknowledged: its log ends early, or a copy that lags takes its place.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Archive } from 'dogear'
import { Redis } from 'ioredis'
import type { Written } from './append-only-file.ts'
import type { Position } from './journal.ts'
import type { Lab } from './lab.ts'
import type { RedisServer } from './redis-server.ts'
import { type Relay, startRelay } from './relay.ts'

export const nameOf = (session: string, { mark }: Position): string => `${session} ${mark}`

/** A store that loses writes on demand. */
export type LosingStore = {
  /** The archive behind it, if any. */
  archive?: Archive
  /** The port at which clients find it, always. */
  port: number
  /**
   * Loses acknowledged writes. `more` resolves once so many more operations have been answered. Resolves to the names
   * of all versions that may be gone.
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
      await followed(servers.slice(primary))
      const next = servers[++primary] as RedisServer
      links[primary]?.pointTo(undefined)
      await more(writes)
      await old.kill()
      // For a moment clients meet a replica that refuses their writes.
      clients.pointTo(next.port)
      await sleep(readOnlyMs)
      await asked(next, (client) => client.replicaof('NO', 'ONE'))
      const left = new Set(names(await next.written()))
      return names(await old.written()).filter((name) => !left.has(name))
    },
    written: () => (servers[primary] as RedisServer).written(),
    close: async () => void (await Promise.all(links.map((link) => link.close()))),
  }
}

async function asked<T>({ port }: { port: number }, question: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(port, '127.0.0.1')
  try {
    return await question(client)
  } finally {
    client.disconnect()
  }
}

/**
 * Resolves once all replicas follow the first server. A promotion begins a new history, which goes from one to the
 * next, and a replica that missed two of them would need another full copy.
 */
async function followed(servers: readonly RedisServer[]): Promise<void> {
  const historyOf = (info: string) => /master_replid:(\w+)/.exec(info)?.[1]
  for (;;) {
    const infos = await Promise.all(servers.map((one) => asked(one, (client) => client.info('replication'))))
    const [history, ...others] = infos.map(historyOf)
    const linked = infos.slice(1).every((info) => info.includes('master_link_status:up'))
    if (linked && others.every((one) => one === history)) return
    await sleep(50)
  }
}

const names = (written: readonly Written[]): string[] =>
  written.map(({ session, position }) => nameOf(session, position))
