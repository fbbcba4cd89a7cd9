// Takes due sessions off the agenda of all partitions: leases the first of all, then reads their records.

import type { Due, Order, SessionId } from '../store/store.ts'
import type { Connection } from './connection.ts'
import type { RedisKeys } from './keys.ts'
import { dueAtOf, fromValue } from './value.ts'

/** A session on the agenda. `at` is its due time or, if that is later, the end of its last lease. */
type Candidate = { id: string; partition: number; at: number }

type Leased = Candidate & { leaseUntil: number }

/** The sessions one look has leased; `more` if another look may find more, `failure` if a partition did not answer. */
type Looked = { leased: Leased[]; more: boolean; failure: unknown }

/** `of` names the sorted set of a partition, which holds ids by the time from which they can be claimed. */
type Claim = {
  limit: number
  leaseMs: number
  except: ReadonlySet<SessionId>
  order: Order
  of: (partition: number) => string
  /** How long an entry has to have been claimable. */
  restMs?: number
}

const mostRounds = 32
// A look at a cluster reads this many of every partition. `firstOf` keeps the order over all of them with so few.
const mostPerPartition = 4

/**
 * Leases up to `limit` due sessions, the longest claimable first, or the latest, and hands out their records.
 *
 * A look is one script over all partitions that leases what it finds, so that callers at the same time never see the
 * same session. In a cluster it is a look at the head of every partition, then a script for each that has some of the
 * first. Another round makes up for records that were gone.
 *
 * A partition that does not answer does not stop the others; if nothing was taken, its error is thrown.
 */
export async function claimDue(
  connection: Connection,
  keys: RedisKeys,
  asked: Omit<Claim, 'of' | 'restMs'>,
): Promise<Due[]> {
  const claim = { ...asked, of: keys.due }
  const { limit } = claim
  const open = async ({ id, partition, at, leaseUntil }: Leased): Promise<Due | undefined> => {
    try {
      const value = await connection.client.getBuffer(keys.session(id))
      if (value) return { id, dueAt: dueAtOf(value) ?? at, leaseUntil, ...recordIn(value) }
      await connection.scripts.forget([keys.due(partition), keys.session(id)], [id])
      return undefined
    } catch {
      // It must not stop the others: it is handed out, and reading it again says what is wrong.
      return { id, dueAt: at, leaseUntil }
    }
  }
  const taken: Due[] = []
  for (let round = 0; round < mostRounds && taken.length < limit; round++) {
    const { leased, more, failure } = await leaseFirst(connection, keys, {
      ...claim,
      limit: limit - taken.length,
    }).catch((reason: unknown): Looked => ({ leased: [], more: false, failure: reason }))
    const found = await Promise.all(leased.map(open))
    taken.push(...found.filter((due) => due !== undefined))
    if (failure !== undefined && taken.length === 0) throw failure
    if (failure !== undefined || !more) break
  }
  return taken
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

/** Leases the first entries of all partitions together. */
export async function leaseFirst(connection: Connection, keys: RedisKeys, claim: Claim): Promise<Looked> {
  if (!connection.takesManySlots) return leaseOneByOne(connection, keys, claim)
  try {
    const all = Array.from({ length: keys.partitions }, (_, partition) => partition)
    return await leaseAtOnce(connection, { ...claim, partitions: all })
  } catch (error) {
    if (!/^CROSSSLOT/.test((error as Error).message)) throw error
    connection.takesManySlots = false
    return leaseOneByOne(connection, keys, claim)
  }
}

type ClaimOf = Claim & { partitions: readonly number[] }

async function leaseAtOnce(
  { scripts }: Connection,
  { partitions, limit, leaseMs, except, order, of, restMs = 0 }: ClaimOf,
): Promise<Looked> {
  const reply = await scripts.claim(partitions.map(of), [limit, leaseMs, order, restMs, ...except])
  const [leaseUntil, entries, broken] = reply as [number, (number | Buffer)[], Buffer]
  const leased = Array.from({ length: entries.length / 3 }, (_, i): Leased => {
    const [agenda, id, score] = entries.slice(3 * i, 3 * i + 3)
    return { id: String(id), partition: partitions[Number(agenda)] ?? 0, at: Number(score), leaseUntil }
  })
  return { leased, more: leased.length === limit, failure: broken.length > 0 ? new Error(String(broken)) : undefined }
}

/** The same in a cluster, where a script sees one partition: a look at all of them tells how many each has to give. */
async function leaseOneByOne(connection: Connection, keys: RedisKeys, claim: Claim): Promise<Looked> {
  const { limit, except } = claim
  const { first, failure } = await firstOf(connection, keys, claim)
  const shares = countBy(first.slice(0, limit), ({ partition }) => partition)
  const replies = await Promise.allSettled(
    [...shares].map(([partition, share]) =>
      leaseAtOnce(connection, {
        ...{ ...claim, partitions: [partition], limit: share },
        except: new Set([...except].filter((id) => keys.partitionOf(id) === partition)),
      }),
    ),
  )
  const looked = replies.flatMap((reply) => (reply.status === 'fulfilled' ? [reply.value] : []))
  const refused = replies.find((reply) => reply.status === 'rejected')
  const leased = looked.flatMap((one) => one.leased).sort(claim.order === 'latest' ? (a, b) => b.at - a.at : byTime)
  const broken = looked.find((one) => one.failure !== undefined)
  return { leased, more: first.length > 0, failure: failure ?? refused?.reason ?? broken?.failure }
}

const byTime = (a: Candidate, b: Candidate) => a.at - b.at

/** The sizes of the groups that `keyOf` makes of `all`. */
function countBy<T>(all: Iterable<T>, keyOf: (one: T) => number): Map<number, number> {
  const counts = new Map<number, number>()
  for (const one of all) counts.set(keyOf(one), (counts.get(keyOf(one)) ?? 0) + 1)
  return counts
}

/** The sessions at the end of all agendas that a claim begins at, in order. */
async function firstOf({ client }: Connection, keys: RedisKeys, { limit, except, order, of, restMs = 0 }: Claim) {
  // A look that returned only sessions to pass over would hide those behind them.
  const most = Math.min(limit, mostPerPartition) + Math.max(0, ...countBy(except, keys.partitionOf).values())
  const now = toMilliseconds(await client.time()) - restMs
  const headOf = (key: string) =>
    order === 'latest'
      ? client.zrevrangebyscore(key, now, '-inf', 'WITHSCORES', 'LIMIT', 0, most)
      : client.zrangebyscore(key, '-inf', now, 'WITHSCORES', 'LIMIT', 0, most)
  const replies = await Promise.allSettled(
    Array.from({ length: keys.partitions }, (_, partition) => headOf(of(partition))),
  )
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
