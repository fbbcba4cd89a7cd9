// A process that adds one to the number in a session, again and again, and prints the revisions that it reached.

import { argv } from 'node:process'
import { clientOf } from './own-dynamodb.fixture.ts'
import { dynamodbStore } from './store.ts'

const [port, table = '', times] = argv.slice(2)
const client = clientOf(Number(port))
const store = dynamodbStore(client, { table, deadlineMs: 20_000 })
const mine: number[] = []
let found = await store.read('counter')
while (mine.length < Number(times)) {
  if (typeof found !== 'object') throw new Error(`the record went away: ${found}`)
  const { epoch, revision } = found.position
  const bytes = Buffer.from(String(Number(Buffer.from(found.bytes)) + 1))
  const mark = Buffer.from(crypto.getRandomValues(new Uint8Array(6))).toString('base64url')
  const next = { bytes, epoch, revision: revision + 1, mark, ttlMs: 60_000 }
  const result = await store.commit('counter', found.position, next)
  if (result.committed) mine.push(revision + 1)
  found = result.committed ? { bytes, position: { epoch, revision: revision + 1, mark } } : result.current
}
process.stdout.write(JSON.stringify(mine))
client.destroy()
