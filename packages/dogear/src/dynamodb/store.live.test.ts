// The conformance suite on dynalite, which imitates DynamoDB with these differences, each tested elsewhere or not at
// all: an index that never lags, no item in the answer to a refused condition, no time to live, no transactions, no
// throttling, no backups (dynalite.live.test.ts puts a proxy before it for some of them).

import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, describe, it } from 'vitest'
import { agreesWithModel, type Bench, testStore } from '../store/conformance.ts'
import { clientOf, ownDynamodb, patientMs } from './own-dynamodb.fixture.ts'
import { dynamodbStore } from './store.ts'

const server = await ownDynamodb()
const [client, other] = [clientOf(server.port), clientOf(server.port)]

afterAll(async () => {
  client.destroy()
  other.destroy()
  await server.close()
})

async function make(): Promise<Bench> {
  const table = `test-${randomUUID()}`
  await server.create(table)
  const options = { table, deadlineMs: patientMs }
  const [store, another] = [dynamodbStore(client, options), dynamodbStore(other, options)]
  return { store, another, close: () => server.drop(table) }
}

testStore({
  name: 'dynamodbStore',
  make,
  skip: {
    watch: 'DynamoDB tells nobody of a change; the engine looks from time to time',
    backlog: 'an item is on the disks of the service with its commit, so nothing waits to be archived',
    archive: 'a session that another store gives away is not kept in DynamoDB yet',
    'keeps a megabyte as it is': 'an item of DynamoDB is at most 400 kB',
  },
})

describe('dynamodbStore', () => {
  it('agrees with a simple model under any sequence of calls', async () => {
    const steps = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat()), { maxLength: 40 })
    const property = fc.asyncProperty(steps, async (some) => {
      const { store, close } = await make()
      await agreesWithModel(store, some).finally(() => close?.())
    })
    await fc.assert(property, { numRuns: 20 })
  })
})
