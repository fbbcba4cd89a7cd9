// The long form: every section, its branches, the people who come along, the check before sending, and coming back.
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import {
  annabella,
  answer,
  begin,
  enrolment,
  expectQuestion,
  fillPerson,
  knownOf,
  sample,
  sendApplication,
} from './support/application.ts'
import { answerTo, pressContinue, summary } from './support/checkout.ts'
import { desktop, expect, test } from './support/devices.ts'

const ralph = { name: 'Ralph Lovelace', relation: 'Child', age: '8' }

const rowsOf = (page: Page) => page.getByRole('term')
const change = (page: Page, what: string) => page.getByRole('link', { name: `Change ${what}`, exact: true }).click()

/** The sent applications, read from the file that stands in for the office. */
async function sentFrom(data: string): Promise<{ reference: string; people: unknown[]; answers: object }[]> {
  const text = await readFile(join(data, 'applications.ndjson'), 'utf8')
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled })

    test('leads through every section to an application that is sent once', async ({ page, demo }) => {
      test.slow()
      await page.goto('/')
      await page.getByRole('link', { name: 'Apply for the residency' }).click()
      await answer(page, 'name', 'contact')
      await answer(page, 'contact', 'address')
      await answer(page, 'address', 'company')
      await answer(page, 'company', 'person', 'Yes')
      await fillPerson(page, annabella)
      await pressContinue(page)
      await answer(page, 'people', 'person', 'Yes')
      await fillPerson(page, ralph)
      await pressContinue(page)
      await expect(page.getByText('2 people come with you.')).toBeVisible()
      await answer(page, 'people', 'employment', 'No')
      await answer(page, 'employment', 'studies', 'Studying')
      await answer(page, 'studies', 'project')
      await answer(page, 'project', 'published')
      await answer(page, 'published', 'publication', 'Yes')
      await answer(page, 'publication', 'sample')
      await answer(page, 'sample', 'enrolment')
      await answer(page, 'enrolment', 'check')

      await expect(answerTo(page, 'Full name')).toHaveText('Ada Lovelace')
      await expect(answerTo(page, 'Person 2')).toHaveText('Ralph Lovelace, child, 8')
      await expect(answerTo(page, 'School or university')).toHaveText('University of London')
      await expect(answerTo(page, 'Latest book')).toHaveText('NotesTaylor, 1943')
      await expect(answerTo(page, 'Writing sample')).toContainText(sample.name)
      await expect(answerTo(page, 'Proof of enrolment')).toContainText(enrolment.name)

      const before = (await knownOf(page)).tag
      await sendApplication(page)
      await expectQuestion(page, 'sent')
      const reference = (await page.locator('.reference .code').textContent()) ?? ''
      const sent = (await sentFrom(demo.data)).filter((one) => one.reference === reference)
      expect(sent).toHaveLength(1)
      expect(sent[0]).toMatchObject({ people: [{ personName: annabella.name }, { personName: ralph.name }] })

      // The pages of a sent application are closed and lead to this one.
      await page.goto('/application/name')
      await expectQuestion(page, 'sent')
      await expect(page.getByRole('heading', { name: 'You have already sent this application' })).toBeVisible()
      await page.getByRole('link', { name: 'Start a new application' }).click()
      await expect(page.getByRole('heading', { level: 1, name: 'Start a new application?' })).toBeVisible()
      await page.getByRole('button', { name: 'Start a new application' }).click()
      await expectQuestion(page, 'name')
      await expect(page.getByLabel('Full name')).toHaveValue('')
      expect((await knownOf(page)).tag).not.toBe(before)
    })

    test('people are added, changed and removed; without the last one the question is asked again', async ({
      page,
      demo,
    }) => {
      await begin(page, demo.url, 'company')
      await page.goto('/application/company')
      await answer(page, 'company', 'person', 'Yes')
      await fillPerson(page, { ...annabella, age: 'sixty' })
      await pressContinue(page)
      await expect(summary(page)).toContainText('Enter their age in years, as a number like 8')
      await expect(page.getByLabel('Full name')).toHaveValue(annabella.name)
      await page.getByLabel('Age').fill('61')
      await pressContinue(page)
      await answer(page, 'people', 'person', 'Yes')
      await expect(page.getByLabel('Full name')).toHaveValue('')
      await fillPerson(page, ralph)
      await pressContinue(page)
      await expectQuestion(page, 'people')

      await change(page, annabella.name)
      await expect(page.getByLabel('Age')).toHaveValue('61')
      await page.getByLabel('Age').fill('62')
      await page.getByRole('button', { name: 'Save and continue' }).click()
      await expectQuestion(page, 'people')
      await expect(page.getByText('Parent, 62 years old')).toBeVisible()
      await expect(page.getByText('Child, 8 years old')).toBeVisible()

      const remove = async (name: string) => {
        await page.getByText(`Remove ${name}`, { exact: true }).click()
        await page.getByRole('button', { name: `Yes, remove ${name}` }).click()
      }
      await remove(annabella.name)
      await expect(page.getByText('One person comes with you.')).toBeVisible()
      await expect(page.getByRole('heading', { name: annabella.name })).toHaveCount(0)
      await remove(ralph.name)
      await expectQuestion(page, 'company')
      expect((await knownOf(page)).context.people).toEqual([])
      await answer(page, 'company', 'employment', 'No')
    })
  })
}

