import { randomUUID } from 'node:crypto'
import { PGlite } from '@electric-sql/pglite'
import { Pool } from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import { at } from '../store/cases/bench.ts'
import type { Check } from '../store/store.ts'
import { postgresStore } from './store.ts'

const url = process.env.DOGEAR_TEST_POSTGRES_URL
if (!url) throw new Error('DOGEAR_TEST_POSTGRES_URL names no Postgres')
const pool = new Pool({ connectionString: url, max: 4 })
const pglite = new PGlite()
afterAll(() => Promise.all([pool.end(), pglite.close()]))

const brief = (checks: readonly Check[] = []): string[] => checks.map(({ name, status }) => `${name} ${status}`)
const named = (name: string, checks: readonly Check[] = []): Check | undefined =>
  checks.find((check) => check.name === name)
const newSchema = (): string => `test_${randomUUID().replaceAll('-', '')}`
const bytes = new Uint8Array(1)
const server = ['reachable ok', 'version ok', 'role ok', 'clock ok']

describe.each([
  ['pg', pool],
  ['PGlite', pglite],
] as const)('postgresStore on %s', (_, client) => {
  it('tells that its schema is not there yet, and does not make it', async () => {
    const store = postgresStore(client, { schema: newSchema() })
    for (let i = 0; i < 2; i++) expect(brief(await store.diagnose?.())).toEqual([...server, 'schema warn'])
  })

  it('tells how late its agenda is and what waits to be deleted', async () => {
    const store = postgresStore(client, { schema: newSchema() })
    const now = await store.now()
    await store.commit('later', 0, { bytes, ...at(1), ttlMs: 60_000, dueAt: now + 60_000 })
    const checks = await store.diagnose?.()
    expect(brief(checks)).toEqual([...server, 'schema ok', 'agenda ok', 'dead-rows ok'])
    expect(named('agenda', checks)?.detail).toBe('1 scheduled, none overdue')
    expect(named('dead-rows', checks)?.detail).toMatch(/^0 expired and \d+ dead beside \d+ live$/)
    const leases = [{ key: 'charge', token: 'a process', forMs: 60_000 }]
    await store.commit('at work', 0, { bytes, ...at(1), ttlMs: 60_000, dueAt: now - 30_000, leases })
    expect(named('agenda', await store.diagnose?.())?.detail).toBe('2 scheduled, none overdue')
    await store.commit('late', 0, { bytes, ...at(1), ttlMs: 60_000, dueAt: now - 60_000 })
    expect(named('agenda', await store.diagnose?.())).toMatchObject({
      status: 'warn',
      detail: expect.stringMatching(/^3 scheduled, the oldest overdue for \d{2,}\.\d s$/),
    })
    const [claimed] = await store.claimDue(1, 600_000)
    const held = await store.diagnose?.()
    await store.defer('late', now + 900_000, claimed?.leaseUntil ?? 0)
    for (const checks of [held, await store.diagnose?.()]) {
      expect(named('agenda', checks)).toMatchObject({
        status: 'warn',
        detail: expect.stringMatching(/^3 scheduled, the oldest overdue for \d{2,}\.\d s$/),
        advice: expect.stringContaining('dogear show late'),
      })
    }
  })
})

it('what a restricted user may not look at is a warning, not a failure', async () => {
  const schema = newSchema()
  await postgresStore(pool, { schema }).prepare()
  await pool.query(`create role ${schema} login`)
  const limited = new Pool({ connectionString: url.replace(/\/\/[^@]*@/, `//${schema}@`) })
  const checks = await postgresStore(limited, { schema }).diagnose?.()
  expect(checks?.every(({ status }) => status !== 'fail')).toBe(true)
  expect(named('schema', checks)?.detail).toMatch(/permission denied/)
  await limited.end()
  await pool.query(`drop role ${schema}; set client_min_messages to error; drop schema ${schema} cascade`)
})

it('a server that does not answer fails the first check, and says why', async () => {
  const dead = new Pool({ connectionString: 'postgres://postgres@127.0.0.1:1/postgres' })
  expect(await postgresStore(dead).diagnose?.()).toMatchObject([
    { name: 'reachable', status: 'fail', detail: expect.stringContaining('ECONNREFUSED') },
  ])
  await dead.end()
})
