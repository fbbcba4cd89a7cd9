// Progress in the table: its order among processes, its numbers once the service has deleted them, its end.

import { randomUUID } from 'node:crypto'
import { DeleteItemCommand, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeEach, expect, it } from 'vitest'
import { create, minute } from '../store/cases/bench.ts'
import { graceMs, type Item, timeIn } from './item.ts'
import { clientOf, ownDynamodb, patientMs } from './own-dynamodb.fixture.ts'
import { type DynamodbStore, dynamodbStore } from './store.ts'

const server = await ownDynamodb()
const clients: DynamoDBClient[] = [1, 2, 3].map(() => clientOf(server.port))
const [client] = clients as [DynamoDBClient]
let table: string
let stores: DynamodbStore[]
let store: DynamodbStore

beforeEach(async () => {
  table = `test-${randomUUID()}`
  await server.create(table)
  stores = clients.map((one) => dynamodbStore(one, { table, deadlineMs: patientMs }))
  store = stores[0] as DynamodbStore
  await create(store, 'a')
})

afterAll(async () => {
  for (const one of clients) one.destroy()
  await server.close()
})

const whole = { keep: 1_000, ttlMs: minute }
const entries = async (): Promise<Item[]> =>
  ((await client.send(new ScanCommand({ TableName: table }))).Items ?? []).filter(({ pk }) => pk?.S?.startsWith('p:'))
const add = (one: DynamodbStore, text: string, options = whole) => one.addProgress?.('a', text, options)
const of = (after?: string) => store.progressOf?.('a', after) ?? Promise.resolve([])

it('has no gap for a reader that goes on where it was, while three processes write at once', async () => {
  const said = stores.map((_, nth) => Array.from({ length: 20 }, (_, count) => `${nth}.${count}`))
  let writing = true
  const writes = Promise.all(
    stores.map(async (one, nth) => {
      for (const text of said[nth] ?? []) expect(await add(one, text)).toBe(true)
    }),
  ).finally(() => {
    writing = false
  })
  const seen: string[] = []
  let last: string | undefined
  for (let more = true; more; ) {
    more = writing
    const found = await of(last)
    seen.push(...found.map(({ text }) => text))
    last = found.at(-1)?.at ?? last
  }
  await writes
  expect([...seen].sort()).toEqual(said.flat().sort())
  // Those of one process stay in their order.
  for (const [nth, own] of said.entries()) expect(seen.filter((text) => text.startsWith(`${nth}.`))).toEqual(own)
})

it('is told whole to a reader whose last entry the service has deleted, though its number is there again', async () => {
  for (const text of ['one', 'two', 'three']) await add(store, text)
  const last = (await of()).at(-1)?.at
  for (const { pk, sk } of await entries())
    await client.send(new DeleteItemCommand({ TableName: table, Key: { pk, sk } as Item }))
  expect(await of(last)).toEqual([])
  await add(store, 'anew')
  expect(await of(last)).toMatchObject([{ text: 'anew' }])
  for (const text of ['and', 'again', 'more']) await add(store, text)
  expect((await of(last)).map(({ text }) => text)).toEqual(['anew', 'and', 'again', 'more'])
})

it('may be deleted by the service once its time is up, with no entry long before the others', async () => {
  const now = await store.now()
  await add(store, 'said', { keep: 10, ttlMs: 5 * minute })
  const [entry] = await entries()
  expect(timeIn(entry, 'expiresAt') - now).toBeGreaterThanOrEqual(5 * minute)
  expect(timeIn(entry, 'expiresAt') - now).toBeLessThan(6 * minute)
  expect(timeIn(entry, 'ttl')).toBe(Math.ceil((timeIn(entry, 'expiresAt') + graceMs) / 1000))
})

it('takes no more room than it is told', async () => {
  for (let nth = 0; nth < 12; nth++) await add(store, `${nth}`, { keep: 5, ttlMs: minute })
  expect((await entries()).map(({ value }) => value?.S).sort()).toEqual(['10', '11', '7', '8', '9'])
})

it('leaves no item behind where there is no session, nor among the sessions of a scan', async () => {
  expect(await store.addProgress?.('nobody', 'said', whole)).toBe(false)
  expect(await entries()).toEqual([])
  await add(store, 'said')
  expect((await store.scan(undefined, 10)).found.map(({ id }) => id)).toEqual(['a'])
})