const addsAndRemoves =
  'an answer that adds questions asks them, one that takes some away forgets none, and both lead back to the check'
test(addsAndRemoves, async ({ page, demo }) => {
  await begin(page, demo.url, 'check')
  await page.goto('/application')
  await page.getByRole('link', { name: 'Continue', exact: true }).click()
  await expectQuestion(page, 'check')
  await expect(rowsOf(page).filter({ hasText: 'Employer' })).toHaveCount(0)

  await change(page, 'your living')
  await answer(page, 'employment', 'employer', 'Employed')
  await answer(page, 'employer', 'check')
  await expect(answerTo(page, 'Employer')).toHaveText('Analytical Engines Ltd')

  await change(page, 'your living')
  await answer(page, 'employment', 'studies', 'Studying')
  await answer(page, 'studies', 'enrolment')
  await answer(page, 'enrolment', 'check')
  await expect(rowsOf(page).filter({ hasText: 'Employer' })).toHaveCount(0)
  await expect(answerTo(page, 'Proof of enrolment')).toContainText(enrolment.name)

  // The employer was answered before, so the question is not asked again.
  await change(page, 'your living')
  await answer(page, 'employment', 'check', 'Employed')
  await expect(answerTo(page, 'Employer')).toHaveText('Analytical Engines Ltd')
  await expect(rowsOf(page).filter({ hasText: 'Proof of enrolment' })).toHaveCount(0)
})

test('Change leads to the answer as it is, and back to the check', async ({ page, demo }) => {
  await begin(page, demo.url, 'check')
  await page.goto('/application/check')
  await change(page, 'full name')
  await expectQuestion(page, 'name')
  await expect(page.getByLabel('Full name')).toHaveValue('Ada Lovelace')
  await page.getByRole('link', { name: 'Back', exact: true }).click()
  await expectQuestion(page, 'check')

  await change(page, 'full name')
  await page.getByLabel('Full name').fill('Ada King')
  await pressContinue(page)
  await expectQuestion(page, 'check')
  await expect(answerTo(page, 'Full name')).toHaveText('Ada King')
  await change(page, 'what it is about')
  await expect(page.getByLabel('Working title')).toHaveValue('The engine')
  await pressContinue(page)
  await expectQuestion(page, 'check')
})

test('who comes back finds a list of what is done and what is left, and goes on where they were', async ({
  page,
  demo,
}) => {
  const status = (section: string) => page.getByRole('listitem').filter({ hasText: section }).locator('[data-status]')
  await begin(page, demo.url, 'employment')
  await page.goto('/')
  await page.getByRole('link', { name: 'See your application' }).click()
  await expect(
    page.getByText('You have completed 2 of 5 sections. You stopped at How you make your living.'),
  ).toBeVisible()
  await expect(status('About you')).toHaveText('Completed')
  await expect(status('Your household')).toHaveText('Completed')
  await expect(status('Your work')).toHaveText('Not started')
  await expect(status('Documents')).toHaveText('Cannot start yet')
  await expect(page.getByRole('link', { name: 'Documents' })).toHaveCount(0)

  await page.getByRole('link', { name: 'Your work' }).click()
  await answer(page, 'employment', 'project', 'Self-employed')
  await page.goto('/application')
  await expect(status('Your work')).toHaveText('In progress')
  await page.getByRole('link', { name: 'About you' }).click()
  await expectQuestion(page, 'name')
  await page.goto('/application')
  await page.getByRole('link', { name: 'Continue', exact: true }).click()
  // Looking at an answered question does not change where the person is.
  await expectQuestion(page, 'project')
})

