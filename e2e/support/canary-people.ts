// People of the canary sweep: each types values of their own, into every field of the pages they go through.
import { type Browser, type BrowserContext, expect, type Page } from '@playwright/test'
import { type Canaries, createCanaries } from '../../packages/dogear/fixtures/canaries.ts'
import { choose, fill, headings as questions, sample } from './application.ts'
import { answerOf, ask, button, chooseDocument, composer, knownOf } from './assistant.ts'
import { expectStep, fillShipping, pressContinue, submitDelivery, submitInvoice, summary } from './checkout.ts'
import type { Demo } from './demo.ts'

/** A person: the values they typed, and all that their browser was told. */
export type Person = { canaries: Canaries; heard: string[] }

/** A browser of a person; `urls` are those of every request. */
export type Browsing = Person & { page: Page; context: BrowserContext; urls: string[]; done(): Promise<unknown> }

export async function browse(browser: Browser, demo: Demo, options = {}): Promise<Browsing> {
  const context = await browser.newContext({ baseURL: demo.url, ...options })
  const [heard, urls, reading]: [string[], string[], Promise<unknown>[]] = [[], [], []]
  context.on('request', (request) => urls.push(request.url(), request.headers().referer ?? ''))
  context.on('response', (response) => {
    if (/\/_next\/static\/|\/stream$/.test(response.url())) return
    reading.push(
      response.text().then(
        (text) => heard.push(text),
        () => {},
      ),
    )
    reading.push(
      response.allHeaders().then(
        ({ 'set-cookie': _, ...all }) => heard.push(JSON.stringify(all)),
        () => {},
      ),
    )
  })
  const page = await context.newPage()
  return { canaries: createCanaries(), heard, page, context, urls, done: () => Promise.all(reading) }
}

const shippingOf = ({ text }: Canaries) => ({
  'First name': text(),
  'Last name': text(),
  'Address line 1': text(),
  'Address line 2 (optional)': text(),
  'Town or city': text(),
  Postcode: text(),
  'Email address': `${text()}@${text()}.example`,
})

/** From an invalid address to an order by invoice, with what was typed by mistake on the way. */
export async function order({ page, canaries }: Browsing): Promise<void> {
  const { text } = canaries
  await page.goto('/checkout')
  await fillShipping(page, { ...shippingOf(canaries), 'Email address': `${text()} at ${text()}` })
  await pressContinue(page)
  await expect(summary(page)).toBeVisible()
  await fillShipping(page, shippingOf(canaries))
  await pressContinue(page)
  await expectStep(page, 'delivery')
  await submitDelivery(page)
  await submitInvoice(page, text())
  await page.goto('/checkout/payment')
  await page.getByLabel('VAT number (optional)').fill(text())
  for (const path of ['/checkout/shipping', '/checkout/devices', '/checkout/start-over', '/checkout', '/'])
    await page.goto(path)
}

export async function apply({ page, canaries }: Browsing): Promise<void> {
  const { text, digits } = canaries
  const steps: [question: keyof typeof questions, answer: () => Promise<unknown>][] = [
    ['name', () => fill(page, { 'Full name': text(), 'Pen name (optional)': text() })],
    [
      'contact',
      () => fill(page, { 'Email address': `${text()}@example.org`, 'Phone number (optional)': `+${digits()}` }),
    ],
    [
      'address',
      async () => {
        await fill(page, { 'Address line 1': text(), 'Town or city': text(), Postcode: text() })
        await page.getByLabel('Country').selectOption('United Kingdom')
      },
    ],
    ['company', () => choose(page, 'No')],
    ['employment', () => choose(page, 'Employed')],
    [
      'employer',
      async () => {
        await fill(page, { Employer: text() })
        await choose(page, 'Yes, it is agreed')
      },
    ],
    [
      'project',
      async () => {
        await fill(page, { 'Working title': text(), 'What it is about': `${text()}\n${text()}` })
        await page.getByLabel('What it is', { exact: true }).selectOption('Novel')
      },
    ],
    ['published', () => choose(page, 'Yes')],
    ['publication', () => fill(page, { Title: text(), Publisher: text(), 'Year it came out': '1943' })],
    [
      'sample',
      () =>
        page.locator('input[type=file]').setInputFiles({
          ...sample,
          name: `${text()}.txt`,
          buffer: Buffer.from(`${text()}\n`),
        }),
    ],
  ]
  await page.goto('/application/name')
  for (const [question, answer] of steps) {
    await expect(page.getByRole('heading', { level: 1, name: questions[question], exact: true })).toBeVisible()
    await answer()
    await pressContinue(page)
  }
  await expect(page.getByRole('heading', { level: 1, name: questions.check, exact: true })).toBeVisible()
  for (const path of ['/application', '/application/name', '/application/devices', '/application/start-over'])
    await page.goto(path)
}

/**
 * A name, a document, questions and their answers, a summary of the first of them, a question that is not asked.
 * `midway` is called while an answer is on its way.
 */
export async function converse(
  { page, canaries }: Browsing,
  demo: Demo,
  midway: () => Promise<unknown>,
): Promise<void> {
  const { text } = canaries
  const found = (given: string) => canaries.foundIn(Buffer.from(given))
  const subjects = ['mill', 'store', 'loom', 'crank', 'barrel'] as const
  const about = (subject: string) =>
    `The ${subject} of the engine is ${text()}, which ${text()} keeps ${'and watches over '.repeat(25)}at ${text()}.`
  await page.goto('/assistant')
  await page.getByLabel('Name').fill(text())
  await button(page, 'Continue').click()
  const buffer = Buffer.from(subjects.map(about).join('\f'))
  await chooseDocument(page, { name: `${text()}.txt`, mimeType: 'text/plain', buffer })
  await expect(page.getByRole('heading', { level: 1, name: 'Conversation' })).toBeVisible()
  for (const subject of subjects) {
    const question = `What is the ${subject} of the engine, ${text()}?`
    if (subject === 'store') await demo.assistant.control({ slow: 200, times: 1 })
    await ask(page, question)
    await expect(answerOf(page, question)).toContainText('“')
    if (subject === 'store') await midway()
    await expect(button(page, 'Ask again')).toBeVisible({ timeout: 60_000 })
    expect(found((await answerOf(page, question).textContent()) ?? '')).not.toEqual([])
  }
  // The oldest are condensed into a summary of what was said.
  await expect.poll(async () => found((await knownOf(page)).context.summary), { timeout: 60_000 }).not.toEqual([])
  await composer(page).fill(text())
  for (const path of ['/assistant/devices', '/assistant/start-over', '/assistant', '/']) await page.goto(path)
}
