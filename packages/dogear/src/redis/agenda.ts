// Takes due sessions off the agenda of all partitions: leases the first of all, then reads their records.

import type { Due } from '../store/store.ts'
import { type Request, together } from './batch.ts'
import type { Connection } from './connection.ts'
import type { RedisKeys } from './keys.ts'
import { type Claim, type Leased, type Looked, look } from './look.ts'
import { dueAtOf, fromValue } from './value.ts'

const mostRounds = 32

/**
 * Leases up to `limit` due sessions, the longest claimable first, or the latest, and hands out their records.
 *
 * A look is one script over all partitions that leases what it finds, so that callers at the same time never see the
 * same session. In a cluster a script sees the partitions of one primary: one each says what comes first there, then
 * one each leases its share of the first of all. Another round makes up for records that were gone.
 *
 * A partition that does not answer does not stop the others; if nothing was taken, its error is thrown.
 */
export async function claimDue(
  connection: Connection,
  keys: RedisKeys,
  asked: Omit<Claim, 'of' | 'restMs'>,
): Promise<Due[]> {
  const claim = { ...asked, of: keys.due, restMs: 0 }
  const { limit, leaseMs } = claim
  const taken: Due[] = []
  for (let round = 0; round < mostRounds && taken.length < limit; round++) {
    const { leased, more, failure } = await look(connection, keys, { ...claim, limit: limit - taken.length }).catch(
      (reason: unknown): Looked => ({ leased: [], more: false, failure: reason }),
    )
    taken.push(...(await opened(connection, keys, { leased, leaseMs })))
    if (failure !== undefined && taken.length === 0) throw failure
    if (failure !== undefined || !more) break
  }
  return taken
}

/**
 * The leased sessions with their records. One that is gone is taken off the agenda. A commit since the claim may have
 * put a session off: then the claim has ended, and its new time has not come.
 */
async function opened(
  { client, scripts }: Connection,
  keys: RedisKeys,
  { leased, leaseMs }: { leased: readonly Leased[]; leaseMs: number },
): Promise<Due[]> {
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
    const dueAt = (value && dueAtOf(value)) || at
    if (dueAt > leaseUntil - leaseMs) return undefined
    if (value) return { id, dueAt, leaseUntil, ...recordIn(value) }
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

/** Milliseconds from a reply of TIME: seconds and microseconds. */
export function toMilliseconds(time: readonly (string | number)[]): number {
  return Number(time[0]) * 1000 + Math.floor(Number(time[1]) / 1000)
}
