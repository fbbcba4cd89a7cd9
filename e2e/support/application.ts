// Fills in the application as a person does, and recognises the question that is shown.
import { randomUUID } from 'node:crypto'
import { expect, type Page } from '@playwright/test'
import { pressContinue } from './checkout.ts'

export const headings = {
  name: 'Your name',
  contact: 'How we reach you',
  address: 'Your address',
  company: 'Who comes with you',
  person: 'Someone who comes with you',
  people: 'The people who come with you',
  employment: 'How you make your living',
  employer: 'Your employer',
  studies: 'Your studies',
  project: 'What you are writing',
  published: 'Earlier books',
  publication: 'Your latest book',
  sample: 'Writing sample',
  enrolment: 'Proof of enrolment',
  check: 'Check your answers',
  sent: 'Application sent',
}

export type Question = keyof typeof headings

/** Waits until the page of a question is shown, at its URL, with its heading. */
export async function expectQuestion(page: Page, question: Question): Promise<void> {
  await expect(page.getByRole('heading', { level: 1, name: headings[question], exact: true })).toBeVisible()
  await expect(page).toHaveURL(new RegExp(`/application/${question}(\\?|$)`))
}

export const choose = (page: Page, option: string) => page.getByRole('radio', { name: option, exact: true }).check()

export async function fill(page: Page, values: Readonly<Record<string, string>>): Promise<void> {
  for (const [label, value] of Object.entries(values)) await page.getByLabel(label, { exact: true }).fill(value)
}

export const sample = { name: 'The engine, chapter 1.txt', mimeType: 'text/plain', buffer: Buffer.from('It wove.\n') }
export const enrolment = {
  name: 'Student card.pdf',
  mimeType: 'application/pdf',
  buffer: Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n'),
}
/** Its bytes are those of a Windows program, whatever its name says. */
export const program = {
  name: 'Sample.pdf',
  mimeType: 'application/pdf',
  buffer: Buffer.from('MZ\0\x01\x02\x03 not a document'),
}

export const chooseFile = (page: Page, file: typeof sample) => page.locator('input[type=file]').setInputFiles(file)

/** Fills in each question that is not a choice. */
const filled: Readonly<Partial<Record<Question, (page: Page) => Promise<unknown>>>> = {
  name: (page) => fill(page, { 'Full name': 'Ada Lovelace', 'Pen name (optional)': 'A. A. L.' }),
  contact: (page) => fill(page, { 'Email address': 'ada@example.org', 'Phone number (optional)': '020 7946 0991' }),
  address: async (page) => {
    await fill(page, { 'Address line 1': '12 St James’s Square', 'Town or city': 'London', Postcode: 'SW1Y 4JH' })
    await page.getByLabel('Country').selectOption('United Kingdom')
  },
  employer: async (page) => {
    await fill(page, { Employer: 'Analytical Engines Ltd' })
    await choose(page, 'Yes, it is agreed')
  },
  studies: (page) => fill(page, { 'School or university': 'University of London' }),
  project: async (page) => {
    await fill(page, {
      'Working title': 'The engine',
      'What it is about': 'A machine that weaves\nalgebraic patterns.',
    })
    await page.getByLabel('What it is', { exact: true }).selectOption('Novel')
  },
  publication: (page) => fill(page, { Title: 'Notes', Publisher: 'Taylor', 'Year it came out': '1943' }),
  sample: (page) => chooseFile(page, sample),
  enrolment: (page) => chooseFile(page, enrolment),
}

/** Answers the question that is shown and waits for the one that follows; `option` where it is a choice. */
export async function answer(page: Page, question: Question, next: Question, option?: string): Promise<void> {
  await expectQuestion(page, question)
  await (option === undefined ? filled[question]?.(page) : choose(page, option))
  await pressContinue(page)
  await expectQuestion(page, next)
}

export type PersonGiven = { name: string; relation: string; age: string }
export const annabella: PersonGiven = { name: 'Annabella Byron', relation: 'Parent', age: '61' }

export async function fillPerson(page: Page, { name, relation, age }: PersonGiven): Promise<void> {
  await fill(page, { 'Full name': name, Age: age })
  await page.getByLabel('Who they are to you').selectOption(relation)
}

export const sendApplication = (page: Page) => page.getByRole('button', { name: 'Send application' }).click()

const events = [
  { type: 'name.submitted', fullName: 'Ada Lovelace' },
  { type: 'contact.submitted', email: 'ada@example.org' },
  {
    type: 'address.submitted',
    line1: '12 St James’s Square',
    city: 'London',
    postcode: 'SW1Y 4JH',
    country: 'GB',
  },
  { type: 'company.submitted', company: 'no' },
  { type: 'employment.submitted', employment: 'none' },
  { type: 'project.submitted', workTitle: 'The engine', genre: 'novel', summary: 'A machine that weaves.' },
  { type: 'published.submitted', published: 'no' },
]

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers.
type Answers = any

/** A reply of the application's API to this browser. */
export type Known = {
  epoch: number
  revision: number
  mark: string
  tag: string
  step: string
  drafts: Answers
  context: Answers
  expiresAt: number
}

export async function knownOf(page: Page): Promise<Known> {
  const response = await page.request.get('/api/flows/application')
  expect(response.status()).toBe(200)
  return response.json()
}

/** Answers the questions before `question` by bare requests, for tests that begin there. */
export async function begin(page: Page, origin: string, question: Question): Promise<void> {
  for (const event of events) {
    if (event.type === `${question}.submitted`) return
    const data = { opId: randomUUID(), event }
    const response = await page.request.post('/api/flows/application/events', { data, headers: { origin } })
    expect(response.status()).toBe(200)
  }
  if (question === 'sample') return
  const response = await page.request.post('/api/documents/sample', {
    multipart: { opId: randomUUID(), position: '0.0.', document: sample },
    headers: { origin, accept: 'application/json' },
  })
  expect(response.status()).toBe(200)
}
