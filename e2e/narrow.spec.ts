// A narrow screen, or one at 400 % zoom: the words of the page's note are in view, and lie over no focused button.
import type { Page } from '@playwright/test'
import { expectStep, fillShipping } from './support/checkout.ts'
import { expectKept, indicator } from './support/drafts.ts'
import { expect, test } from './support/test.ts'

const screens = [
  { width: 320, height: 568 },
  { width: 390, height: 664 },
  // 1280 × 1024 at 400 %.
  { width: 320, height: 256 },
]

/** True if a press in the middle of the button, at its upper and at its lower edge meets the button. */
const isFree = (page: Page) =>
  page.getByRole('button', { name: 'Continue', exact: true }).evaluate((button) => {
    const { left, width, top, bottom } = button.getBoundingClientRect()
    return [top + 2, (top + bottom) / 2, bottom - 2].every((y) =>
      button.contains(document.elementFromPoint(left + width / 2, y)),
    )
  })

for (const viewport of screens)
  for (const colorScheme of ['light', 'dark'] as const)
    test.describe(`${viewport.width} × ${viewport.height}, ${colorScheme}`, () => {
      test.use({ viewport, colorScheme })

      test('a refusal to save is said in full, and the focused button is never under it', async ({ page }) => {
        await page.goto('/checkout/shipping')
        await fillShipping(page)
        await page.getByLabel('Address line 2').fill('4111 1111 1111 1111')
        await expect(indicator(page)).toContainText('Address line 2. This looks like a card number.')
        await expect(indicator(page)).toBeInViewport({ ratio: 1 })
        await page.getByLabel('Email').focus()
        await page.keyboard.press('Tab')
        await expect(page.getByRole('button', { name: 'Continue', exact: true })).toBeFocused()
        expect(await isFree(page)).toBe(true)
      })

      test('a change from elsewhere is said in view, with a link to what it is', async ({ page, context }) => {
        await page.goto('/checkout/shipping')
        await expectStep(page, 'shipping')
        await page.getByLabel('Town or city').fill('London')
        await expectKept(page, 'shipping', { city: 'London' })
        const other = await context.newPage()
        await other.goto('/checkout/shipping')
        await page.bringToFront()
        await page.getByLabel('Town or city').focus()
        await other.getByLabel('Town or city').fill('Paris')
        await expectKept(other, 'shipping', { city: 'Paris' })
        const link = page.getByRole('link', { name: 'Changed elsewhere' })
        await expect(link).toBeInViewport({ ratio: 1 })
        await link.click()
        await expect(page.getByRole('heading', { name: 'Changed elsewhere' })).toBeInViewport({ ratio: 1 })
        await page.getByRole('button', { name: 'Keep mine' }).click()
        await expect(link).toBeHidden()
        await expectKept(page, 'shipping', { city: 'London' })
      })
    })
