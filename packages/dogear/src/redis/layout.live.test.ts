import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { Redis } from 'ioredis'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { isDogearError } from '../errors.ts'
import { at } from '../store/cases/bench.ts'
import type { Entry, Store } from '../store/store.ts'
import { redisKeys } from './keys.ts'
import { recommendedRedisOptions } from './options.ts'
import { redisStore } from './store.ts'

const url = process.env.DOGEAR_TEST_REDIS_URL
if (!url) throw new Error('DOGEAR_TEST_REDIS_URL names no Redis')
const client = new Redis(url, recommendedRedisOptions)
const other = new Redis(url, recommendedRedisOptions)
afterAll(() => Promise.all([client.quit(), other.quit()]))

const minute = 60_000
const canary = 'canary@example.com'

function entry(revision: number, more: Partial<Entry> = {}): Entry {
  return { bytes: Buffer.from(canary), ...at(revision), ttlMs: minute, ...more }
}

let prefix: string
let store: Store
let key: string
let partition: number

beforeEach(async () => {
  prefix = `layout-${randomUUID()}`
  store = redisStore(client, { prefix })
  const keys = redisKeys({ prefix, partitions: 256 })
  partition = keys.partitionOf('a')
  key = `${prefix}:{${partition}}:s:a`
  expect(await store.read('a')).toBeUndefined()
})

