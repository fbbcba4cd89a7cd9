// The database of the accounts: Kysely on the shop's own Postgres, or on an embedded one.

import type { PGlite } from '@electric-sql/pglite'
import { type Dialect, PostgresDialect, type PostgresPool } from 'kysely'
import type { Pool } from 'pg'

/** The schema accounts live in, apart from everything else. */
export const accountsSchema = 'accounts'

/** A dialect for either kind of database. */
export function accountsDialect(database: Pool | PGlite): Dialect {
  return new PostgresDialect({ pool: 'connect' in database ? database : poolOf(database) })
}

/**
 * PGlite as the pool Kysely expects. It is one connection for everyone, so nothing here may begin a transaction.
 * Kysely 0.29 has a dialect for PGlite, but needs Node 22.
 */
function poolOf(database: PGlite): PostgresPool {
  const connection = {
    async query(sql: string, parameters: readonly unknown[]) {
      const { rows, affectedRows } = await database.query(sql, [...parameters])
      const [command = ''] = sql.trimStart().split(' ', 1)
      return { command: command.toUpperCase(), rowCount: affectedRows ?? rows.length, rows }
    },
    release() {},
  }
  return { connect: async () => connection, end: async () => {} } as unknown as PostgresPool
}
