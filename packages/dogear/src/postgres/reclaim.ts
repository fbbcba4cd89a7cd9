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
function statement(schema: string): string {
  const expired = (table: string, key: string): string => `
    delete from "${schema}".${table} where (${key}) in (
      select ${key} from "${schema}".${table} where expires_at <= (select clock_timestamp())
      order by expires_at limit $1::int for update skip locked
    ) returning 1`
  return `
    with sessions as (${expired('sessions', 'id')}), owners as (${expired('owners', 'owner, id')}),
      codes as (${expired('codes', 'code')})
    select greatest(
      (select count(*) from sessions), (select count(*) from owners), (select count(*) from codes)
    ) as most`
}
