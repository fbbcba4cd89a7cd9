// Every page, judged by axe: wide and narrow, light and dark.
import { expectAccessible } from './support/accessible.ts'
import {
  cards,
  expectStep,
  goToPayment,
  goToReview,
  placeOrder,
  pressContinue,
  submitCard,
  submitDelivery,
  submitInvoice,
  submitShipping,
} from './support/checkout.ts'
import { expect, notFound, outage, test } from './support/test.ts'

test('the questions are accessible, empty, filled in, and with errors', async ({ page }) => {
  await page.goto('/')
  await expectAccessible(page)
  await page.goto('/checkout')
  await expectAccessible(page)
  await pressContinue(page)
  await expect(page.getByRole('alert', { name: 'There is a problem' })).toBeFocused()
  await expectAccessible(page)
  await submitShipping(page)
  await expectAccessible(page)
  await submitDelivery(page)
  await expectAccessible(page)
  await page.getByText('Test cards for this demonstration').click()
  await pressContinue(page)
  await expect(page.getByRole('alert', { name: 'There is a problem' })).toBeFocused()
  await expectAccessible(page)
  await page.getByRole('radio', { name: 'Invoice' }).check()
  await pressContinue(page)
  await expect(page.getByRole('alert', { name: 'There is a problem' })).toBeFocused()
  await expectAccessible(page)
  await submitInvoice(page)
  await expectAccessible(page)
  await page.goto('/')
  await expectAccessible(page)
})

test('the pages of the result are accessible', async ({ page }) => {
  await goToReview(page, cards.declined)
  await placeOrder(page)
  await expectStep(page, 'declined')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Choose how to pay' }).click()
  await submitCard(page)
  await placeOrder(page)
  await expectStep(page, 'confirmed')
  await expectAccessible(page)
  await page.goto('/checkout/review')
  await expect(page.getByRole('heading', { name: 'You have already placed this order' })).toBeVisible()
  await expectAccessible(page)
  await page.goto('/')
  await expectAccessible(page)
})

test.describe('with a demo of their own', () => {
  test.use({ own: { store: 'redis' }, mayLog: outage })

  test('the page that waits for the provider is accessible', async ({ page, demo }) => {
    await goToReview(page)
    await demo.payments.end()
    await placeOrder(page)
    await expectStep(page, 'paying')
    await expectAccessible(page)
  })

  test('the pages of an outage are accessible', async ({ page, demo }) => {
    await goToPayment(page)
    await demo.redis.kill()
    await page.getByRole('radio', { name: 'Invoice' }).check()
    await page.getByLabel('Company name').fill('Patience Ltd')
    await pressContinue(page)
    await expect(page.getByRole('heading', { name: 'We could not save this just now' })).toBeVisible({
      timeout: 40_000,
    })
    await expectAccessible(page)
    await page.goto('/')
    await expectAccessible(page)
  })
})

test.describe('a short price hold', () => {
  test.use({ own: { env: { PRICE_HOLD_MS: '4000' } } })

  test('the pages of a hold that ends are accessible', async ({ page }) => {
    await submitShipping(page)
    await expect(page.getByText(/^Prices held for \d+ seconds?$/)).toBeVisible()
    await expectStep(page, 'expired')
    await expectAccessible(page)
  })
})

test.describe('an address without a page', () => {
  test.use({ mayLog: notFound })
  test('is accessible', async ({ page }) => {
    await page.goto('/nowhere')
    await expectAccessible(page)
  })
})
