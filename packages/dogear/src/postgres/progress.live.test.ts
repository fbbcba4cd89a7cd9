// Progress on Postgres at the moment at which its session is removed.

import { randomUUID } from 'node:crypto'
import { Pool } from 'pg'
import { afterAll, expect, it } from 'vitest'
import { create, minute } from '../store/cases/bench.ts'
import { postgresStore } from './store.ts'

const pool = new Pool({ connectionString: process.env.DOGEAR_TEST_POSTGRES_URL ?? '', max: 10 })
const schema = `test_${randomUUID().replaceAll('-', '')}`

afterAll(async () => {
  await pool.query(`set client_min_messages to error; drop schema if exists ${schema} cascade`)
  await pool.end()
})

it('a removal takes the entry along whose writer it had to wait for', async () => {
  const store = postgresStore(pool, { schema })
  await store.prepare()
  await create(store, 'a')
  const writer = await pool.connect()
  await writer.query('begin')
  // As an entry is added: the lock on its session first.
  const there = `select id from ${schema}.sessions for no key update`
  const until = `clock_timestamp() + interval '1 minute'`
  const entry = `insert into ${schema}.progress (id, text, until) select id, 'on its way', ${until} from there`
  await writer.query(`with there as (${there}) ${entry}`)
  const removed = store.remove('a', minute)
  await expect.poll(() => waiting(), { timeout: 10_000 }).toBe(1)
  await writer.query('commit')
  writer.release()
  expect(await removed).toBe(true)
  expect(await store.progressOf?.('a')).toEqual([])
  expect((await pool.query(`select from ${schema}.progress`)).rowCount).toBe(0)
})

/** How many statements on this schema wait for a lock. */
async function waiting(): Promise<number> {
  const text = `select from pg_stat_activity where wait_event_type = 'Lock' and query like '%${schema}%'`
  return (await pool.query(text)).rowCount ?? 0
}
