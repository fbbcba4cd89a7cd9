// A conversation with the assistant, as a person has it with the page, and by bare requests.
import { randomUUID } from 'node:crypto'
import { expect, type Page } from '@playwright/test'

/** Three pages, so that answers name them. Each sentence that is asked about stands once. */
export const notes = {
  name: 'Notes on the Engine.txt',
  mimeType: 'text/plain',
  buffer: Buffer.from(
    [
      'The Analytical Engine weaves algebraical patterns just as the Jacquard loom weaves flowers and leaves.',
      'The mill is the place to which numbers are brought to be operated upon, and the store is where they rest.',
      'Punched cards drive the engine, and there are three kinds of them: operations, variables and constants.',
    ]
      .map((sentence, page) => `${sentence} ${filling(page)}`)
      .join('\f'),
  ),
}

function filling(page: number): string {
  const remark = (nth: number) => `Remark ${page * 40 + nth} tells in passing of London, of rain and of a long letter.`
  return Array.from({ length: 30 }, (_, nth) => remark(nth + 1)).join(' ')
}

type Exchange = { id: number; question: string; answer: string | null; passages: number[] }

/** The view, as its tests look into it. */
export type Known = {
  epoch: number
  revision: number
  mark: string
  tag: string
  step: string
  value: unknown
  pending: string[]
  drafts: Record<string, { values: Record<string, string> }>
  context: {
    document: { id: string } | null
    exchanges: Exchange[]
    questions: { id: number; text: string }[]
    moved: { exchanges: number; page: string | null }
    summary: string
    trouble: { code: string; retryAt: number | null } | null
  }
}

const url = '/api/flows/assistant'

export async function knownOf(page: Page): Promise<Known> {
  const response = await page.request.get(url)
  expect(response.status()).toBe(200)
  return response.json()
}

/** Sends an event without a page, in the session of its browser. */
export async function send(page: Page, origin: string, event: { type: string; [field: string]: unknown }) {
  const data = { opId: randomUUID(), event }
  return page.request.post(`${origin}${url}/events`, { data, headers: { origin } })
}

/** Gives a name and a document, and waits until it is read. */
export async function begin(page: Page, origin: string, document = notes): Promise<void> {
  expect((await send(page, origin, { type: 'name.given', name: 'Ada' })).status()).toBe(200)
  const response = await page.request.post(`${origin}/api/assistant/document`, {
    multipart: { opId: randomUUID(), position: '0.0.', document },
    headers: { origin, accept: 'application/json' },
  })
  expect(response.status(), await response.text()).toBe(200)
  await expect.poll(async () => (await knownOf(page)).step).toBe('conversation')
}

export const composer = (page: Page) => page.getByLabel('Your question', { exact: true })
export const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

export async function ask(page: Page, question: string): Promise<void> {
  await composer(page).fill(question)
  await button(page, 'Ask').click()
}

/** The part of the page about one question. */
export const exchange = (page: Page, question: string) =>
  page.getByRole('article').filter({ has: page.getByRole('heading', { name: question, exact: true }) })

/** The text of the answer to a question, whole or not. */
export const answerOf = (page: Page, question: string) => exchange(page, question).locator('.answer-text')

export async function chooseDocument(page: Page, file: typeof notes): Promise<void> {
  await page.locator('input[type=file]').setInputFiles(file)
  await button(page, 'Continue').click()
}

/** Loads the page anew in the middle of an answer. It comes with all that was there of it: one round trip. */
export async function refresh(page: Page, question: string): Promise<void> {
  const before = (await answerOf(page, question).textContent()) ?? ''
  const html = (await (await page.reload())?.text()) ?? ''
  // Scripts hold what the page is made of, too.
  const seen = html.replace(/<script[\s\S]*?<\/script>/g, '').replace(/<[^>]*>/g, '')
  expect(seen).toContain(before.trimEnd())
}

/** Notes each text that an answer is shown with, by the load of the page and the id of its question. */
export async function watchAnswers(page: Page): Promise<Map<string, string[]>> {
  const shown = new Map<string, string[]>()
  await page.exposeFunction('noteAnswer', (question: string, text: string) => {
    const texts = shown.get(question) ?? []
    if (texts.at(-1) !== text) texts.push(text)
    shown.set(question, texts)
  })
  await page.addInitScript(() => {
    const note = () => {
      // A browser shows a document by and by as it arrives, with elements that are empty at first.
      if (document.readyState === 'loading') return
      for (const answer of document.querySelectorAll('.answer-text')) {
        const id = answer.parentElement?.querySelector('h2')?.id ?? ''
        const { noteAnswer } = window as unknown as { noteAnswer(id: string, text: string): void }
        noteAnswer(`${performance.timeOrigin} ${id}`, answer.textContent ?? '')
      }
    }
    document.addEventListener('DOMContentLoaded', note)
    new MutationObserver(note).observe(document, { childList: true, subtree: true, characterData: true })
  })
  return shown
}

/** Fails for a text that is not how the one after it begins, but for the answer to the question `stopped`. */
export function expectOnlyGrown(shown: ReadonlyMap<string, readonly string[]>, stopped?: number): void {
  expect(shown.size).toBeGreaterThan(0)
  const others = [...shown].filter(([key]) => !key.endsWith(` question-${stopped}`))
  const shrunk = others.flatMap(([id, texts]) =>
    texts.flatMap((text, nth) => {
      const next = texts[nth + 1]
      return next === undefined || next.startsWith(text.trimEnd()) ? [] : [`${id}: "${text}" became "${next}"`]
    }),
  )
  expect(shrunk).toEqual([])
}
