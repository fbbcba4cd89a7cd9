// Prices are held for a limited time, which runs on while the page is closed or the server is down.
import { expectShippingFilled, expectStep, pressContinue, submitShipping } from './support/checkout.ts'
import { expect, outage, test } from './support/test.ts'

// Longer than it takes on a busy machine from the sent address to the page that counts it down.
const holdMs = 10_000

for (const store of ['pglite', 'redis'] as const) {
  test.describe(`on ${store}`, () => {
    test.describe.configure({ mode: 'default' })
    test.use({ shared: { store, env: { PRICE_HOLD_MS: String(holdMs) }, of: 'holds' }, mayLog: outage })

    test('an open page counts down, says when it is over, and begins again with what is known', async ({ page }) => {
      await submitShipping(page)
      await expect(page.getByText(/^Prices held for \d+ seconds?$/)).toBeVisible()
      await expectStep(page, 'expired')
      await page.goto('/checkout/shipping')
      await expectStep(page, 'expired')
      await page.getByRole('button', { name: 'Begin again' }).click()
      await expectStep(page, 'shipping')
      await expectShippingFilled(page)
      await pressContinue(page)
      await expectStep(page, 'delivery')
    })

    test('a hold that ends while everything is down is over when it is up again', async ({ page, demo }) => {
      await submitShipping(page)
      const overAt = Date.now() + holdMs
      await demo.kill()
      if (store === 'redis') await demo.redis.kill()
      await expect.poll(() => Date.now() > overAt, { timeout: 2 * holdMs }).toBe(true)
      if (store === 'redis') await demo.redis.start()
      await demo.start()
      // The first answer already says so, before a worker has looked.
      await page.goto('/checkout')
      await expectStep(page, 'expired')
    })
  })
}

test.describe('without a worker', () => {
  test.use({ own: { env: { PRICE_HOLD_MS: String(holdMs), DOGEAR_WORKER: '0' } } })

  test('prices expire all the same, at the next look', async ({ page }) => {
    await submitShipping(page)
    await expectStep(page, 'expired')
  })
})
