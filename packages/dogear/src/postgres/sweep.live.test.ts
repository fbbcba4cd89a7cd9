// Rows on a real Postgres: a hot turn moves no index, and what has expired goes all the same.

import { randomUUID } from 'node:crypto'
import { PGlite } from '@electric-sql/pglite'
import { Pool } from 'pg'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { at } from '../store/cases/bench.ts'
import { recommendedPoolOptions } from './options.ts'
import { postgresStore } from './store.ts'

const url = process.env.DOGEAR_TEST_POSTGRES_URL
if (!url) throw new Error('DOGEAR_TEST_POSTGRES_URL names no Postgres')
const bytes = Buffer.alloc(1_500)
const minute = 60_000

let schema: string
let pool: Pool
beforeEach(() => {
  schema = `test_${randomUUID().replaceAll('-', '')}`
  pool = new Pool({ connectionString: url, ...recommendedPoolOptions })
})
afterEach(async () => {
  await pool.query(`set client_min_messages to error; drop schema if exists ${schema} cascade`)
  await pool.end()
})

const idsIn = async () =>
  (await pool.query(`select id from ${schema}.sessions order by id`)).rows.map(({ id }) => String(id))

/** The rows that are left once the store has looked at those whose time it is. */
async function swept(store: ReturnType<typeof postgresStore>, expected: string[]) {
  await vi.waitFor(
    async () => {
      await store.now()
      expect(await idsIn()).toEqual(expected)
    },
    { timeout: 20_000, interval: 10 },
  )
}

it('nine of ten hot turns update a row in place, whatever its time to live does', { timeout: 120_000 }, async () => {
  // With nobody else on the server: an open transaction of others keeps old versions of a row, and they fill its page.
  const alone = new PGlite()
  const store = postgresStore(alone)
  const ids = ['a', 'b', 'c']
  for (const id of ids) await store.commit(id, 0, { bytes, ...at(1), ttlMs: minute })
  for (let revision = 2; revision <= 100; revision++)
    for (const id of ids) await store.commit(id, at(revision - 1), { bytes, ...at(revision), ttlMs: minute + revision })
  await alone.query('select pg_stat_force_next_flush()')
  const { rows } = await alone.query<{
    all: number
    hot: number
  }>(`select n_tup_upd::int as all, n_tup_hot_upd::int as hot
    from pg_stat_user_tables where schemaname = 'dogear' and relname = 'sessions'`)
  expect(rows).toEqual([{ all: 297, hot: expect.any(Number) }])
  expect(rows[0]?.hot).toBeGreaterThan(267)
  await alone.close()
})

it('[M66] a session is deleted when its time is up, not before, and not later', async () => {
  const store = postgresStore(pool, { schema, reclaimMs: 0 })
  await store.commit('alive', 0, { bytes, ...at(1), ttlMs: minute })
  await store.commit('alive', at(1), { bytes, ...at(2), ttlMs: 2 * minute })
  await store.commit('shorter', 0, { bytes, ...at(1), ttlMs: minute })
  await store.commit('shorter', at(1), { bytes, ...at(2), ttlMs: 30 })
  await store.commit('removed', 0, { bytes, ...at(1), ttlMs: minute })
  await store.remove('removed', 30)
  // As if its first minute were over.
  const { rowCount } = await pool.query(`update ${schema}.sessions set sweep_at = now() - interval '1 second'
    where id = 'alive' and sweep_at < expires_at`)
  expect(rowCount).toBe(1)
  // Written by a process of a release before, which knows nothing of the time to look.
  await pool.query(`insert into ${schema}.sessions (id, epoch, revision, bytes, expires_at) values
    ('old alive', 0, 1, '', now() + interval '1 minute'), ('old gone', 0, 1, '', now() - interval '1 minute')`)
  await swept(store, ['alive', 'old alive'])
  const { rows } = await pool.query(`select bool_and(sweep_at = expires_at) as later from ${schema}.sessions`)
  expect(rows).toEqual([{ later: true }])
})

it('statements are prepared, and sent whole behind a pooler that keeps none', async () => {
  const prepared = async () =>
    (await pool.query(`select count(*)::int as many from pg_prepared_statements where name like 'dogear%'`)).rows[0]
      .many
  const store = postgresStore(pool, { schema })
  await store.commit('a', 0, { bytes, ...at(1), ttlMs: minute })
  for (let revision = 2; revision <= 4; revision++)
    await store.commit('a', at(revision - 1), { bytes, ...at(revision), ttlMs: minute })
  expect(await prepared()).toBeGreaterThan(0)
  // As where each transaction may have another connection to the server.
  await pool.query('deallocate all')
  expect(await store.commit('a', at(4), { bytes, ...at(5), ttlMs: minute })).toMatchObject({ committed: true })
  await pool.query('deallocate all')
  expect(await store.read('a')).toMatchObject({ position: { revision: 5 } })
  expect(await prepared()).toBe(0)
})