describe('a session in Redis', () => {
  it('is one string with a time to live, on the agenda and the backlog of its partition', async () => {
    const dueAt = (await store.now()) + 5000
    await store.commit('a', 0, entry(1, { dueAt, dirty: true }))
    expect((await other.keys(`${prefix}*`)).sort()).toEqual(
      [`${prefix}:{${partition}}:dirty`, `${prefix}:{${partition}}:due`, key].sort(),
    )
    expect((await other.getBuffer(key))?.toString('hex')).toBe(
      [
        `d201${'0'.repeat(12)}000000000001${Buffer.from(at(1).mark, 'base64url').toString('hex')}`,
        `${dueAt.toString(16).padStart(12, '0')}${Buffer.from(canary).toString('hex')}`,
      ].join(''),
    )
    const ttl = await other.pttl(key)
    expect(ttl).toBeGreaterThan(minute - 5000)
    expect(ttl).toBeLessThanOrEqual(minute)
    expect(await other.zscore(`${prefix}:{${partition}}:due`, 'a')).toBe(String(dueAt))
    expect(await other.zcard(`${prefix}:{${partition}}:dirty`)).toBe(1)
  })

  it('stays on the backlog since its first unarchived commit', async () => {
    await store.commit('a', 0, entry(1, { dirty: true }))
    const since = await other.zscore(`${prefix}:{${partition}}:dirty`, 'a')
    await store.commit('a', at(1), entry(2, { dirty: true }))
    await store.commit('a', at(2), entry(3))
    expect(await other.zscore(`${prefix}:{${partition}}:dirty`, 'a')).toBe(since)
  })

  it('pokes watchers with its position when the commit says so or it is removed, and with nothing else', async () => {
    const watcher = new Redis(url)
    await watcher.subscribe(`${prefix}:{${partition}}:poke`)
    const heard: string[] = []
    watcher.on('message', (_channel, message) => heard.push(message))
    await store.commit('a', 0, entry(1, { epoch: 4 }))
    await store.commit('a', at(9, 4), entry(10, { poke: true, epoch: 4 }))
    await store.commit('a', at(1, 4), entry(2, { poke: true, epoch: 4 }))
    await store.remove('nobody', minute)
    const last = once(watcher, 'message')
    while (heard.length < 1) await last
    const removed = once(watcher, 'message')
    await store.remove('a', minute)
    await store.remove('a', minute)
    await removed
    await watcher.unsubscribe()
    expect(heard).toEqual([`4.2.${at(2).mark} a`, 'removed a'])
    await watcher.quit()
  })

  it('is one command to commit, to lose a commit and to read', async () => {
    await store.commit('a', 0, entry(1))
    await store.read('a', at(1))
    const seen = await commandsDuring(async () => {
      expect(await store.commit('a', at(1), entry(2, { dueAt: 1, dirty: true, poke: true }))).toMatchObject({
        committed: true,
      })
      expect(await store.commit('a', at(1), entry(2))).toMatchObject({ committed: false })
      expect(await store.read('a', at(2))).toBe('unchanged')
      expect(await store.read('a')).toMatchObject({ position: { revision: 2 } })
    })
    expect(seen).toEqual(['evalsha', 'evalsha', 'evalsha', 'get'])
  })

  it('is one command to look for when nothing is due', async () => {
    await store.commit('a', 0, entry(1, { dueAt: (await store.now()) + minute }))
    await store.claimDue(100, minute)
    expect(await commandsDuring(async () => expect(await store.claimDue(100, minute)).toEqual([]))).toEqual(['evalsha'])
  })

  it('is one command to claim what is due, and one more for each record', async () => {
    const dueAt = (await store.now()) - 1000
    for (const [i, id] of ['a', 'b', 'c'].entries()) await store.commit(id, 0, entry(1, { dueAt: dueAt + i }))
    const claim = async () => {
      const claimed = await store.claimDue(100, minute)
      expect(claimed.map(({ id, stored }) => [id, stored?.position])).toEqual(['a', 'b', 'c'].map((id) => [id, at(1)]))
    }
    expect(await commandsDuring(claim)).toEqual(['evalsha', 'get', 'get', 'get'])
  })

  it('shows callers at the same time no session that another has, so that none claims in vain', async () => {
    const stores = Array.from({ length: 4 }, () => redisStore(client, { prefix }))
    const dueAt = (await store.now()) - 1000
    const ids = Array.from({ length: 40 }, (_, i) => `session-${i}`)
    for (const [i, id] of ids.entries()) await store.commit(id, 0, entry(1, { dueAt: dueAt + i }))
    let claimed: string[] = []
    const seen = await commandsDuring(async () => {
      claimed = (await Promise.all(stores.map((each) => each.claimDue(10, minute)))).flat().map(({ id }) => id)
    })
    expect(claimed.toSorted()).toEqual(ids.toSorted())
    expect(seen.filter((name) => name === 'evalsha')).toHaveLength(4)
  })

  it('survives the loss of all scripts between two commits', async () => {
    await store.commit('a', 0, entry(1))
    for (let revision = 1; revision <= 3; revision++) {
      await other.script('FLUSH')
      expect(await store.commit('a', at(revision), entry(revision + 1))).toMatchObject({ committed: true })
    }
    await other.script('FLUSH')
    const ids = Array.from({ length: 20 }, (_, i) => `many-${i}`)
    const results = await Promise.all(ids.map((id) => store.commit(id, 0, entry(1))))
    expect(results.every(({ committed }) => committed)).toBe(true)
  })
})

