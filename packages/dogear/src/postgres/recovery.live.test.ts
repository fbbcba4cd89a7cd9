import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Pool, type PoolClient, type PoolConfig } from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { at } from '../store/cases/bench.ts'
import type { Store } from '../store/store.ts'
import { recommendedPoolOptions } from './options.ts'
import { postgresStore } from './store.ts'

const url = process.env.DOGEAR_TEST_POSTGRES_URL
if (!url) throw new Error('DOGEAR_TEST_POSTGRES_URL names no Postgres')
const unavailable = { code: 'store_unavailable', retryAfterMs: 1000 }
const bytes = Buffer.from('record')

let schema: string
let pool: Pool
let store: Store
const others: Pool[] = []

function poolWith(options: PoolConfig = {}): Pool {
  const made = new Pool({ connectionString: url, ...recommendedPoolOptions, ...options })
  made.on('error', () => {})
  others.push(made)
  return made
}

beforeEach(async () => {
  schema = `test_${randomUUID().replaceAll('-', '')}`
  pool = poolWith({ application_name: schema })
  store = postgresStore(pool, { schema })
  await store.commit('a', 0, { bytes, ...at(1), ttlMs: 60_000 })
})

afterEach(async () => {
  await pool.query(`set client_min_messages to error; drop schema ${schema} cascade`)
  await Promise.all(others.splice(0).map((one) => one.end()))
})

describe('postgresStore with the recommended options', () => {
  it('finds back by itself when the server closed every connection', async () => {
    const admin = poolWith()
    await Promise.all([store.read('a'), store.read('a'), store.read('a')])
    await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1', [schema])
    await Promise.allSettled([store.read('a'), store.read('a'), store.read('a')])
    expect(await store.read('a')).toMatchObject({ position: { revision: 1 } })
    expect(await store.commit('a', at(1), { bytes, ...at(2), ttlMs: 60_000 })).toMatchObject({ committed: true })
  })

  it('settles a commit that cannot get at its row, and leaves the row as it is', async () => {
    // Hasty where the outcome is a timeout, and nowhere else: a busy machine is no outage.
    const hasty = postgresStore(poolWith({ statement_timeout: 300, query_timeout: 5_000 }), { schema })
    const holder = await pool.connect()
    await holder.query(`begin; select from ${schema}.sessions for update`)
    await expect(hasty.commit('a', at(1), { bytes, ...at(2), ttlMs: 60_000 })).rejects.toMatchObject(unavailable)
    await holder.query('rollback')
    holder.release()
    expect(await store.read('a')).toMatchObject({ position: { revision: 1 } })
  })

  it('settles a call when no connection is to be had', async () => {
    const holders: PoolClient[] = []
    // One after the other: a busy machine may take longer for ten at once than the pool waits for each.
    while (holders.length < 10) holders.push(await pool.connect())
    await expect(store.read('a')).rejects.toMatchObject(unavailable)
    for (const holder of holders) holder.release()
    expect(await store.read('a')).toMatchObject({ position: { revision: 1 } })
  })

  it('writes a batch of the archive that Postgres gave up for a deadlock', async () => {
    const archive = postgresStore(pool, { schema })
    const entry = (revision: number) => {
      const { mark } = at(revision)
      return { bytes, position: { epoch: 0, revision, mark }, dueAt: undefined, ttlMs: 60_000, life: '' }
    }
    const batch = (revision: number) => new Map(['a', 'b'].map((id) => [id, entry(revision)]))
    await archive.put(batch(2), 0)
    const holder = await pool.connect()
    // The batch comes to the first row and waits for the second; whoever holds that one then wants the first.
    const row = (id: string) => `select from ${schema}.sessions where id = '${id}' for update`
    await holder.query(`begin; ${row('b')}`)
    const put = archive.put(batch(3), 0)
    const blocked = 'select from pg_locks join pg_stat_activity using (pid) where not granted'
    while ((await pool.query(`${blocked} and query like '%${schema}%'`)).rowCount === 0) await sleep(5)
    await holder.query(row('a'))
    await holder.query('rollback')
    holder.release()
    await put
    for (const id of ['a', 'b']) expect(await archive.get(id)).toMatchObject({ position: { revision: 3 } })
  })
})
