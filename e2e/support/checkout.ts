// Fills in the checkout as a person does, and recognises the step that is shown.
import { randomUUID } from 'node:crypto'
import { expect, type Page } from '@playwright/test'
import { tokenFor } from '../../apps/payments/src/cards.ts'
import { delivery, shipping } from './visitor.ts'

export const ada = {
  'First name': 'Ada',
  'Last name': 'Lovelace',
  'Address line 1': '12 St James’s Square',
  'Address line 2 (optional)': 'Second floor',
  'Town or city': 'London',
  Postcode: 'SW1Y 4JH',
  'Email address': 'ada@example.org',
}

export const cards = {
  works: '4242 4242 4242 4242',
  declined: '4000 0000 0000 0002',
  slow: '4000 0000 0000 5001',
  lostReply: '4000 0000 0000 5019',
  flaky: '4000 0000 0000 5035',
  webhook: '4000 0000 0000 5043',
  webhookDeclined: '4000 0000 0000 5050',
  webhookStorm: '4000 0000 0000 5068',
  webhookLate: '4000 0000 0000 5076',
  confirm: '4000 0000 0000 5084',
}

export const headings = {
  shipping: 'Address',
  delivery: 'Delivery',
  payment: 'Payment',
  review: 'Check your order',
  paying: 'Confirming your payment',
  declined: 'Payment not confirmed',
  expired: 'Prices no longer held',
  confirmed: 'Order confirmed',
}

export type StepName = keyof typeof headings

/** Waits until the page of a step is shown, at its URL, with its heading. `base` is where the pages of an order are. */
export async function expectStep(page: Page, step: StepName, base = '/checkout'): Promise<void> {
  await expect(page.getByRole('heading', { level: 1, name: headings[step], exact: true })).toBeVisible()
  await expect(page).toHaveURL(new RegExp(`${base}/${step}(\\?|$)`))
}

export const pressContinue = (page: Page) =>
  page.getByRole('button', { name: 'Continue', exact: true }).filter({ visible: true }).click()

export const summary = (page: Page) => page.getByRole('alert', { name: 'There is a problem' })

export async function fillShipping(page: Page, values: Partial<typeof ada> = ada): Promise<void> {
  for (const [label, value] of Object.entries(values)) await page.getByLabel(label, { exact: true }).fill(value)
  await page.getByLabel('Country').selectOption('United Kingdom')
}

export async function expectShippingFilled(page: Page, values: Partial<typeof ada> = ada): Promise<void> {
  for (const [label, value] of Object.entries(values))
    await expect(page.getByLabel(label, { exact: true })).toHaveValue(value)
  await expect(page.getByLabel('Country')).toHaveValue('GB')
}

export async function submitShipping(page: Page, values = ada): Promise<void> {
  await page.goto('/checkout')
  await expectStep(page, 'shipping')
  await fillShipping(page, values)
  await pressContinue(page)
  await expectStep(page, 'delivery')
}

export async function submitDelivery(page: Page, method: 'Standard' | 'Express' = 'Standard'): Promise<void> {
  await page.getByRole('radio', { name: method }).check()
  await pressContinue(page)
  await expectStep(page, 'payment')
}

/** From the beginning to the page that asks for payment. */
export async function goToPayment(page: Page, values = ada): Promise<void> {
  await submitShipping(page, values)
  await submitDelivery(page)
}

export async function submitCard(page: Page, number = cards.works): Promise<void> {
  await page.getByLabel('Card number').fill(number)
  await pressContinue(page)
  await expectStep(page, 'review')
}

/** From a page with a session: the question, and the answer to it. */
export async function startOver(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Start over' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Start over?' })).toBeVisible()
  await page.getByRole('button', { name: 'Delete my answers and start over' }).click()
}

export async function submitInvoice(page: Page, company = 'Analytical Engines Ltd'): Promise<void> {
  await page.getByRole('radio', { name: 'Invoice' }).check()
  await page.getByLabel('Company name').fill(company)
  await pressContinue(page)
  await expectStep(page, 'review')
}

/** Presses the button that orders; the page that follows depends on the card. */
export const placeOrder = (page: Page, total = '£42.50') =>
  page.getByRole('button', { name: new RegExp(`^(Pay|Place order for) ${total.replace('.', '\\.')}$`) }).click()

export async function goToReview(page: Page, number = cards.works): Promise<void> {
  await goToPayment(page)
  await submitCard(page, number)
}

/** Sends the events of answered pages by bare requests, for tests that begin at a later page, and opens that one. */
async function beginAt(page: Page, step: 'payment' | 'review', events: readonly object[]): Promise<void> {
  const headers = { 'sec-fetch-site': 'same-origin' }
  for (const event of events) {
    const data = { opId: randomUUID(), event }
    // A store that has only just begun may answer 503: a page sends the same once more, too.
    const send = async () => (await page.request.post('/api/flows/checkout/events', { data, headers })).status()
    await expect.poll(send, { timeout: 30_000 }).toBe(200)
  }
  await page.goto(`/checkout/${step}`)
  await expectStep(page, step)
}

const addressed = [{ ...shipping, line2: ada['Address line 2 (optional)'] }, delivery]

/** Opens the page that asks for payment, in a session whose earlier answers came by bare requests. */
export const beginAtPayment = (page: Page): Promise<void> => beginAt(page, 'payment', addressed)

/** Opens the page that shows all answers, in a session whose answers came by bare requests. */
export async function beginAtReview(page: Page, number = cards.works): Promise<void> {
  const card = tokenFor(number)
  if ('problem' in card) throw new Error(`${number}: ${card.problem}`)
  const payment = { type: 'payment.submitted', method: 'card', cardToken: card.token, last4: card.last4 }
  await beginAt(page, 'review', [...addressed, payment])
}

export const answerTo = (page: Page, question: string) =>
  page
    .getByRole('term')
    .filter({ hasText: new RegExp(`^${question}$`) })
    .locator('xpath=following-sibling::dd[1]')

/**
 * The server's view of this browser's session. A server that has just begun may answer 503 until its store is open, and
 * is asked again, as every client would.
 */
export async function viewOf(
  page: Page,
): Promise<{ revision: number; step: string; context: Record<string, unknown> }> {
  const look = () => page.request.get('/api/flows/checkout')
  let response = await look()
  const deadline = Date.now() + 30_000
  while (response.status() === 503 && Date.now() < deadline) {
    await page.waitForTimeout(Number(response.headers()['retry-after']) * 1000)
    response = await look()
  }
  expect(response.status()).toBe(200)
  return response.json()
}

/** From a declined card to another one, and to the confirmed order. */
export async function payWithAnother(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Choose how to pay' }).click()
  await expectStep(page, 'payment')
  await submitCard(page)
  await placeOrder(page)
  await expectStep(page, 'confirmed')
}
