import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, expect, it, onTestFinished } from 'vitest'
import { at } from '../../store/cases/bench.ts'
import type { Check } from '../../store/store.ts'
import { redisKeys } from '../keys.ts'
import { recommendedClusterOptions, recommendedRedisOptions } from '../options.ts'
import { ownCluster, ownServer } from '../own-server.fixture.ts'
import { redisStore } from '../store.ts'

const url = process.env.DOGEAR_TEST_REDIS_URL
if (!url) throw new Error('DOGEAR_TEST_REDIS_URL names no Redis')
const client = new Redis(url, recommendedRedisOptions)
afterAll(() => client.quit())

const brief = (checks: readonly Check[] = []): string[] => checks.map(({ name, status }) => `${name} ${status}`)
const named = (name: string, checks: readonly Check[] = []): Check | undefined =>
  checks.find((check) => check.name === name)
const bytes = new Uint8Array(1)

it('the agenda of a Redis store tells its size and how late it is', async () => {
  const prefix = randomUUID()
  const store = redisStore(client, { prefix })
  const now = await store.now()
  await store.commit('later', 0, { bytes, ...at(1), ttlMs: 60_000, dueAt: now + 60_000 })
  expect(named('agenda', await store.diagnose?.())).toEqual({
    name: 'agenda',
    status: 'ok',
    detail: '1 scheduled, none overdue',
  })
  const leases = [{ key: 'charge', token: 'a process', forMs: 60_000 }]
  await store.commit('at work', 0, { bytes, ...at(1), ttlMs: 60_000, dueAt: now - 30_000, leases })
  expect(named('agenda', await store.diagnose?.())?.detail).toBe('2 scheduled, none overdue')
  await store.commit('late', 0, { bytes, ...at(1), ttlMs: 60_000, dueAt: now - 60_000 })
  expect(named('agenda', await store.diagnose?.())).toMatchObject({
    status: 'warn',
    detail: expect.stringMatching(/^3 scheduled, the oldest overdue for \d{2,}\.\d s$/),
  })
  const [claimed] = await store.claimDue(1, 600_000)
  const held = await store.diagnose?.()
  await store.defer('late', now + 900_000, claimed?.leaseUntil ?? 0)
  for (const checks of [held, await store.diagnose?.()]) {
    expect(named('agenda', checks)).toMatchObject({
      status: 'warn',
      detail: expect.stringMatching(/^3 scheduled, the oldest overdue for \d{2,}\.\d s$/),
      advice: expect.stringContaining('dogear show late'),
    })
  }
  const broken = redisKeys({ prefix, partitions: 256 }).due(7)
  await client.set(broken, 'no agenda')
  expect(named('agenda', await store.diagnose?.())).toMatchObject({
    status: 'fail',
    detail: expect.stringMatching(/^1 of 256 partitions cannot be read: WRONGTYPE/),
  })
  await client.del(broken)
})

it('what a restricted user may not look at is a warning, not a failure', async () => {
  const name = `limited-${randomUUID()}`
  const look = async (...rules: string[]): Promise<readonly Check[]> => {
    await client.acl('SETUSER', name, 'reset', 'on', '>password', 'allkeys', 'allchannels', ...rules)
    const limited = new Redis(url, {
      ...recommendedRedisOptions,
      enableReadyCheck: false,
      username: name,
      password: 'password',
    })
    const checks = await redisStore(limited).diagnose?.()
    limited.disconnect()
    return checks ?? []
  }
  const withoutConfig = await look('+@all', '-config')
  expect(named('replicas', withoutConfig)).toMatchObject({ status: 'ok' })
  expect(named('reachable', withoutConfig)).toMatchObject({ status: 'ok' })
  const scriptsOnly = await look('+evalsha', '+eval', '+get', '+set')
  expect(brief(scriptsOnly)).toEqual([
    'reachable ok',
    ...['version', 'eviction', 'persistence', 'replicas', 'memory', 'clock', 'agenda', 'pokes'].map(
      (check) => `${check} warn`,
    ),
  ])
  for (const { detail } of scriptsOnly.slice(1, -1)) expect(detail).toMatch(/^could not look: /)
  await client.acl('DELUSER', name)
})

it('a user who may not tell or hear of changes is a warning, and says what to allow', async () => {
  const name = `limited-${randomUUID()}`
  const look = async (...rules: string[]): Promise<Check | undefined> => {
    await client.acl('SETUSER', name, 'reset', 'on', '>password', 'allkeys', '+@all', ...rules)
    const limited = new Redis(url, { ...recommendedRedisOptions, username: name, password: 'password' })
    const checks = await redisStore(limited, { prefix: 'shop' }).diagnose?.()
    limited.disconnect()
    return named('pokes', checks)
  }
  expect(await look('&shop:*')).toMatchObject({ status: 'ok' })
  expect(await look('resetchannels')).toEqual({
    name: 'pokes',
    status: 'warn',
    detail: 'PUBLISH and SUBSCRIBE was refused: other tabs and devices hear of changes late',
    advice: 'allow this user publish and subscribe on the channels shop:*',
  })
  expect(await look('&shop:*', '-subscribe')).toMatchObject({
    status: 'warn',
    detail: expect.stringMatching(/^SUBSCRIBE/),
  })
  expect(await look('&shop:*', '-publish')).toMatchObject({
    status: 'warn',
    detail: expect.stringMatching(/^PUBLISH was/),
  })
  await client.acl('DELUSER', name)
})

