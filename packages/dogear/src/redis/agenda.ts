// Takes due sessions off the agenda of all partitions: look at all of them at once, then lease one by one.

import type { Due } from '../store/store.ts'
import type { RedisKeys } from './keys.ts'
import { type RedisClient, scriptsOf } from './scripts.ts'
import { dueAtOf, headLength } from './value.ts'

type Claim = { limit: number; leaseMs: number }

/** A session on the agenda, to be had from `at` on: its due time, or the end of the last lease. */
type Candidate = { id: string; partition: number; at: number }

// Few, because a look at a backlog returns this many of every partition; enough for the order over all of them, see `look`.
const mostPerPartition = 4
const mostRounds = 32

/**
 * Leases up to `limit` due sessions, those first that could be had the longest.
 *
 * An idle call is one command: a look at the head of every partition (in a cluster one command per partition, all sent at once).
 * Then one round of single-session scripts, each of which checks again, so callers that saw the same session do not share it.
 * Goes round again while other callers were faster or records were gone.
 *
 * A partition that does not answer does not stop the others; if nothing was taken, its error is thrown.
 */
export async function claimDue(client: RedisClient, keys: RedisKeys, { limit, leaseMs }: Claim): Promise<Due[]> {
  const taken: Due[] = []
  for (let round = 0; round < mostRounds && taken.length < limit; round++) {
    const seen = await look(client, keys, Math.min(limit, mostPerPartition))
    let refused: PromiseRejectedResult | undefined
    // Callers that look at the same time see the same sessions: whoever comes second goes down the list, which is cheaper than
    // another look.
    for (let at = 0; at < seen.candidates.length && taken.length < limit && !refused; ) {
      const chosen = seen.candidates.slice(at, at + limit - taken.length)
      at += chosen.length
      const claims = await Promise.allSettled(chosen.map((candidate) => claim(client, keys, candidate, leaseMs)))
      taken.push(
        ...claims.flatMap((claimed) => (claimed.status === 'fulfilled' && claimed.value ? [claimed.value] : [])),
      )
      refused = claims.find((claimed) => claimed.status === 'rejected')
    }
    const failure = seen.failure ?? refused
    if (failure && taken.length === 0) throw failure.reason
    if (failure || seen.candidates.length === 0) break
  }
  return taken
}

/** What there is to lease now, in order; `failure` if a partition did not answer. */
type Look = { candidates: Candidate[]; failure: PromiseRejectedResult | undefined }

/** What is to be had at `now`: at most `perPartition` of each partition, in order. */
type Heads = { now: number; lists: Candidate[][]; failure: PromiseRejectedResult | undefined }

async function look(client: RedisClient, keys: RedisKeys, perPartition: number): Promise<Look> {
  const due = Array.from({ length: keys.partitions }, (_, partition) => keys.due(partition))
  const { now, lists, failure } = await headsOf(client, due, perPartition)
  // Behind the last entry of a full list there may be more: entries later than that one wait for the next round.
  const horizons = lists.filter((list) => list.length === perPartition).map((list) => list.at(-1)?.at ?? 0)
  const until = Math.min(now, ...horizons)
  const candidates = lists
    .flat()
    .filter(({ at }) => at <= until)
    .sort((a, b) => a.at - b.at)
  return { candidates, failure }
}

/** Servers that refuse a script over keys of several slots, though the client sees no cluster: a node of one, or a proxy. */
const slotted = new WeakSet<RedisClient>()

async function headsOf(client: RedisClient, due: readonly string[], count: number): Promise<Heads> {
  if (client.isCluster || slotted.has(client)) return headsOneByOne(client, due, count)
  try {
    return await headsAtOnce(client, due, count)
  } catch (error) {
    if (!/^CROSSSLOT/.test((error as Error).message)) throw error
    slotted.add(client)
    return headsOneByOne(client, due, count)
  }
}

async function headsAtOnce(client: RedisClient, due: readonly string[], count: number): Promise<Heads> {
  const reply = await scriptsOf(client).look(due, [count])
  const [now, found, broken] = reply as [number, [number, unknown[]][], Buffer]
  return {
    now,
    lists: found.map(([partition, entries]) => toCandidates(entries, partition)),
    failure: broken.length > 0 ? { status: 'rejected', reason: new Error(String(broken)) } : undefined,
  }
}

async function headsOneByOne(client: RedisClient, due: readonly string[], count: number): Promise<Heads> {
  const [time, ...replies] = await Promise.allSettled([
    client.time(),
    ...due.map((key) => client.zrange(key, 0, `${count - 1}`, 'WITHSCORES')),
  ])
  if (time.status === 'rejected') throw time.reason
  return {
    now: toMilliseconds(time.value),
    lists: replies.map((reply, partition) =>
      reply.status === 'fulfilled' ? toCandidates(reply.value, partition) : [],
    ),
    failure: replies.find((reply) => reply.status === 'rejected'),
  }
}

/** Reads `[id, score, id, score …]`, or the pairs that `replyMapping: 'resp3'` makes of it. */
function toCandidates(reply: unknown, partition: number): Candidate[] {
  const flat = (reply as unknown[]).flat()
  return Array.from({ length: flat.length / 2 }, (_, i) => ({
    id: String(flat[2 * i]),
    partition,
    at: Number(flat[2 * i + 1]),
  }))
}

async function claim(
  client: RedisClient,
  keys: RedisKeys,
  { id, partition, at }: Candidate,
  leaseMs: number,
): Promise<Due | undefined> {
  const reply = await scriptsOf(client).claim([keys.due(partition), keys.session(id)], [id, leaseMs, headLength])
  if (reply === null) return undefined
  const [head, leaseUntil] = reply as [Buffer, number]
  return { id, dueAt: dueAtOf(head) ?? at, leaseUntil }
}

/** Milliseconds from a reply of TIME: seconds and microseconds. */
export function toMilliseconds(time: readonly (string | number)[]): number {
  return Number(time[0]) * 1000 + Math.floor(Number(time[1]) / 1000)
}
