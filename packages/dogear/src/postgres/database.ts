// One interface to Postgres, for a pool of `pg` or an embedded PGlite.

import type { PGliteInterface } from '@electric-sql/pglite'
import type { Pool } from 'pg'

export type PostgresClient = Pool | PGliteInterface

export type Row = Readonly<Record<string, unknown>>

export type Query = (text: string, params?: unknown[]) => Promise<Row[]>

export type Database = {
  query: Query
  /** Runs `work` in one transaction. A text without parameters may hold several statements. */
  transaction(work: (query: Query) => Promise<void>): Promise<void>
}

/** Wraps the caller's client, which stays the caller's to close. */
export const toDatabase = (client: PostgresClient): Database =>
  isPglite(client) ? pgliteDatabase(client) : poolDatabase(client)

export const isPglite = (client: unknown): client is PGliteInterface =>
  typeof client === 'object' && client !== null && 'transaction' in client && 'exec' in client

export function isPool(client: unknown): client is Pool {
  const { connect, query } = Object(client) as Partial<Pool>
  return typeof connect === 'function' && typeof query === 'function'
}

function pgliteDatabase(pglite: PGliteInterface): Database {
  return {
    query: async (text, params) => (await pglite.query<Row>(text, params)).rows,
    transaction: (work) =>
      pglite.transaction((tx) =>
        work(async (text, params) => {
          if (params) return (await tx.query<Row>(text, params)).rows
          return ((await tx.exec(text)).at(-1)?.rows ?? []) as Row[]
        }),
      ),
  }
}

function poolDatabase(pool: Pool): Database {
  return {
    query: async (text, params) => (await pool.query<Row>(text, params)).rows,
    async transaction(work) {
      const client = await pool.connect()
      let broken = true
      try {
        await client.query('begin')
        await work(async (text, params) => rowsOf(await client.query(text, params)))
        await client.query('commit')
        broken = false
      } finally {
        // Closing the connection rolls back an unfinished transaction, even if the server no longer answers.
        client.release(broken)
      }
    },
  }
}

/** `pg` answers a text of several statements with a list of results. */
function rowsOf(result: { rows: Row[] } | { rows: Row[] }[]): Row[] {
  return (Array.isArray(result) ? result.at(-1) : result)?.rows ?? []
}
