// A Postgres for an archive: the one that tests were given, or one of its own, with a schema of its own in it.

import { randomUUID } from 'node:crypto'
import { type PostgresStore, postgresStore, recommendedPoolOptions } from 'dogear/postgres'
import pg from 'pg'
import { startPostgres } from '../scripts/services.mjs'

export async function openArchive(): Promise<{ archive: PostgresStore; close(): Promise<void> }> {
  const given = process.env.DOGEAR_TEST_POSTGRES_URL
  const own = given === undefined ? await startPostgres() : undefined
  const pool = new pg.Pool({ connectionString: given ?? own?.url, ...recommendedPoolOptions })
  const schema = `faults_${randomUUID().replaceAll('-', '')}`
  const archive = postgresStore(pool, { schema })
  await archive.prepare()
  return {
    archive,
    async close() {
      await pool.query(`drop schema if exists "${schema}" cascade`)
      await pool.end()
      await own?.stop()
    },
  }
}
