// Drafts as tests see them: typing, the indicator on the page, and the values that the server keeps.
import { expect, type Page } from '@playwright/test'
import { type Visitor, visit } from './visitor.ts'

/** The line that shows a person that their input is saved or not. */
export const indicator = (page: Page) => page.locator('.saved')

/** The same for a screen reader. */
export const spoken = (page: Page) => indicator(page).getByRole('status')

type Values = Record<string, unknown>
// biome-ignore lint/suspicious/noExplicitAny: tests look into answers.
type Known = { step: string; status: string; context: any; drafts: Record<string, { values: Values; issues: any[] }> }

/** The server's view of this browser's session. */
export async function sessionOf(page: Page, flow = 'checkout'): Promise<Known> {
  const response = await page.request.get(`/api/flows/${flow}`)
  expect(response.status()).toBe(200)
  return response.json()
}

/** The values of a step's draft on the server, if there is one. */
export const draftOf = async (page: Page, step: string, flow = 'checkout'): Promise<Values | undefined> =>
  (await sessionOf(page, flow)).drafts[step]?.values

export async function expectKept(page: Page, step: string, values: Values, flow = 'checkout'): Promise<void> {
  await expect.poll(() => draftOf(page, step, flow)).toMatchObject(values)
}

export type Typed = { text: string; at: number[] }

/** Types into a field without a pause; returns the text and the time of each letter. */
export async function typeFor(page: Page, label: string, ms: number): Promise<Typed> {
  const typed: Typed = { text: '', at: [] }
  await page.getByLabel(label, { exact: true }).focus()
  for (const end = Date.now() + ms; Date.now() < end; ) {
    const letter = 'abcdefghijklmnopqrstuvwxyz'[typed.at.length % 26] ?? ''
    await page.keyboard.press(letter, { delay: 60 })
    typed.text += letter
    typed.at.push(Date.now())
  }
  return typed
}

// The last 1.5 seconds may be lost. Another second lets the previous save arrive on a busy machine.
const mayBeLostMs = 1500 + 1000

/** Everything was kept, except for the letters typed right before the end. */
export function expectLittleLost(kept: unknown, { text, at }: Typed, endedAt: number): void {
  const due = at.filter((time) => time < endedAt - mayBeLostMs).length
  expect(due, 'letters typed long enough before the end to tell').toBeGreaterThan(5)
  expect(text.startsWith(String(kept)), `${kept} is how ${text} begins`).toBe(true)
  expect(String(kept).length, 'letters kept').toBeGreaterThanOrEqual(due)
}

/** A visitor without a browser who has this browser's session. */
export async function visitorOf(page: Page, url: string): Promise<Visitor> {
  const cookies = await page.context().cookies()
  const { name, value } = cookies.find((cookie) => cookie.name === 'dogear.checkout') ?? { name: '', value: '' }
  return visit(url, `${name}=${value}`)
}
