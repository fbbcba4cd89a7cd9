import { randomUUID } from 'node:crypto'
import { Pool } from 'pg'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventually } from '../engine/harness.fixture.ts'
import { isDogearError } from '../errors.ts'
import { at } from '../store/cases/bench.ts'
import type { PostgresClient } from './database.ts'
import { sql } from './embedded.gen.ts'
import { postgresStore } from './store.ts'

const url = process.env.DOGEAR_TEST_POSTGRES_URL
if (!url) throw new Error('DOGEAR_TEST_POSTGRES_URL names no Postgres')
const pool = new Pool({ connectionString: url, max: 10 })
afterAll(() => pool.end())

let schema: string
beforeEach(() => {
  schema = `test_${randomUUID().replaceAll('-', '')}`
})
afterEach(() => pool.query(`set client_min_messages to error; drop schema if exists ${schema} cascade`))

const entry = { bytes: Buffer.from('canary@example.com'), ...at(1), ttlMs: 60_000 }

describe('the schema', () => {
  it('is there on first use, with nobody having asked for it', async () => {
    expect(await postgresStore(pool, { schema }).commit('a', 0, entry)).toMatchObject({ committed: true })
  })

  it('is made once by many processes that start at the same time', async () => {
    const stores = Array.from({ length: 8 }, () => postgresStore(pool, { schema }))
    const results = await Promise.all(stores.map((store) => store.commit('a', 0, entry)))
    expect(results.filter(({ committed }) => committed)).toHaveLength(1)
    const { rows } = await pool.query(`select number, name from ${schema}.migrations order by number`)
    expect(rows).toEqual(Object.keys(sql).map((name) => ({ number: Number.parseInt(name, 10), name })))
  })

  it.each(['read committed', 'repeatable read', 'serializable'])(
    'is made once by processes that each have one connection, where transactions are %s',
    async (isolation) => {
      const options = `-c default_transaction_isolation=${isolation.replace(' ', '\\ ')}`
      const pools = Array.from({ length: 6 }, () => new Pool({ connectionString: url, max: 1, options }))
      // Connected, so that all of them look for the schema at the same time.
      await Promise.all(pools.map((one) => one.query('select 1')))
      const stores = pools.map((one) => postgresStore(one, { schema }))
      const made = await Promise.allSettled(stores.map((store) => store.prepare()))
      await Promise.all(pools.map((one) => one.end()))
      expect(made.map(({ status }) => status)).toEqual(pools.map(() => 'fulfilled'))
    },
  )

  it('is used by a process that looked for it before another one made it', async () => {
    const other = await pool.connect()
    await other.query(`begin; select pg_advisory_xact_lock(hashtext('dogear migrations of ${schema}'))`)
    await other.query(`create schema ${schema}`)
    const prepared = postgresStore(pool, { schema }).prepare()
    const waiting = `select from pg_locks where locktype = 'advisory' and not granted`
    await eventually(async () => expect((await pool.query(waiting)).rowCount).toBeGreaterThan(0))
    await other.query('commit')
    other.release()
    await prepared
  })

  it('is made once by a store, however often it is used or prepared', async () => {
    let migrations = 0
    const store = postgresStore(
      counting(pool, () => migrations++),
      { schema },
    )
    await Promise.all([store.prepare(), store.read('a'), store.commit('a', 0, entry)])
    await store.prepare()
    expect(migrations).toBe(1)
  })

  it('is brought up to date where an earlier release made it, with all sessions kept', async () => {
    await pool.query(`create schema ${schema}; set search_path to ${schema}; ${sql['0001-sessions']};
      create table migrations (
        number int primary key, name text not null, applied_at timestamptz not null default now());
      insert into migrations values (1, '0001-sessions');
      insert into sessions values ('a', 0, 1, 'kept', now() + interval '1 minute'); reset search_path`)
    const store = postgresStore(pool, { schema })
    expect(await store.directory.putCode('code', 'value', 60_000)).toBe(true)
    expect(await store.read('a')).toMatchObject({ position: { revision: 1 } })
    const { rows } = await pool.query(`select number from ${schema}.migrations order by number`)
    expect(rows).toEqual(Object.keys(sql).map((name) => ({ number: Number.parseInt(name, 10) })))
  })

  it('is tried again after a failure', async () => {
    const dead = new Pool({ connectionString: 'postgres://postgres@127.0.0.1:1/postgres' })
    let target = dead
    const store = postgresStore(
      through(() => target),
      { schema },
    )
    await expect(store.read('a')).rejects.toMatchObject({ code: 'store_unavailable' })
    target = pool
    expect(await store.read('a')).toBeUndefined()
    await dead.end()
  })

  it('is left alone by a user who may only use it', async () => {
    await postgresStore(pool, { schema }).prepare()
    await pool.query(`create role ${schema} login; grant usage on schema ${schema} to ${schema};
      grant select, insert, update, delete on all tables in schema ${schema} to ${schema}`)
    const limited = new Pool({ connectionString: url.replace(/\/\/[^@]*@/, `//${schema}@`) })
    expect(await postgresStore(limited, { schema }).commit('a', 0, entry)).toMatchObject({ committed: true })
    await limited.end()
    await pool.query(`drop owned by ${schema}; drop role ${schema}`)
  })

  it('is named by a plain identifier or not at all', () => {
    for (const bad of ['', 'a"b', 'a.b', 'Upper', '1a', 'x; drop table y', 'x'.repeat(64)]) {
      expect(() => postgresStore(pool, { schema: bad })).toThrow(TypeError)
    }
  })

  it('needs a client that is one', () => {
    for (const bad of [undefined, null, {}, 'postgres://']) {
      expect(() => postgresStore(bad as unknown as PostgresClient)).toThrow(TypeError)
    }
  })
})

