// `npm run bench -- progress [--seconds=5] [--devices=1,10,50]`: chunks a second through Redis (`REDIS_URL`, or the
// store in memory), the store's calls for them, and the processor time of each device that watches.

import { parseArgs } from 'node:util'
import { createEngine, defineFlow, fromEffect, memoryStore, type Store } from 'dogear'
import { recommendedRedisOptions, redisStore } from 'dogear/redis'
import { Redis } from 'ioredis'
import { setup } from 'xstate'
import { z } from 'zod'
import { around } from '../packages/dogear/src/store/around.ts'

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: { seconds: { type: 'string', default: '5' }, devices: { type: 'string', default: '1,10,50' } },
})
const perSecond = 100
const { REDIS_URL } = process.env
const redis = REDIS_URL === undefined ? undefined : new Redis(REDIS_URL, recommendedRedisOptions)
const prefix = `bench-progress-${process.pid}`

/** Reports a hundred chunks a second, as a model does, to so many devices of one session. */
async function run(devices: number): Promise<object> {
  let calls = 0
  const counted = (store: Store) =>
    around(store, (request, name) => {
      if (name === 'addProgress' || name === 'progressOf') calls++
      return request()
    })
  const answer = fromEffect<string, undefined>(async ({ progress }) => {
    for (let nth = 0; nth < perSecond * Number(values.seconds); nth++) {
      progress('word ')
      await new Promise((resolve) => setTimeout(resolve, 1_000 / perSecond))
    }
    return 'done'
  })
  const machine = setup({ types: { events: {} as { type: 'ask' } }, actors: { answer } }).createMachine({
    initial: 'asking',
    states: {
      asking: { on: { ask: 'answering' } },
      answering: { invoke: { id: 'answer', src: 'answer', onDone: 'over', onError: 'over' } },
      over: {},
    },
  })
  const flow = defineFlow({ id: 'bench', version: 1, machine, events: { ask: z.object({}) } })
  const store = counted(redis ? redisStore(redis, { prefix }) : memoryStore())
  const engine = createEngine({ store, flows: [flow], effectWaitMs: 1 })
  const credential = { id: `session-${devices}-${Date.now()}`, secretHash: 'hash' }
  const caller = { credential: undefined, mint: () => credential }
  const [began, cpu] = [performance.now(), process.cpuUsage()]
  await engine.send('bench', caller, { opId: `op-${devices}-${began}`, event: { type: 'ask' } })
  let [parts, characters] = [0, 0]
  const over: Promise<void>[] = []
  for (let nth = 0; nth < devices; nth++)
    over.push(
      new Promise<void>((resolve, reject) => {
        const listener: Parameters<typeof engine.follow>[2]['listener'] = (hint) => {
          if (hint.kind === 'current' && Object.keys(hint.effects).length === 0) resolve()
          if (hint.kind !== 'part') return
          parts++
          characters += hint.text.length
        }
        engine.follow('bench', { credential }, { listener }).catch(reject)
      }),
    )
  await Promise.all(over)
  const seconds = (performance.now() - began) / 1_000
  const { user, system } = process.cpuUsage(cpu)
  await engine.close(0)
  return {
    devices,
    'chunks/s': Math.round((perSecond * Number(values.seconds)) / seconds),
    'parts/s a device': Number((parts / devices / seconds).toFixed(1)),
    'store calls/s': Number((calls / seconds).toFixed(1)),
    'text seen': `${Math.round((100 * characters) / devices / (5 * perSecond * Number(values.seconds)))} %`,
    'CPU ms/s': Number(((user + system) / 1_000 / seconds).toFixed(1)),
  }
}

const rows: object[] = []
for (const devices of values.devices.split(',')) rows.push(await run(Number(devices)))
console.table(rows)
const left = (await redis?.keys(`${prefix}:*`)) ?? []
if (redis && left.length > 0) await redis.del(left)
redis?.disconnect()
