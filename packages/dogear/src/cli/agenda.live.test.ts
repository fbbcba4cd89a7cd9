// `dogear agenda` on a Redis whose agenda was evicted or flushed.

import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { recommendedRedisOptions } from '../redis/options.ts'
import { redisStore } from '../redis/store.ts'
import { at, bytesOf } from '../store/cases/bench.ts'
import { configOf, place, type Workspace } from './command.fixture.ts'

const url = process.env.DOGEAR_TEST_REDIS_URL ?? ''
const client = new Redis(url, recommendedRedisOptions)
const prefix = `agenda-${randomUUID()}`
const store = redisStore(client, { prefix })

let here: Workspace
beforeAll(async () => {
  here = await place({
    'dogear.config.ts': configOf(`() => made.onRedis(${JSON.stringify(url)}, ${JSON.stringify(prefix)})`),
  })
  const now = await store.now()
  for (let nth = 0; nth < 300; nth++) {
    const due = nth % 3 ? { dueAt: now + 60_000 + nth } : {}
    await store.commit(`session-${nth}`, 0, { bytes: bytesOf('one'), ...at(1), ttlMs: 600_000, ...due })
  }
})
afterAll(async () => {
  await here.close()
  await client.quit()
})

const agenda = async (...flags: string[]): Promise<{ code: number | null; said: unknown }> => {
  const { code, stdout } = await here.run('agenda', '--json', ...flags)
  return { code, said: JSON.parse(stdout) }
}

it('finds what is missing, puts it back with its own time, and leaves the rest alone', async () => {
  expect(await agenda()).toEqual({ code: 0, said: { sessions: 300, missing: 0, rebuilt: 0 } })
  const partitions = await client.keys(`${prefix}:*:due`)
  const before = await Promise.all(partitions.map((key) => client.zrange(key, '0', '-1', 'WITHSCORES')))
  await client.del(...partitions.slice(1))
  const [first = ''] = partitions
  const kept = await client.zcard(first)
  const missing = 200 - kept
  expect(await agenda()).toEqual({ code: 1, said: { sessions: 300, missing, rebuilt: 0 } })
  expect(await client.exists(...partitions.slice(1))).toBe(0)
  expect(await agenda('--rebuild')).toEqual({ code: 0, said: { sessions: 300, missing, rebuilt: missing } })
  expect(await Promise.all(partitions.map((key) => client.zrange(key, '0', '-1', 'WITHSCORES')))).toEqual(before)
  expect(await agenda()).toEqual({ code: 0, said: { sessions: 300, missing: 0, rebuilt: 0 } })
})
