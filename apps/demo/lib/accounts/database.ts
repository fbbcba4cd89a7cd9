// Where accounts are kept: Kysely on the shop's own Postgres, or on an embedded one.

import type { PGlite } from '@electric-sql/pglite'
import { type Dialect, PostgresDialect, type PostgresPool } from 'kysely'
import type { Pool } from 'pg'

/** The schema accounts live in, apart from everything else. */
export const accountsSchema = 'accounts'

/** A dialect for either kind of database; `prepare` makes the schema. */
export function accountsDatabase(database: Pool | PGlite): { dialect: Dialect; prepare: () => Promise<void> } {
  const makeSchema = `create schema if not exists ${accountsSchema}`
  if ('connect' in database)
    return {
      dialect: new PostgresDialect({ pool: database }),
      prepare: async () => void (await database.query(makeSchema)),
    }
  return {
    dialect: new PostgresDialect({ pool: poolOf(database) }),
    prepare: async () => void (await database.query(makeSchema)),
  }
}

/** PGlite as the pool Kysely expects. It is one connection for everyone, so nothing here may begin a transaction. */
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