describe('the directory in Redis', () => {
  it('is one key per owner, which lives as long as its longest entry and holds nothing that ended', async () => {
    const { owner } = redisKeys({ prefix, partitions: 256 })
    expect(owner('ada')).toMatch(/^layout-.*:\{\d+\}:o:ada$/)
    await store.directory.add('ada', 'long', 2 * minute)
    await store.directory.add('ada', 'short', 1)
    await store.directory.add('ada', 'shorter', 1)
    expect(await other.keys(`${prefix}*`)).toEqual([owner('ada')])
    while ((await other.zcount(owner('ada'), await store.now(), '+inf')) > 1);
    expect(await other.zcard(owner('ada'))).toBeGreaterThan(1)
    const left = await other.pttl(owner('ada'))
    expect(left).toBeGreaterThan(minute)
    expect(left).toBeLessThanOrEqual(2 * minute)
    expect(await store.directory.list('ada', 10)).toEqual(['long'])
    expect(await other.zrange(owner('ada'), 0, '-1')).toEqual(['long'])
    await other.zadd(owner('ada'), 1, 'ended')
    await store.directory.add('ada', 'medium', minute)
    expect(await other.zrange(owner('ada'), 0, '-1')).toEqual(['medium', 'long'])
    await store.directory.drop('ada', 'long')
    await store.directory.drop('ada', 'medium')
    expect(await other.exists(owner('ada'))).toBe(0)
  })

  it('is one key per code, which loses its value when it is burned and lives on until its time is up', async () => {
    const { code } = redisKeys({ prefix, partitions: 256 })
    expect(code('abcd')).toMatch(/^layout-.*:\{\d+\}:c:abcd$/)
    await store.directory.putCode('abcd', canary, minute)
    expect(await other.keys(`${prefix}*`)).toEqual([code('abcd')])
    await store.directory.tryCode('abcd', 1)
    expect(await other.hgetall(code('abcd'))).toEqual({ value: canary, tries: '1' })
    await store.directory.tryCode('abcd', 1)
    expect(await other.hgetall(code('abcd'))).toEqual({ tries: '2' })
    const left = await other.pttl(code('abcd'))
    expect(left).toBeGreaterThan(minute - 5000)
    expect(left).toBeLessThanOrEqual(minute)
    await store.directory.dropCode('abcd')
    expect(await other.exists(code('abcd'))).toBe(0)
  })

  it('is one command to use', async () => {
    const { directory } = store
    await directory.add('ada', 'a', minute)
    await directory.list('ada', 1)
    await directory.putCode('abcd', 'value', minute)
    await directory.tryCode('abcd', 1)
    const seen = await commandsDuring(async () => {
      await directory.add('ada', 'a', minute)
      await directory.list('ada', 10)
      await directory.drop('ada', 'a')
      await directory.putCode('abcd', 'value', minute)
      await directory.tryCode('abcd', 1)
      await directory.dropCode('abcd')
    })
    expect(seen).toEqual(['evalsha', 'evalsha', 'zrem', 'evalsha', 'evalsha', 'del'])
  })
})

describe('the agenda in Redis', () => {
  it('is in order across partitions, also where one of them holds all that is earliest', async () => {
    const few = redisStore(client, { prefix, partitions: 2 })
    const { partitionOf } = redisKeys({ prefix, partitions: 2 })
    const ids = Array.from({ length: 80 }, (_, i) => `session-${i}`).sort((a, b) => partitionOf(a) - partitionOf(b))
    const dueAt = (await few.now()) - minute
    await Promise.all(ids.map((id, i) => few.commit(id, 0, entry(1, { dueAt: dueAt + i }))))
    expect((await few.claimDue(60, minute)).map(({ id }) => id)).toEqual(ids.slice(0, 60))
    expect((await few.claimDue(60, minute)).map(({ id }) => id)).toEqual(ids.slice(60))
  })
})

