// Errors of real services, made to fail with a record in hand: no log, no cause holds any of the record.

import { randomUUID } from 'node:crypto'
import { inspect } from 'node:util'
import { Redis } from 'ioredis'
import { Pool } from 'pg'
import { afterAll, expect, it } from 'vitest'
import { clientOf, ownDynamodb } from '../dynamodb/own-dynamodb.fixture.ts'
import { serviceBefore } from '../dynamodb/service.fixture.ts'
import { dynamodbStore } from '../dynamodb/store.ts'
import { toErrorLine } from '../engine/log/line.ts'
import { toFailure as toPostgresFailure } from '../postgres/failure.ts'
import { postgresStore } from '../postgres/store.ts'
import { toFailure as toRedisFailure } from '../redis/failure.ts'
import { ownServer } from '../redis/own-server.fixture.ts'
import { redisStore } from '../redis/store.ts'
import { at } from './cases/bench.ts'
import type { Store } from './store.ts'

const canary = 'QuetzalcoatlZanzibar'
const entry = { bytes: Buffer.from(canary), ...at(1), ttlMs: 60_000 }
const closing: (() => unknown)[] = []
afterAll(async () => {
  for (const close of closing.reverse()) await close()
})

const errorOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => Promise.reject(new Error('it was no failure')),
    (error: unknown) => error,
  )

/** The same text in the forms in which clients show bytes. */
const forms = [canary, ...(['hex', 'base64'] as const).map((form) => Buffer.from(canary).toString(form).slice(0, 24))]
const bytesShown = [...Buffer.from(canary)]
  .slice(0, 8)
  .map((byte) => byte.toString(16))
  .join(' ')
const holds = (text: string): boolean => [...forms, bytesShown].some((form) => text.includes(form))
const all = (error: unknown): string => inspect(error, { depth: 20, showHidden: true, maxArrayLength: null })

type Failing = [what: string, fail: () => Promise<{ raw?: unknown; error: unknown }>]

const failing: Failing[] = [
  [
    'Redis that dies with a command under way',
    async () => {
      const server = await ownServer()
      const client = new Redis(server.port, { maxRetriesPerRequest: 0, retryStrategy: () => null })
      client.on('error', () => {})
      closing.push(server.close, () => client.disconnect())
      await client.ping()
      server.signal('SIGSTOP')
      const error = errorOf(redisStore(client).commit('a', 0, entry))
      await server.kill()
      return { error: await error }
    },
  ],
  [
    'Redis that does not know a command',
    async () => {
      const server = await ownServer()
      const client = new Redis(server.port)
      closing.push(server.close, () => client.disconnect())
      const raw = await errorOf(client.call('NOSUCH', canary, canary))
      return { raw, error: toRedisFailure(raw) }
    },
  ],
  [
    'Postgres that refuses a row',
    async () => {
      const [pool, schema] = await openPostgres()
      const store = postgresStore(pool, { schema })
      await store.read('a')
      await pool.query(`alter table ${schema}.sessions add constraint never check (false) not valid`)
      const raw = await errorOf(
        pool.query(`insert into ${schema}.sessions select (jsonb_populate_record(null::${schema}.sessions, $1)).*`, [
          JSON.stringify({ id: canary, epoch: 0, revision: 1, mark: canary }),
        ]),
      )
      return { raw, error: await errorOf(store.commit('a', 0, entry)) }
    },
  ],
  [
    'Postgres that cannot read a value',
    async () => {
      const [pool] = await openPostgres()
      const raw = await errorOf(pool.query('select $1::bigint', [canary]))
      return { raw, error: toPostgresFailure(raw) }
    },
  ],
  [
    'DynamoDB that quotes a value',
    async () => {
      const server = await ownDynamodb()
      const service = await serviceBefore(server.port)
      const client = clientOf(service.port)
      closing.push(server.close, service.close, () => client.destroy())
      const table = `test-${randomUUID()}`
      await server.create(table)
      const message = `1 validation error detected: Value '${canary}' at 'item' failed to satisfy constraint`
      const store: Store = dynamodbStore(client, { table, deadlineMs: 5_000 })
      await store.read('a')
      service.fault = () => ({ name: 'ValidationException', message })
      return { error: await errorOf(store.commit('a', 0, entry)) }
    },
  ],
]

async function openPostgres(): Promise<[Pool, string]> {
  const pool = new Pool({ connectionString: process.env.DOGEAR_TEST_POSTGRES_URL })
  const schema = `test_${randomUUID().replaceAll('-', '')}`
  closing.push(async () => {
    await pool.query(`set client_min_messages to error; drop schema if exists ${schema} cascade`)
    await pool.end()
  })
  return [pool, schema]
}

it.each(failing)('[M63] an error of %s holds nothing of what it was given', async (_, fail) => {
  const { raw, error } = await fail()
  // The client's own error does hold it, or this would prove nothing.
  if (raw !== undefined) expect(holds(all(raw))).toBe(true)
  expect(error).toMatchObject({ code: 'store_unavailable' })
  expect(holds(all(error))).toBe(false)
  expect(holds(all(toErrorLine(error)))).toBe(false)
})
