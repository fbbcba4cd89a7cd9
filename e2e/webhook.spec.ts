// A charge whose result the provider tells later, by a message of its own.
import { createHash, createHmac } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beginAtReview, cards, expectStep, payWithAnother, placeOrder } from './support/checkout.ts'
import type { Demo } from './support/demo.ts'
import { expect, test } from './support/test.ts'

type Delivery = { id: string; type: string; status: number }

/** The attempts of the provider to deliver a message about the charges of the test, oldest first. */
async function deliveries(demo: Demo): Promise<Delivery[]> {
  const keys = (await demo.charges()).map(({ idempotencyKey }) => `charge.succeeded ${idempotencyKey}`)
  const ids = keys.map((key) => `evt_${createHash('sha256').update(key).digest('hex').slice(0, 24)}`)
  const text = await readFile(join(demo.data, 'webhooks.ndjson'), 'utf8').catch(() => '')
  return text
    .split('\n')
    .filter(Boolean)
    .map((line): Delivery => JSON.parse(line))
    .filter(({ id }) => ids.some((own) => id.startsWith(own)))
}

test('is confirmed once the provider says so, and the page follows', async ({ page, demo }) => {
  await beginAtReview(page, cards.webhook)
  await placeOrder(page)
  await expectStep(page, 'confirmed')
  expect(await demo.charges()).toMatchObject([{ token: 'tok_webhook' }])
})

test('is declined once the provider says so, and another card is taken', async ({ page, demo }) => {
  await beginAtReview(page, cards.webhookDeclined)
  await placeOrder(page)
  await expectStep(page, 'declined')
  await payWithAnother(page)
  expect(await demo.charges()).toMatchObject([{ token: 'tok_ok' }])
})

test('is confirmed once, by a message that comes twice, before the answer, with an older one after it', async ({
  page,
  demo,
}) => {
  await beginAtReview(page, cards.webhookStorm)
  await placeOrder(page)
  await expectStep(page, 'confirmed')
  await expect.poll(async () => (await deliveries(demo)).map(({ status }) => status)).toEqual([200, 200, 200])
  expect(await demo.charges()).toHaveLength(1)
})

test('is confirmed before the person returns', async ({ page, context, demo }) => {
  await demo.payments.hold()
  await beginAtReview(page, cards.webhookLate)
  await placeOrder(page)
  await expectStep(page, 'paying')
  await page.close()
  await demo.payments.release()
  await expect.poll(async () => (await deliveries(demo)).length, { timeout: 20_000 }).toBe(1)
  const other = await context.newPage()
  await other.goto('/checkout')
  await expectStep(other, 'confirmed')
})

test('finds no order once the person has deleted it: the provider need not come again, and the log says so', async ({
  page,
  demo,
}) => {
  await demo.payments.hold()
  await beginAtReview(page, cards.webhookLate)
  await placeOrder(page)
  await expectStep(page, 'paying')
  const answer = await page.request.delete('/api/flows/checkout', { headers: { origin: demo.url } })
  expect(answer.status()).toBe(204)
  await demo.payments.release()
  await expect.poll(() => deliveries(demo), { timeout: 20_000 }).toMatchObject([{ status: 200 }])
  expect(demo.log()).toMatch(/"payment\.orphaned".*"charge":"ch_\w+","code":"session_gone"/)
})

test('comes from the provider and nobody else, and is fresh', async ({ page, demo, request }) => {
  await demo.payments.hold()
  await beginAtReview(page, cards.webhookLate)
  await placeOrder(page)
  await expectStep(page, 'paying')
  const [{ id = '', idempotencyKey = '' } = {}] = await demo.charges()
  const reference = idempotencyKey.split('.')[0]
  const secret = (await readFile(join(demo.data, 'webhook.secret'), 'utf8')).trim()
  const body = JSON.stringify({ type: 'charge.succeeded', data: { chargeId: id, reference } })
  const post = (key: string, ageS = 0) => {
    const at = String(Math.floor(Date.now() / 1000) - ageS)
    const sign = createHmac('sha256', Buffer.from(key.replace('whsec_', ''), 'base64')).update(`evt_1.${at}.${body}`)
    const signed = {
      'webhook-id': 'evt_1',
      'webhook-timestamp': at,
      'webhook-signature': `v1,${sign.digest('base64')}`,
    }
    return request.post('/api/payments', { data: body, headers: { 'content-type': 'application/json', ...signed } })
  }
  expect((await post(Buffer.alloc(32).toString('base64'))).status()).toBe(401)
  expect((await post(secret, 6 * 60)).status()).toBe(401)
  expect((await request.post('/api/payments', { data: body })).status()).toBe(401)
  await expectStep(page, 'paying')
  expect((await post(secret)).status()).toBe(200)
  await expectStep(page, 'confirmed')
})
