// Further orders beside the checkout of a browser, each at an address of its own.
import { expect, type Page } from '@playwright/test'
import { type ada, expectStep, fillShipping, pressContinue } from './checkout.ts'

/** From the home page to the first page of another order; resolves to the path of its pages. */
export async function beginAnother(page: Page): Promise<string> {
  await page.goto('/')
  await page.getByRole('link', { name: 'Begin another order' }).click()
  await expect(page).toHaveURL(/\/orders\/[0-9a-z]{6}\/shipping$/)
  const base = new URL(page.url()).pathname.replace(/\/shipping$/, '')
  await expectStep(page, 'shipping', base)
  return base
}

/** From the address to the page that asks for payment. */
export async function orderTo(page: Page, values: Partial<typeof ada>, base: string): Promise<void> {
  await expectStep(page, 'shipping', base)
  await fillShipping(page, values)
  await pressContinue(page)
  await expectStep(page, 'delivery', base)
  await page.getByRole('radio', { name: 'Standard' }).check()
  await pressContinue(page)
  await expectStep(page, 'payment', base)
}

/** Pays by a card of the stand-in. Without JavaScript its own form comes first, and one more button after it. */
export async function giveCard(page: Page, number: string, base: string): Promise<void> {
  await page.getByLabel('Card number').fill(number)
  await pressContinue(page)
  if (new URL(page.url()).searchParams.has('cardToken')) await pressContinue(page)
  await expectStep(page, 'review', base)
}

/** The card of an order on the home page. */
export const orderCard = (page: Page, base: string) =>
  page
    .getByRole('listitem')
    .filter({ has: page.getByRole('heading', { name: `Order ${base.replace('/orders/', '')}`, exact: true }) })