describe('a value that is no record', () => {
  const strangers = {
    'an empty string': '',
    'another format': 'hello, this is something else entirely',
    'an earlier format': Buffer.from([0xd1, 1, ...new Array(30).fill(7)]),
    'a later format': Buffer.from([0xd3, 1, ...new Array(30).fill(7)]),
    'an unknown kind': Buffer.from([0xd2, 9, ...new Array(30).fill(7)]),
    'a truncated record': Buffer.from([0xd2, 1, 0, 0, 0]),
    'a tombstone with a tail': Buffer.from([0xd2, 2, 0]),
  }

  for (const [name, value] of Object.entries(strangers)) {
    it(`is never overwritten: ${name}`, async () => {
      await other.set(key, value)
      for (const touch of touches(store)) await expect(touch()).rejects.toMatchObject({ code: 'record_unreadable' })
      expect(await other.getBuffer(key)).toEqual(Buffer.from(value))
      expect(await other.pttl(key)).toBe(-1)
      await other.del(key)
    })
  }

  it('is never overwritten: a key of another type', async () => {
    await other.hset(key, 'field', 'value')
    for (const touch of touches(store)) await expect(touch()).rejects.toMatchObject({ code: 'record_unreadable' })
    expect(await other.hgetall(key)).toEqual({ field: 'value' })
    await other.del(key)
  })

  it('does not keep other sessions from being claimed, and is handed out too', async () => {
    const dueAt = (await store.now()) - 1000
    await store.commit('a', 0, entry(1, { dueAt }))
    await store.commit('b', 0, entry(1, { dueAt: dueAt + 1 }))
    await other.del(key)
    await other.hset(key, 'field', 'value')
    expect((await store.claimDue(10, minute)).map(({ id }) => id)).toEqual(['a', 'b'])
    await other.del(key)
  })

  it('does not stop a whole agenda when one partition of it is broken', async () => {
    await store.commit('a', 0, entry(1, { dueAt: (await store.now()) - 1 }))
    const broken = `${prefix}:{${(partition + 1) % 256}}:due`
    await other.set(broken, 'no agenda')
    expect((await store.claimDue(10, minute)).map(({ id }) => id)).toEqual(['a'])
    await expect(store.claimDue(10, minute)).rejects.toMatchObject({ code: 'record_unreadable' })
    await other.del(broken)
  })
})

describe('an error of the Redis store', () => {
  it('[M63] holds neither bytes nor ids, whatever went wrong', async () => {
    const name = `limited-${randomUUID()}`
    await other.acl('SETUSER', name, 'on', '>password', 'allkeys', '+@all', '-evalsha', '-eval', '-get')
    const limited = new Redis(url, { ...recommendedRedisOptions, username: name, password: 'password' })
    const denied = redisStore(limited, { prefix })
    const id = 'secret-session-id'
    for (const touch of [
      () => denied.commit(id, 0, entry(1)),
      () => denied.read(id),
      () => denied.remove(id, 1000),
      () => denied.directory.add(canary, id, 1000),
      () => denied.directory.list(canary, 1),
      () => denied.directory.putCode(id, canary, 1000),
      () => denied.directory.tryCode(id, 1),
    ]) {
      const error = await touch().then(
        () => undefined,
        (reason: unknown) => reason,
      )
      expect(isDogearError(error) && error.code).toBe('store_unavailable')
      expect(dump(error)).toContain('NOPERM')
      expect(dump(error)).not.toContain(canary)
      expect(dump(error)).not.toContain(Buffer.from(canary).toString('hex'))
      expect(dump(error)).not.toContain(id)
    }
    await limited.quit()
    await other.acl('DELUSER', name)
  })
})

describe('the keys', () => {
  it('refuse a prefix that would move the hash tag, when the store is made', () => {
    for (const bad of ['', '{x}', 'a}b']) expect(() => redisStore(client, { prefix: bad })).toThrow(TypeError)
    for (const bad of [0, -1, 1.5, 20_000]) expect(() => redisStore(client, { partitions: bad })).toThrow(TypeError)
  })
})

/** Every way to a session's record. */
function touches(store: Store): (() => Promise<unknown>)[] {
  return [
    () => store.read('a'),
    () => store.read('a', at(1)),
    () => store.commit('a', 0, entry(1)),
    () => store.commit('a', at(1), entry(2)),
    () => store.remove('a', 1000),
  ]
}

function dump(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const own = Object.getOwnPropertyNames(error).map((name) => String(Reflect.get(error, name)))
  return [JSON.stringify(error), ...own, dump(error.cause)].join('\n')
}

/**
 * The commands this file's client sends during `work`. Not seen through MONITOR: on a server that others use, ioredis
 * 6.0.0 takes what they do for replies when it comes together with the OK.
 */
async function commandsDuring(work: () => Promise<void>): Promise<string[]> {
  const { sendCommand } = client
  const seen: string[] = []
  client.sendCommand = (command, ...rest) => {
    seen.push(command.name)
    return sendCommand.call(client, command, ...rest)
  }
  await work().finally(() => {
    client.sendCommand = sendCommand
  })
  return seen
}
