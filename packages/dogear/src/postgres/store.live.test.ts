import { randomUUID } from 'node:crypto'
import { PGlite } from '@electric-sql/pglite'
import fc from 'fast-check'
import { Pool } from 'pg'
import { afterAll, describe, it } from 'vitest'
import { agreesWithModel, type Bench, testStore } from '../store/conformance.ts'
import type { PostgresClient } from './database.ts'
import { postgresStore } from './store.ts'

const url = process.env.DOGEAR_TEST_POSTGRES_URL
if (!url) throw new Error('DOGEAR_TEST_POSTGRES_URL names no Postgres')
const pool = new Pool({ connectionString: url, max: 10 })
const pglite = new PGlite()

afterAll(async () => {
  await pool.end()
  await pglite.close()
})

async function make(client: PostgresClient): Promise<Bench & { schema: string }> {
  const schema = `test_${randomUUID().replaceAll('-', '')}`
  const store = postgresStore(client, { schema, pollMs: 20 })
  const another = postgresStore(client, { schema })
  await store.prepare()
  return { store, another, schema, close: async () => void (await drop(client, schema)) }
}

function drop(client: PostgresClient, schema: string): Promise<unknown> {
  const text = `drop schema if exists ${schema} cascade`
  return 'exec' in client ? client.exec(`set client_min_messages to error; ${text}`) : client.query(text)
}

const clients = { 'postgresStore on pg': pool, 'postgresStore on PGlite': pglite }

for (const [name, client] of Object.entries(clients)) {
  const skip = { backlog: 'a row is on the disk with its commit, so nothing waits to be archived' }
  testStore({ name, make: () => make(client), skip })

  describe(name, () => {
    it('agrees with a simple model under any sequence of calls', async () => {
      const steps = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat()), { maxLength: 40 })
      const property = fc.asyncProperty(steps, async (some) => {
        const { store, close } = await make(client)
        await agreesWithModel(store, some).finally(() => close?.())
      })
      await fc.assert(property, { numRuns: 25 })
    })
  })
}
