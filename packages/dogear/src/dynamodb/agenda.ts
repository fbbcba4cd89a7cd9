// Takes due sessions off the agenda: finds the first in the index, then leases each by a conditional write.

import type { Due, Order, SessionId } from '../store/store.ts'
import { type Item, idOf, isAlive, number, partitionOf, sessionKey, storedIn, timeIn } from './item.ts'
import { tidy } from './leases.ts'
import type { Query, Requests } from './requests.ts'
import { agendaIndex } from './table.ts'

/** A session in the index. `at` is its due time or, if that is later, the end of its last claim. */
type Candidate = { id: SessionId; at: number }

export type Claim = { limit: number; leaseMs: number; except: ReadonlySet<SessionId>; order: Order }

const mostRounds = 32

/**
 * Leases up to `limit` due sessions, the longest claimable first, or the latest, and hands out their records.
 *
 * The index lags behind its table for a moment, and others reach for the same sessions: the write that leases one has
 * the time found in the index as its condition. Another round makes up for those that were lost, or had expired.
 *
 * A session that cannot be leased does not stop the others; if nothing was taken, the error is thrown.
 */
export async function claimDue(requests: Requests, partitions: number, claim: Claim): Promise<Due[]> {
  const taken: Due[] = []
  const tried = new Set<SessionId>()
  for (let round = 0; round < mostRounds && taken.length < claim.limit; round++) {
    const limit = claim.limit - taken.length
    const first = await firstOf(requests, partitions, { ...claim, except: new Set([...claim.except, ...tried]), limit })
    for (const { id } of first) tried.add(id)
    const leased = await Promise.allSettled(first.map((candidate) => lease(requests, candidate, claim.leaseMs)))
    taken.push(...leased.flatMap((one) => (one.status === 'fulfilled' && one.value ? [one.value] : [])))
    const failed = leased.find((one) => one.status === 'rejected')
    if (failed && taken.length === 0) throw failed.reason
    // So few are due that there is nothing behind them.
    if (failed || first.length < limit) break
  }
  return taken
}

/** The sessions at the end of all partitions that the claim begins at, in order. */
async function firstOf(requests: Requests, partitions: number, claim: Claim): Promise<Candidate[]> {
  const { limit, except, order } = claim
  if (limit <= 0) return []
  const passedOver = new Array<number>(partitions).fill(0)
  for (const id of except) passedOver[partitionOf(id, partitions)] = (passedOver[partitionOf(id, partitions)] ?? 0) + 1
  const lists = await Promise.all(
    passedOver.map((most, partition) => firstIn(requests, partition, { ...claim, limit: limit + most })),
  )
  const byTime =
    order === 'latest' ? (a: Candidate, b: Candidate) => b.at - a.at : (a: Candidate, b: Candidate) => a.at - b.at
  return lists
    .flat()
    .filter(({ id }) => !except.has(id))
    .sort(byTime)
    .slice(0, limit)
}

/** The first `limit` of a partition. */
async function firstIn(requests: Requests, partition: number, { limit, order }: Claim): Promise<Candidate[]> {
  const found: Candidate[] = []
  let from: Item | undefined
  do {
    const page = await requests.query(
      (now): Query => ({
        ...dueIn(partition, now),
        ScanIndexForward: order === 'earliest',
        Limit: limit - found.length,
        ...(from && { ExclusiveStartKey: from }),
      }),
    )
    found.push(...page.items.map(toCandidate))
    from = page.next
  } while (from && found.length < limit)
  return found
}

/** The entries of a partition that can be claimed at `until`. */
export const dueIn = (partition: number, until: number): Query => ({
  IndexName: agendaIndex,
  KeyConditionExpression: '#partition = :partition AND #claimableAt <= :until',
  ExpressionAttributeValues: { ':partition': number(partition), ':until': number(until) },
})

const toCandidate = (item: Item): Candidate => ({ id: idOf(item), at: timeIn(item, 'claimableAt') })

async function lease(requests: Requests, { id, at }: Candidate, leaseMs: number): Promise<Due | undefined> {
  let leaseUntil = 0
  const { refused, item, now } = await requests.update((now) => {
    leaseUntil = now + leaseMs
    return {
      key: sessionKey(id),
      condition: '#claimableAt = :at AND #expiresAt > :now',
      update: 'SET #claimableAt = :until',
      values: { ':at': number(at), ':now': number(now), ':until': number(leaseUntil) },
      returns: 'ALL_NEW',
    }
  })
  if (!item) return undefined
  if (!refused) {
    await tidy(requests, id, { item, now })
    return { id, dueAt: timeIn(item, 'dueAt'), leaseUntil, ...recordIn(item) }
  }
  if (!isAlive(item, now)) await forget(requests, id)
  return undefined
}

/** The record in an item, unless that is something else: reading it says what is wrong. */
function recordIn(item: Item): Pick<Due, 'stored'> {
  try {
    return { stored: storedIn(item) }
  } catch {
    return {}
  }
}

/** Takes what expired off the agenda, on which it would be in the way until the service deletes it. */
const forget = (requests: Requests, id: SessionId): Promise<unknown> =>
  requests.update((now) => ({
    key: sessionKey(id),
    condition: '#expiresAt <= :now',
    update: 'REMOVE #dueAt, #claimableAt, #partition',
    values: { ':now': number(now) },
  }))

/** Gives a claim back, as `Store.defer` does. */
export async function defer(
  requests: Requests,
  id: SessionId,
  { at, leaseUntil }: { at: number; leaseUntil: number },
): Promise<boolean> {
  const { refused } = await requests.update((now) => ({
    key: sessionKey(id),
    condition: '#claimableAt = :leaseUntil AND #expiresAt > :now',
    update: 'SET #claimableAt = :at',
    values: { ':leaseUntil': number(leaseUntil), ':at': number(at), ':now': number(now) },
  }))
  return !refused
}
