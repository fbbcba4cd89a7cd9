// Takes due sessions off the agenda of all partitions: look at all of them at once, then lease one by one.

import type { Due, Order, SessionId } from '../store/store.ts'
import type { Connection } from './connection.ts'
import type { RedisKeys } from './keys.ts'
import { dueAtOf, headLength } from './value.ts'

/** A session on the agenda. `at` is its due time or, if that is later, the end of its last lease. */
type Candidate = { id: string; partition: number; at: number }

/** The part of an agenda to look at: so many entries of each partition, from one of its ends. */
type Look = { perPartition: number; order: Order }

/** The first candidates of each partition at `now`; `failure` if a partition did not answer. */
type Heads = { now: number; lists: Candidate[][]; failure: PromiseRejectedResult | undefined }

// A look returns this many of every partition. `look` tells how the order over all partitions is kept with so few.
const mostPerPartition = 4
const mostRounds = 32

/**
 * Leases up to `limit` due sessions, the longest claimable first, or the latest.
 *
 * An idle call is one command: a look at the head of every partition (in a cluster one per partition).
 * Then each session is leased by a script that checks again, so that callers that saw the same session do not share it.
 * Starts another round while other callers were faster or records were gone.
 *
 * A partition that does not answer does not stop the others; if nothing was taken, its error is thrown.
 */
export async function claimDue(
  connection: Connection,
  keys: RedisKeys,
  { limit, leaseMs, except, order }: { limit: number; leaseMs: number; except: ReadonlySet<SessionId>; order: Order },
): Promise<Due[]> {
  const lease = async ({ id, partition, at }: Candidate): Promise<Due | undefined> => {
    const reply = await connection.scripts.claim([keys.due(partition), keys.session(id)], [id, leaseMs, headLength])
    if (reply === null) return undefined
    const [head, leaseUntil] = reply as [Buffer, number]
    return { id, dueAt: dueAtOf(head) ?? at, leaseUntil }
  }
  // A look that returned only sessions to pass over would hide those behind them.
  const mostExcepted = Math.max(0, ...countBy(except, keys.partitionOf))
  const taken: Due[] = []
  for (let round = 0; round < mostRounds && taken.length < limit; round++) {
    const perPartition = Math.min(limit, mostPerPartition) + mostExcepted
    const looked = await look(connection, keys, { perPartition, order })
    const { failure } = looked
    const candidates = looked.candidates.filter(({ id }) => !except.has(id))
    let refused: PromiseRejectedResult | undefined
    // Concurrent callers see the same sessions. Going down the list is cheaper for the slower one than another look.
    for (let at = 0; at < candidates.length && taken.length < limit && !refused; ) {
      const chosen = candidates.slice(at, at + limit - taken.length)
      at += chosen.length
      const claims = await Promise.allSettled(chosen.map(lease))
      for (const one of claims) if (one.status === 'fulfilled' && one.value) taken.push(one.value)
      refused = claims.find((one) => one.status === 'rejected')
    }
    const stopped = failure ?? refused
    if (stopped && taken.length === 0) throw stopped.reason
    if (stopped || candidates.length === 0) break
  }
  return taken
}

/** The sizes of the groups that `keyOf` makes of `ids`. */
function countBy(ids: ReadonlySet<SessionId>, keyOf: (id: SessionId) => number): Iterable<number> {
  const counts = new Map<number, number>()
  for (const id of ids) counts.set(keyOf(id), (counts.get(keyOf(id)) ?? 0) + 1)
  return counts.values()
}

/** The candidates of all partitions in order. */
async function look(connection: Connection, keys: RedisKeys, { perPartition, order }: Look) {
  const agendas = Array.from({ length: keys.partitions }, (_, partition) => keys.due(partition))
  const { now, lists, failure } = await headsOf(connection, agendas, { perPartition, order })
  // A full list may have been cut off. Its last entry is the limit for all: later ones wait for the next round.
  const horizons = lists.filter((list) => list.length === perPartition).map((list) => list.at(-1)?.at ?? 0)
  const due = lists.flat().filter(({ at }) => at <= now)
  if (order === 'latest') {
    const since = Math.max(...horizons)
    return { candidates: due.filter(({ at }) => at >= since).sort((a, b) => b.at - a.at), failure }
  }
  const until = Math.min(...horizons)
  return { candidates: due.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at), failure }
}

async function headsOf(connection: Connection, due: readonly string[], what: Look): Promise<Heads> {
  if (!connection.takesManySlots) return headsOneByOne(connection, due, what)
  try {
    return await headsAtOnce(connection, due, what)
  } catch (error) {
    if (!/^CROSSSLOT/.test((error as Error).message)) throw error
    connection.takesManySlots = false
    return headsOneByOne(connection, due, what)
  }
}

async function headsAtOnce({ scripts }: Connection, due: readonly string[], what: Look): Promise<Heads> {
  const [now, found, broken] = (await scripts.look(due, [what.perPartition, what.order])) as [
    number,
    [number, unknown[]][],
    Buffer,
  ]
  return {
    now,
    lists: found.map(([partition, entries]) => toCandidates(entries, partition)),
    failure: broken.length > 0 ? { status: 'rejected', reason: new Error(String(broken)) } : undefined,
  }
}

async function headsOneByOne(
  { client }: Connection,
  due: readonly string[],
  { perPartition, order }: Look,
): Promise<Heads> {
  const now = toMilliseconds(await client.time())
  const headOf = (key: string) =>
    order === 'latest'
      ? client.zrevrangebyscore(key, now, '-inf', 'WITHSCORES', 'LIMIT', 0, perPartition)
      : client.zrange(key, 0, `${perPartition - 1}`, 'WITHSCORES')
  const replies = await Promise.allSettled(due.map(headOf))
  return {
    now,
    lists: replies.map((reply, partition) =>
      reply.status === 'fulfilled' ? toCandidates(reply.value, partition) : [],
    ),
    failure: replies.find((reply) => reply.status === 'rejected'),
  }
}

/** Reads `[id, score, id, score …]`, or the pairs that `replyMapping: 'resp3'` makes of it. */
export function toCandidates(reply: unknown, partition: number): Candidate[] {
  const flat = (reply as unknown[]).flat()
  return Array.from({ length: flat.length / 2 }, (_, i) => {
    return { id: String(flat[2 * i]), partition, at: Number(flat[2 * i + 1]) }
  })
}

/** Milliseconds from a reply of TIME: seconds and microseconds. */
export function toMilliseconds(time: readonly (string | number)[]): number {
  return Number(time[0]) * 1000 + Math.floor(Number(time[1]) / 1000)
}
