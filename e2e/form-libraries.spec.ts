// The pages of docs/forms.md in a browser: each library inside `FlowForm`, with nothing between them.
import { test as base, expect, type Page } from '@playwright/test'
import { type FormPages, serveFormPages } from './support/form-pages.ts'
import { listen } from './support/test.ts'

const test = base.extend<{ quiet: undefined }, { served: FormPages }>({
  served: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs off its parameters.
    async ({}, use) => {
      const served = await serveFormPages()
      await use(served)
      await served.stop()
    },
    { scope: 'worker' },
  ],
  baseURL: ({ served }, use) => use(served.url),
  quiet: [
    async ({ context }, use) => {
      const said = listen(context, undefined)
      await use(undefined)
      expect(said, 'what the browser complained about').toEqual([])
    },
    { auto: true },
  ],
})

type Known = { step: string; saved: boolean; context: { person: unknown }; drafts: Record<string, { values: object }> }

const known = async (page: Page): Promise<Known> => (await page.request.get('/api/flows/registration')).json()
const name = (page: Page) => page.getByLabel('Name')
const email = (page: Page) => page.getByLabel('Email address')
const errors = async (page: Page) => (await page.getByRole('alert').allTextContents()).filter((text) => text !== '')
const send = (page: Page) => page.getByRole('button', { name: 'Continue' }).click()

for (const path of ['/react-hook-form', '/tanstack-form', '/conform']) {
  test(`${path.slice(1)}: checks, keeps drafts, shows the server's issues by field, sends one event`, async ({
    page,
  }) => {
    // Typed before the scripts run: it stays, and is kept.
    let runScripts = () => {}
    const typed = new Promise<void>((resolve) => {
      runScripts = resolve
    })
    await page.route('**/script.js', (route) => typed.then(() => route.continue()))
    await page.goto(path, { waitUntil: 'commit' })
    await email(page).fill('ada')
    runScripts()
    await expect.poll(async () => (await known(page)).drafts.person?.values).toMatchObject({ email: 'ada' })
    await expect(email(page)).toHaveValue('ada')

    // The library's own check: nothing is sent.
    await send(page)
    await expect.poll(() => errors(page)).toEqual(['Enter your name'])

    // The draft is there after a reload, and is what the library begins with.
    await name(page).fill('Ada')
    await expect.poll(async () => (await known(page)).drafts.person?.values).toEqual({ name: 'Ada', email: 'ada' })
    await page.reload()
    await expect(name(page)).toHaveValue('Ada')
    await expect(email(page)).toHaveValue('ada')

    // The server's check: the issue is at its field, and what was typed stays.
    await send(page)
    await expect.poll(() => errors(page)).toEqual(['Enter an email address, like name@example.com'])
    await expect(name(page)).toHaveValue('Ada')

    // Typing in another tab arrives in the library, too.
    const second = await page.context().newPage()
    await second.goto(path)
    await name(second).fill('Ada Lovelace')
    await expect(name(page)).toHaveValue('Ada Lovelace')

    await email(page).fill('ada@example.org')
    await send(page)
    await expect.poll(async () => (await known(page)).step).toBe('done')
    expect((await known(page)).context.person).toEqual({ name: 'Ada Lovelace', email: 'ada@example.org' })
  })
}

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false })

  test('a form is the same form, with its values and issues in the page', async ({ page }) => {
    await page.goto('/conform')
    await email(page).fill('ada')
    await send(page)
    await expect.poll(() => errors(page)).toEqual(['Enter your name', 'Enter an email address, like name@example.com'])
    await expect(email(page)).toHaveValue('ada')
    await name(page).fill('Ada')
    await email(page).fill('ada@example.org')
    await send(page)
    expect((await known(page)).context.person).toEqual({ name: 'Ada', email: 'ada@example.org' })
  })
})