describe('postgresStore', () => {
  it('is one statement to commit and to lose a commit', async () => {
    let statements = 0
    const store = postgresStore(
      counting(pool, undefined, () => statements++),
      { schema },
    )
    await store.commit('a', 0, entry)
    statements = 0
    await store.commit('a', at(1), { ...entry, ...at(2) })
    expect(statements).toBe(1)
    expect(await store.commit('a', at(1), { ...entry, ...at(2) })).toMatchObject({ committed: false })
    expect(statements).toBe(2)
    expect(await store.commit('a', 0, entry)).toMatchObject({ committed: false })
    expect(statements).toBe(3)
  })

  it('is one statement to use its directory', async () => {
    let statements = 0
    const { prepare, directory } = postgresStore(
      counting(pool, undefined, () => statements++),
      { schema },
    )
    await prepare()
    statements = 0
    await directory.add('ada', 'a', 60_000)
    await directory.list('ada', 10)
    await directory.drop('ada', 'a')
    await directory.putCode('abcd', 'value', 60_000)
    await directory.tryCode('abcd', 1)
    await directory.dropCode('abcd')
    expect(statements).toBe(6)
  })

  it('keeps nothing of the value of a burned code', async () => {
    const { directory } = postgresStore(pool, { schema })
    await directory.putCode('abcd', 'canary', 60_000)
    for (let i = 0; i < 3; i++) await directory.tryCode('abcd', 1)
    const { rows } = await pool.query(`select value, tries from ${schema}.codes`)
    expect(rows).toEqual([{ value: null, tries: 2 }])
  })

  it('passes over dead rows a page at a time when it scans', async () => {
    const store = postgresStore(pool, { schema })
    await store.prepare()
    await pool.query(`insert into ${schema}.sessions (id, epoch, revision, bytes, expires_at)
      select i::text::bytea, 0, 1, '', now() - interval '1 second' from generate_series(1000, 1999) i`)
    await store.commit('999', 0, entry)
    await store.commit('2000', 0, entry)
    const sizes: number[] = []
    let cursor: string | undefined
    do {
      const batch = await store.scan(cursor, 300)
      sizes.push(batch.found.length)
      cursor = batch.cursor
    } while (cursor)
    expect(sizes).toEqual([0, 0, 0, 2])
  })

  it('says how far a scan is, once Postgres has counted', async () => {
    const store = postgresStore(pool, { schema })
    await store.prepare()
    await pool.query(`insert into ${schema}.sessions (id, epoch, revision, bytes, expires_at)
      select i::text::bytea, 0, 1, '', now() + interval '1 minute' from generate_series(1000, 1999) i;
      analyze ${schema}.sessions`)
    const first = await store.scan(undefined, 250)
    const second = await store.scan(first.cursor, 250)
    expect([first.done, second.done]).toEqual([0.25, 0.5])
  })

  it('throws errors that hold neither bytes nor ids', async () => {
    const store = postgresStore(pool, { schema })
    await store.prepare()
    await pool.query(`alter table ${schema}.sessions add constraint no_canary check (revision = 0)`)
    const error = await store.commit('secret-session-id', 0, entry).catch((reason: unknown) => reason)
    expect(isDogearError(error) && error.code).toBe('store_unavailable')
    const cause = (error as Error).cause as Error
    const said = [JSON.stringify(cause), cause.message, cause.stack, (error as Error).message].join()
    expect(said).toContain('no_canary')
    for (const secret of ['canary@', Buffer.from('canary@').toString('hex'), 'secret-session-id', '7365637265742d']) {
      expect(said).not.toContain(secret)
    }
  })
})

/** A pool that lets somebody count connections taken for a transaction, and single queries. */
function counting(target: Pool, onConnect?: () => void, onQuery?: () => void): Pool {
  return through(
    () => target,
    (member) => (member === 'connect' ? onConnect : onQuery)?.(),
  )
}

function through(target: () => Pool, onCall?: (member: string) => void): Pool {
  const forward =
    (member: 'connect' | 'query') =>
    (...args: unknown[]): unknown => {
      onCall?.(member)
      return Reflect.apply(target()[member], target(), args)
    }
  return { connect: forward('connect'), query: forward('query') } as unknown as Pool
}
