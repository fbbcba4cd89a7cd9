// Deletes what expired: people's data must go when its time is up, with or without a worker.

import type { Query } from './database.ts'

const mostRows = 500
const mostRounds = 200

/**
 * Returns a function to call with every use of the store. Every `everyMs` milliseconds such a call deletes the expired
 * rows, in small batches, while nobody waits for it. A failure is no trouble: the next time deletes them.
 */
export function createReclaim(query: Query, schema: string, everyMs: number): () => void {
  const text = statement(schema)
  let nextAt = performance.now() + everyMs
  let running = false

  async function reclaim(): Promise<void> {
    for (let round = 0; round < mostRounds; round++) {
      const [row] = await query(text, [mostRows])
      if (Number(row?.most ?? 0) < mostRows) return
    }
  }

  return () => {
    if (running || performance.now() < nextAt) return
    running = true
    reclaim()
      .catch(() => {})
      .finally(() => {
        running = false
        nextAt = performance.now() + everyMs
      })
  }
}

// $1 most rows of each table. Rows that another process is about to delete are passed over. The clock is asked once,
// in a query of its own, because a condition on a time that changes cannot use an index.
//
// A turn does not move a session's time to be looked at. One that is found alive is looked at again when it expires.
function statement(schema: string): string {
  const expired = (table: string, key: string, until = 'expires_at'): string => `
    delete from "${schema}".${table} where (${key}) in (
      select ${key} from "${schema}".${table} where ${until} <= (select clock_timestamp())
      order by ${until} limit $1::int for update skip locked
    ) returning 1`
  const sessions = `"${schema}".sessions`
  return `
    with looked as materialized (
      select id, expires_at <= clock_timestamp() as expired from ${sessions}
      where sweep_at <= (select clock_timestamp())
      order by sweep_at limit $1::int for update skip locked
    ), gone as (
      delete from ${sessions} as s using looked where s.id = looked.id and expired
    ), alive as (
      update ${sessions} as s set sweep_at = expires_at from looked where s.id = looked.id and not expired
    ), owners as (${expired('owners', 'owner, id')}),
      codes as (${expired('codes', 'code')}), leases as (${expired('leases', 'id, key', 'until')}),
      progress as (${expired('progress', 'id, seq', 'until')})
    select greatest(
      (select count(*) from looked), (select count(*) from owners), (select count(*) from codes),
      (select count(*) from leases), (select count(*) from progress)
    ) as most`
}
