// Drafts as tests see them: typing, the indicator on the page, and the values that the server keeps.
import { expect, type Page, type Request } from '@playwright/test'
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

/** `slowestMs`: the longest that a save took meanwhile, from the page to its answer. */
export type Typed = { text: string; at: number[]; slowestMs: number }

/**
 * Types into a field without a pause, for `ms` milliseconds and until enough of it is old enough to be kept; returns
 * the text and the time of each letter.
 */
export async function typeFor(page: Page, label: string, ms: number): Promise<Typed> {
  const typed: Typed = { text: '', at: [], slowestMs: 0 }
  const note = (request: Request) => {
    if (request.url().includes('/drafts/')) typed.slowestMs = Math.max(typed.slowestMs, request.timing().responseEnd)
  }
  page.on('requestfinished', note)
  await page.getByLabel(label, { exact: true }).focus()
  for (const end = Date.now() + ms; Date.now() < end || dueIn(typed, Date.now()) <= enough; ) {
    const letter = 'abcdefghijklmnopqrstuvwxyz'[typed.at.length % 26] ?? ''
    await page.keyboard.press(letter, { delay: 60 })
    typed.text += letter
    typed.at.push(Date.now())
  }
  page.off('requestfinished', note)
  return typed
}

const enough = 5

/**
 * The letters that have to be kept. The last 1.5 seconds may be lost, and what was on its way to the server: a save,
 * and what waited for the one before it. That is a second at most, unless a busy machine took longer for a save.
 */
const dueIn = ({ at, slowestMs }: Typed, endedAt: number): number =>
  at.filter((time) => time < endedAt - 1500 - Math.max(1000, 2 * slowestMs)).length

/** Everything was kept, except for the letters typed right before the end. */
export function expectLittleLost(kept: unknown, typed: Typed, endedAt: number): void {
  const { text } = typed
  const due = dueIn(typed, endedAt)
  expect(due, 'letters typed long enough before the end to tell').toBeGreaterThan(enough)
  expect(text.startsWith(String(kept)), `${kept} is how ${text} begins`).toBe(true)
  expect(String(kept).length, 'letters kept').toBeGreaterThanOrEqual(due)
}

/** A visitor without a browser who has this browser's session. */
export async function visitorOf(page: Page, url: string): Promise<Visitor> {
  const cookies = await page.context().cookies()
  const { name, value } = cookies.find((cookie) => cookie.name === 'dogear.checkout') ?? { name: '', value: '' }
  return visit(url, `${name}=${value}`)
}
