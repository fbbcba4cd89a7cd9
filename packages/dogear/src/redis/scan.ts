// Finds all sessions of a prefix: SCAN over one server after the other, each session read where it is by then.

import type { Redis } from 'ioredis'
import type { Batch, Scanned, Stored } from '../store/store.ts'
import { toFailure } from './failure.ts'
import type { RedisKeys } from './keys.ts'
import type { RedisClient } from './scripts.ts'
import { type Topology, topologyOf } from './topology.ts'
import { fromValue } from './value.ts'

/** How far a scan is: `passed` keys of the server `node` of the topology `mark`, up to SCAN's cursor `at`. */
export type ScanPlace = { mark: string; node: number; passed: number; at: string }

const mostScans = 16

/** Reads a cursor. Throws `TypeError` for what `toCursor` did not write. */
export function fromCursor(cursor: string): ScanPlace {
  const [, mark = '', node, passed, at = ''] = /^(\w+)\.(\d{1,5})\.(\d{1,15})\.(\d{1,20})$/.exec(cursor) ?? []
  if (at === '') throw new TypeError('This cursor is none of a Redis store')
  return { mark, node: Number(node), passed: Number(passed), at }
}

function toCursor({ mark, node, passed, at }: ScanPlace): string {
  return `${mark}.${node}.${passed}.${at}`
}

/**
 * The next batch from `place` on, `undefined` being the beginning: up to 16 rounds of SCAN, until one of them finds something.
 *
 * A cursor of SCAN means something only to the process that gave it, which then gives every key that it has all the while. So when
 * a server was started anew or replaced, or slots changed servers, the scan begins again and gives what it gave before once more;
 * while slots are on their way it rejects. Needs INFO, and in a cluster CLUSTER NODES.
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
    next = after(next, { at, passed: count }, topology)
  }

  const [read, now, size] = await Promise.all([
    Promise.all(ids.map((id) => sessionOf(client, keys, id))),
    topologyOf(client),
    sizeOf(topology, next),
  ])
  const found = read.filter((one) => one !== undefined)
  if (now.mark !== topology.mark) return { found, cursor: toCursor(beginningOf(now)), done: 0 }
  if (!next) return { found, cursor: undefined, done: 1 }
  return {
    found,
    cursor: toCursor(next),
    done: (next.node + Math.min(next.passed / size, 0.99)) / topology.nodes.length,
  }
}

function beginningOf({ mark }: Topology): ScanPlace {
  return { mark, node: 0, passed: 0, at: '0' }
}

function after(
  here: ScanPlace,
  { at, passed }: Pick<ScanPlace, 'at' | 'passed'>,
  { nodes }: Topology,
): ScanPlace | undefined {
  if (at !== '0') return { ...here, at, passed: here.passed + passed }
  return here.node + 1 < nodes.length ? { ...here, node: here.node + 1, passed: 0, at } : undefined
}

async function sizeOf({ nodes }: Topology, place: ScanPlace | undefined): Promise<number> {
  return Math.max(1, (place && (await nodes[place.node]?.dbsize())) ?? 1)
}

/** SCAN knows nothing of the client's own prefix: neither in the pattern nor in the keys it gives. */
function outerOf({ options: { keyPrefix = '' } }: RedisClient): string {
  return String(keyPrefix)
}

function patternOf(client: RedisClient, { prefix }: RedisKeys): string {
  return `${(outerOf(client) + prefix).replace(/[\\*?[\]]/g, '\\$&')}:{*}:s:*`
}

function idsOf(client: RedisClient, keys: RedisKeys, names: readonly string[]): string[] {
  const start = outerOf(client).length
  return names.flatMap((name) => {
    const key = name.slice(start)
    const id = key.slice(key.indexOf('}:s:') + 4)
    // What is filed under another partition is no session to anybody.
    return key === keys.session(id) ? [id] : []
  })
}

async function sessionOf(client: RedisClient, keys: RedisKeys, id: string): Promise<Scanned | undefined> {
  const key = keys.session(id)
  const [value, left] = await Promise.all([recordOf(client, key), client.pttl(key)])
  if (value === undefined || left === -2) return undefined
  return { id, stored: value, ttlMs: left === -1 ? Number.POSITIVE_INFINITY : left }
}

async function recordOf(client: RedisClient, key: string): Promise<Stored | null | undefined> {
  try {
    const found = fromValue(await client.getBuffer(key))
    return typeof found === 'object' ? found : undefined
  } catch (error) {
    if (toFailure(error).code === 'record_unreadable') return null
    throw error
  }
}
