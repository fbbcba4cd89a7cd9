// The store on a service that throttles, fails, loses replies or has another time: dynalite behind the proxy of
// service.fixture.ts, which says what it plants.

import { randomUUID } from 'node:crypto'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventually, person, rig, watch } from '../engine/harness.fixture.ts'
import { at, entry, readRecord } from '../store/cases/bench.ts'
import { recommendedDynamodbOptions } from './options.ts'
import { clientOf, ownDynamodb, patientMs } from './own-dynamodb.fixture.ts'
import { faultsOf, type Service, serviceBefore } from './service.fixture.ts'
import { type DynamodbStore, dynamodbStore } from './store.ts'

const server = await ownDynamodb()
let service: Service
let client: DynamoDBClient
let store: DynamodbStore
let table: string

beforeEach(async () => {
  table = `test-${randomUUID()}`
  await server.create(table)
  service = await serviceBefore(server.port)
  client = clientOf(service.port)
  store = dynamodbStore(client, { table, deadlineMs: patientMs })
  await store.commit('a', 0, entry(1))
  service.calls.length = 0
})

afterEach(async () => {
  client.destroy()
  await service.close()
})
afterAll(() => server.close())

const throttled = ['ProvisionedThroughputExceededException', 'ThrottlingException', 'RequestLimitExceeded'] as const
const passing = [...throttled.map((name) => ({ name })), { name: 'InternalServerError', status: 500 }]

/** The error that a call rejects with. */
const refusal = (call: Promise<unknown>): Promise<Error & { code: string; retryAfterMs?: number }> =>
  call.then(
    () => Promise.reject(new Error('it was no refusal')),
    (error: unknown) => error as never,
  )

describe('dynamodbStore', () => {
  it.each(passing)('tries again where DynamoDB answers $name, and commits once', async (fault) => {
    service.fault = faultsOf('UpdateItem', [fault, fault, fault])
    expect(await store.commit('a', at(1), entry(2))).toMatchObject({ committed: true })
    expect(service.calls).toEqual(Array(4).fill('UpdateItem'))
    expect(await store.read('a')).toMatchObject({ position: at(2) })
  })

  it('gives up throttled requests at its deadline, with pauses that grow, and has changed nothing', async () => {
    store = dynamodbStore(client, { table, deadlineMs: 1_500 })
    await store.read('a')
    service.calls.length = 0
    service.fault = ({ operation }) => (operation === 'UpdateItem' ? { name: throttled[0] } : undefined)
    const began = performance.now()
    const error = await refusal(store.commit('a', at(1), entry(2)))
    expect(error).toMatchObject({ code: 'store_unavailable', retryAfterMs: 1000 })
    expect(error.message).toBe('DynamoDB throttled the request until its deadline.')
    expect(performance.now() - began).toBeLessThan(5000)
    expect(service.calls.length).toBeGreaterThan(1)
    expect(service.calls.length).toBeLessThan(30)
    // The fault stays: a try that the deadline cut short may still be on its way.
    expect(await store.read('a')).toMatchObject({ position: at(1) })
  })

  it('says that it was throttled, also where its deadline cut a later request short', async () => {
    store = dynamodbStore(client, { table, deadlineMs: 3_000 })
    await store.read('a')
    service.fault = faultsOf('UpdateItem', [{ name: throttled[0] }, 'silent'])
    const error = await refusal(store.commit('a', at(1), entry(2)))
    expect(error.message).toBe('DynamoDB throttled the request until its deadline.')
  })

  it('does not repeat what no repetition mends', async () => {
    service.fault = faultsOf('UpdateItem', [{ name: 'AccessDeniedException' }])
    await refusal(store.commit('a', at(1), entry(2)))
    expect(service.calls).toEqual(['UpdateItem'])
  })

  it('shows a writer its own record if the reply was lost, so that an engine applies an event once', async () => {
    service.fault = faultsOf('UpdateItem', ['lost'])
    const result = await store.commit('a', at(1), entry(2, 'mine'))
    expect(result).toEqual({ committed: false, current: { bytes: entry(2, 'mine').bytes, position: at(2) } })
    const { engine } = rig({ store: watch(store), deadlineMs: patientMs })
    const someone = person(engine)
    service.fault = faultsOf('UpdateItem', ['lost', undefined, 'lost'])
    await someone.send('shipping.submitted', { name: 'Ada' })
    expect(await someone.send('payment.submitted', { token: 'tok_ok' })).toMatchObject({ outcome: 'applied' })
    expect((await someone.read()).revision).toBe(2)
    await engine.close(0)
  })

  it('settles in time where DynamoDB is silent, and finds what it did all the same', async () => {
    const hasty = dynamodbStore(client, { table, deadlineMs: 300 })
    // Until it knows the time: a busy machine may be late, too.
    await eventually(async () => expect(await hasty.read('a')).toMatchObject({ position: at(1) }))
    service.fault = () => 'silent'
    const began = performance.now()
    const error = await refusal(hasty.commit('a', at(1), entry(2)))
    expect(error).toMatchObject({ code: 'store_unavailable', message: 'DynamoDB did not answer in time.' })
    expect(performance.now() - began).toBeLessThan(1500)
    service.fault = () => undefined
    // It may still be on its way there.
    await eventually(async () => expect(await store.read('a')).toMatchObject({ position: at(2) }))
  })

  it('settles in time where nobody listens', async () => {
    const hanging = new DynamoDBClient({
      ...recommendedDynamodbOptions,
      ...{ endpoint: 'http://127.0.0.1:9', region: 'local', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } },
    })
    const began = performance.now()
    expect(await refusal(dynamodbStore(hanging, { deadlineMs: 200 }).read('a'))).toMatchObject({
      code: 'store_unavailable',
    })
    expect(performance.now() - began).toBeLessThan(2000)
    hanging.destroy()
  })

  it('takes the record of a lost commit from its answer, without another request', async () => {
    expect(await store.commit('a', at(7), entry(8))).toEqual({
      ...{ committed: false, current: { bytes: entry(1).bytes, position: at(1) } },
    })
    expect(service.calls).toEqual(['UpdateItem'])
  })

  it('refuses a record past 400 kB as too large, names and all, and keeps the one before', async () => {
    for (const size of [400 * 1024 - 10, 400 * 1024 + 1]) {
      const error = await refusal(store.commit('a', at(1), entry(2, '', { bytes: new Uint8Array(size) })))
      expect(error).toMatchObject({ code: 'too_large', message: expect.stringContaining('409600 bytes') })
    }
    // The second was not even sent.
    expect(service.calls).toEqual(['UpdateItem'])
    expect(await store.read('a')).toMatchObject({ position: at(1) })
    const bytes = new Uint8Array(399 * 1024).fill(7)
    expect(await store.commit('a', at(1), entry(2, '', { bytes }))).toMatchObject({ committed: true })
    const { bytes: kept } = await readRecord(store, 'a')
    expect(Buffer.compare(kept, bytes)).toBe(0)
  })

  it('goes by the clock of DynamoDB, however wrong that of this machine is', async () => {
    for (const aheadMs of [3_600_000, -3_600_000]) {
      service.aheadMs = aheadMs
      const elsewhere = dynamodbStore(client, { table, deadlineMs: patientMs })
      for (const call of [() => elsewhere.now(), () => elsewhere.now()]) {
        expect(Math.abs((await call()) - Date.now() - aheadMs)).toBeLessThan(1500)
      }
    }
  })

  it('learns the time before it writes: a clock an hour ahead overwrites nothing that is alive', async () => {
    service.aheadMs = -3_600_000
    const elsewhere = dynamodbStore(client, { table, deadlineMs: patientMs })
    expect(await elsewhere.commit('a', 0, entry(1, 'another'))).toMatchObject({ committed: false })
    expect(service.calls[0]).toBe('GetItem')
  })

  it('signs again with the right time where the clock of this machine made AWS refuse the signature', async () => {
    service.aheadMs = 3_600_000
    service.fault = faultsOf('GetItem', [{ name: 'InvalidSignatureException', message: 'Signature expired' }])
    const fresh = clientOf(service.port)
    const signing = dynamodbStore(fresh, { table, deadlineMs: patientMs })
    expect(Math.abs((await signing.now()) - Date.now() - service.aheadMs)).toBeLessThan(1500)
    fresh.destroy()
  })

  it('hands out nothing that the index still lists and that has moved on', async () => {
    const dueAt = (await store.now()) - 1000
    for (const id of ['committed', 'removed', 'claimed', 'due']) await store.commit(id, 0, entry(1, id, { dueAt }))
    const seen = await store.claimDue(10, 60_000)
    expect(seen.map(({ id }) => id).toSorted()).toEqual(['claimed', 'committed', 'due', 'removed'])
    for (const { id, leaseUntil } of seen) if (id === 'due') await store.defer(id, dueAt, leaseUntil)
    service.indexLags = true
    await store.commit('committed', at(1), entry(2))
    await store.remove('removed', 60_000)
    expect((await store.claimDue(10, 60_000)).map(({ id }) => id)).toEqual(['due'])
    expect(await store.claimDue(10, 60_000)).toEqual([])
  })
})

