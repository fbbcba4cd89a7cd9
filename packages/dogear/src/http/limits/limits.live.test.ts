// Limits shared by processes through a real Redis.

import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, describe, expect, it } from 'vitest'
import { createKeyring } from '../../keys/keyring.ts'
import { createLimits } from './limits.ts'

const url = process.env.DOGEAR_TEST_REDIS_URL
if (!url) throw new Error('DOGEAR_TEST_REDIS_URL names no Redis')
const clients = [new Redis(url), new Redis(url)]
afterAll(() => Promise.all(clients.map((client) => client.quit())))

const outcome = (doing: Promise<unknown>) =>
  doing.then(
    () => 'fine',
    (error: { code: string }) => error.code,
  )

describe('limits of several processes', () => {
  it('are one limit, and a right code is given back to all', async () => {
    await Promise.all(clients.map((client) => client.ping()))
    const [one, other] = clients.map((redis) =>
      createLimits({
        redis,
        handoffsPerSession: { points: 10, per: '1 minute' },
        wrongCodesPerAddress: { points: 3, per: '1 minute' },
      }),
    ) as [ReturnType<typeof createLimits>, ReturnType<typeof createLimits>]
    const session = randomUUID()
    const all = await Promise.all(
      Array.from({ length: 40 }, (_, index) => outcome((index % 2 ? one : other).handoff(session))),
    )
    expect(all.filter((each) => each === 'fine')).toHaveLength(10)
    expect(all.filter((each) => each === 'rate_limited')).toHaveLength(30)

    const address = randomUUID()
    for (let time = 0; time < 10; time++) await (await one.code(address))()
    for (let time = 0; time < 3; time++) await other.code(address)
    expect(await outcome(one.code(address))).toBe('rate_limited')
  })

  it('leave nothing readable in Redis, and ask it no more once one is over [M77]', async () => {
    const [redis] = clients as [Redis, Redis]
    const { digests } = createKeyring(['kuhLoC9Xj6T0BsxH7b_2W1vNzQe5RgDyPmA4fJ8iYtU'], true)
    const limits = createLimits(
      { redis, sessionsPerAddress: { points: 2, per: '1 minute' } },
      { hashed: (text) => digests('limit', text)[0] },
    )
    const [address, session] = [`198.51.100.${process.pid % 256}`, randomUUID()]
    const before = await redis.keys('dogear:limit:*')
    await limits.handoff(session, address)
    for (let time = 0; time < 2; time++) await limits.session(address)
    const added = (await redis.keys('dogear:limit:*')).filter((key) => !before.includes(key))
    expect(added.length).toBeGreaterThanOrEqual(3)
    expect(added.join()).not.toContain('198.51')
    expect(added.join()).not.toContain(session)
    expect(await outcome(limits.session(address))).toBe('rate_limited')
    // Other tests ask the same server, so the commands of this client are counted.
    let asked = 0
    const { sendCommand } = redis
    redis.sendCommand = (...args) => {
      asked++
      return sendCommand.apply(redis, args)
    }
    for (let time = 0; time < 2000; time++) expect(await outcome(limits.session(address))).toBe('rate_limited')
    redis.sendCommand = sendCommand
    expect(asked).toBe(0)
  })

  it('are kept for codes, and counted in each process for the rest, when Redis has gone away [M78]', async () => {
    const redis = new Redis(url, { maxRetriesPerRequest: 1, retryStrategy: () => null })
    await redis.ping()
    redis.disconnect()
    const limits = createLimits({ redis, handoffsPerSession: { points: 1, per: '1 minute' } })
    expect(await outcome(limits.code(randomUUID()))).toBe('store_unavailable')
    const session = randomUUID()
    expect([await outcome(limits.handoff(session)), await outcome(limits.handoff(session))]).toEqual([
      'fine',
      'rate_limited',
    ])
  })
})
