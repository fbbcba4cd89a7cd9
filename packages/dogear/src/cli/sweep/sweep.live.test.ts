// A sweep of a Redis Cluster whose slots move meanwhile: it waits, goes on, and finds every session once.

import { afterAll, expect, it } from 'vitest'
import { moveSlots } from '../../../../../scripts/redis-cluster.mjs'
import { createEngine } from '../../engine/engine.ts'
import { checkout } from '../../flow/checkout.fixture.ts'
import { redisKeys } from '../../redis/keys.ts'
import { recommendedClusterOptions } from '../../redis/options.ts'
import { ownCluster } from '../../redis/own-server.fixture.ts'
import { slotOf } from '../../redis/slots.ts'
import { redisStore } from '../../redis/store.ts'
import { createOutput } from '../output.ts'
import { sweep } from './sweep.ts'

const cluster = await ownCluster(recommendedClusterOptions)
afterAll(() => cluster.close())

const out = createOutput({ json: false, color: false, stdout: () => {}, stderr: () => {} })
const event = { name: 'Ada' }
const ids = Array.from({ length: 400 }, (_, nth) => `session-${nth}`)

it('finds each of 400 sessions once, though a third of them move to another server on the way', async () => {
  const store = redisStore(cluster.client)
  let refused = 0
  const scan = (...args: Parameters<typeof store.scan>) =>
    store.scan(...args).catch((error: unknown) => {
      refused++
      throw error
    })
  const engine = createEngine({ store: { ...store, scan }, flows: [checkout] })
  for (const id of ids)
    await engine.send(
      'checkout',
      { credential: undefined, mint: () => ({ id, secretHash: 'hash' }) },
      { opId: `op-${id}`, event: { ...event, type: 'shipping.submitted' } },
    )
  const keys = redisKeys({ prefix: 'dogear', partitions: 256 })
  const first = Math.floor(16384 / 3)
  const slots = [...new Set(ids.map((id) => slotOf(keys.session(id))))].filter((slot) => slot < first)
  const ports = cluster.servers.map(({ port }) => port)
  const [from = 0, to = 0] = ports
  let move: Promise<void> | undefined
  const { state, stopped } = await sweep<string[]>(
    engine,
    { batch: 20, rate: 100_000 },
    {
      command: 'census',
      state: [],
      told: String,
      async each({ id }, found) {
        found.push(id)
        move ??= moveSlots(slots, { ports, from, to, keysAtOnce: 1 })
      },
    },
    { out, terminal: false, stopped: () => new Promise(() => {}) },
  )
  await move
  expect(stopped).toBeNull()
  expect(refused).toBeGreaterThan(0)
  expect(state.sort()).toEqual([...ids].sort())
}, 120_000)
