// Takes due sessions off the agenda of all partitions: leases the first of all, then reads their records.

import type { Due, Order, SessionId } from '../store/store.ts'
import { type Request, send, together } from './batch.ts'
import type { Connection } from './connection.ts'
import type { RedisKeys } from './keys.ts'
import type { RedisClient } from './options.ts'
import { scriptRequest, toNumbers } from './scripts.ts'
import { dueAtOf, fromValue } from './value.ts'

/** A session on the agenda. `at` is its due time or, if that is later, the end of its last lease. */
type Candidate = { id: string; partition: number; at: number }

type Leased = Candidate & { leaseUntil: number }

/** The sessions one look has leased; `more` if another look may find more, `failure` if a partition did not answer. */
type Looked = { leased: Leased[]; more: boolean; failure: unknown }

type Claim = { limit: number; leaseMs: number; except: ReadonlySet<SessionId>; order: Order }

const mostRounds = 32
// A look at a cluster reads this many of every partition. `firstOf` keeps the order over all of them with so few.
const mostPerPartition = 4

/**
 * Leases up to `limit` due sessions, the longest claimable first, or the latest, and hands out their records.
 *
 * A look is one script over all partitions that leases what it finds, so that callers at the same time never see the
 * same session. In a cluster, where a script sees one slot, it is a look at the head of every partition, then a script
 * for each that has some of the first, all of them in one write to each primary. Another round makes up for records
 * that were gone.
 *
 * A partition that does not answer does not stop the others; if nothing was taken, its error is thrown.
 */
export async function claimDue(connection: Connection, keys: RedisKeys, claim: Claim): Promise<Due[]> {
  const { limit } = claim
  const taken: Due[] = []
  for (let round = 0; round < mostRounds && taken.length < limit; round++) {
    const { leased, more, failure } = await look(connection, keys, { ...claim, limit: limit - taken.length }).catch(
      (reason: unknown): Looked => ({ leased: [], more: false, failure: reason }),
    )
    taken.push(...(await opened(connection, keys, leased)))
    if (failure !== undefined && taken.length === 0) throw failure
    if (failure !== undefined || !more) break
  }
  return taken
}

/** The leased sessions with their records. One that is gone is taken off the agenda. */
async function opened({ client, scripts }: Connection, keys: RedisKeys, leased: readonly Leased[]): Promise<Due[]> {
  const read = (id: string): Request => ({ key: keys.session(id), method: 'getBuffer', args: [keys.session(id)] })
  const values = await together(
    client,
    leased.map(({ id }) => read(id)),
  )
  const found = leased.map(async ({ id, partition, at, leaseUntil }, i): Promise<Due | undefined> => {
    const outcome = values[i]
    // A failure must not stop the others: the session is handed out, and reading it again says what is wrong.
    if (outcome?.status !== 'fulfilled') return { id, dueAt: at, leaseUntil }
    const value = outcome.value as Buffer | null
    if (value) return { id, dueAt: dueAtOf(value) ?? at, leaseUntil, ...recordIn(value) }
    const forgotten = scripts.forget([keys.due(partition), keys.session(id)], [id])
    return forgotten.then(
      () => undefined,
      () => ({ id, dueAt: at, leaseUntil }),
    )
  })
  return (await Promise.all(found)).filter((due) => due !== undefined)
}

/** The record in a value, unless that is something else. */
function recordIn(value: Buffer): Pick<Due, 'stored'> {
  try {
    const found = fromValue(value)
    return typeof found === 'object' ? { stored: found } : {}
  } catch {
    return {}
  }
}

async function look(connection: Connection, keys: RedisKeys, claim: Claim): Promise<Looked> {
  if (!connection.takesManySlots) return leaseOneByOne(connection, keys, claim)
  try {
    return await leaseAtOnce(connection, keys, { ...claim, partitions: partitionsOf(keys) })
  } catch (error) {
    if (!/^CROSSSLOT/.test((error as Error).message)) throw error
    connection.takesManySlots = false
    return leaseOneByOne(connection, keys, claim)
  }
}

type ClaimOf = Claim & { partitions: readonly number[] }

const requestOf = (keys: RedisKeys, { partitions, limit, leaseMs, except, order }: ClaimOf): Request =>
  scriptRequest('claim', partitions.map(keys.due), [limit, leaseMs, order, ...except])

