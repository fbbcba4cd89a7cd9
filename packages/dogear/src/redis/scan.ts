// Finds all sessions of a prefix: SCAN on one server after the other, then a read of each session that was found.

import type { Redis } from 'ioredis'
import type { Batch, Scanned } from '../store/store.ts'
import { toFailure } from './failure.ts'
import type { RedisKeys } from './keys.ts'
import type { RedisClient } from './options.ts'
import { clientPrefixOf } from './slots.ts'
import { type Topology, topologyOf } from './topology.ts'
import { fromValue } from './value.ts'

/** The progress of a scan: `passed` keys of the server `node` of the topology `mark`, up to SCAN's cursor `at`. */
export type ScanPlace = { mark: string; node: number; passed: number; at: string }

const mostScans = 16

/** Reads a cursor. Throws `TypeError` for what `toCursor` did not write. */
export function fromCursor(cursor: string): ScanPlace {
  const [, mark = '', node, passed, at = ''] = /^(\w+)\.(\d{1,5})\.(\d{1,15})\.(\d{1,20})$/.exec(cursor) ?? []
  if (at === '') throw new TypeError('This cursor is none of a Redis store')
  return { mark, node: Number(node), passed: Number(passed), at }
}

const toCursor = ({ mark, node, passed, at }: ScanPlace): string => `${mark}.${node}.${passed}.${at}`

/**
 * The next batch from `place` on, or from the beginning without one: up to 16 calls of SCAN, until one finds something.
 *
 * A cursor of SCAN is valid only in the process that returned it, which then finds every key that exists throughout.
 * The scan therefore begins again, and finds sessions a second time, after a server was restarted or replaced or slots
 * moved. It rejects while slots are being moved. Needs INFO, and in a cluster CLUSTER NODES.
 */
export async function scan(
  client: RedisClient,
  keys: RedisKeys,
  { place, limit }: { place: ScanPlace | undefined; limit: number },
): Promise<Batch> {
  const topology = await topologyOf(client)
  const count = Math.max(1, Math.ceil(limit))
  const goesOn = place && place.mark === topology.mark && place.node < topology.nodes.length
  let next: ScanPlace | undefined = goesOn ? place : beginningOf(topology)
  let ids: string[] = []
  for (let round = 0; round < mostScans && next && ids.length === 0; round++) {
    const node = topology.nodes[next.node] as Redis
    const [at, names] = await node.scan(next.at, 'MATCH', patternOf(client, keys), 'COUNT', count)
    ids = idsOf(client, keys, names)
    next = after({ ...next, at, passed: next.passed + count }, topology)
  }

  const [read, now, size = 1] = await Promise.all([
    Promise.all(ids.map((id) => sessionOf(client, keys, id))),
    topologyOf(client),
    next && topology.nodes[next.node]?.dbsize(),
  ])
  const found = read.filter((one) => one !== undefined)
  if (now.mark !== topology.mark) return { found, cursor: toCursor(beginningOf(now)), done: 0 }
  if (!next) return { found, cursor: undefined, done: 1 }
  const passed = Math.min(next.passed / Math.max(Number(size), 1), 0.99)
  return { found, cursor: toCursor(next), done: (next.node + passed) / topology.nodes.length }
}

const beginningOf = ({ mark }: Topology): ScanPlace => ({ mark, node: 0, passed: 0, at: '0' })

/** The place to go on from: `place`, or the beginning of the next server once SCAN's cursor is back at 0. */
function after(place: ScanPlace, { nodes }: Topology): ScanPlace | undefined {
  if (place.at !== '0') return place
  return place.node + 1 < nodes.length ? { ...place, node: place.node + 1, passed: 0 } : undefined
}

/** SCAN's pattern; ioredis neither adds the client's own prefix to it nor removes that from the keys found. */
function patternOf(client: RedisClient, { prefix }: RedisKeys): string {
  return `${(clientPrefixOf(client) + prefix).replace(/[\\*?[\]]/g, '\\$&')}:{*}:s:*`
}

function idsOf(client: RedisClient, keys: RedisKeys, names: readonly string[]): string[] {
  const start = clientPrefixOf(client).length
  return names.flatMap((name) => {
    const key = name.slice(start)
    const id = key.slice(key.indexOf('}:s:') + 4)
    // A key in the wrong partition is not ours: no read would find it.
    return key === keys.session(id) ? [id] : []
  })
}

async function sessionOf(client: RedisClient, keys: RedisKeys, id: string): Promise<Scanned | undefined> {
  const key = keys.session(id)
  const [stored, left] = await Promise.all([
    client.getBuffer(key).then(fromValue).catch(nullIfUnreadable),
    client.pttl(key).then(Number),
  ])
  if (stored === undefined || stored === 'removed' || left === -2) return undefined
  return { id, stored, ttlMs: left === -1 ? Number.POSITIVE_INFINITY : left }
}

function nullIfUnreadable(error: unknown): null {
  if (toFailure(error).code === 'record_unreadable') return null
  throw error
}
