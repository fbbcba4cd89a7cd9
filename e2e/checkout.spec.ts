// The path through the checkout, and every way back.
import {
  ada,
  answerTo,
  cards,
  expectShippingFilled,
  expectStep,
  fillShipping,
  goToPayment,
  goToReview,
  placeOrder,
  pressContinue,
  startOver,
  submitCard,
  submitDelivery,
  submitInvoice,
  submitShipping,
  viewOf,
} from './support/checkout.ts'
import { expectKept } from './support/drafts.ts'
import { expect, notFound, test } from './support/test.ts'

test('leads from the home page to a confirmed order paid by card', async ({ page, demo }) => {
  await page.goto('/')
  await page.getByRole('link', { name: 'Start checkout' }).click()
  await expectStep(page, 'shipping')
  await expect(page).toHaveTitle('Address – Checkout')
  await expect(page.getByText('Step 1 of 4')).toBeVisible()
  await fillShipping(page)
  await pressContinue(page)
  await expectStep(page, 'delivery')
  await expect(page).toHaveTitle('Delivery – Checkout')
  await expect(page.getByText('Step 2 of 4')).toBeVisible()
  await submitDelivery(page)
  await expect(page).toHaveTitle('Payment – Checkout')
  await expect(page.getByText(/^Prices held for \d+ minutes$/)).toBeVisible()
  await submitCard(page)
  await expect(page).toHaveTitle('Check your order – Checkout')
  for (const text of ['Ada Lovelace', 'Second floor', 'United Kingdom', 'ada@example.org', 'Card ending 4242'])
    await expect(page.getByRole('definition').filter({ hasText: text })).toBeVisible()
  await placeOrder(page)
  await expectStep(page, 'confirmed')
  await expect(page).toHaveTitle('Order confirmed – Checkout')
  await expect(page.getByText(/^DG-[0-9A-Z]{4}-[0-9A-Z]{4}$/)).toBeVisible()
  expect(await demo.charges()).toMatchObject([{ token: 'tok_ok', amount: 4250 }])
})

test('takes an order on invoice without asking the payment provider', async ({ page, demo }) => {
  await goToPayment(page)
  await submitInvoice(page)
  await expect(answerTo(page, 'Method')).toHaveText('Invoice to Analytical Engines Ltd')
  await expect(answerTo(page, 'VAT number')).toHaveText('Not provided')
  await placeOrder(page)
  await expectStep(page, 'confirmed')
  await expect(page.getByText('The invoice for Analytical Engines Ltd is in the parcel.')).toBeVisible()
  expect(await demo.charges()).toEqual([])
})

test('charges what the chosen delivery costs, as every page says', async ({ page, demo }) => {
  await submitShipping(page)
  await pressContinue(page)
  await expect(page.getByRole('alert').getByRole('link')).toHaveText(['Choose how we deliver'])
  await expect(page.getByRole('radio', { name: 'Express' })).toHaveAccessibleDescription('£8.95, the next working day')
  await submitDelivery(page, 'Express')
  await expect(page.getByText('Express delivery').filter({ visible: true })).toBeVisible()
  await submitCard(page)
  await expect(answerTo(page, 'Delivery method')).toHaveText('Express, £8.95')
  await page.getByRole('link', { name: 'Change delivery method' }).click()
  await expectStep(page, 'delivery')
  await expect(page.getByRole('radio', { name: 'Express' })).toBeChecked()
  await page.getByRole('radio', { name: 'Standard' }).check()
  await pressContinue(page)
  await expectStep(page, 'review')
  await expect(answerTo(page, 'Delivery method')).toHaveText('Standard, £3.95')
  await page.getByRole('link', { name: 'Change delivery method' }).click()
  await page.getByRole('radio', { name: 'Express' }).check()
  await pressContinue(page)
  await expectStep(page, 'review')
  await placeOrder(page, '£47.50')
  await expectStep(page, 'confirmed')
  expect(await demo.charges()).toMatchObject([{ amount: 4750 }])
})

test('keeps the step and every answer through a reload, at every step', async ({ page }) => {
  await goToPayment(page)
  await page.reload()
  await expectStep(page, 'payment')
  await page.goto('/checkout/shipping')
  await expectShippingFilled(page)
  await page.reload()
  await expectShippingFilled(page)
  await page.goto('/checkout/payment')
  await submitInvoice(page)
  await page.reload()
  await expectStep(page, 'review')
  await expect(answerTo(page, 'Name')).toHaveText('Ada Lovelace')
  await page.goto('/checkout/payment')
  await expect(page.getByLabel('Company name')).toHaveValue('Analytical Engines Ltd')
  await page.goto('/checkout/review')
  await placeOrder(page)
  await expectStep(page, 'confirmed')
  const reference = await page.getByText(/^DG-/).textContent()
  await page.reload()
  await expectStep(page, 'confirmed')
  await expect(page.getByText(/^DG-/)).toHaveText(reference ?? '')
})

test('walks the steps with the browser’s Back and Forward, and takes a correction on the way', async ({ page }) => {
  await goToReview(page)
  await page.goBack()
  await expectStep(page, 'payment')
  await expect(page.getByRole('radio', { name: 'Card ending 4242' })).toBeChecked()
  await page.goBack()
  await expectStep(page, 'delivery')
  await page.goBack()
  await expectStep(page, 'shipping')
  await expectShippingFilled(page)
  await page.goForward()
  await expectStep(page, 'delivery')
  await page.goForward()
  await expectStep(page, 'payment')
  await page.goForward()
  await expectStep(page, 'review')
  for (let step = 0; step < 3; step++) await page.goBack()
  await expectStep(page, 'shipping')
  await page.getByLabel('Last name').fill('King')
  await pressContinue(page)
  await expectStep(page, 'review')
  await expect(answerTo(page, 'Name')).toHaveText('Ada King')
})