test('somebody who was removed in one tab is not brought back by another', async ({ page, demo, context }) => {
  await begin(page, demo.url, 'company')
  await page.goto('/application/company')
  await answer(page, 'company', 'person', 'Yes')
  for (const person of [annabella, ralph]) {
    await fillPerson(page, person)
    await pressContinue(page)
    await expectQuestion(page, 'people')
    if (person === annabella) await answer(page, 'people', 'person', 'Yes')
  }
  await change(page, annabella.name)
  await expect(page.getByRole('heading', { level: 1, name: `Change ${annabella.name}` })).toBeVisible()
  await page.getByLabel('Age').fill('62')

  const second = await context.newPage()
  await second.goto('/application/people')
  await second.getByText(`Remove ${annabella.name}`, { exact: true }).click()
  await second.getByRole('button', { name: `Yes, remove ${annabella.name}` }).click()
  await expect(second.getByText('One person comes with you.')).toBeVisible()

  const removed = `${annabella.name} was removed`
  await expect(page.getByRole('heading', { level: 1, name: removed })).toBeVisible()
  await expect(page).toHaveTitle(`${removed} – Residency application`)
  await expect(page.getByLabel('Age')).toHaveCount(0)
  // A page that was told of every other change sends its form all the same.
  const { epoch, revision, mark } = await knownOf(page)
  const event = { type: 'person.submitted', person: 'p1', personName: 'Annabella', relation: 'parent', age: '62' }
  const late = await page.request.post('/api/flows/application/events', {
    data: { opId: randomUUID(), step: 'person', position: { epoch, revision, mark }, event },
    headers: { origin: demo.url },
  })
  expect([late.status(), (await late.json()).code]).toEqual([409, 'not_accepted'])
  await page.getByRole('link', { name: 'Continue', exact: true }).click()
  await expectQuestion(page, 'people')
  expect((await knownOf(page)).context.people).toMatchObject([{ personName: ralph.name }])
  // An old link to the person leads to the list.
  await page.goto('/application/person?person=p1')
  await expectQuestion(page, 'people')
})

test.describe('Save and come back later', () => {
  test.use({ permissions: ['clipboard-read', 'clipboard-write'] })

  test('says that nothing is saved, as long as nothing is', async ({ page }) => {
    await page.goto('/application')
    await page.getByRole('link', { name: 'Save and come back later' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Save and come back later' })).toBeFocused()
    await expect(page.getByText('Nothing is saved yet.')).toBeVisible()
    await expect(page.getByRole('button', { name: 'Make a link and a code' })).toHaveCount(0)
    await page.getByRole('link', { name: 'Continue', exact: true }).click()
    await expectQuestion(page, 'name')
  })

  test('gives a link, a QR code, a code to type and a date, and what was typed comes along', async ({
    page,
    demo,
    phone,
  }) => {
    await begin(page, demo.url, 'project')
    await page.goto('/application/project')
    await page.getByLabel('Working title').fill('The difference')
    await expect(page.getByRole('status').filter({ hasText: 'What you type is saved.' })).toBeAttached()
    await page.getByRole('link', { name: 'Save and come back later' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Save and come back later' })).toBeVisible()
    const { expiresAt } = await knownOf(page)
    const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric' }).format(expiresAt)
    await expect(page.getByText(`Your application is saved, and kept until ${date}.`)).toBeVisible()

    await page.getByRole('button', { name: 'Make a link and a code' }).click()
    await expect(page.getByRole('img', { name: 'QR code of the link' })).toBeVisible()
    await expect(page.getByText(/They work once, until \d\d:\d\d \(\d+ minutes left\)/)).toBeVisible()
    const url = await page.getByLabel('Or send yourself the link').inputValue()
    expect(url).toMatch(new RegExp(`^${demo.url}/handoff#[\\w-]{22}\\.[\\w-]{43}$`))
    await page.getByRole('button', { name: 'Copy the link' }).click()
    await expect(page.getByText('Copied', { exact: true })).toBeVisible()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(url)
    const code = (await page.locator('[data-handoff-code]').textContent()) ?? ''
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/)

    await phone.goto('/handoff')
    await phone.getByLabel('Code').fill(code.toLowerCase().replace('-', ' '))
    await pressContinue(phone)
    await expect(phone.getByRole('heading', { level: 1, name: 'Continue this application here?' })).toBeVisible()
    await expect(answerTo(phone, 'From')).toHaveText(desktop)
    await phone.getByRole('button', { name: 'Continue here' }).click()
    await expectQuestion(phone, 'project')
    await expect(phone.getByLabel('Working title')).toHaveValue('The difference')
    // The page that the session was moved from says so without a reload.
    await expect(page.getByRole('heading', { level: 1, name: 'You continued on Chrome on Android' })).toBeVisible()
  })
})
