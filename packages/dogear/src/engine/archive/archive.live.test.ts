// Redis with Postgres behind it, as they are: flushed under load, with several archivers, with the database away.

import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { Pool } from 'pg'
import { afterAll, expect, it } from 'vitest'
import type { EffectCall } from '../../flow/machine.ts'
import { postgresStore, recommendedPoolOptions } from '../../postgres/index.ts'
import { recommendedRedisOptions, redisStore } from '../../redis/index.ts'
import { ownServer } from '../../redis/own-server.fixture.ts'
import type { Archive, Archived } from '../../store/archive.ts'
import type { Stored } from '../../store/store.ts'
import { positionOf } from '../../turn/record.ts'
import type { Position } from '../../wire.ts'
import type { Engine } from '../contract.ts'
import { createEngine } from '../engine.ts'
import { eventually, type Person, person } from '../harness.fixture.ts'
import { startWorker } from '../worker.ts'
import { shopFlow } from './world.fixture.ts'

const { DOGEAR_TEST_REDIS_URL: redisUrl = '', DOGEAR_TEST_POSTGRES_URL: postgresUrl } = process.env
const client = new Redis(redisUrl, recommendedRedisOptions)
const pool = new Pool({ connectionString: postgresUrl, ...recommendedPoolOptions })
const schema = `test_${randomUUID().replaceAll('-', '')}`
const database = postgresStore(pool, { schema })
let rows = 0
const archive: Archive = {
  ...database,
  put(sessions, graceMs) {
    rows += sessions.size
    return database.put(sessions, graceMs)
  },
}

afterAll(async () => {
  await pool.query(`drop schema if exists ${schema} cascade`)
  await pool.end()
  await client.quit()
})

type Town = { prefix: string; process(): Engine; flush(): Promise<void>; errors: unknown[] }

function town(flow = shopFlow()): Town {
  const prefix = `test-${randomUUID()}`
  const errors: unknown[] = []
  return {
    prefix,
    errors,
    process: () =>
      createEngine({
        store: redisStore(client, { prefix }),
        archive,
        flows: [flow],
        deadlineMs: 30_000,
        onError: (error) => errors.push(error),
      }),
    // Only what is below this prefix, as other tests have theirs in this Redis.
    async flush() {
      for await (const keys of client.scanStream({ match: `${prefix}:*`, count: 1000 }))
        if (keys.length > 0) await client.unlink(...(keys as string[]))
    },
  }
}

type Told = { said: number; position: Position; rewound: boolean }

/** One person who says something again and again, and knows the last that was acknowledged. */
async function talk(someone: Person, told: Told): Promise<void> {
  const reply = await someone.send('say', {}, { step: 'form', position: told.position })
  told.rewound = reply.outcome === 'rejected' && reply.code === 'rewound'
  told.position = positionOf(reply.view)
  told.said = (reply.view.context as { said: number }).said
}

it('flushed under load, every session comes back, those who saw more are told, and nobody else is', async () => {
  const { process, flush, errors, prefix } = town()
  const engines = [process(), process()]
  const workers = engines.map((engine) => startWorker({ engine, onError: (error) => errors.push(error) }))
  const people = Array.from({ length: 40 }, (_, i) => person(engines[i % 2] as Engine))
  const all: Told[] = []
  for (const someone of people) {
    const { view } = await someone.send('say')
    all.push({ said: 1, position: positionOf(view), rewound: false })
  }
  await eventually(async () => expect((await redisStore(client, { prefix }).lag?.())?.sessions).toBe(0))
  let lost = 0
  for (let round = 0; round < 4; round++) {
    const until = performance.now() + 700
    while (performance.now() < until) await Promise.all(people.map((someone, i) => talk(someone, all[i] as Told)))
    const seen = all.map(({ said }) => said)
    await flush()
    await Promise.all(people.map((someone, i) => talk(someone, all[i] as Told)))
    for (const [i, { said, rewound }] of all.entries()) {
      // Told exactly if what was acknowledged is not there: an applied event is one more than was seen.
      expect(said, `session ${i}`).toBeGreaterThan(0)
      expect(rewound, `session ${i}: ${seen[i]} -> ${said}`).toBe(said !== (seen[i] as number) + 1)
      if (rewound) lost++
    }
  }
  expect(lost).toBeGreaterThan(0)
  await Promise.all(workers.map((worker) => worker.stop()))
  expect(errors).toEqual([])
}, 60_000)

it('two archivers write each session once a second at most, and leave no backlog', async () => {
  const { process, prefix } = town()
  const engine = process()
  const workers = [engine, process()].map((one) => startWorker({ engine: one }))
  const someone = person(engine)
  await someone.send('say')
  rows = 0
  const began = performance.now()
  let turns = 0
  for (const until = began + 2_000; performance.now() < until || turns <= 30; turns++) await someone.send('say')
  await eventually(async () => expect(await redisStore(client, { prefix }).lag?.()).toMatchObject({ sessions: 0 }))
  expect(rows).toBeLessThanOrEqual(Math.ceil((performance.now() - began) / 1_000))
  const stored = await archive.get(someone.caller.credential?.id ?? '')
  expect(stored).toMatchObject({ position: positionOf(await someone.read()) })
  await Promise.all(workers.map((worker) => worker.stop()))
}, 60_000)

