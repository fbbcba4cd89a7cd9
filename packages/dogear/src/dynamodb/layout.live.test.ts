// The items in the table, as an operator sees them: what expires and when, what stands in the index, what is left over.

import { randomUUID } from 'node:crypto'
import { GetItemCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeEach, expect, it } from 'vitest'
import { at, entry, pass } from '../store/cases/bench.ts'
import { graceMs, type Item, number, sessionKey, text, timeIn } from './item.ts'
import { clientOf, ownDynamodb, patientMs } from './own-dynamodb.fixture.ts'
import { type DynamodbStore, dynamodbStore } from './store.ts'
import { agendaIndex } from './table.ts'

const server = await ownDynamodb()
const client = clientOf(server.port)
let table: string
let store: DynamodbStore

beforeEach(async () => {
  table = `test-${randomUUID()}`
  await server.create(table)
  store = dynamodbStore(client, { table, deadlineMs: patientMs })
})

afterAll(async () => {
  client.destroy()
  await server.close()
})

const [minute, hour] = [60_000, 3_600_000]
const itemOf = async (id: string): Promise<Item> =>
  (await client.send(new GetItemCommand({ TableName: table, Key: sessionKey(id) }))).Item ?? {}
const indexed = async (): Promise<Item[]> =>
  (await client.send(new ScanCommand({ TableName: table, IndexName: agendaIndex }))).Items ?? []
const leases = (item: Item): string[] => Object.keys(item).filter((name) => name.startsWith('l:'))

it('tells the service to delete what expired in seconds, and not before all clocks agree that it has', async () => {
  const now = await store.now()
  await store.commit('a', 0, entry(1, '', { ttlMs: 10 * minute }))
  await store.directory.add('ada', 'a', minute)
  await store.directory.putCode('code', 'value', minute)
  await store.remove('b', minute)
  const { Items = [] } = await client.send(new ScanCommand({ TableName: table }))
  expect(Items).toHaveLength(4)
  for (const item of Items) {
    const [expiresAt, ttl] = [timeIn(item, 'expiresAt'), timeIn(item, 'ttl')]
    expect(ttl).toBe(Math.ceil((expiresAt + graceMs) / 1000))
    expect(expiresAt - now).toBeGreaterThanOrEqual(minute)
    expect(expiresAt - now).toBeLessThan(11 * minute)
  }
})

it('keeps in the index what is due some time, and nothing else', async () => {
  const dueAt = (await store.now()) - 1
  for (const id of ['never', 'done', 'removed', 'due']) await store.commit(id, 0, entry(1, '', { dueAt }))
  await store.commit('never', at(1), entry(2))
  await store.commit('done', at(1), entry(2))
  await store.remove('removed', minute)
  await store.directory.add('ada', 'due', minute)
  expect(await indexed()).toEqual([
    { ...sessionKey('due'), claimableAt: number(dueAt), partition: expect.objectContaining({ N: expect.any(String) }) },
  ])
})

it('takes what expired off the index with the claim that comes by', async () => {
  await store.commit('a', 0, entry(1, '', { dueAt: (await store.now()) - 1, ttlMs: 20 }))
  await pass({ store }, 21)
  expect(await indexed()).toHaveLength(1)
  expect(await store.claimDue(1, minute)).toEqual([])
  expect(await indexed()).toEqual([])
})

it('takes the lapsed leases of a process that died away with the next claim, and no other', async () => {
  const dueAt = (await store.now()) - 1
  await store.commit('a', 0, entry(1, '', { dueAt, leases: [{ key: 'alive', token: 'one', forMs: minute }] }))
  for (const key of ['dead', 'gone']) await store.hold('a', key, 'one', 10)
  await pass({ store }, 11)
  expect(leases(await itemOf('a')).toSorted()).toEqual(['l:alive', 'l:dead', 'l:gone'])
  expect(await store.claimDue(1, minute)).toMatchObject([{ id: 'a' }])
  expect(leases(await itemOf('a'))).toEqual(['l:alive'])
  expect(await store.read('a')).toMatchObject({ position: at(1) })
})

it('keeps a handful of lapsed leases in an item, however many effects its session has had', async () => {
  const lease = (key: string) => ({ key, token: 'one', forMs: 10 })
  await store.commit('a', 0, entry(1, '', { leases: [lease('effect 1')] }))
  for (let revision = 1; revision < 12; revision++) {
    await pass({ store }, 11)
    await store.commit('a', at(revision), entry(revision + 1, '', { leases: [lease(`effect ${revision + 1}`)] }))
    await expect.poll(async () => leases(await itemOf('a')).length).toBeLessThanOrEqual(5)
    expect(leases(await itemOf('a'))).toContain(`l:effect ${revision + 1}`)
  }
  expect(await store.read('a')).toMatchObject({ position: at(12) })
})

it('keeps an item for as long as a lease in it holds, and shortens no life by one', async () => {
  await store.hold('leased', 'charge', 'one', minute)
  const first = timeIn(await itemOf('leased'), 'ttl')
  await store.hold('leased', 'charge', 'one', 3 * hour)
  const second = timeIn(await itemOf('leased'), 'ttl')
  expect(second - first).toBeGreaterThan(2 * 3600)
  await store.hold('leased', 'mail', 'one', minute)
  expect(timeIn(await itemOf('leased'), 'ttl')).toBe(second)
  await store.commit('a', 0, entry(1, '', { ttlMs: 240 * hour }))
  const { ttl } = await itemOf('a')
  await store.hold('a', 'charge', 'one', minute)
  expect((await itemOf('a')).ttl).toEqual(ttl)
})

it('leaves nothing behind when a lease is given up that nobody had', async () => {
  expect(await store.hold('nobody', 'charge', 'one', 0)).toBe(true)
  expect(await store.hold('nobody', 'charge', 'one', 0, at(1))).toBe(true)
  expect(await itemOf('nobody')).toEqual({})
})

it('keeps what it did not write as it is, and says so', async () => {
  const strange = { ...sessionKey('a'), expiresAt: number((await store.now()) + minute), position: text('new format') }
  await client.send(new PutItemCommand({ TableName: table, Item: strange }))
  await expect(store.read('a')).rejects.toMatchObject({ code: 'record_unreadable' })
  await expect(store.commit('a', at(1), entry(2))).rejects.toMatchObject({ code: 'record_unreadable' })
  expect((await store.scan(undefined, 10)).found).toMatchObject([{ id: 'a', stored: null }])
  expect(await itemOf('a')).toEqual(strange)
})

it('spreads sessions over the partitions, and finds those of fewer partitions after there are more', async () => {
  const few = dynamodbStore(client, { table, partitions: 2 })
  const dueAt = (await store.now()) - minute
  const ids = Array.from({ length: 30 }, (_, i) => `session-${i}`)
  await Promise.all(ids.map((id, i) => few.commit(id, 0, entry(1, '', { dueAt: dueAt + i }))))
  expect(new Set((await indexed()).map(({ partition }) => partition?.N))).toEqual(new Set(['0', '1']))
  const claimed = await dynamodbStore(client, { table, partitions: 16 }).claimDue(100, minute)
  expect(claimed.map(({ id }) => id)).toEqual(ids)
})
