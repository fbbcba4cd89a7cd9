// Nothing on a page of the checkout moves by itself: not while it loads, saves, or goes on.
import {
  expectStep,
  fillShipping,
  placeOrder,
  pressContinue,
  submitCard,
  submitDelivery,
  summary,
} from './support/checkout.ts'
import { expectKept, indicator } from './support/drafts.ts'
import { watchShifts } from './support/shifts.ts'
import { expect, test } from './support/test.ts'

test('nothing moves from the home page to the confirmed order', async ({ page }) => {
  const shifts = await watchShifts(page)
  await page.goto('/')
  await page.getByRole('link', { name: 'Start checkout' }).click()
  await fillShipping(page)
  await expectKept(page, 'shipping', { city: 'London' })
  await page.waitForTimeout(1000)
  await pressContinue(page)
  await submitDelivery(page)
  await submitCard(page)
  await placeOrder(page)
  await expect(page.getByText(/^DG-[0-9A-Z]{4}-[0-9A-Z]{4}$/)).toBeVisible()
  await page.waitForTimeout(500)
  expect(shifts).toEqual([])
})

test('nothing moves while answers are corrected and saved, or refused as they are saved', async ({ page }) => {
  const shifts = await watchShifts(page)
  await page.goto('/checkout/shipping')
  await page.getByLabel('Postcode').fill('1')
  // To the browser, an answer that takes longer than half a second is none to the press.
  await page.route('**/events', async (route) => {
    await new Promise((later) => setTimeout(later, 1500))
    await route.continue()
  })
  await pressContinue(page)
  await page.waitForTimeout(1000)
  expect(shifts).toEqual([])
  await expect(summary(page)).toBeFocused()
  await expect(summary(page)).toBeInViewport()
  await expect(page.getByLabel('Postcode')).toHaveValue('1')
  await page.waitForTimeout(1000)
  expect(shifts).toEqual([])
  await page.getByLabel('Town or city').fill('4111 1111 1111 1111')
  await expect(indicator(page)).toContainText('Town or city. This looks like a card number.')
  await page.getByLabel('Town or city').fill('London')
  await expectKept(page, 'shipping', { city: 'London' })
  await expect(indicator(page)).toHaveText(/^Saved/)
  await page.waitForTimeout(1000)
  expect(shifts).toEqual([])
})

test('nothing moves as a page with typed values comes back, and its note turns to the time of the reader', async ({
  page,
}) => {
  await page.goto('/checkout/shipping')
  await page.getByLabel('Town or city').fill('London')
  await expectKept(page, 'shipping', { city: 'London' })
  const shifts = await watchShifts(page)
  await page.reload()
  await expect(indicator(page)).toHaveText(/^We brought back/)
  await page.waitForTimeout(1000)
  expect(shifts).toEqual([])
})

test('a page that does move is noticed', async ({ page }) => {
  const shifts = await watchShifts(page)
  await page.goto('/checkout/shipping')
  await expectStep(page, 'shipping')
  await page.evaluate(() => document.querySelector('h1')?.before(document.createElement('hr'), 'A line more.'))
  await expect.poll(() => shifts.length).toBeGreaterThan(0)
})