it('a wrong password is told from a server that is not there', async () => {
  const wrong = new Redis(url, { ...recommendedRedisOptions, username: 'nobody', password: 'canary' })
  const checks = await redisStore(wrong).diagnose?.()
  wrong.disconnect()
  expect(checks).toMatchObject([
    {
      ...{ name: 'reachable', status: 'fail', detail: expect.stringContaining('WRONGPASS') },
      advice: 'check its user name and password',
    },
  ])
  expect(JSON.stringify(checks)).not.toContain('canary')
})

it('a cluster is judged by the worst of its primaries, which is named', async () => {
  const cluster = await ownCluster(recommendedClusterOptions)
  onTestFinished(() => cluster.close())
  const store = redisStore(cluster.client)
  await store.now()
  await cluster.client.nodes('master')[1]?.config('SET', 'maxmemory-policy', 'allkeys-lru')
  const checks = await store.diagnose?.()
  expect(brief(checks)).toEqual([
    'reachable ok',
    'version ok',
    'eviction warn',
    'persistence ok',
    'replicas warn',
    'memory ok',
    'clock ok',
    'slots ok',
    'agenda ok',
    'pokes ok',
  ])
  expect(named('eviction', checks)?.detail).toMatch(/\(127\.0\.0\.1:\d+\)$/)
  expect(named('replicas', checks)?.detail.split(', ')).toHaveLength(3)
  expect(named('slots', checks)?.detail).toBe('all served, by 3 primaries')

  const [first, , victim] = cluster.servers
  const admin = new Redis(first?.port ?? 0)
  await admin.call(
    'CLUSTER',
    'SETSLOT',
    1,
    'MIGRATING',
    String(await cluster.client.nodes('master')[1]?.cluster('MYID')),
  )
  expect(named('slots', await store.diagnose?.())).toMatchObject({
    status: 'warn',
    detail: 'all served, 1 on their way to another node',
    advice: expect.stringContaining('--cluster fix'),
  })
  await admin.call('CLUSTER', 'SETSLOT', 1, 'STABLE')

  await victim?.kill()
  let slots: Check | undefined
  while (slots?.status !== 'fail') slots = named('slots', await store.diagnose?.())
  const down = await store.diagnose?.()
  const late = cluster.connect()
  late.on('error', () => {})
  const begun = await redisStore(late).diagnose?.()
  for (const found of [down, begun]) {
    expect(named('slots', found)).toMatchObject({
      status: 'fail',
      detail: `5462 of 16384 are served by no node: 127.0.0.1:${victim?.port} down`,
      advice: expect.stringContaining('let its replica take over'),
    })
    expect(named('reachable', found)).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining(`:${victim?.port})`),
    })
    expect(named('agenda', found)?.advice).toContain('bring the node back')
    expect(JSON.stringify(found)).not.toContain('credentials')
  }
  for (const one of [late, admin]) one.disconnect()
})

it('a Redis that is loading its data is told from one that is not there', async () => {
  const loading = await ownServer([
    ...['--appendonly', 'no', '--key-load-delay', '5000', '--loading-process-events-interval-bytes', '1024'],
  ])
  const admin = new Redis(loading.port)
  admin.on('error', () => {})
  // It loads for five seconds, longer than a client on a busy machine takes to find it.
  for (let i = 0; i < 1_000; i++) await admin.set(`key-${i}`, 'x'.repeat(200))
  await admin.save()
  await loading.kill()
  const started = loading.start()
  const one = new Redis(loading.port, recommendedRedisOptions)
  one.on('error', () => {})
  let checks: readonly Check[] | undefined
  while (!named('version', checks)) checks = await redisStore(one).diagnose?.()
  expect(named('reachable', checks)).toMatchObject({
    status: 'fail',
    detail: expect.stringMatching(/^Redis is loading its data after a start: \d+ %, about \d+ s left$/),
    advice: 'wait, it answers as soon as it has read them all',
  })
  expect(brief(checks)).not.toContain('agenda fail')
  await started
  expect(brief(await redisStore(one).diagnose?.())).toContain('reachable ok')
  for (const client of [one, admin]) client.disconnect()
  await loading.close()
})

it('keys that were deleted to make room are a failure, for as long as Redis remembers', async () => {
  const small = await ownServer(['--maxmemory', '3mb', '--maxmemory-policy', 'allkeys-lru'])
  const one = new Redis(small.port)
  for (let i = 0; i < 300; i++) await one.set(`key-${i}`, 'x'.repeat(10_000))
  await one.config('SET', 'maxmemory', 0)
  await one.config('SET', 'maxmemory-policy', 'noeviction')
  expect(named('eviction', await redisStore(one).diagnose?.())).toMatchObject({
    status: 'fail',
    detail: expect.stringMatching(
      /^maxmemory-policy noeviction: \d+ keys were deleted to make room since Redis started/,
    ),
    advice: expect.stringContaining('give Redis more memory'),
  })
  one.disconnect()
  await small.close()
})
