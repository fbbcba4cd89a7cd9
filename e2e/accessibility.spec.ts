// Every page, judged by axe: wide and narrow, light and dark.
import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import {
  cards,
  expectStep,
  goToReview,
  placeOrder,
  pressContinue,
  submitCard,
  submitInvoice,
  submitShipping,
} from './support/checkout.ts'
import { expect, notFound, outage, test } from './support/test.ts'

const looks = [
  { width: 1280, height: 800, colorScheme: 'light' },
  { width: 360, height: 740, colorScheme: 'dark' },
  { width: 360, height: 740, colorScheme: 'light' },
] as const

async function expectAccessible(page: Page): Promise<void> {
  for (const { width, height, colorScheme } of looks) {
    await page.setViewportSize({ width, height })
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const { violations } = await new AxeBuilder({ page }).analyze()
    const found = violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
    expect(found, `${page.url()} at ${width} px, ${colorScheme}`).toEqual([])
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(overflow, `${page.url()} scrolls sideways at ${width} px`).toBeLessThanOrEqual(0)
  }
}

test('the questions are accessible, empty, filled in, and with errors', async ({ page }) => {
  await page.goto('/')
  await expectAccessible(page)
  await page.goto('/checkout')
  await expectAccessible(page)
  await pressContinue(page)
  await expect(page.getByRole('alert')).toBeFocused()
  await expectAccessible(page)
  await submitShipping(page)
  await expectAccessible(page)
  await page.getByText('Test cards for this demonstration').click()
  await pressContinue(page)
  await expect(page.getByRole('alert')).toBeFocused()
  await expectAccessible(page)
  await page.getByRole('radio', { name: 'Invoice' }).check()
  await pressContinue(page)
  await expect(page.getByRole('alert')).toBeFocused()
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

test('the page that waits for the provider is accessible, and so is the one of expired prices', async ({ browser }) => {
  const demo = await startDemo({ env: { PRICE_HOLD_MS: '8000' } })
  const context = await browser.newContext({ baseURL: demo.url })
  const page = await context.newPage()
  try {
    await goToReview(page, cards.works)
    await demo.payments.end()
    await placeOrder(page)
    await expectStep(page, 'paying')
    await expectAccessible(page)
  } finally {
    await demo.stop()
  }
})

test.describe('a page that is not there', () => {
  test.use({ mayLog: notFound })
  test('is accessible', async ({ page }) => {
    await page.goto('/nowhere')
    await expectAccessible(page)
  })
})

test.describe('without its store', () => {
  test.use({ mayLog: outage })
  test('the shop’s page is accessible', async ({ page, startOwnDemo }) => {
    const demo = await startOwnDemo({ store: 'redis' })
    await page.goto(`${demo.url}/checkout`)
    await demo.redis.kill()
    await page.goto(`${demo.url}/`)
    await expectAccessible(page)
  })
})
