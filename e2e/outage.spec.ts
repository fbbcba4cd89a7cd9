// Redis hangs or dies: every request is answered, nothing is lost, and the shop recovers without help.
import { beginAtPayment, beginAtReview, expectStep, placeOrder, pressContinue, viewOf } from './support/checkout.ts'
import type { Demo } from './support/demo.ts'
import { expect, outage, test } from './support/test.ts'
import { positionIn, shipping, visit } from './support/visitor.ts'

test.describe.configure({ mode: 'default' })
test.use({ shared: { store: 'redis', of: 'outages' }, mayLog: outage })

const outages = [
  ['hangs', (demo: Demo) => demo.redis.hang(), (demo: Demo) => demo.redis.resume()],
  ['dies', (demo: Demo) => demo.redis.kill(), (demo: Demo) => demo.redis.start()],
] as const

for (const [what, begin, end] of outages) {
  test.describe(`when Redis ${what}`, () => {
    test('every request is answered with 503 and a time to come back, and taken again afterwards', async ({ demo }) => {
      const visitor = visit(demo.url)
      const first = await visitor.send(shipping)
      expect(first.status).toBe(200)
      const newcomer = visit(demo.url)
      await begin(demo)
      const started = Date.now()
      const answers = await Promise.all([
        visitor.get(),
        visitor.send({ ...shipping, givenName: 'During' }, { step: 'shipping', position: positionIn(first) }),
        visitor.saveDraft('payment', { company: 'During' }),
        visitor.request('', { method: 'DELETE' }),
        newcomer.send(shipping),
      ])
      for (const { status, headers, body } of answers) {
        expect([status, body.code]).toEqual([503, 'store_unavailable'])
        expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
      }
      expect(Date.now() - started).toBeLessThan(10_000)
      await end(demo)
      await expect.poll(async () => (await visitor.get()).status).toBe(200)
      expect((await visitor.send({ type: 'cart.restarted' })).status).toBe(409)
      await expect.poll(async () => (await newcomer.send(shipping)).status).toBe(200)
    })

    test('a page says so, keeps what was typed, and goes on when it is back', async ({ page, demo }) => {
      test.slow()
      await beginAtPayment(page)
      await page.getByRole('radio', { name: 'Invoice' }).check()
      await page.getByLabel('Company name').fill('Patience Ltd')
      await begin(demo)
      await pressContinue(page)
      const notice = page.getByRole('heading', { name: 'We could not save this just now' })
      await expect(notice).toBeVisible({ timeout: 40_000 })
      await expect(page.getByLabel('Company name')).toHaveValue('Patience Ltd')
      const elsewhere = await page.context().newPage()
      const response = await elsewhere.goto('/checkout')
      expect(response?.status()).toBe(503)
      expect(Number(response?.headers()['retry-after'])).toBeGreaterThan(0)
      await expect(elsewhere.getByRole('heading', { name: 'This page is not available just now' })).toBeVisible()
      await expect(elsewhere).toHaveTitle('This page is not available just now – Marginalia')
      await end(demo)
      await expect(async () => {
        await pressContinue(page)
        await expectStep(page, 'review')
      }).toPass()
      await elsewhere.getByRole('link', { name: 'Try again' }).click()
      await expectStep(elsewhere, 'review')
      expect((await viewOf(page)).context).toMatchObject({ payment: { company: 'Patience Ltd' } })
    })
  })
}

test('an outage while the card is charged costs time, not a second charge', async ({ page, demo }) => {
  await beginAtReview(page)
  await demo.redis.hang()
  await placeOrder(page)
  await expect(page.getByRole('button', { name: 'Pay £42.50' })).toBeVisible()
  await demo.redis.resume()
  // The page retries the same order with the same operation id.
  await expectStep(page, 'confirmed')
  expect(await demo.charges()).toHaveLength(1)
})

test('a form without JavaScript is told to go back and send it again', async ({ browser, demo }) => {
  const context = await browser.newContext({ baseURL: demo.url, javaScriptEnabled: false })
  const page = await context.newPage()
  await beginAtPayment(page)
  await page.goto('/checkout/payment')
  await demo.redis.hang()
  await page.getByRole('radio', { name: 'Invoice' }).check()
  await page.getByLabel('Company name').fill('Patience Ltd')
  await pressContinue(page)
  await expect(page.getByRole('heading', { name: 'Sorry, that did not go through' })).toBeVisible()
  await demo.redis.resume()
  await expect.poll(async () => (await context.request.get('/api/flows/checkout')).status()).toBe(200)
  await page.goBack()
  await expectStep(page, 'payment')
  await expect(page.getByLabel('Company name')).toHaveValue('Patience Ltd')
  await pressContinue(page)
  await expectStep(page, 'review')
  await context.close()
})
