// The end of a session on every store: `dogear erase` and DELETE leave nothing of its progress, and none comes after.

import { randomUUID } from 'node:crypto'
import { ScanCommand } from '@aws-sdk/client-dynamodb'
import { Redis } from 'ioredis'
import { Pool } from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import { browser, site } from '../../fixtures/order.ts'
import { clientOf, ownDynamodb, patientMs } from '../dynamodb/own-dynamodb.fixture.ts'
import { dynamodbStore } from '../dynamodb/store.ts'
import { createEngine } from '../engine/engine.ts'
import { eventually } from '../engine/harness.fixture.ts'
import { reporting } from '../engine/progress/progress.fixture.ts'
import { createHttp } from '../http/index.ts'
import { postgresStore } from '../postgres/store.ts'
import { recommendedRedisOptions } from '../redis/options.ts'
import { redisStore } from '../redis/store.ts'
import { memoryStore } from '../store/memory.ts'
import type { Store } from '../store/store.ts'
import { erase } from './commands/erase.ts'
import { createOutput } from './output.ts'

/** A store of its own; `dump` is all that its service holds there, whatever the store would show of it. */
type Home = { store: Store; dump(id: string): Promise<string> }

const redis = new Redis(process.env.DOGEAR_TEST_REDIS_URL ?? '', recommendedRedisOptions)
const pool = new Pool({ connectionString: process.env.DOGEAR_TEST_POSTGRES_URL ?? '', max: 4 })
const schema = `test_${randomUUID().replaceAll('-', '')}`
const dynamodb = await ownDynamodb()
const client = clientOf(dynamodb.port)

afterAll(async () => {
  await pool.query(`set client_min_messages to error; drop schema if exists ${schema} cascade`)
  await Promise.all([redis.quit(), pool.end()])
  client.destroy()
  await dynamodb.close()
})

const places: Record<string, () => Promise<Home>> = {
  async memoryStore() {
    const store = memoryStore()
    return { store, dump: async (id) => JSON.stringify(await store.progressOf(id)) }
  },
  async redisStore() {
    const prefix = `erase-${randomUUID()}`
    const streams = async () => {
      const keys = await redis.keys(`${prefix}:*`)
      const kinds = await Promise.all(keys.map((key) => redis.type(key)))
      return keys.filter((_, nth) => kinds[nth] === 'stream')
    }
    const all = async () => Promise.all((await streams()).map((key) => redis.xrange(key, '-', '+')))
    return { store: redisStore(redis, { prefix }), dump: async () => JSON.stringify(await all()) }
  },
  async postgresStore() {
    const store = postgresStore(pool, { schema, pollMs: 20 })
    await store.prepare()
    const text = `select convert_from(text, 'utf8') from ${schema}.progress`
    return { store, dump: async () => JSON.stringify((await pool.query(text)).rows) }
  },
  async dynamodbStore() {
    const table = `test-${randomUUID()}`
    await dynamodb.create(table)
    const items = async () => (await client.send(new ScanCommand({ TableName: table }))).Items ?? []
    return {
      store: dynamodbStore(client, { table, deadlineMs: patientMs }),
      dump: async () => JSON.stringify((await items()).filter(({ pk }) => pk?.S?.startsWith('p:'))),
    }
  },
}

/** An order that is being paid, of which the store holds what was said. */
async function paying({ store, dump }: Home) {
  const effect = reporting()
  const engine = createEngine({ store, flows: [effect.flow], effectWaitMs: 1, pollMs: 20, deadlineMs: 20_000 })
  const http = createHttp({ engine })
  const fetch = browser(http)
  const body = JSON.stringify({ opId: `operation-${randomUUID()}`, event: { type: 'order' } })
  const headers = { 'Content-Type': 'application/json' }
  await fetch(`${site}/api/flows/checkout/events`, { method: 'POST', headers, body })
  const { id = '' } = http.readCredential('checkout', fetch.cookie) ?? {}
  effect.report('what nobody may keep')
  await eventually(async () => expect(await dump(id)).toContain('what nobody may keep'))
  const late = () => store.addProgress?.(id, 'too late', { keep: 10, ttlMs: 60_000 })
  return { ...effect, engine, fetch, id, late }
}

const said: string[] = []
const out = createOutput({ json: false, color: false, stdout: (text) => said.push(text), stderr: () => {} })
const context = { out, folder: '', terminal: false, stopped: () => new Promise<string>(() => {}), given: [] }

describe.each(Object.keys(places))('progress on %s', (name) => {
  const make = () => (places[name] as () => Promise<Home>)()

  it('is gone with a session that is erased while its effect is under way, and no more is taken', async () => {
    const place = await make()
    const { engine, id, report, late } = await paying(place)
    expect(await erase.run({ engine }, { session: id, rate: 1_000, batch: 200 }, context)).toBe(0)
    expect(JSON.parse(await place.dump(id))).toEqual([])
    report('said after the end')
    expect(await late()).toBe(false)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(JSON.parse(await place.dump(id))).toEqual([])
    await engine.close(0)
  })

  it('is gone with a session that its person ends once nothing is under way, and no more is taken', async () => {
    const place = await make()
    const { engine, fetch, id, end, late } = await paying(place)
    const destroy = () => fetch(`${site}/api/flows/checkout`, { method: 'DELETE' })
    expect((await destroy()).status).toBe(409)
    expect(await place.dump(id)).toContain('what nobody may keep')
    end()
    await eventually(async () => expect((await destroy()).status).toBe(204))
    expect(JSON.parse(await place.dump(id))).toEqual([])
    expect(await late()).toBe(false)
    expect(JSON.parse(await place.dump(id))).toEqual([])
    await engine.close(0)
  })
})
