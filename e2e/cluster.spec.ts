// The shop on a Redis Cluster: the primary of a session dies, its replica takes over, and the person goes on.
import { Redis } from 'ioredis'
import { freePort, portIsFree } from '../scripts/processes.mjs'
import { startRedisCluster } from '../scripts/services.mjs'
import { beginAtPayment, expectStep, placeOrder, pressContinue } from './support/checkout.ts'
import { type Demo, startDemo } from './support/demo.ts'
import { test as base, expect, outage } from './support/test.ts'

type Town = {
  demo: Demo
  /** Kills the primary that has a session. */
  killPrimary(): Promise<void>
}

/** The first of six ports that are free. */
async function sixPorts(): Promise<number> {
  const port = await freePort()
  const free = await Promise.all([1, 2, 3, 4, 5].map((more) => portIsFree(port + more)))
  return free.includes(false) ? sixPorts() : port
}

const test = base.extend<{ town: Town }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs off its parameters.
  town: async ({}, use) => {
    const cluster = await startRedisCluster({ port: await sixPorts(), nodeTimeoutMs: 2_000 })
    const demo = await startDemo({ env: { REDIS_URL: cluster.url } })
    await use({
      demo,
      async killPrimary() {
        const holders = await Promise.all(
          cluster.servers.slice(0, 3).map(async (server) => {
            const client = new Redis(server.port)
            const sessions = await client.keys('*:s:*').finally(() => client.disconnect())
            return sessions.length > 0 ? [server] : []
          }),
        )
        const [holder] = holders.flat()
        expect(holder).toBeDefined()
        holder?.process.kill('SIGKILL')
        await holder?.process.exited
      },
    })
    await demo.stop()
    await cluster.stop()
  },
  demo: async ({ town }, use) => {
    await use(town.demo)
  },
})
test.use({ mayLog: outage })

test('a person whose session was on a primary that dies goes on where they were, and pays once', async ({
  page,
  demo,
  town,
}) => {
  await beginAtPayment(page)
  await page.getByLabel('Card number').fill('4242 4242 4242 4242')
  await town.killPrimary()
  // Until the replica has taken over, the page says that it cannot save, and keeps what was typed.
  await expect(async () => {
    await pressContinue(page)
    await expectStep(page, 'review')
  }).toPass({ timeout: 60_000 })
  await placeOrder(page)
  await expectStep(page, 'confirmed')
  await page.reload()
  await expectStep(page, 'confirmed')
  expect(await demo.charges()).toHaveLength(1)
})
