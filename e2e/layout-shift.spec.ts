// Nothing on a page of the checkout moves by itself: not while it loads, saves, or goes on.
import type { Page } from '@playwright/test'
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
import { expect, test } from './support/test.ts'

type Shift = { value: number; path: string; moved: string[] }

/** Collects what moves in a document, but for what follows a person's input within half a second. */
async function watchShifts(page: Page): Promise<Shift[]> {
  const shifts: Shift[] = []
  await page.exposeFunction('noteShift', (shift: Shift) => shifts.push(shift))
  await page.addInitScript(() => {
    type Entry = PerformanceEntry & { value: number; hadRecentInput: boolean; sources: { node: Node | null }[] }
    const nameOf = (node: Node | null) =>
      node instanceof Element ? node.outerHTML.slice(0, 80) : String(node?.nodeName)
    new PerformanceObserver((list) => {
      for (const { value, hadRecentInput, sources } of list.getEntries() as Entry[])
        if (!hadRecentInput)
          (window as unknown as { noteShift(shift: object): void }).noteShift({
            value,
            path: location.pathname,
            moved: sources.map(({ node }) => nameOf(node)),
          })
    }).observe({ type: 'layout-shift', buffered: true })
  })
  return shifts
}

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
