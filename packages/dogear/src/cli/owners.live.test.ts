// `dogear owners` on a Redis that has lost the lists of its owners.

import { randomBytes, randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createEngine, type Engine } from '../engine/engine.ts'
import { person } from '../engine/harness.fixture.ts'
import { checkout } from '../flow/checkout.fixture.ts'
import { recommendedRedisOptions } from '../redis/options.ts'
import { redisStore } from '../redis/store.ts'
import { at } from '../store/cases/bench.ts'
import { configOf, place, type Workspace } from './command.fixture.ts'

const url = process.env.DOGEAR_TEST_REDIS_URL ?? ''
const client = new Redis(url, recommendedRedisOptions)
const prefix = `owners-${randomUUID()}`
const keys = `k1:${randomBytes(32).toString('base64url')}`
const people = ['ada', 'grace', 'mary'].map((id) => ({ id, label: id }))

let here: Workspace
let engine: Engine
beforeAll(async () => {
  const options = [url, prefix, keys].map((option) => JSON.stringify(option)).join(', ')
  here = await place({ 'dogear.config.ts': configOf(`() => made.sealedOnRedis(${options})`) })
  engine = createEngine({ store: redisStore(client, { prefix }), flows: [checkout], keys })
  for (let nth = 0; nth < 12; nth++) {
    const owner = people[nth % 4]
    await person(engine, undefined, owner).send('shipping.submitted', { name: 'Ada' })
  }
})
afterAll(async () => {
  await here.close()
  await client.quit()
})

const owners = async (...flags: string[]) => {
  const { code, stdout } = await here.run('owners', '--json', ...flags)
  return { code, said: JSON.parse(stdout) }
}
const lists = () => Promise.all(people.map(({ id }) => engine.store.directory.list(id, 100)))
const sorted = (all: readonly (readonly string[])[]) => all.map((list) => [...list].sort())

it('finds the sessions that are on no list, and puts them back on that of their owner [M9]', async () => {
  const before = await lists()
  expect(before.map((list) => list.length)).toEqual([3, 3, 3])
  const counts = { sessions: 12, owned: 9, unreadable: 0, kept: [], rebuilt: 0, stopped: null }
  expect(await owners()).toEqual({ code: 0, said: { ...counts, missing: 0 } })
  const [, ...lost] = await client.keys(`${prefix}:*:o:*`)
  expect(lost).toHaveLength(2)
  await client.del(...lost)
  expect(await owners()).toEqual({ code: 1, said: { ...counts, missing: 6 } })
  expect((await lists()).flat()).toHaveLength(3)
  expect(await owners('--rebuild')).toEqual({ code: 0, said: { ...counts, missing: 6, rebuilt: 6 } })
  expect(sorted(await lists())).toEqual(sorted(before))
  expect(await owners()).toEqual({ code: 0, said: { ...counts, missing: 0 } })
})

it('says of sessions that cannot be read that their owners cannot be known', async () => {
  const id = 'A'.repeat(43)
  await engine.store.commit(id, 0, { bytes: Uint8Array.of(9, 1, 2), ...at(1), ttlMs: 60_000 })
  const { code, said } = await owners('--rebuild')
  expect([code, said]).toMatchObject([
    1,
    { sessions: 13, owned: 9, missing: 0, unreadable: 1, kept: [{ session: id }] },
  ])
  const { stdout } = await here.run('owners')
  expect(stdout).toContain('1 of 13 sessions cannot be read: their owners cannot be known.')
  expect(stdout).toContain(`  ${id}  (`)
  await engine.store.remove(id, 1000)
})
