// The server is killed between any two steps, as in a power cut, and the person continues where they were.
import {
  ada,
  answerTo,
  beginAtReview,
  cards,
  expectShippingFilled,
  expectStep,
  fillShipping,
  placeOrder,
  pressContinue,
  submitCard,
  submitDelivery,
  submitInvoice,
  viewOf,
} from './support/checkout.ts'
import { beginAnother, giveCard, orderTo } from './support/orders.ts'
import { expect, outage, test } from './support/test.ts'

for (const store of ['pglite', 'redis'] as const) {
  test.describe(`kill -9 on ${store}`, () => {
    test.describe.configure({ mode: 'default' })
    test.use({ shared: { store, env: { DOGEAR_LEASE_MS: '1500' }, of: 'crashes' }, mayLog: outage })

    test('between any two steps loses neither the step nor an answer', async ({ page, demo }) => {
      test.slow()
      const crash = async () => {
        await demo.kill()
        await demo.start()
      }
      await page.goto('/checkout')
      await fillShipping(page)
      await crash()
      // The open page still shows the typed answers, and the next server takes them.
      await pressContinue(page)
      await expectStep(page, 'delivery')

      await crash()
      await page.reload()
      await expectStep(page, 'delivery')
      await page.goto('/checkout/shipping')
      await expectShippingFilled(page)
      await page.goto('/checkout')
      await submitDelivery(page)

      await crash()
      await page.reload()
      await expectStep(page, 'payment')
      await submitInvoice(page)

      await crash()
      await page.reload()
      await expectStep(page, 'review')
      await expect(answerTo(page, 'Name')).toHaveText('Ada Lovelace')
      await expect(answerTo(page, 'Method')).toHaveText('Invoice to Analytical Engines Ltd')
      await page.getByRole('link', { name: 'Change payment method' }).click()
      await expect(page.getByLabel('Company name')).toHaveValue('Analytical Engines Ltd')
      await page.getByRole('radio', { name: 'Card' }).check()
      await submitCard(page)

      await crash()
      await placeOrder(page)
      await expectStep(page, 'confirmed')
      const { revision } = await viewOf(page)
      const reference = await page.getByText(/^DG-/).textContent()

      await crash()
      await page.reload()
      await expectStep(page, 'confirmed')
      await expect(page.getByText(/^DG-/)).toHaveText(reference ?? '')
      expect((await viewOf(page)).revision).toBe(revision)
      expect(await demo.charges()).toHaveLength(1)
    })

    test('while a card is charged: the next server finishes it, and the card is charged once', async ({
      page,
      demo,
    }) => {
      await demo.payments.hold()
      await beginAtReview(page, cards.slow)
      await placeOrder(page)
      await expectStep(page, 'paying')
      await demo.kill()
      await demo.start()
      await demo.payments.release()
      // The page was open the whole time and moves on without a reload.
      await expectStep(page, 'confirmed')
      expect(await demo.charges()).toMatchObject([{ token: 'tok_slow', amount: 4250 }])
    })

    if (store === 'pglite')
      test('while two orders are charged in two tabs: each is charged once, and both tabs say so', async ({
        page,
        context,
        demo,
      }) => {
        await demo.payments.hold()
        await beginAtReview(page, cards.slow)
        const tab = await context.newPage()
        const base = await beginAnother(tab)
        await orderTo(tab, { ...ada, 'First name': 'Bea' }, base)
        await demo.kill()
        await demo.start()
        await giveCard(tab, cards.slow, base)
        await expect(answerTo(page, 'Name')).toHaveText('Ada Lovelace')
        await expect(answerTo(tab, 'Name')).toHaveText('Bea Lovelace')
        await placeOrder(page)
        await placeOrder(tab)
        await expectStep(page, 'paying')
        await expectStep(tab, 'paying', base)
        await demo.kill()
        await demo.start()
        await demo.payments.release()
        await expectStep(page, 'confirmed')
        await expectStep(tab, 'confirmed', base)
        const charges = await demo.charges()
        expect(charges).toMatchObject([{ token: 'tok_slow' }, { token: 'tok_slow' }])
        expect(new Set(charges.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(2)
        const references = [page, tab].map((one) => one.getByText(/^DG-/).textContent())
        expect(new Set(await Promise.all(references)).size).toBe(2)
      })
  })
}

test.describe('a polite end', () => {
  test.use({ own: { store: 'pglite' }, mayLog: outage })

  test('waits for the charge under way', async ({ page, demo }) => {
    await demo.payments.hold()
    await beginAtReview(page, cards.slow)
    await placeOrder(page)
    await expectStep(page, 'paying')
    // The end of the stream tells that the server has begun to end.
    const stream = page.request.get('/api/flows/checkout/stream')
    const ended = demo.end()
    await stream
    await demo.payments.release()
    await ended
    expect(demo.log()).not.toMatch(/error/i)
    await demo.start()
    expect(await viewOf(page)).toMatchObject({ step: 'confirmed' })
    await expectStep(page, 'confirmed')
    expect(await demo.charges()).toHaveLength(1)
    // The next server may be asked before its database is open.
    const errors = demo
      .log()
      .split('\n')
      .filter((line) => /error/i.test(line) && !line.includes('store_unavailable'))
    expect(errors).toEqual([])
  })
})