test('leads back through the steps with the Back links', async ({ page }) => {
  const back = page.getByRole('link', { name: 'Back', exact: true })
  await goToReview(page)
  for (const step of ['payment', 'delivery', 'shipping'] as const) {
    await back.click()
    await expectStep(page, step)
  }
  await back.click()
  await expect(page.getByRole('heading', { name: 'Welcome back – you stopped at Check your order' })).toBeVisible()
  await page.goto('/checkout/review')
  await page.getByRole('link', { name: 'Change delivery method' }).click()
  await expectStep(page, 'delivery')
  await back.click()
  await expectStep(page, 'review')
})

test('keeps the card that was given before, as one of the ways to pay', async ({ page, demo }) => {
  await goToReview(page)
  await page.getByRole('link', { name: 'Change payment method' }).click()
  await expect(page.getByRole('radio', { name: 'Card ending 4242' })).toBeChecked()
  await expect(page.getByLabel('Card number')).toBeHidden()
  await pressContinue(page)
  await expectStep(page, 'review')
  await expect(answerTo(page, 'Method')).toHaveText('Card ending 4242')
  await page.getByRole('link', { name: 'Change payment method' }).click()
  await page.getByRole('radio', { name: 'Another card' }).check()
  await submitCard(page, cards.flaky)
  await expect(answerTo(page, 'Method')).toHaveText('Card ending 5035')
  await placeOrder(page)
  await expectStep(page, 'confirmed')
  expect(await demo.charges()).toMatchObject([{ token: 'tok_flaky' }])
})

test('returns from a Change link straight to the review', async ({ page }) => {
  await goToReview(page)
  await page.getByRole('link', { name: 'Change address' }).click()
  await expectStep(page, 'shipping')
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused()
  await expectShippingFilled(page)
  await page.getByLabel('Town or city').fill('Ockham')
  await pressContinue(page)
  await expectStep(page, 'review')
  await expect(answerTo(page, 'Address')).toContainText('Ockham')
  await page.getByRole('link', { name: 'Change payment method' }).click()
  await expectStep(page, 'payment')
  await submitInvoice(page)
  await expect(answerTo(page, 'Method')).toHaveText('Invoice to Analytical Engines Ltd')
})

test('answers a link to a step not reached yet with the step the person is at', async ({ page }) => {
  for (const step of ['delivery', 'payment', 'review', 'paying', 'confirmed', 'expired']) {
    await page.goto(`/checkout/${step}`)
    await expectStep(page, 'shipping')
  }
  await goToPayment(page)
  for (const step of ['review', 'paying', 'confirmed', 'declined']) {
    await page.goto(`/checkout/${step}`)
    await expectStep(page, 'payment')
  }
})

test.describe('an address without a page', () => {
  test.use({ mayLog: notFound })
  test('is told from a step, and leads to where the person is', async ({ page }) => {
    await goToPayment(page)
    const response = await page.goto('/checkout/nowhere')
    expect(response?.status()).toBe(404)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('There is no page at this address')
    await page.getByRole('link', { name: 'Go to where you stopped' }).click()
    await expectStep(page, 'payment')
  })
})

test('closes the questions once the order is placed, and says so', async ({ page }) => {
  await goToReview(page)
  await placeOrder(page)
  await expectStep(page, 'confirmed')
  await page.goBack()
  await expect(page.getByRole('heading', { name: 'You have already placed this order' })).toBeVisible()
  await expectStep(page, 'confirmed')
  await page.goto('/checkout/shipping')
  await expect(page.getByRole('heading', { name: 'You have already placed this order' })).toBeVisible()
})

test('welcomes a person back at home, to continue or to start over', async ({ page }) => {
  await goToPayment(page)
  await page.goto('/')
  await expect(page.getByRole('heading', { name: 'Welcome back – you stopped at Payment' })).toBeVisible()
  await page.getByRole('link', { name: 'Continue', exact: true }).click()
  await expectStep(page, 'payment')
  await page.goto('/')
  await page.getByRole('link', { name: 'Start over' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Start over?' })).toBeFocused()
  await page.getByRole('link', { name: 'Keep this order' }).click()
  await expectStep(page, 'payment')
  await page.goto('/')
  await startOver(page)
  await expect(page.getByRole('heading', { name: 'Two books are waiting' })).toBeVisible()
  expect(await page.context().cookies()).toEqual([])
  await page.getByRole('link', { name: 'Start checkout' }).click()
  await expectStep(page, 'shipping')
  for (const label of Object.keys(ada)) await expect(page.getByLabel(label, { exact: true })).toHaveValue('')
})

test('takes a double click as one event', async ({ page }) => {
  await page.goto('/checkout')
  await fillShipping(page)
  // A draft is a revision, too: no other one is on its way then.
  await expectKept(page, 'shipping', { country: 'GB' })
  const before = (await viewOf(page)).revision
  await page.getByRole('button', { name: 'Continue' }).dblclick()
  await expectStep(page, 'delivery')
  expect((await viewOf(page)).revision).toBe(before + 1)
  await submitDelivery(page)
  await page.getByLabel('Card number').fill('4242424242424242')
  const { revision } = await viewOf(page)
  await page.getByRole('button', { name: 'Continue' }).filter({ visible: true }).dblclick()
  await expectStep(page, 'review')
  expect((await viewOf(page)).revision).toBe(revision + 1)
})

test('charges a double-clicked order once', async ({ page, demo }) => {
  await goToReview(page)
  await page.getByRole('button', { name: 'Pay £42.50' }).dblclick()
  await expectStep(page, 'confirmed')
  expect(await demo.charges()).toHaveLength(1)
})
