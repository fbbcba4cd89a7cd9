// A Redis Cluster whose nodes reach one another through relays, so that a primary can be cut off with its clients.

import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { freePort } from '../scripts/processes.mjs'
import { formCluster } from '../scripts/redis-cluster.mjs'
import { startRedisServer } from './redis-server.ts'

export type PartedCluster = {
  /** The ports of the primaries, then of their replicas in the same order. */
  ports: readonly number[]
  /** Where clients find the nodes that the cluster names by their relays. */
  natMap: Record<string, { host: string; port: number }>
  /** Cuts the first primary off from all other nodes. Its clients still reach it. */
  part(): void
  heal(): void
  /** The words of a node about its role and its replication. */
  roleOf(node: number): Promise<string>
  close(): Promise<void>
}

const host = '127.0.0.1'

export async function startPartedCluster(folder: string): Promise<PartedCluster> {
  let alone: string | undefined
  const relays = await Promise.all(
    Array.from({ length: 6 }, async (_, node) => {
      const isFirst = node === 0
      // Its replica copies it over the one, other nodes speak to it over the other; packets begin with who sent them.
      const data = await startGate(() => isFirst && alone !== undefined)
      const bus = await startGate((from) => alone !== undefined && (isFirst || senderOf(from) === alone))
      return { data, bus }
    }),
  )
  const nodes = await Promise.all(
    relays.map(async ({ data, bus }, node) => {
      const busPort = await freePort()
      const announced = { 'cluster-announce-port': data.port, 'cluster-announce-bus-port': bus.port }
      const server = await startRedisServer(join(folder, `node-${node}`), { fsync: 'no', busPort, more: announced })
      data.leadTo(server.port)
      bus.leadTo(busPort)
      return { server, port: server.port, busPort }
    }),
  )
  await formCluster(nodes, { primaries: 3 })

  async function asked<T>(node: number, question: (client: Redis) => Promise<T>): Promise<T> {
    const client = new Redis(nodes[node]?.port ?? 0, host)
    try {
      return await question(client)
    } finally {
      client.disconnect()
    }
  }

  const first = String(await asked(0, (client) => client.cluster('MYID')))
  const cut = () => {
    for (const { data, bus } of relays) for (const gate of [data, bus]) gate.cut()
  }
  return {
    ports: nodes.map(({ port }) => port),
    natMap: Object.fromEntries(nodes.map(({ port }, node) => [`${host}:${relays[node]?.data.port}`, { host, port }])),
    part() {
      alone = first
      cut()
    },
    heal() {
      alone = undefined
    },
    roleOf: (node) => asked(node, (client) => client.info('replication')),
    async close() {
      await Promise.all(nodes.map(({ server }) => server.stop()))
      await Promise.all(relays.flatMap(({ data, bus }) => [data.close(), bus.close()]))
    },
  }
}

/** The id of the node that sent a packet of the bus. */
const senderOf = (packet: Buffer): string => packet.toString('latin1', 40, 80)

type Gate = { port: number; leadTo(port: number): void; cut(): void; close(): Promise<void> }

/** A relay that looks at the first bytes of each connection, and ends those that are shut out. */
async function startGate(shuts: (first: Buffer) => boolean): Promise<Gate> {
  const open = new Set<Socket>()
  let target = 0
  const server = createServer((here) => {
    open.add(here.setNoDelay(true))
    here.on('error', () => {})
    here.on('close', () => open.delete(here))
    here.once('data', (bytes) => {
      if (shuts(bytes)) return void here.destroy()
      const there = connect(target, host).setNoDelay(true)
      there.on('error', () => {})
      there.on('close', () => here.destroy())
      here.on('close', () => there.destroy())
      there.write(bytes)
      here.pipe(there)
      there.pipe(here)
    })
  })
  server.listen(0, host)
  await once(server, 'listening')
  const cut = () => {
    for (const socket of open) socket.destroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    leadTo(port) {
      target = port
    },
    cut,
    async close() {
      server.close()
      cut()
      await once(server, 'close')
    },
  }
}