it('a session whose hot copy has expired is found on its agenda in the database, and its timer fires', async () => {
  const { process, flush, prefix } = town()
  const engine = process()
  const worker = startWorker({ engine })
  const someone = person(engine)
  await someone.send('remind')
  const id = someone.caller.credential?.id ?? ''
  await eventually(async () => expect(typeof (await archive.get(id))).toBe('object'))
  await eventually(async () => expect(await redisStore(client, { prefix }).lag?.()).toMatchObject({ sessions: 0 }))
  await flush()
  await pool.query(`update ${schema}.sessions set claimable_at = now() - interval '1 s' where id = $1`, [
    Buffer.from(id),
  ])
  await eventually(async () => expect(typeof (await redisStore(client, { prefix }).read(id))).toBe('object'))
  await worker.stop()
}, 60_000)

it('a sweep of both looks a batch of the archive up in Redis at once, and moves no record that both have', async () => {
  const server = await ownServer()
  const own = new Redis(server.port, '127.0.0.1', recommendedRedisOptions)
  const store = redisStore(own)
  const bytes = Buffer.alloc(4_000, 'x')
  const ids = Array.from({ length: 200 }, (_, nth) => `swept-${nth}`)
  const sessions = new Map<string, Archived>()
  for (const id of ids) {
    const position = { epoch: 0, revision: 1, mark: 'swept000' }
    if (id !== 'swept-7') await store.commit(id, 0, { bytes, ...position, ttlMs: 600_000 })
    sessions.set(id, { bytes, position, dueAt: undefined, ttlMs: 600_000, life: '' })
  }
  const lasting = postgresStore(pool, { schema: `${schema}_swept` })
  await lasting.put(sessions)
  const both = createEngine({ store, archive: lasting, flows: [] }).store
  const number = async (name: string) => Number(new RegExp(`${name}:(\\d+)`).exec(await own.info('stats'))?.[1])
  const [reads, sent] = [await number('total_reads_processed'), await number('total_net_output_bytes')]
  const { found } = await both.scan('archive ', 200)
  expect(found.map(({ id }) => id)).toEqual(['swept-7'])
  expect((await number('total_reads_processed')) - reads).toBeLessThan(20)
  expect((await number('total_net_output_bytes')) - sent).toBeLessThan(200 * 100)
  await pool.query(`drop schema ${schema}_swept cascade`)
  own.disconnect()
  await server.close()
}, 60_000)

it('after a rollback, another order under the id of a lost one reaches the machine and not its provider', async () => {
  const charged: [effectId: string, amount: unknown][] = []
  const pay = async ({ effectId, input }: EffectCall) => `charge ${charged.push([effectId, input])}`
  const { process, prefix, errors } = town(shopFlow(pay))
  const someone = person(process())
  await someone.send('say')
  const id = someone.caller.credential?.id ?? ''
  const [key = ''] = await client.keys(`${prefix}:*:s:${id}`)
  const before = await client.dumpBuffer(key)
  await someone.send('order')
  await eventually(async () => expect((await someone.read()).context).toMatchObject({ receipt: 'charge 1' }))
  // The archive may be ahead of the order, or at it.
  await eventually(async () => {
    await process().archiver?.write(10)
    expect((await archive.get(id)) as Stored).toMatchObject({ position: { revision: 3 } })
  })

  for (const says of [1, 0]) {
    await client.restore(key, 3_600_000, before ?? '', 'REPLACE')
    const again = person(process(), someone.caller.credential)
    if (says) await again.send('say')
    await again.send('order')
    const outcome = says
      ? { receipt: null, failure: { code: 'effect_parameters_changed' } }
      : { receipt: 'charge 2', failure: null }
    await eventually(async () => expect((await again.read()).context).toMatchObject(outcome))
  }
  // The second call is the first one again, which a provider answers without a second charge.
  expect(charged).toEqual([charged[0], charged[0]])
  expect(errors.map((error) => (error as { code?: string }).code)).toEqual(['effect_parameters_changed'])
  const kept = async () => {
    const text = `select encode(token, 'escape') as token from ${schema}.leases where id = $1`
    return (await pool.query(text, [Buffer.from(id)])).rows
  }
  expect(await kept()).toEqual([{ token: expect.stringMatching(/^[\w-]{4}$/) }])
  await process().destroy('checkout', someone.caller)
  expect(await kept()).toEqual([])
}, 60_000)

it.each([
  ['that is something else', (key: string) => client.set(key, 'nonsense')],
  ['that was cut short', async (key: string) => client.set(key, ((await client.getBuffer(key)) ?? '').slice(0, 40))],
  ['of another type', (key: string) => client.del(key).then(() => client.rpush(key, 'nonsense'))],
])('a record %s is left as it is, and comes back from the archive once it is deleted', async (_, damage) => {
  const { process, prefix } = town()
  const engine = process()
  const worker = startWorker({ engine })
  const someone = person(engine)
  const { view } = await someone.send('say')
  const id = someone.caller.credential?.id ?? ''
  await eventually(async () => expect(await redisStore(client, { prefix }).lag?.()).toMatchObject({ sessions: 0 }))
  await worker.stop()
  const [key = ''] = await client.keys(`${prefix}:*:s:${id}`)
  await damage(key)
  const damaged = await client.dump(key)
  const elsewhere = person(process(), someone.caller.credential)
  await expect(elsewhere.read()).rejects.toMatchObject({ code: 'record_unreadable' })
  await expect(elsewhere.send('say')).rejects.toMatchObject({ code: 'record_unreadable' })
  expect(await client.dump(key)).toBe(damaged)
  await client.del(key)
  expect(await elsewhere.read()).toMatchObject({ context: { said: 1 }, revision: view.revision })
})
