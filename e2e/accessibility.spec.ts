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
  await expect(page.getByRole('alert', { name: 'There is a problem' })).toBeFocused()
  await expectAccessible(page)
  await submitShipping(page)
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
    await submitShipping(page)
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
