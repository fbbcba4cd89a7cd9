// Which servers hold the sessions now, and by what it is seen that this has changed.

import type { Cluster, Redis } from 'ioredis'
import { DogearError } from '../errors.ts'
import type { RedisClient } from './scripts.ts'

/** The servers that hold sessions, in an order of their own; `mark` is another one once any of them is another process or holds other slots. */
export type Topology = { nodes: readonly Redis[]; mark: string }

/** `moving`: slots are on their way from or to it. */
type Server = { node: Redis; name: string; slots: number; moving: boolean }

const allSlots = 16384

/** Asks every server. Rejects if one does not answer, or if not every slot of a cluster is known to be held by one of them, all of it. */
export async function topologyOf(client: RedisClient): Promise<Topology> {
  const known = client.isCluster ? (client as Cluster).nodes('master') : [client as Redis]
  const servers = await Promise.all(known.map((node) => (client.isCluster ? memberOf(node) : alone(node))))
  const holding = servers.filter(({ slots }) => slots > 0).sort((a, b) => (a.name < b.name ? -1 : 1))
  if (holding.some(({ moving }) => moving))
    throw unsettled('Slots of the Redis cluster are on their way to another node.')
  if (holding.reduce((sum, { slots }) => sum + slots, 0) !== allSlots) {
    // Looks for nodes that have joined: whoever comes again finds them.
    if (client.isCluster) (client as Cluster).refreshSlotsCache()
    throw unsettled('Some slots of the Redis cluster are held by no node that is known.')
  }
  return { nodes: holding.map(({ node }) => node), mark: hash(holding.map(({ name }) => name).join('\n')) }
}

function unsettled(message: string): DogearError {
  return new DogearError('store_unavailable', message, { retryAfterMs: 1000 })
}

async function alone(node: Redis): Promise<Server> {
  return { node, name: await runOf(node), slots: allSlots, moving: false }
}

async function memberOf(node: Redis): Promise<Server> {
  const [run, nodes] = await Promise.all([runOf(node), node.cluster('NODES')])
  const own = String(nodes)
    .split('\n')
    .find((line) => line.split(' ')[2]?.includes('myself'))
  const [id, , , , , , epoch, , ...slots] = own?.trim().split(' ') ?? []
  return {
    node,
    name: [id, run, epoch, ...slots].join(' '),
    slots: slots.reduce((sum, part) => sum + countOf(part), 0),
    moving: slots.some((part) => part.startsWith('[')),
  }
}

/** Another one after every start of the server. */
async function runOf(node: Redis): Promise<string> {
  const [, run = ''] = /^run_id:(\w+)/m.exec(await node.info('server')) ?? []
  return run
}

/** How many slots `0-5460` or `7000` are. */
function countOf(range: string): number {
  const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(range) ?? []
  return first === undefined ? 0 : Number(last) - Number(first) + 1
}

/** FNV-1a of 64 bits. */
function hash(text: string): string {
  let value = 0xcbf29ce484222325n
  for (const byte of Buffer.from(text)) value = BigInt.asUintN(64, (value ^ BigInt(byte)) * 0x100000001b3n)
  return value.toString(36)
}
