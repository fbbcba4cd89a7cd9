// The whole checkout as plain forms: no script runs in these tests.
import {
  ada,
  cards,
  expectShippingFilled,
  expectStep,
  fillShipping,
  goToPayment,
  placeOrder,
  pressContinue,
  startOver,
  submitDelivery,
  submitInvoice,
} from './support/checkout.ts'
import { expect, test } from './support/test.ts'

test.use({ javaScriptEnabled: false })

/** Uses the provider's own form. It takes a second button, because no script passes the token on. */
async function submitCard(page: Parameters<typeof expectStep>[0], number: string): Promise<void> {
  await page.getByLabel('Card number').fill(number)
  await pressContinue(page)
  await expect(page.getByText('The payment provider has taken your card ending')).toBeVisible()
  await pressContinue(page)
  await expectStep(page, 'review')
}

test('leads to a confirmed order by card', async ({ page }) => {
  await page.goto('/')
  await page.getByRole('link', { name: 'Start checkout' }).click()
  await expectStep(page, 'shipping')
  await fillShipping(page)
  await pressContinue(page)
  await expectStep(page, 'delivery')
  await pressContinue(page)
  await expect(page).toHaveTitle('Error: Delivery – Checkout')
  await submitDelivery(page, 'Express')
  await submitCard(page, cards.works)
  await expect(page.getByRole('definition').filter({ hasText: 'Card ending 4242' })).toBeVisible()
  await page.getByRole('link', { name: 'Change payment method' }).click()
  await expect(page.getByRole('radio', { name: 'Card ending 4242' })).toBeChecked()
  await pressContinue(page)
  await expectStep(page, 'review')
  await placeOrder(page, '£47.50')
  await expectStep(page, 'confirmed')
  await page.goto('/checkout/review')
  await expectStep(page, 'confirmed')
  await expect(page.getByRole('heading', { name: 'You have already placed this order' })).toBeVisible()
})

test('takes an invoice, and Change links lead back to the review', async ({ page }) => {
  await goToPayment(page)
  await submitInvoice(page)
  await page.getByRole('link', { name: 'Change name' }).click()
  await expectShippingFilled(page)
  await page.getByLabel('Last name').fill('King')
  await pressContinue(page)
  await expectStep(page, 'review')
  await expect(page.getByRole('definition').filter({ hasText: 'Ada King' })).toBeVisible()
  await placeOrder(page)
  await expectStep(page, 'confirmed')
})

test('says what is wrong in the title, on top and at each field, and keeps what was typed', async ({ page }) => {
  await page.goto('/checkout')
  const wrong = { ...ada, 'First name': '', 'Email address': 'ada at example' }
  await fillShipping(page, wrong)
  await pressContinue(page)
  await expect(page).toHaveTitle('Error: Address – Checkout')
  const summary = page.getByRole('alert', { name: 'There is a problem' })
  await expect(summary.getByRole('link')).toHaveText([
    'Enter your first name',
    'Enter an email address in the correct format, like name@example.com',
  ])
  await expectShippingFilled(page, wrong)
  await page.reload()
  await expectShippingFilled(page, wrong)
  await fillShipping(page)
  await pressContinue(page)
  await expectStep(page, 'delivery')
  await submitDelivery(page)

  await page.getByLabel('Card number').fill('4242 4242 4242 4241')
  await pressContinue(page)
  await expect(page).toHaveTitle('Error: Payment – Checkout')
  await expect(summary.getByRole('link')).toHaveText(['Check your card number: one of the digits is wrong'])
  await page.getByRole('radio', { name: 'Invoice' }).check()
  await pressContinue(page)
  await expect(summary.getByRole('link')).toHaveText(['Enter the name of your company'])
})

test('tells of a declined card and takes another', async ({ page }) => {
  await goToPayment(page)
  await submitCard(page, cards.declined)
  await placeOrder(page)
  await expectStep(page, 'declined')
  await page.getByRole('button', { name: 'Choose how to pay' }).click()
  await expectStep(page, 'payment')
  await submitCard(page, cards.works)
  await placeOrder(page)
  await expectStep(page, 'confirmed')
})

test('waits for a slow card on a page that moves on by itself', async ({ page, demo }) => {
  await demo.payments.hold()
  await goToPayment(page)
  await submitCard(page, cards.slow)
  await placeOrder(page)
  await expectStep(page, 'paying')
  await demo.payments.release()
  await expectStep(page, 'confirmed')
})

test('takes a form that was sent twice as one event, and starts over with a plain button', async ({
  page,
  context,
}) => {
  await goToPayment(page)
  const form = page.locator('.way-invoice form')
  const fields = await form
    .locator('input')
    .evaluateAll((inputs) =>
      inputs.map((input) => [(input as HTMLInputElement).name, (input as HTMLInputElement).value] as const),
    )
  const data = { ...Object.fromEntries(fields), company: 'Twice Ltd' }
  const origin = new URL(page.url()).origin
  for (let time = 0; time < 2; time++) {
    const answer = await context.request.post('/api/flows/checkout/events', {
      form: data,
      headers: { origin },
      maxRedirects: 0,
    })
    expect([answer.status(), answer.headers().location]).toEqual([303, '/checkout/review'])
  }
  await page.goto('/')
  await startOver(page)
  await expect(page.getByRole('heading', { name: 'Two books are waiting' })).toBeVisible()
})
