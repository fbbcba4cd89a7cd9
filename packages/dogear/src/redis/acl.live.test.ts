// The store as a Redis user who may do no more than it needs: the commands and keys that the docs list.

import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testStore } from '../store/conformance.ts'
import { recommendedRedisOptions } from './options.ts'
import { redisStore } from './store.ts'

const url = process.env.DOGEAR_TEST_REDIS_URL
if (!url) throw new Error('DOGEAR_TEST_REDIS_URL names no Redis')
const admin = new Redis(url)
const name = `acl-${randomUUID()}`
const limited = { ...recommendedRedisOptions, username: name, password: 'password' }

/** The rules in docs/redis.md, with the prefix of this test. */
const [, documented = ''] =
  /ACL SETUSER \S+ on >\S+ (.*?)\n```/s.exec(
    readFileSync(new URL('../../../../docs/redis.md', import.meta.url), 'utf8').replaceAll('\\\n', ''),
  ) ?? []
const rules = documented.replaceAll('dogear:', `${name}:`).trim().split(/\s+/)

let clients: Redis[] = []
beforeAll(async () => {
  await admin.acl('SETUSER', name, 'on', '>password', ...rules)
  clients = [new Redis(url, limited), new Redis(url, limited)]
  await Promise.all(clients.map((client) => once(client, 'ready')))
})
afterAll(async () => {
  for (const client of clients) client.disconnect()
  await admin.acl('DELUSER', name)
  await admin.quit()
})

let stores = 0

testStore({
  name: '[M46] redisStore as a user of the ACL in the docs',
  make() {
    const prefix = `${name}:${++stores}`
    const [store, another] = clients.map((client) => redisStore(client, { prefix }))
    return { store: store as NonNullable<typeof store>, ...(another && { another }) }
  },
  skip: { archive: 'an archive stands behind a Redis, not in it' },
})

describe('that user', () => {
  it.each([
    ['keys of others', ['get', 'another:key']],
    ['channels of others', ['publish', 'another:channel', 'x']],
    ['a list of all keys', ['keys', `${name}:*`]],
    ['an end of everything', ['flushall']],
    ['the settings', ['config', 'set', 'maxmemory', '1']],
    ['a look at all commands', ['monitor']],
  ])('may not touch %s', async (_, [command = '', ...args]) => {
    await expect(clients[0]?.call(command, ...args)).rejects.toThrow(/NOPERM/)
  })
})