const remedies = [
  ['ResourceNotFoundException', 'npx dogear dynamodb table --create'],
  ['AccessDeniedException', 'docs/dynamodb.md'],
  ['UnrecognizedClientException', 'refused the credentials'],
  ['InvalidSignatureException', 'the clock of this machine'],
  ['ExpiredTokenException', 'renew'],
] as const

describe('a failure of dynamodbStore', () => {
  it.each(remedies)('says what to do about %s', async (name, remedy) => {
    service.fault = () => ({ name, message: 'planted secret' })
    const error = await refusal(store.read('a'))
    expect(error).toMatchObject({ code: 'store_unavailable', message: expect.stringContaining(remedy) })
    expect(error.cause).toMatchObject({ name })
    expect(error.message).not.toContain('secret')
  })

  it('says which command makes the table, also at the very first request', async () => {
    const error = await refusal(dynamodbStore(client, { table: 'nowhere' }).commit('a', 0, entry(1)))
    expect(error.message).toContain('npx dogear dynamodb table --create')
  })

  it('says that there are no credentials, and that there is no region', async () => {
    const endpoint = `http://127.0.0.1:${service.port}`
    const nobody = new DynamoDBClient({
      ...{ endpoint, region: 'local' },
      credentials: async () => Promise.reject(Object.assign(new Error('none'), { name: 'CredentialsProviderError' })),
    })
    expect((await refusal(dynamodbStore(nobody).read('a'))).message).toContain('no AWS credentials were found')
    const nowhere = new DynamoDBClient({
      ...{ endpoint, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } },
      region: async (): Promise<string> => Promise.reject(new Error('Region is missing')),
    })
    expect((await refusal(dynamodbStore(nowhere).read('a'))).message).toContain('no AWS region')
    for (const one of [nobody, nowhere]) one.destroy()
  })

  it('holds no session data, neither of the item nor of the answer', async () => {
    service.fault = faultsOf('UpdateItem', [{ name: 'ValidationException', message: 'refused' }])
    const error = await refusal(store.commit('a', at(1), entry(2, 'private')))
    const told = JSON.stringify([error.message, error.cause, Object.getOwnPropertyNames(error.cause)])
    expect(told).not.toMatch(/private|cHJpdmF0ZQ|\$response|Item/)
  })
})
