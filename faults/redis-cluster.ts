// A Redis Cluster of three primaries with a replica each, of which slots are moved and primaries killed.

import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { freePort } from '../scripts/processes.mjs'
import { formCluster, moveSlots } from '../scripts/redis-cluster.mjs'
import type { Written } from './append-only-file.ts'
import { type RedisServer, startRedisServer } from './redis-server.ts'

export type RedisCluster = {
  url: string
  servers: readonly RedisServer[]
  /** The ports of the primaries that are up. */
  primaries(): Promise<number[]>
  /** The ports of those of them that still have a replica. */
  copied(): Promise<number[]>
  /** Moves slots of the primary at `from` to the one at `to`, as many as `most`, those with sessions in them. */
  reshard(from: number, to: number, most: number): Promise<number>
  /** Kills the server at `port` and resolves once its replica has taken over, with the time that took. */
  failover(port: number): Promise<number>
  /** Every version in the log of any node: a node logs what it writes, and what it copies. */
  written(prefix?: string): Promise<Written[]>
}

export async function startRedisCluster(folder: string): Promise<RedisCluster> {
  /** Again with other ports if somebody else has taken one meanwhile. */
  async function startNode(at: number, tries = 5): Promise<{ server: RedisServer; port: number; busPort: number }> {
    const busPort = await freePort()
    try {
      // With `no` a node has written its log before it answers. With `everysec` it may be behind.
      const server = await startRedisServer(join(folder, `node-${at}`), { fsync: 'no', busPort })
      return { server, port: server.port, busPort }
    } catch (error) {
      if (tries === 0) throw error
      return startNode(at, tries - 1)
    }
  }

  const nodes = await Promise.all([0, 1, 2, 3, 4, 5].map((at) => startNode(at)))
  await formCluster(nodes, { primaries: 3 })
  const servers = nodes.map(({ server }) => server)
  const dead = new Set<number>()

  async function asked<T>(port: number, question: (client: Redis) => Promise<T>): Promise<T> {
    const client = new Redis(port, '127.0.0.1')
    try {
      return await question(client)
    } finally {
      client.disconnect()
    }
  }

  /** The lines of the primaries that hold slots, as some node that is up sees them. */
  async function table(): Promise<string[][]> {
    const port = servers.find((server) => !dead.has(server.port))?.port ?? 0
    const lines = String(await asked(port, (client) => client.cluster('NODES'))).split('\n')
    return lines
      .map((line) => line.split(' '))
      .filter(([, , flags = '', , , , , , slots]) => slots && /master/.test(flags))
  }

  const portOf = ([, address = '']: readonly string[]): number => Number(/:(\d+)@/.exec(address)?.[1])
  const primaries = async () =>
    (await table())
      .filter(([, , flags = '']) => !flags.includes('fail'))
      .map(portOf)
      .filter((port) => !dead.has(port))
      .sort((a, b) => a - b)

  /** Every node that is up knows a primary for every slot: one may hear of a failover later than another. */
  async function isWhole(): Promise<boolean> {
    const up = servers.filter((server) => !dead.has(server.port))
    const states = await Promise.all(up.map(({ port }) => asked(port, (client) => client.cluster('INFO'))))
    return states.every((state) => String(state).includes('cluster_state:ok')) && (await primaries()).length === 3
  }

  return {
    url: `redis+cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    servers,
    primaries,
    copied: async () => (await primaries()).filter((port) => nodes.slice(0, 3).some((one) => one.port === port)),

    async reshard(from, to, most) {
      const slots = await asked(from, async (client) => {
        const names = await client.keys('dogear:{*}:s:*')
        const found = await Promise.all(names.map((name) => client.cluster('KEYSLOT', name)))
        return [...new Set(found.map(Number))].slice(0, most)
      })
      await moveSlots(slots, { ports: await primaries(), from, to, keysAtOnce: 1 })
      return slots.length
    },

    async failover(port) {
      const began = performance.now()
      dead.add(port)
      await servers.find((server) => server.port === port)?.kill()
      while (!(await isWhole())) await sleep(200)
      return performance.now() - began
    },

    async written(prefix) {
      const logs = await Promise.all(servers.map((server) => server.written(prefix)))
      const versions = new Map<string, Written>()
      for (const one of logs.flat()) {
        const { epoch, revision, mark } = one.position
        const name = `${one.session} ${epoch}.${revision}.${mark}`
        // A log that tells the time is better than one that does not know it.
        if (!versions.has(name) || !one.agendaKept) versions.set(name, one)
      }
      const agenda = new Map<string, number | undefined>()
      const inOrder = [...versions.values()].sort((a, b) => a.position.revision - b.position.revision)
      return inOrder.map((one) => {
        const agendaAt = one.agendaKept ? agenda.get(one.session) : one.agendaAt
        agenda.set(one.session, agendaAt)
        return { ...one, agendaAt }
      })
    },
  }
}
