// A server of the assistant in a process of its own, to be killed: it sends what comes as lines of JSON on its input.

import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { createEngine } from 'dogear'
import type { Credential } from 'dogear/http'
import { recommendedRedisOptions, redisStore } from 'dogear/redis'
import { Redis } from 'ioredis'
import { talker } from '../../flows/assistant/flow.fixture.ts'
import { makeShelf } from './assistant.fixture.ts'
import { createModel } from './model/model.ts'
import { provideAssistant } from './provide.ts'

/** The environment of the process, as one line of JSON in its first argument. */
export type AskingOptions = { redis: string; prefix: string; folder: string; model: string; leaseMs: number }
/** One line of its input; its output says `ready`, then an outcome for each, and what was noted. */
export type Asking = { credential: Credential; event: { type: string; [field: string]: unknown } }

const { redis, prefix, folder, model, leaseMs }: AskingOptions = JSON.parse(process.argv[2] ?? '{}')
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`)

const client = new Redis(redis, recommendedRedisOptions)
const { shelf } = makeShelf(folder)
const flow = provideAssistant(
  { ...shelf, note: (event, fields) => say({ noted: { event, fields } }) },
  createModel({ url: model, key: 'none', model: 'extract-1' }),
)
const engine = createEngine({ store: redisStore(client, { prefix }), flows: [flow], leaseMs, effectWaitMs: 0 })
await once(client, 'ready')
say({ ready: true })

for await (const line of createInterface({ input: process.stdin })) {
  const { credential, event }: Asking = JSON.parse(line)
  say({ outcome: await talker(engine, { credential }).send(event) })
}
// Its test has ended, or forgot it.
process.exit()
