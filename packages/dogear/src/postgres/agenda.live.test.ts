// The agenda of Postgres costs no more at many sessions than at few: claims, watching, the deletion of expired rows.

import { randomUUID } from 'node:crypto'
import { PGlite } from '@electric-sql/pglite'
import { Pool } from 'pg'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { at } from '../store/cases/bench.ts'
import { runCase, storeCases } from '../store/conformance.ts'
import { statements } from './statements.ts'
import { postgresStore } from './store.ts'
import { toBytea } from './values.ts'

const url = process.env.DOGEAR_TEST_POSTGRES_URL
if (!url) throw new Error('DOGEAR_TEST_POSTGRES_URL names no Postgres')
const pool = new Pool({ connectionString: url, max: 10 })
const pglite = new PGlite()
afterAll(() => Promise.all([pool.end(), pglite.close()]))

let schema: string
beforeEach(() => {
  schema = `test_${randomUUID().replaceAll('-', '')}`
})
afterEach(() => pool.query(`set client_min_messages to error; drop schema if exists ${schema} cascade`))

const entry = { bytes: Buffer.from('record'), ...at(1), ttlMs: 60_000 }

type Plan = Record<string, unknown> & { Plans?: Plan[] }

/** The rows all parts of a plan have looked at. */
function rowsOf(plan: Plan): number {
  const here = ['Actual Rows', 'Rows Removed by Filter', 'Rows Removed by Index Recheck']
  const own = here.reduce((sum, name) => sum + Number(plan[name] ?? 0), 0) * Number(plan['Actual Loops'] ?? 1)
  return own + (plan.Plans ?? []).reduce((sum, inner) => sum + rowsOf(inner), 0)
}

describe.each([
  ['pg', (text: string, params: unknown[] = []) => pool.query(text, params)],
  ['PGlite', (text: string, params: unknown[] = []) => pglite.query(text, params)],
] as const)('a look at the agenda on %s', (name, query) => {
  it.each([0, 7])('reads no more rows than it claims, of 20,000 that are not due and %i that are', async (due) => {
    const store = postgresStore(name === 'pg' ? pool : pglite, { schema })
    await store.prepare()
    await query(`insert into ${schema}.sessions (id, epoch, revision, bytes, expires_at, due_at, claimable_at)
      select i::text::bytea, 0, 1, '', now() + interval '1 day', at, at
      from generate_series(1, 20000) i,
        lateral (select now() + case when i <= ${due} then -1 else 1 end * i * interval '1 second' as at) as t`)
    await query(`analyze ${schema}.sessions`)
    const text = `explain (analyze, format json) ${statements(schema).claimDue}`
    const { rows } = await query(text, [32, 1000, [toBytea('x')]])
    const [{ Plan: plan }] = (rows[0] as Record<string, [{ Plan: Plan }]>)['QUERY PLAN'] as [{ Plan: Plan }]
    expect(rowsOf(plan)).toBeLessThan(100)
  })
})

it('claims past a session whose row somebody holds, at once and without it', async () => {
  const store = postgresStore(pool, { schema })
  const now = await store.now()
  for (const [nth, id] of ['held', 'free'].entries()) await store.commit(id, 0, { ...entry, dueAt: now - 1_000 + nth })
  const other = await pool.connect()
  await other.query(`begin; select from ${schema}.sessions where id = 'held' for update`)
  expect((await store.claimDue(10, 60_000)).map(({ id }) => id)).toEqual(['free'])
  await other.query('rollback')
  other.release()
  expect((await store.claimDue(10, 60_000)).map(({ id }) => id)).toEqual(['held'])
})

it('deletes what expired with any use of the store, all of it, and nothing else', async () => {
  const store = postgresStore(pool, { schema, reclaimMs: 0 })
  await store.prepare()
  await pool.query(`
    insert into ${schema}.sessions (id, epoch, revision, bytes, expires_at)
      select i::text::bytea, 0, 1, '', now() - interval '1 second' from generate_series(1, 1250) i;
    insert into ${schema}.owners select 'owner', i::text::bytea, now() - interval '1 second'
      from generate_series(1, 1250) i;
    insert into ${schema}.codes select i::text::bytea, '', 0, now() - interval '1 second'
      from generate_series(1, 1250) i`)
  await postgresStore(pool, { schema }).commit('alive', 0, entry)
  await store.directory.add('owner', 'alive', 60_000)
  await store.directory.putCode('alive', 'value', 60_000)
  const counts = ['sessions', 'owners', 'codes'].map((table) => `(select count(*)::int from ${schema}.${table})`)
  await vi.waitFor(
    async () => {
      const { rows } = await pool.query(`select array[${counts}] as left`)
      expect(rows[0].left).toEqual([1, 1, 1])
    },
    { timeout: 15_000 },
  )
  expect(await store.read('alive')).toMatchObject({ position: { revision: 1 } })
  expect(await store.directory.list('owner', 10)).toEqual(['alive'])
  expect(await store.directory.tryCode('alive', 1)).toBe('value')
})

it('asks once for all sessions that a process watches, and not at all when it watches none', async () => {
  let watching = 0
  const counted = {
    connect: () => pool.connect(),
    query: (sent: string | { text: string }, params: unknown[]) => {
      if (Object(sent).text?.includes('any(')) watching++
      return pool.query(sent as never, params)
    },
  } as unknown as Pool
  const store = postgresStore(counted, { schema, pollMs: 20 })
  const ids = Array.from({ length: 200 }, (_, i) => `s-${i}`)
  await Promise.all(ids.map((id) => store.commit(id, 0, entry)))
  const told = new Set<string>()
  const began = performance.now()
  const stops = ids.map((id) => store.watch?.(id, () => told.add(id)))
  await vi.waitFor(() => expect(told.size).toBe(200), { timeout: 15_000 })
  // One for each of its pauses, however many sessions there are.
  expect(watching).toBeLessThanOrEqual((performance.now() - began) / 20 + 2)
  for (const stop of stops) stop?.()
  const before = watching
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(watching - before).toBeLessThanOrEqual(1)
})

describe('on a Postgres that serialises by default', () => {
  const strict = new Pool({ connectionString: url, max: 10, options: '-c default_transaction_isolation=serializable' })
  afterAll(() => strict.end())
  const make = async () => {
    const store = postgresStore(strict, { schema })
    await store.prepare()
    return store
  }

  it.each(
    storeCases.filter(
      ({ title, about = '' }) => /many|concurrent|at once|share/.test(title) && !['watch', 'backlog'].includes(about),
    ),
  )('$title', (one) => runCase(one, make))
})
