// The store behind a real PgBouncer in transaction mode, which has two connections for all of its clients.

import { randomUUID } from 'node:crypto'
import { Pool } from 'pg'
import { afterAll, expect, it } from 'vitest'
import { startPgbouncer } from '../../../../scripts/pgbouncer.mjs'
import { at } from '../store/cases/bench.ts'
import { testStore } from '../store/conformance.ts'
import { recommendedPoolOptions } from './options.ts'
import { postgresStore } from './store.ts'

const { DOGEAR_TEST_POSTGRES_URL: target = '', DOGEAR_TEST_PGBOUNCER_URL: own } = process.env
const pooler = own === undefined ? await startPgbouncer({ target }) : undefined
const connectionString = own ?? pooler?.url
const pool = new Pool({ connectionString, ...recommendedPoolOptions, max: 20 })

afterAll(async () => {
  await pool.end()
  await pooler?.stop()
})

const newSchema = (): string => `test_${randomUUID().replaceAll('-', '')}`
const drop = (schema: string) => pool.query(`drop schema if exists ${schema} cascade`)

testStore({
  name: 'postgresStore behind PgBouncer in transaction mode',
  async make() {
    const schema = newSchema()
    const store = postgresStore(pool, { schema, pollMs: 20 })
    const another = postgresStore(pool, { schema })
    await store.prepare()
    return { store, another, close: async () => void (await drop(schema)) }
  },
  skip: { backlog: 'a row is on the disk with its commit, so nothing waits to be archived' },
})

it('makes its schema once, of many processes that start at the same time', async () => {
  const schema = newSchema()
  const stores = Array.from({ length: 8 }, () => postgresStore(pool, { schema }))
  const entry = { bytes: new Uint8Array(1), ...at(1), ttlMs: 60_000 }
  const results = await Promise.all(stores.map((store) => store.commit('a', 0, entry)))
  expect(results.filter(({ committed }) => committed)).toHaveLength(1)
  await drop(schema)
})

it('settles 200 turns at once on the two connections there are', async () => {
  const schema = newSchema()
  const store = postgresStore(pool, { schema })
  const ids = Array.from({ length: 200 }, (_, nth) => `session-${nth}`)
  const entry = { bytes: new Uint8Array(1_000), ...at(1), ttlMs: 60_000 }
  const results = await Promise.all(ids.map((id) => store.commit(id, 0, entry)))
  expect(results.every(({ committed }) => committed)).toBe(true)
  await drop(schema)
})
