// The servers that hold the sessions now.

import type { Cluster, Redis } from 'ioredis'
import { DogearError } from '../errors.ts'
import type { RedisClient } from './options.ts'

/** The servers that hold sessions, sorted. `mark` changes when one is restarted or replaced, or when slots move. */
export type Topology = { nodes: readonly Redis[]; mark: string }

/** `moving`: slots are being moved from or to the server. */
type Server = { node: Redis; name: string; slots: number; moving: boolean }

export const allSlots = 16384

/** The client itself, or the primaries of its cluster that it knows of. */
export function primariesOf(client: RedisClient): Redis[] {
  return client.isCluster ? (client as Cluster).nodes('master') : [client as Redis]
}

/** Rejects if a server does not answer, if slots are being moved, or if the server of any slot is unknown. */
export async function topologyOf(client: RedisClient): Promise<Topology> {
  const servers = await Promise.all(
    primariesOf(client).map((node) => (client.isCluster ? memberOf(node) : alone(node))),
  )
  const holding = servers.filter(({ slots }) => slots > 0).sort((a, b) => (a.name < b.name ? -1 : 1))
  if (holding.some(({ moving }) => moving))
    throw unsettled('Slots of the Redis cluster are on their way to another node.')
  if (holding.reduce((sum, { slots }) => sum + slots, 0) !== allSlots) {
    // The client looks for nodes that have joined, so that the next call finds them.
    if (client.isCluster) (client as Cluster).refreshSlotsCache()
    throw unsettled('Some slots of the Redis cluster are held by no node that is known.')
  }
  return { nodes: holding.map(({ node }) => node), mark: hash(holding.map(({ name }) => name).join('\n')) }
}

function unsettled(message: string): DogearError {
  return new DogearError('store_unavailable', message, { retryAfterMs: 1000 })
}

async function alone(node: Redis): Promise<Server> {
  return { node, name: await runIdOf(node), slots: allSlots, moving: false }
}

async function memberOf(node: Redis): Promise<Server> {
  const [run, nodes] = await Promise.all([runIdOf(node), node.cluster('NODES')])
  const lines = String(nodes).split('\n')
  const own = lines.find((line) => line.split(' ')[2]?.includes('myself'))
  const [id, , , , , , epoch, , ...slots] = own?.trim().split(' ') ?? []
  return {
    node,
    name: [id, run, epoch, ...slots].join(' '),
    slots: slots.reduce((sum, part) => sum + countOf(part), 0),
    moving: slots.some((part) => part.startsWith('[')),
  }
}

/** Changes with every start of the server. */
async function runIdOf(node: Redis): Promise<string> {
  return /^run_id:(\w+)/m.exec(await node.info('server'))?.[1] ?? ''
}

/** The number of slots in a range such as `0-5460`, or in `7000`. */
export function countOf(range: string): number {
  const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(range) ?? []
  return first === undefined ? 0 : Number(last) - Number(first) + 1
}

/** FNV-1a of 64 bits. */
function hash(text: string): string {
  let value = 0xcbf29ce484222325n
  for (const byte of Buffer.from(text)) value = BigInt.asUintN(64, (value ^ BigInt(byte)) * 0x100000001b3n)
  return value.toString(36)
}
