// Refused answers: the person is told why, and nothing they typed is lost.
import type { BrowserContext } from '@playwright/test'
import {
  ada,
  answerTo,
  beginAtPayment,
  beginAtReview,
  cards,
  expectShippingFilled,
  expectStep,
  fillShipping,
  placeOrder,
  pressContinue,
  startOver,
  submitCard,
  submitShipping,
  viewOf,
} from './support/checkout.ts'
import { expect, outage, test } from './support/test.ts'

test('says what is wrong on top, in the title and at each field, and keeps what was typed', async ({ page }) => {
  await page.goto('/checkout')
  const wrong = { ...ada, 'First name': '', Postcode: '???', 'Email address': 'ada at example' }
  await fillShipping(page, wrong)
  await pressContinue(page)
  const summary = page.getByRole('alert', { name: 'There is a problem' })
  await expect(summary).toBeFocused()
  await expect(page).toHaveTitle('Error: Address – Checkout')
  await expect(summary.getByRole('link')).toHaveText([
    'Enter your first name',
    'Enter a postcode with only letters, numbers, spaces and hyphens',
    'Enter an email address in the correct format, like name@example.com',
  ])
  await expectShippingFilled(page, wrong)
  const name = page.getByLabel('First name')
  await expect(name).toHaveAccessibleDescription('Error: Enter your first name')
  await summary.getByRole('link', { name: 'Enter your first name' }).click()
  await expect(name).toBeFocused()
  // A second refusal moves the focus to the summary again.
  await pressContinue(page)
  await expect(summary).toBeFocused()
  await fillShipping(page)
  await pressContinue(page)
  await expectStep(page, 'delivery')
  await expect(page).toHaveTitle('Delivery – Checkout')
})

test('checks a card number before it becomes a token, and an invoice before it becomes an order', async ({ page }) => {
  await beginAtPayment(page)
  const summary = page.getByRole('alert', { name: 'There is a problem' })
  for (const [number, message] of [
    ['', 'Enter your card number'],
    ['4242 42', 'Enter all digits of your card number'],
    ['4242 4242 4242 4241', 'Check your card number: one of the digits is wrong'],
  ] as const) {
    await page.getByLabel('Card number').fill(number)
    await pressContinue(page)
    await expect(summary.getByRole('link')).toHaveText([message])
    await expect(summary).toBeFocused()
    await expect(page.getByLabel('Card number')).toHaveValue(number)
  }
  await expect(page).toHaveTitle('Error: Payment – Checkout')
  await page.getByRole('radio', { name: 'Invoice' }).check()
  await expect(summary).toBeHidden()
  await pressContinue(page)
  await expect(summary.getByRole('link')).toHaveText(['Enter the name of your company'])
  await page.getByRole('radio', { name: 'Card' }).check()
  await submitCard(page)
  await expect(page).toHaveTitle('Check your order – Checkout')
})

/** Cuts off streams, reads and drafts, so that tabs learn of changes only from the answer to what they send. */
async function deaf(context: BrowserContext): Promise<void> {
  await context.route(/\/api\/flows\/[a-z]+(\/stream|\/drafts\/.*)?$/, (route) => route.abort())
}

test.describe('tabs that hear nothing of one another', () => {
  test.use({ mayLog: outage })

  test('tells a second tab that the order was changed, keeps its text, and lets it go on', async ({
    page,
    context,
  }) => {
    await deaf(context)
    await beginAtReview(page)
    await page.goto('/checkout/shipping')
    const second = await context.newPage()
    await second.goto('/checkout/shipping')
    await second.getByLabel('Last name').fill('Typed in the second tab')
    await page.getByLabel('Last name').fill('Sent from the first tab')
    await pressContinue(page)
    await expectStep(page, 'review')

    await pressContinue(second)
    await expect(second.getByRole('heading', { name: 'This was changed in another tab' })).toBeVisible()
    await expect(second.getByLabel('Last name')).toHaveValue('Typed in the second tab')
    await page.reload()
    await expect(answerTo(page, 'Name')).toHaveText('Ada Sent from the first tab')
    await expect(second.getByRole('link', { name: 'Go on from Check your order' })).toBeVisible()

    await pressContinue(second)
    await expectStep(second, 'review')
    await expect(answerTo(second, 'Name')).toHaveText('Ada Typed in the second tab')
  })

  test('tells a second tab that the order was placed, and orders once', async ({ page, context, demo }) => {
    await deaf(context)
    await beginAtReview(page)
    const second = await context.newPage()
    await second.goto('/checkout/review')
    await placeOrder(page)
    await expectStep(page, 'confirmed')
    await placeOrder(second)
    await expect(second.getByRole('heading', { name: 'You have already placed this order' })).toBeVisible()
    await expectStep(second, 'confirmed')
    expect(await demo.charges()).toHaveLength(1)
  })

  test('tells a second tab that the checkout was started over, and takes its answers as a new one', async ({
    page,
    context,
  }) => {
    await deaf(context)
    await submitShipping(page)
    const second = await context.newPage()
    await second.goto('/checkout/shipping')
    await second.getByLabel('Last name').fill('Still here')
    await page.goto('/')
    await startOver(page)
    await expect(page.getByRole('heading', { name: 'Two books are waiting' })).toBeVisible()

    await pressContinue(second)
    await expect(second.getByRole('heading', { name: 'This order was started over' })).toBeVisible()
    await expect(second.getByLabel('Last name')).toHaveValue('Still here')
    await pressContinue(second)
    await expectStep(second, 'delivery')
    expect((await viewOf(page)).context).toMatchObject({ shipping: { familyName: 'Still here' } })
  })

  test('lets two tabs at the same step send the same answers', async ({ page, context }) => {
    await deaf(context)
    await beginAtPayment(page)
    const second = await context.newPage()
    await second.goto('/checkout/payment')
    await submitCard(page)
    await second.getByLabel('Card number').fill(cards.works)
    await pressContinue(second)
    await expect(second.getByRole('heading', { name: 'This was changed in another tab' })).toBeVisible()
    await second.getByRole('link', { name: 'Go on from Check your order' }).click()
    await expectStep(second, 'review')
  })
})
