// Replicas that have to confirm: a real primary with a real replica, which lags, dies, and takes over.

import { Redis } from 'ioredis'
import { afterEach, expect, it } from 'vitest'
import { startProxy } from '../../../../faults/proxy.ts'
import { startRelay } from '../../../../faults/relay.ts'
import { at, bytesOf } from '../store/cases/bench.ts'
import type { CommitResult, Store } from '../store/store.ts'
import { recommendedRedisOptions } from './options.ts'
import { type OwnServer, ownServer } from './own-server.fixture.ts'
import { redisStore } from './store.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

type Pair = { primary: OwnServer; replica: OwnServer; client: Redis; store: Store }

/** With `patientMs` for replicas to confirm: long where they do, short where they will not. */
async function pair(replicas: number, patientMs = 200): Promise<Pair> {
  const primary = await ownServer()
  const replica = await ownServer(['--replicaof', '127.0.0.1', `${primary.port}`])
  const client = new Redis(primary.port, '127.0.0.1', recommendedRedisOptions).on('error', () => {})
  closing.push(
    () => primary.close(),
    () => replica.close(),
    () => client.disconnect(),
  )
  // The replica may think that it is up before the primary counts its word.
  const asked = new Redis(primary.port, '127.0.0.1')
  while (!(await asked.info('replication')).includes('state=online'))
    await new Promise((resolve) => setTimeout(resolve, 20))
  asked.disconnect()
  return { primary, replica, client, store: redisStore(client, { replicas, replicaWaitMs: patientMs }) }
}

const write = (store: Store, id: string, confirm: boolean): Promise<CommitResult> =>
  store.commit(id, 0, { bytes: bytesOf('one'), ...at(1), ttlMs: 60_000, confirm })

it('a commit that a replica has is confirmed, and survives the primary', async () => {
  const { primary, replica, store } = await pair(1, 10_000)
  expect(store.durability).toBe('replicated')
  for (let nth = 0; nth < 20; nth++) expect(await write(store, `kept-${nth}`, true)).not.toHaveProperty('confirmed')
  await primary.kill()
  const promoted = new Redis(replica.port, '127.0.0.1', recommendedRedisOptions)
  closing.push(() => promoted.disconnect())
  await new Promise((resolve) => promoted.once('ready', resolve))
  await promoted.replicaof('NO', 'ONE')
  for (let nth = 0; nth < 20; nth++)
    expect(await redisStore(promoted).read(`kept-${nth}`)).toMatchObject({ position: at(1) })
})

it('a commit that too few replicas have in time says so, is written all the same, and holds nobody up', async () => {
  const { replica, store } = await pair(1, 2_000)
  await write(store, 'first', true)
  replica.signal('SIGSTOP')
  const answered: string[] = []
  const late = write(store, 'late', true).finally(() => answered.push('late'))
  const meanwhile = write(store, 'meanwhile', false).finally(() => answered.push('meanwhile'))
  expect(await meanwhile).not.toHaveProperty('confirmed')
  expect(await late).toMatchObject({ committed: true, confirmed: false })
  expect(answered).toEqual(['meanwhile', 'late'])
  expect(await store.read('late')).toMatchObject({ position: at(1) })
  replica.signal('SIGCONT')
})

it('more replicas than there are confirm nothing', async () => {
  const { store } = await pair(2)
  expect(await write(store, 'a', true)).toMatchObject({ committed: true, confirmed: false })
})

it('a lost race is no commit to confirm', async () => {
  const { store } = await pair(1, 10_000)
  await write(store, 'a', true)
  expect(await write(store, 'a', true)).toMatchObject({ committed: false, current: { position: at(1) } })
})

it('the word of a server that has not seen the commit confirms nothing', async () => {
  const [lagging, other] = [await pair(1), await pair(1)]
  const relay = await startRelay(lagging.primary.port)
  const proxy = await startProxy(relay.port)
  const client = new Redis(proxy.port, '127.0.0.1', recommendedRedisOptions).on('error', () => {})
  closing.push(
    () => relay.close(),
    () => proxy.close(),
    () => client.disconnect(),
  )
  const store = redisStore(client, { replicas: 1, replicaWaitMs: 200 })
  await write(store, 'first', true)
  lagging.replica.signal('SIGSTOP')
  // As after a failover, the address leads to another server between the commit and the question.
  proxy.decide = (words) => {
    if (!/^wait$/i.test(String(words[0]))) return 'pass'
    proxy.decide = () => 'pass'
    relay.pointTo(other.primary.port)
    return 'drop-request'
  }
  expect(await write(store, 'late', true)).toMatchObject({ committed: true, confirmed: false })
  lagging.replica.signal('SIGCONT')
})
