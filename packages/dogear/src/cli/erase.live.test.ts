// An erasure on real services: nothing of a session is left in a whole copy of them, and what is left is told.

import { randomBytes, randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { Pool } from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import { tagOf } from '../engine/access.ts'
import { createEngine, type Engine } from '../engine/engine.ts'
import { atReview, eventually, type Person } from '../engine/harness.fixture.ts'
import { postgresStore } from '../postgres/store.ts'
import { recommendedRedisOptions } from '../redis/options.ts'
import { redisStore } from '../redis/store.ts'
import type { Archive } from '../store/archive.ts'
import { at } from '../store/cases/bench.ts'
import type { Store } from '../store/store.ts'
import { erase } from './commands/erase.ts'
import { hanging } from './config.fixture.ts'
import type { Config } from './define-config.ts'
import { createOutput } from './output.ts'

const redis = new Redis(process.env.DOGEAR_TEST_REDIS_URL ?? '', recommendedRedisOptions)
const pool = new Pool({ connectionString: process.env.DOGEAR_TEST_POSTGRES_URL ?? '', max: 4 })
const schemas: string[] = []
afterAll(async () => {
  for (const schema of schemas)
    await pool.query(`set client_min_messages to error; drop schema if exists ${schema} cascade`)
  await Promise.all([redis.quit(), pool.end()])
})

const latin = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
/** `dump` is a line for each key and each cell that a service holds. */
type Home = { store: Store; archive?: Archive; dump(): Promise<string[]>; services: number }

async function redisDump(prefix: string): Promise<string[]> {
  const keys = await redis.keys(`${prefix}:*`)
  const parts = keys.map(async (key) => {
    const kind = await redis.type(key)
    if (kind === 'zset') return (await redis.zrangeBuffer(key, '0', '-1', 'WITHSCORES')).map(latin)
    if (kind === 'hash') return Object.entries(await redis.hgetall(key)).flat()
    if (kind === 'stream') return [JSON.stringify(await redis.xrange(key, '-', '+'))]
    return [latin((await redis.getBuffer(key)) ?? Buffer.alloc(0))]
  })
  return [...keys, ...(await Promise.all(parts)).flat()]
}

async function postgresDump(schema: string): Promise<string[]> {
  const { rows } = await pool.query('select tablename from pg_tables where schemaname = $1', [schema])
  const tables = rows.map(async ({ tablename }) => (await pool.query(`select * from "${schema}"."${tablename}"`)).rows)
  const cells = (await Promise.all(tables)).flat().flatMap((row) => Object.values(row))
  return cells.map((cell) => (cell instanceof Uint8Array ? latin(cell) : String(cell)))
}

async function onPostgres() {
  const schema = `erase_${randomUUID().replaceAll('-', '')}`
  schemas.push(schema)
  const store = postgresStore(pool, { schema })
  await store.prepare()
  return { store, dump: () => postgresDump(schema), services: 1 }
}

const homes: Record<string, () => Promise<Home>> = {
  async Redis() {
    const prefix = `erase-${randomUUID()}`
    return { store: redisStore(redis, { prefix }), dump: () => redisDump(prefix), services: 1 }
  },
  Postgres: onPostgres,
  async 'Redis with Postgres behind it'() {
    const prefix = `erase-${randomUUID()}`
    const { store: archive, dump } = await onPostgres()
    const both = async () => [...(await redisDump(prefix)), ...(await dump())]
    return { store: redisStore(redis, { prefix }), archive, dump: both, services: 2 }
  },
}

const canary = 'Quetzalcoatl'
const owner = { id: 'hash-of-ada', label: 'a•••' }
const offer = { mode: 'join' as const, link: 'link', code: 'hash-of-the-code', locator: 'locator', lifetimeMs: 60_000 }

/** Someone signed in, whose session has left something in every room: it is paid for, typed in, offered, archived. */
async function everywhere({ store, archive, dump }: Home) {
  const engine = createEngine({ store, flows: [hanging()], deadlineMs: 20_000, ...(archive && { archive }) })
  const someone = await atReview(engine, owner)
  const id = someone.caller.credential?.id ?? ''
  await someone.send('note.added', { note: canary })
  await engine.saveDraft('checkout', someone.caller, { opId: `draft-${id}`, step: 'review', values: { note: canary } })
  await engine.offerHandoff('checkout', someone.caller, offer)
  await someone.send('order.placed')
  await store.addProgress?.(id, canary, { keep: 10, ttlMs: 60_000 })
  const isArchived = async () => {
    await engine.archiver?.write(100)
    expect(await archive?.get(id)).toBeTypeOf('object')
  }
  if (archive) await eventually(isArchived)
  const lines = await dump()
  expect(lines.filter((line) => line.includes(canary)).length).toBeGreaterThan(1)
  expect(lines.filter((line) => line.includes(id)).length).toBeGreaterThan(4)
  return { engine, id }
}

type Said = { looked: number; left: number; unreadable: number; stopped: string | null; kept: { session: string }[] }
type Looked = { session: string; looks: { place: string; clear: boolean }[] }

/** Runs it; its exit code, its document, or with `json` false its lines. */
async function run(
  config: Config,
  options: { session?: string; owner?: string; batch?: number },
  json = true,
  stopped = new Promise<string>(() => {}),
) {
  const said: string[] = []
  const out = createOutput({ json, color: false, stdout: (text) => said.push(text), stderr: () => {} })
  const context = { out, folder: '', terminal: false, stopped: () => stopped, given: [] }
  const code = await erase.run(config, { rate: 1_000, batch: 200, ...options }, context)
  const text = said.join('')
  const document = (json ? JSON.parse(text) : { erased: [] }) as Said & { erased: Looked[] }
  return { code, text, ...document, looks: document.erased.flatMap(({ looks }) => looks) }
}

describe.each(Object.keys(homes))('[M66] an erasure on %s', (name) => {
  const make = () => (homes[name] as () => Promise<Home>)()

  it('leaves a tombstone and nothing else in a whole copy, and has looked in every room', async () => {
    const home = await make()
    const { engine, id } = await everywhere(home)
    const { code, looks } = await run({ engine }, { session: id })
    expect({ code, left: looks.filter(({ clear }) => !clear) }).toEqual({ code: 0, left: [] })
    const rooms = ['agenda', 'backlog', 'leases', 'progress'].flatMap((room) =>
      ['store', 'archive'].slice(0, home.services).map((where) => `${room} of the ${where}`),
    )
    expect(looks.map(({ place }) => place)).toEqual(expect.arrayContaining(rooms))
    const lines = await home.dump()
    for (const trace of [canary, offer.locator, owner.id])
      expect(lines.filter((line) => line.includes(trace))).toEqual([])
    expect(lines.filter((line) => line.includes(id))).toHaveLength(home.services)
    await engine.close(0)
  })

  it.each([
    ['a lease', 'leases of the store', (store: Store, id: string) => store.hold(id, 'charge', 'one', 60_000)],
    [
      'an entry in a list',
      'lists of owners',
      ({ directory }: Store, id: string) => directory.add(owner.id, id, 60_000),
    ],
    [
      'a code',
      'one-time codes',
      ({ directory }: Store, id: string) => directory.add(`codes.${id}`, offer.locator, 60_000),
    ],
  ])('tells of %s that is left', async (_, place, leave) => {
    const home = await make()
    const { engine, id } = await everywhere(home)
    const config: Config = { engine, erase: async () => void (await leave(home.store, id)) }
    const { code, looks } = await run(config, { session: id })
    expect({ code, left: looks.filter(({ clear }) => !clear).map((look) => look.place) }).toEqual({
      code: 1,
      left: [place],
    })
    await engine.close(0)
  })
})

const newKey = (id: string) => `${id}:${randomBytes(32).toString('base64url')}`

it.each(Object.keys(homes))('[M66] an owner is not all erased while records cannot be read, on %s', async (name) => {
  const { store, archive } = await (homes[name] as () => Promise<Home>)()
  const [known, other] = [newKey('k1'), newKey('k2')]
  const engineWith = (keys: string) =>
    createEngine({ store, flows: [hanging()], deadlineMs: 20_000, keys, ...(archive && { archive }) })
  const [ours, theirs, both] = [known, other, `${known},${other}`].map(engineWith) as [Engine, Engine, Engine]
  const as = ({ keyring }: Engine) => ({ id: keyring?.digests('owner', 'ada')[0] ?? '', label: 'a•••' })
  const idOf = ({ caller }: Person) => caller.credential?.id ?? ''
  const [readable, listed] = [idOf(await atReview(ours, as(ours))), idOf(await atReview(theirs))]
  await store.directory.add(as(ours).id, listed, 60_000)
  const [hidden, corrupt] = [idOf(await atReview(theirs, as(theirs))), 'c'.repeat(43)]
  await store.commit(corrupt, 0, { bytes: Uint8Array.of(9, 1, 2), ...at(1), ttlMs: 60_000 })

  const first = await run({ engine: ours }, { owner: 'ada' })
  expect(first).toMatchObject({ code: 1, looked: 4, left: 0, unreadable: 2, stopped: null })
  expect(first.erased.map(({ session }) => session).sort()).toEqual([readable, listed].sort())
  expect(first.kept.map(({ session }) => session).sort()).toEqual([hidden, corrupt].sort())
  const { code, text } = await run({ engine: ours }, { owner: 'ada' }, false)
  expect(code).toBe(1)
  expect(text).toContain('0 of 2 sessions that were looked at are erased\n2 of them cannot be read: their owner cannot')
  expect(text).toContain(`  ${hidden}  (${tagOf(hidden)})  `)

  await expect(run({ engine: ours }, { session: corrupt })).resolves.toMatchObject({ code: 0 })
  expect(await run({ engine: both }, { owner: 'ada' })).toMatchObject({
    ...{ code: 0, looked: 1, unreadable: 0, kept: [] },
    erased: [{ session: hidden, found: 'record' }],
  })
  await Promise.all([ours, theirs, both].map((engine) => engine.close()))
})

it('[M66] an owner is not all erased where a signal came first, and keeps the list for the next run', async () => {
  const { store } = await onPostgres()
  const engine = createEngine({ store, flows: [hanging()], deadlineMs: 20_000, keys: newKey('k1') })
  const ada = { id: engine.keyring?.digests('owner', 'ada')[0] ?? '', label: 'a•••' }
  for (let nth = 0; nth < 6; nth++) await atReview(engine, ada)
  const options = { owner: 'ada', batch: 2 }
  const first = await run({ engine }, options, true, Promise.resolve('SIGTERM'))
  expect(first).toMatchObject({ code: 1, stopped: 'SIGTERM', unreadable: 0, left: 0 })
  expect(first.erased).toHaveLength(2)
  expect(await store.directory.list(ada.id, 10)).toHaveLength(4)
  expect(await run({ engine }, options)).toMatchObject({ code: 0, stopped: null, looked: 4 })
  expect(await store.directory.list(ada.id, 10)).toEqual([])
  await engine.close()
})

it('[M66] has the application erase what it keeps, and fails where that fails', async () => {
  const home = await onPostgres()
  const { engine, id } = await everywhere(home)
  const told: unknown[] = []
  const config: Config = { engine, erase: (erased) => void told.push(erased) }
  expect(await run(config, { session: id })).toMatchObject({
    code: 0,
    looks: expect.arrayContaining([expect.objectContaining({ place: 'the application', clear: true })]),
  })
  expect(told).toEqual([{ session: id, tag: expect.stringMatching(/^[\w-]{8,}$/) }])
  const failing: Config = { engine, erase: () => Promise.reject(new Error('the disk is gone')) }
  await expect(run(failing, { session: id })).rejects.toThrow('the disk is gone')
  await engine.close(0)
})
