// A whole copy of a store, without the keys: nothing that a person did can be read, and no two sessions are linked.

import { randomBytes, randomUUID } from 'node:crypto'
import { ScanCommand } from '@aws-sdk/client-dynamodb'
import { Redis } from 'ioredis'
import { Pool } from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import { clientOf, ownDynamodb, patientMs } from '../../dynamodb/own-dynamodb.fixture.ts'
import { dynamodbStore } from '../../dynamodb/store.ts'
import { checkout } from '../../flow/checkout.fixture.ts'
import { fromEffect } from '../../flow/machine.ts'
import { postgresStore } from '../../postgres/store.ts'
import { recommendedRedisOptions } from '../../redis/options.ts'
import { redisStore } from '../../redis/store.ts'
import type { Archive } from '../../store/archive.ts'
import type { Store } from '../../store/store.ts'
import { createEngine } from '../engine.ts'
import { type Person, person } from '../harness.fixture.ts'

const { DOGEAR_TEST_REDIS_URL: redisUrl, DOGEAR_TEST_POSTGRES_URL: postgresUrl } = process.env
if (!redisUrl || !postgresUrl) throw new Error('DOGEAR_TEST_REDIS_URL or DOGEAR_TEST_POSTGRES_URL names no service')
const redis = new Redis(redisUrl, recommendedRedisOptions)
const pool = new Pool({ connectionString: postgresUrl })
const dynamodb = await ownDynamodb()
const aws = clientOf(dynamodb.port)
afterAll(async () => {
  aws.destroy()
  await Promise.all([redis.quit(), pool.end(), dynamodb.close()])
})

const latin = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

type Stored = { store: Store; archive?: Archive; dump(): Promise<string> }

/** Every key below the prefix and every value, as bytes. */
async function redisDump(prefix: string): Promise<string> {
  const keys = await redis.keys(`${prefix}:*`)
  const parts = keys.map(async (key) => {
    const kind = await redis.type(key)
    if (kind === 'zset') return (await redis.zrangeBuffer(key, '0', '-1', 'WITHSCORES')).map(latin)
    if (kind === 'hash')
      return Object.entries(await redis.hgetallBuffer(key)).flatMap(([name, value]) => [name, latin(value)])
    return [latin((await redis.getBuffer(key)) ?? Buffer.alloc(0))]
  })
  return [...keys, ...(await Promise.all(parts)).flat()].join('\n')
}

/** Every row of every table of the schema, bytes as they are. */
async function postgresDump(schema: string): Promise<string> {
  const { rows } = await pool.query('select tablename from pg_tables where schemaname = $1', [schema])
  const tables = rows.map(async ({ tablename }) => (await pool.query(`select * from "${schema}"."${tablename}"`)).rows)
  const cells = (await Promise.all(tables)).flat().flatMap((row) => Object.values(row))
  return cells.map((cell) => (cell instanceof Uint8Array ? latin(cell) : String(cell))).join('\n')
}

async function dynamodbDump(table: string): Promise<string> {
  const { Items = [] } = await aws.send(new ScanCommand({ TableName: table, ConsistentRead: true }))
  const readable = (_: string, value: { B?: unknown }) => (value?.B instanceof Uint8Array ? latin(value.B) : value)
  return Items.map((item) => JSON.stringify(item, readable)).join('\n')
}

async function postgres(): Promise<Required<Pick<Stored, 'store' | 'archive' | 'dump'>>> {
  const schema = `rest_${randomUUID().replaceAll('-', '')}`
  const store = postgresStore(pool, { schema })
  await store.prepare()
  return { store, archive: store, dump: () => postgresDump(schema) }
}

const places: Record<string, () => Promise<Stored>> = {
  Redis: async () => {
    const prefix = `rest-${randomUUID()}`
    return { store: redisStore(redis, { prefix }), dump: () => redisDump(prefix) }
  },
  Postgres: async () => {
    const { store, dump } = await postgres()
    return { store, dump }
  },
  'Redis with Postgres behind it': async () => {
    const prefix = `rest-${randomUUID()}`
    const behind = await postgres()
    const dump = async () => `${await redisDump(prefix)}\n${await behind.dump()}`
    return { store: redisStore(redis, { prefix }), archive: behind.archive, dump }
  },
  DynamoDB: async () => {
    const table = `rest-${randomUUID()}`
    await dynamodb.create(table)
    return { store: dynamodbStore(aws, { table, deadlineMs: patientMs }), dump: () => dynamodbDump(table) }
  },
}

const secrets = {
  context: 'Ada-Lovelace-of-Piccadilly',
  draft: 'draft-of-a-card-holder',
  token: 'tok_of-the-provider',
  owner: 'keyed-hash-of-ada',
  label: 'a•••@ockham.example',
  selector: 'sealed-selector-of-ada',
  device: 'Firefox on Linux',
}

describe.each(Object.entries(places))('%s', (_, open) => {
  async function played(keys: string | undefined) {
    const { dump, ...place } = await open()
    const hangs = checkout.provide({ actors: { chargeCard: fromEffect(() => new Promise(() => {})) } })
    const options = { ...place, ...(keys !== undefined && { keys }), effectWaitMs: 1, deadlineMs: 30_000 }
    const engine = createEngine({ ...options, flows: [hangs] })
    const owner = { id: secrets.owner, label: secrets.label }
    const sessions = [person(engine, undefined, owner), person(engine, undefined, owner)]
    for (const someone of sessions) await play(engine, someone)
    await new Promise((resolve) => setTimeout(resolve, place.archive ? 1_200 : 0))
    await engine.archiver?.write(100)
    const text = await dump()
    await engine.close(0)
    return { text, ids: sessions.map(({ caller }) => caller.credential?.id ?? '') }
  }

  async function play(engine: ReturnType<typeof createEngine>, someone: Person): Promise<void> {
    await someone.send('shipping.submitted', { name: secrets.context })
    await engine.saveDraft('checkout', someone.caller, {
      ...{ opId: `draft-${randomUUID()}`, step: 'payment', values: { holder: secrets.draft } },
    })
    await someone.send('payment.submitted', { token: secrets.token })
    await engine.offerHandoff('checkout', someone.caller, {
      ...{ mode: 'join', link: randomUUID(), code: randomUUID(), locator: randomUUID(), lifetimeMs: 60_000 },
    })
    await someone.send('order.placed')
  }

  it('[M44] shows nothing of the content, and leads from no list or code to a session', async () => {
    const { text, ids } = await played(`k1:${randomBytes(32).toString('base64url')}`)
    const words = [
      ...Object.values(secrets),
      'review',
      'paying',
      'chargeCard',
      'priceHold',
      'order.placed',
      'sealedSelector',
    ]
    // The owner's own name in a directory is the keyed hash that the caller gave.
    const readable = words.filter((word) => word !== secrets.owner && text.includes(word))
    expect(readable).toEqual([])
    for (const id of ids) expect(text).toContain(id)
    const linked = text.split('\n').filter((line) => ids.every((id) => line.includes(id)))
    expect(linked).toEqual([])
  })

  it('shows all of it without keys, so this test would notice', async () => {
    const { text } = await played(undefined)
    const words = [secrets.context, secrets.draft, secrets.token, secrets.device, 'review', 'chargeCard']
    expect(words.filter((word) => !text.includes(word))).toEqual([])
  })
})
