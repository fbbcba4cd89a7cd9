// The doctor of a table and the making of one: dynalite behind the proxy of service.fixture.ts, which answers for what
// dynalite does not know (time to live, backups).

import { randomUUID } from 'node:crypto'
import { CreateTableCommand, DescribeTableCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { at } from '../store/cases/bench.ts'
import type { Check } from '../store/store.ts'
import { clientOf, ownDynamodb, patientMs } from './own-dynamodb.fixture.ts'
import { serviceBefore } from './service.fixture.ts'
import { type DynamodbStore, dynamodbStore } from './store.ts'
import { dynamodbTable } from './table.ts'

const server = await ownDynamodb()
const service = await serviceBefore(server.port)
const client = clientOf(service.port)
let table: string
let store: DynamodbStore

beforeEach(() => {
  table = `test-${randomUUID()}`
  store = dynamodbStore(client, { table, deadlineMs: patientMs })
  service.fault = () => undefined
  service.calls.length = 0
})

afterAll(async () => {
  client.destroy()
  await service.close()
  await server.close()
})

const brief = (checks: readonly Check[] = []): string[] => checks.map(({ name, status }) => `${name} ${status}`)
const named = (name: string, checks: readonly Check[] = []): Check | undefined =>
  checks.find((check) => check.name === name)
const bytes = new Uint8Array(1)

describe('prepare', () => {
  it('makes the table that the store needs, lets what expired be deleted, and waits until it is active', async () => {
    service.creating = 3
    expect(await store.prepare()).toBe(true)
    expect(service.creating).toBe(0)
    const { Table } = await client.send(new DescribeTableCommand({ TableName: table }))
    expect(Table).toMatchObject({ TableStatus: 'ACTIVE', KeySchema: dynamodbTable().KeySchema })
    expect(service.timeToLive).toContain(table)
    expect(await store.commit('a', 0, { bytes, ...at(1), ttlMs: 60_000 })).toMatchObject({ committed: true })
  })

  it('changes nothing where everything is as it should be', async () => {
    await store.prepare()
    service.calls.length = 0
    expect(await store.prepare()).toBe(false)
    expect(new Set(service.calls)).toEqual(new Set(['DescribeTable', 'DescribeTimeToLive']))
  })

  it('may be called by many processes at once, of which one makes the table', async () => {
    const made = await Promise.all(
      Array.from({ length: 6 }, () => dynamodbStore(client, { table, deadlineMs: patientMs }).prepare()),
    )
    expect(made.filter(Boolean)).toHaveLength(1)
  })
})

describe('the doctor', () => {
  it('finds nothing wrong with a table as it should be', async () => {
    await store.prepare()
    service.backups.add(table)
    const checks = await store.diagnose?.()
    expect(brief(checks)).toEqual(['reachable ok', 'clock ok', 'table ok', 'expiry ok', 'backups ok', 'agenda ok'])
    expect(named('table', checks)?.detail).toBe(`"${table}" is active, paid per request`)
  })

  it('says which command makes a table that is not there', async () => {
    expect(await store.diagnose?.()).toMatchObject([
      { name: 'reachable', status: 'fail', advice: expect.stringContaining('npx dogear dynamodb table --create') },
    ])
  })

  it('warns of a table that keeps what expired, and of one without backups', async () => {
    await server.create(table)
    const checks = await store.diagnose?.()
    expect(brief(checks)).toEqual([
      ...['reachable ok', 'clock ok', 'table ok', 'expiry warn', 'backups warn', 'agenda ok'],
    ])
    expect(named('expiry', checks)?.advice).toContain('attribute ttl')
  })

  it('fails on a table of another shape', async () => {
    const { GlobalSecondaryIndexes: _, ...plain } = dynamodbTable({ name: table })
    const AttributeDefinitions = plain.AttributeDefinitions?.slice(0, 2)
    await client.send(new CreateTableCommand({ ...plain, AttributeDefinitions }))
    await expect.poll(async () => brief(await store.diagnose?.())).toContain('table fail')
    expect(named('table', await store.diagnose?.())?.detail).toContain('the index "agenda"')
  })

  it('tells how late its agenda is, and counts neither what a process works on nor what expired', async () => {
    await store.prepare()
    const now = await store.now()
    const entry = { bytes, ...at(1), ttlMs: 60_000 }
    await store.commit('later', 0, { ...entry, dueAt: now + 60_000 })
    const agenda = async () => named('agenda', await store.diagnose?.())
    expect(await agenda()).toMatchObject({ status: 'ok', detail: '1 scheduled, none overdue' })
    const leases = [{ key: 'charge', token: 'a process', forMs: 60_000 }]
    await store.commit('at work', 0, { ...entry, dueAt: now - 30_000, leases })
    expect((await agenda())?.detail).toBe('2 scheduled, none overdue')
    await store.commit('late', 0, { ...entry, dueAt: now - 60_000 })
    const overdue = {
      status: 'warn',
      detail: expect.stringMatching(/^3 scheduled, the oldest overdue for \d{2,}\.\d s$/),
      advice: expect.stringContaining('dogear show late'),
    }
    expect(await agenda()).toMatchObject(overdue)
    const [claimed] = await store.claimDue(1, 600_000)
    expect(await agenda()).toMatchObject(overdue)
    await store.defer('late', now + 900_000, claimed?.leaseUntil ?? 0)
    expect(await agenda()).toMatchObject(overdue)
  })

  it('tells of a clock that is not that of DynamoDB', async () => {
    await store.prepare()
    service.aheadMs = 60_000
    const checks = await dynamodbStore(client, { table, deadlineMs: patientMs }).diagnose?.()
    service.aheadMs = 0
    // The service tells whole seconds, and its answer takes its time.
    const detail = expect.stringMatching(/^(58|59|60)\d{3} ms/)
    expect(named('clock', checks)).toMatchObject({ status: 'warn', detail })
  })

  it('warns of what it may not look at, and says why', async () => {
    await store.prepare()
    service.fault = ({ operation }) =>
      /^(Describe|Batch)/.test(operation) ? { name: 'AccessDeniedException', message: 'not allowed' } : undefined
    await store.commit('late', 0, { bytes, ...at(1), ttlMs: 60_000, dueAt: 1 })
    const checks = await store.diagnose?.()
    expect(brief(checks)).toEqual([
      ...['reachable ok', 'clock ok', 'table warn', 'expiry warn', 'backups warn', 'agenda warn'],
    ])
    expect(named('table', checks)?.detail).toBe('could not look: AccessDeniedException: not allowed')
  })
})
