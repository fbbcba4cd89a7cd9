// Brings a schema up to date: numbered, append-only SQL files, each applied once.

import type { Database } from './database.ts'
import { sql } from './embedded.gen.ts'

const migrations = Object.entries(sql)
  .map(([name, text]) => ({ number: Number.parseInt(name, 10), name, text }))
  .sort((a, b) => a.number - b.number)

/** The number of the last migration. */
export const newestSchema: number = migrations.at(-1)?.number ?? 0

/**
 * Applies the missing migrations in one transaction under an advisory lock, so any number of processes may start at
 * once.
 *
 * If none is missing it only reads, and needs no right to create. `schema` is a validated identifier.
 */
export async function migrate(database: Database, schema: string): Promise<void> {
  const ledger = `"${schema}".migrations`
  const [there] = await database.query('select to_regclass($1::text) is not null as ledger', [ledger])
  if (there?.ledger) {
    const [applied] = await database.query(`select max(number) as number from ${ledger}`)
    if (Number(applied?.number) >= newestSchema) return
  }

  await database.transaction(async (query) => {
    await query(`select pg_advisory_xact_lock(hashtext($1::text))`, [`dogear migrations of ${schema}`])
    await query(createSchema(schema))
    await query(`set local search_path to "${schema}"`)
    await query(`create table if not exists migrations
      (number int primary key, name text not null, applied_at timestamptz not null default now())`)
    const rows = await query('select number from migrations', [])
    const applied = new Set(rows.map((row) => Number(row.number)))
    for (const { number, name, text } of migrations) {
      if (applied.has(number)) continue
      await query(text)
      await query('insert into migrations (number, name) values ($1::int, $2::text)', [number, name])
    }
  })
}

/**
 * Postgres asks a cache of the connection whether a schema is there, which still says no if the connection looked
 * before, and another process made the schema while this one waited for the lock.
 */
const createSchema = (schema: string): string => `
  do $$ begin
    create schema if not exists "${schema}";
  exception when unique_violation then null;
  end $$`