/** Reads the reply of a claim of some partitions. */
function lookedAt(reply: unknown, { partitions, limit }: ClaimOf): Looked {
  const [leaseUntil, entries, broken] = toNumbers(reply) as [number, (number | Buffer)[], Buffer]
  const leased = Array.from({ length: entries.length / 3 }, (_, i): Leased => {
    const [agenda, id, score] = entries.slice(3 * i, 3 * i + 3)
    return { id: String(id), partition: partitions[Number(agenda)] ?? 0, at: Number(score), leaseUntil }
  })
  return { leased, more: leased.length === limit, failure: broken.length > 0 ? new Error(String(broken)) : undefined }
}

async function leaseAtOnce({ client }: Connection, keys: RedisKeys, claim: ClaimOf): Promise<Looked> {
  return lookedAt(await send(client, requestOf(keys, claim)), claim)
}

/** The same in a cluster, where a script sees one partition: a look at all of them tells how many each has to give. */
async function leaseOneByOne({ client }: Connection, keys: RedisKeys, claim: Claim): Promise<Looked> {
  const { first, failure } = await firstOf(client, keys, claim)
  const shares = countBy(first.slice(0, claim.limit), ({ partition }) => partition)
  const claims = [...shares].map(([partition, limit]): ClaimOf => {
    const except = new Set([...claim.except].filter((id) => keys.partitionOf(id) === partition))
    return { ...claim, except, limit, partitions: [partition] }
  })
  const replies = await together(
    client,
    claims.map((one) => requestOf(keys, one)),
  )
  const looked = replies.map(
    (reply, i): Looked =>
      reply.status === 'fulfilled'
        ? lookedAt(reply.value, claims[i] as ClaimOf)
        : { leased: [], more: false, failure: reply.reason },
  )
  const leased = looked.flatMap((one) => one.leased).sort(claim.order === 'latest' ? (a, b) => b.at - a.at : byTime)
  const broken = looked.find((one) => one.failure !== undefined)
  return { leased, more: first.length > 0, failure: failure ?? broken?.failure }
}

const byTime = (a: Candidate, b: Candidate) => a.at - b.at

/** The sizes of the groups that `keyOf` makes of `all`. */
function countBy<T>(all: Iterable<T>, keyOf: (one: T) => number): Map<number, number> {
  const counts = new Map<number, number>()
  for (const one of all) counts.set(keyOf(one), (counts.get(keyOf(one)) ?? 0) + 1)
  return counts
}

/** The sessions at the end of all agendas that a claim begins at, in order. */
async function firstOf(client: RedisClient, keys: RedisKeys, { limit, except, order }: Claim) {
  // A look that returned only sessions to pass over would hide those behind them.
  const most = Math.min(limit, mostPerPartition) + Math.max(0, ...countBy(except, keys.partitionOf).values())
  const now = toMilliseconds(await client.time())
  const [method, ...range] = order === 'latest' ? ['zrevrangebyscore', now, '-inf'] : ['zrangebyscore', '-inf', now]
  const headOf = (key: string): Request => ({
    ...{ key, method: String(method) },
    args: [key, ...range, 'WITHSCORES', 'LIMIT', 0, most],
  })
  const replies = await together(client, partitionsOf(keys).map(keys.due).map(headOf))
  const lists = replies.map((reply, partition) =>
    reply.status === 'fulfilled' ? toCandidates(reply.value, partition) : [],
  )
  // A full list may have been cut off. Its last entry is the limit for all: later ones wait for the next round.
  const ends = lists.filter((list) => list.length === most).map((list) => list.at(-1)?.at ?? 0)
  const all = lists.flat().filter(({ id }) => !except.has(id))
  const first =
    order === 'latest'
      ? all.filter(({ at }) => at >= Math.max(...ends)).sort((a, b) => b.at - a.at)
      : all.filter(({ at }) => at <= Math.min(...ends)).sort(byTime)
  const failure: unknown = replies.find((reply) => reply.status === 'rejected')?.reason
  return { first, failure }
}

const partitionsOf = ({ partitions }: RedisKeys): number[] => Array.from({ length: partitions }, (_, at) => at)

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
