// Redis with Postgres behind it: what Redis loses comes back, and what was ended does not.
import { Redis } from 'ioredis'
import pg from 'pg'
import { startPostgres } from '../scripts/services.mjs'
import { beginAtPayment, expectStep, placeOrder, submitCard, viewOf } from './support/checkout.ts'
import { type Demo, startDemo } from './support/demo.ts'
import { test as base, expect, outage } from './support/test.ts'

type Archived = {
  /** Empties Redis, once all that was committed is in Postgres. */
  flush(): Promise<void>
}

const test = base.extend<{ archived: Archived }, { town: { demo: Demo } & Archived }>({
  town: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs off its parameters.
    async ({}, use) => {
      const postgres = await startPostgres()
      const demo = await startDemo({ store: 'redis', env: { DATABASE_URL: postgres.url } })
      const redis = new Redis(demo.redis.url)
      const database = new pg.Client(postgres.url)
      await database.connect()
      const waiting = async () => {
        const keys = await redis.keys('*:dirty')
        return (await Promise.all(keys.map((key) => redis.zcard(key)))).reduce((sum, count) => sum + count, 0)
      }
      const flush = async () => {
        await expect.poll(waiting, { timeout: 20_000 }).toBe(0)
        // In one transaction: an open page may have its session back from the archive a moment later.
        const replies = await redis.multi().flushall().dbsize().exec()
        expect(replies).toEqual([
          [null, 'OK'],
          [null, 0],
        ])
      }
      await use({ demo, flush })
      redis.disconnect()
      await database.end()
      await demo.stop()
      await postgres.stop()
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  demo: async ({ town }, use) => {
    const before = (await town.demo.charges()).length
    const charges = async () => (await town.demo.charges()).slice(before)
    await use(Object.create(town.demo, { charges: { value: charges } }))
  },
  archived: async ({ town }, use) => {
    await use(town)
  },
})

test.describe.configure({ mode: 'default' })
test.use({ mayLog: outage })

test('a person whose session Redis has lost goes on at the same step, and pays once', async ({
  page,
  demo,
  archived,
}) => {
  test.slow()
  await beginAtPayment(page)
  await archived.flush()
  await page.reload()
  await expectStep(page, 'payment')
  await submitCard(page)
  await expectStep(page, 'review')
  await archived.flush()
  await demo.kill()
  await demo.start()
  await placeOrder(page)
  await expectStep(page, 'confirmed')
  await archived.flush()
  await page.reload()
  await expectStep(page, 'confirmed')
  expect(await demo.charges()).toHaveLength(1)
})

test('a session that was ended does not come back', async ({ page, archived }) => {
  await beginAtPayment(page)
  await archived.flush()
  const ended = await page.evaluate(async () => (await fetch('/api/flows/checkout', { method: 'DELETE' })).status)
  expect(ended).toBe(204)
  await archived.flush()
  await page.goto('/checkout')
  await expectStep(page, 'shipping')
  expect((await viewOf(page)).revision).toBe(0)
})
