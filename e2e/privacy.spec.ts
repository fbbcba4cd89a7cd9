// What a person typed stays out of the log, and what proves a session stays out of every page.
import {
  ada,
  expectStep,
  fillShipping,
  goToReview,
  placeOrder,
  pressContinue,
  submitDelivery,
  submitInvoice,
} from './support/checkout.ts'
import { expect, outage, test } from './support/test.ts'
import { shipping, visit } from './support/visitor.ts'

const canary = 'Zanzibar Quetzalcoatl'

test.describe('the log', () => {
  test.use({ own: { store: 'redis' }, mayLog: outage })

  test('holds nothing a person typed, whatever goes wrong', async ({ page, demo }) => {
    test.slow()
    await page.goto('/checkout')
    await fillShipping(page, { ...ada, 'Last name': canary, 'Email address': 'quetzalcoatl at zanzibar' })
    await pressContinue(page)
    await expect(page.getByRole('alert')).toBeVisible()
    await page.getByLabel('Email address').fill('quetzalcoatl@zanzibar.example')
    await pressContinue(page)
    await expectStep(page, 'delivery')
    await submitDelivery(page)
    await submitInvoice(page, `${canary} Ltd`)

    const visitor = visit(demo.url)
    await visitor.send({ ...shipping, familyName: canary })
    await visitor.send({ ...shipping, familyName: canary, country: canary })
    await visitor.send({ type: canary })
    await visitor.saveDraft('shipping', { familyName: canary })
    await visitor.saveDraft(canary, { familyName: canary })
    const raw = { 'content-type': 'application/json' }
    await visitor.request('/events', { method: 'POST', headers: raw, body: `{"${canary}` })
    await visitor.request('/events', { method: 'POST', body: new URLSearchParams({ ...shipping, familyName: canary }) })
    await visitor.saveDraft('shipping', { familyName: canary.repeat(5000) })
    await demo.redis.kill()
    expect((await visitor.send({ ...shipping, familyName: canary })).status).toBe(503)
    await page.goto(`/checkout?name=${canary}`)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await demo.redis.start()
    await expect.poll(async () => (await visitor.get()).status).toBe(200)
    await demo.end()

    expect(demo.log()).toContain('store')
    expect(demo.log()).not.toMatch(/zanzibar|quetzalcoatl/i)
    expect(demo.log()).not.toContain(visitor.cookie.split('=')[1])
  })
})

test('the secret of the cookie is in no page, no answer and no script’s reach', async ({ page, context }) => {
  const bodies: Promise<string>[] = []
  page.on('response', (response) => {
    if (!/\/_next\/static\/|\/stream$/.test(response.url())) bodies.push(response.text().catch(() => ''))
  })
  await goToReview(page)
  await page.reload()
  await placeOrder(page)
  await expectStep(page, 'confirmed')
  await page.goto('/')
  const [cookie] = await context.cookies()
  expect(cookie).toMatchObject({ name: 'dogear.checkout', httpOnly: true, sameSite: 'Lax', path: '/' })
  const [selector = '', secret = ''] = (cookie?.value ?? '').split('.')
  expect([selector.length, secret.length]).toEqual([22, 43])
  const seen = (await Promise.all(bodies)).join('\n')
  expect(seen).toContain('Ada Lovelace')
  for (const half of [selector, secret]) expect(seen).not.toContain(half)
  // The card's token, too, is nobody's business but the server's.
  expect(seen.replace(/{"token":"tok_ok","last4":"4242"}/g, '')).not.toContain('tok_ok')
  expect(await page.evaluate(() => document.cookie)).toBe('')
})
