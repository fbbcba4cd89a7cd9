// The first day: an app made by `npm create dogear` is right as it comes, and keeps its people over `kill -9`.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, expect, type Page } from '@playwright/test'
import { freePort, leash } from '../scripts/processes.mjs'
import { expectAccessible } from './support/accessible.ts'
import { createApps, createDogear, nameOf, run } from './support/created-apps.ts'
import { type OwnRedis, startOwnRedis } from './support/own-redis.ts'

const variants = [
  ['--hono', '--redis'],
  ['--hono', '--embedded'],
  ['--next', '--embedded'],
  ['--next', '--redis'],
]

type Made = { folder: string; redis: OwnRedis }

const test = base.extend<object, { made: Made }>({
  made: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs off its parameters.
    async ({}, use) => {
      const folder = await mkdtemp(join(tmpdir(), 'dogear-create-'))
      await createApps(folder, variants)
      const redis = await startOwnRedis(folder)
      await use({ folder, redis })
      await redis.stop()
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
    { scope: 'worker', timeout: 180_000 },
  ],
})

// One worker makes the apps for all tests. From `npm create` to the last page in three minutes.
test.describe.configure({ mode: 'serial', timeout: 180_000 })

/** Serves what an app has built. */
async function serve(folder: string, flags: readonly string[], { redis }: Made) {
  const command = flags.includes('--next') ? ['node_modules/next/dist/bin/next', 'start'] : ['start.mjs']
  const port = await freePort()
  const env = { ...process.env, PORT: String(port), NODE_ENV: 'production' as const, REDIS_URL: redis.url }
  const lines: string[] = []
  const onLine = (line: string) => lines.push(line)
  const start = async () => {
    const server = await leash(process.execPath, command, { cwd: folder, env, onLine })
    const answers = () =>
      fetch(`http://127.0.0.1:${port}/booking/time`).then(
        ({ status }) => status === 200,
        () => false,
      )
    await expect.poll(answers, { timeout: 60_000 }).toBe(true)
    return server
  }
  let server = await start()
  const kill = async () => {
    server.kill('SIGKILL')
    await server.exited
  }
  return {
    url: `http://localhost:${port}`,
    log: () => lines.join('\n'),
    kill,
    killAndStart: async () => {
      await kill()
      server = await start()
    },
  }
}

const heading = (page: Page, name: string) => expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
const press = (page: Page, name: string) => page.getByRole('button', { name }).click()

/** Answers the first step, the second time in a way that is accepted; `look` sees it refused. */
async function chooseTime(page: Page, url: string, look?: (page: Page) => Promise<void>): Promise<void> {
  await page.goto(url)
  await heading(page, 'Choose a time')
  await press(page, 'Continue')
  await expect(page.locator('.error')).toHaveText('Choose a time')
  await look?.(page)
  await page.getByLabel('Evening').check()
  await press(page, 'Continue')
  await heading(page, 'Your details')
}

for (const flags of variants) {
  const app = (made: Made) => join(made.folder, nameOf(flags))

  test(`npm create dogear -- ${flags.join(' ')}: types, tests, lock and build are right`, async ({ made }) => {
    // Two apps have all that is tested and locked: each server once, each place of the sessions once.
    const all = flags.includes('--next') === flags.includes('--embedded')
    const scripts = all ? ['types', 'test', 'lock', 'check', 'build'] : ['types', 'build']
    for (const script of scripts) await run(['npm', 'run', script], app(made))
  })

  if (flags.includes('--next') !== flags.includes('--embedded')) continue

  test(`npm create dogear -- ${flags.join(' ')}: people keep their step and their words over kill -9`, async ({
    made,
    page,
    browser,
  }) => {
    const server = await serve(app(made), flags, made)
    try {
      await chooseTime(page, server.url, expectAccessible)
      await page.getByLabel('Your name').fill('Ada')
      await page.waitForResponse((response) => response.url().includes('/drafts/') && response.ok())
      await server.killAndStart()
      await page.reload()
      await heading(page, 'Your details')
      await expect(page.getByLabel('Your name')).toHaveValue('Ada')
      await expectAccessible(page)
      // The page that is open when the server dies goes on as well.
      await page.getByLabel('Email address').fill('ada@example.org')
      await server.killAndStart()
      await press(page, 'Book the seat')
      await heading(page, 'Your seat is booked')
      await expect(page.locator('main')).toContainText(/See you in the evening, Ada. Your reference is [0-9A-F]{6}\./)
      await expect(page.getByRole('status')).toHaveCount(0)

      const plain = await browser.newContext({ javaScriptEnabled: false })
      const without = await plain.newPage()
      await chooseTime(without, server.url)
      await without.getByLabel('Your name').fill('Grace')
      await press(without, 'Book the seat')
      await expect(without.locator('.error')).toHaveText('Enter an email address, such as ada@example.org')
      await expect(without.getByLabel('Your name')).toHaveValue('Grace')
      await without.getByLabel('Email address').fill('grace@example.org')
      await press(without, 'Book the seat')
      await heading(without, 'Your seat is booked')
      await plain.close()
      expect(server.log()).not.toMatch(/rror/)
    } finally {
      await server.kill()
    }
  })
}

for (const flags of variants.filter((flags) => flags.includes('--redis')))
  test(`npm create dogear -- ${flags.join(' ')}: a page that fails, or that there is none of, says so calmly`, async ({
    made,
    page,
  }) => {
    const server = await serve(join(made.folder, nameOf(flags)), flags, made)
    try {
      await chooseTime(page, server.url)
      expect((await page.goto(`${server.url}/nowhere`))?.status()).toBe(404)
      await heading(page, 'There is no page at this address')
      await expectAccessible(page)
      await made.redis.kill()
      expect((await page.goto(`${server.url}/booking`))?.status()).toBe(500)
      await heading(page, 'This page cannot be shown just now')
      await expectAccessible(page)
      await made.redis.start()
      await expect(async () => {
        await page.getByText('Try again').click()
        await expect(page.getByRole('heading', { level: 1, name: 'Your details' })).toBeVisible({ timeout: 2_000 })
      }).toPass({ timeout: 30_000 })
    } finally {
      await server.kill()
    }
  })

test('npm create dogear -- --hono --embedded: `npm run dev` serves it as it comes', async ({ made, page }) => {
  const port = await freePort()
  const { NODE_ENV: _, ...inherited } = process.env
  const options = { cwd: join(made.folder, 'hono-embedded'), env: { ...inherited, PORT: String(port) } }
  const server = await leash('npm', ['run', 'dev'], options)
  try {
    const answers = () =>
      fetch(`http://127.0.0.1:${port}/booking/time`).then(
        ({ status }) => status === 200,
        () => false,
      )
    await expect.poll(answers, { timeout: 60_000 }).toBe(true)
    await chooseTime(page, `http://localhost:${port}`)
  } finally {
    await server.stop()
  }
})

test('npm create dogear asks nothing without a terminal, and writes into no folder that is not empty', async ({
  made: { folder },
}) => {
  expect(await run(createDogear(folder), folder)).toContain('dogear-app is ready')
  expect(await run(createDogear(folder), folder, 1)).toContain('The folder dogear-app is not empty')
})
