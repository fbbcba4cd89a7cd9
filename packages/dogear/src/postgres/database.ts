// One interface to Postgres, for a pool of `pg` or an embedded PGlite.

import { hash } from 'node:crypto'
import type { PGliteInterface } from '@electric-sql/pglite'
import type { Pool } from 'pg'

/** The client that `postgresStore` takes, made and closed by the caller: a pool of `pg`, or a PGlite. */
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
  const query = preparing(pool)
  return {
    query,
    async transaction(work) {
      const client = await pool.connect()
      let broken = true
      try {
        // Every statement sees what was committed before it, also while this one waited for a lock.
        await client.query('begin isolation level read committed')
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

// A statement that is not known to the server behind the connection, is known to it already, or has to be planned anew.
const notPrepared = new Set(['26000', '42P05', '0A000'])

/**
 * Queries as prepared statements: to plan one takes Postgres longer than to carry it out. Behind a pooler that gives
 * each transaction another connection none stays prepared, so there, from the first one that fails, all are sent whole.
 */
function preparing(pool: Pool): Query {
  const names = new Map<string, string>()
  let prepares = true
  const nameOf = (text: string): string => {
    const name = names.get(text) ?? `dogear_${hash('sha256', text, 'hex').slice(0, 32)}`
    names.set(text, name)
    return name
  }
  const whole: Query = async (text, params) => (await pool.query<Row>(text, params)).rows
  return async (text, params) => {
    if (!prepares || !params) return whole(text, params)
    try {
      return (await pool.query<Row>({ name: nameOf(text), text, values: params })).rows
    } catch (error) {
      if (!notPrepared.has((error as { code?: string }).code ?? '')) throw error
      // Nothing of the statement was carried out.
      prepares = false
      return whole(text, params)
    }
  }
}

/** `pg` answers a text of several statements with a list of results. */
function rowsOf(result: { rows: Row[] } | { rows: Row[] }[]): Row[] {
  return (Array.isArray(result) ? result.at(-1) : result)?.rows ?? []
}
