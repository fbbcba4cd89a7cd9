// The first day: an app made by `npm create dogear` is right as it comes, and keeps its people over `kill -9`.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, test as base, expect, type Page } from '@playwright/test'
import { say, seconds } from '../scripts/output.mjs'
import { freePort, type Leashed, leash } from '../scripts/processes.mjs'
import { expectAccessible } from './support/accessible.ts'
import { createApps, createDogear, nameOf, publish, run } from './support/created-apps.ts'
import { type OwnRedis, startOwnRedis } from './support/own-redis.ts'
import { lastBelow, processorSeconds, timed } from './support/processor-time.ts'

// The fourth one, --next --embedded, is made and installed by npm itself.
const variants = [
  ['--hono', '--redis'],
  ['--hono', '--embedded'],
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
    { scope: 'worker', timeout: 600_000 },
  ],
})

// One worker makes the apps for all tests.
test.describe.configure({ mode: 'serial', timeout: 600_000 })

type Serving = { env?: Record<string, string>; serverOf?: (started: Leashed) => number }

/** Serves what an app has built by `command`; `serverOf` finds the process that is killed. */
async function serve(cwd: string, command: readonly string[], { env, serverOf = ({ pid }) => pid }: Serving = {}) {
  const port = await freePort()
  const { NODE_ENV: _, ...inherited } = process.env
  const options = { cwd, env: { ...inherited, ...env, PORT: String(port) } }
  const lines: string[] = []
  const onLine = (line: string) => lines.push(line)
  const start = async () => {
    const [program = '', ...args] = command
    const server = await leash(program, args, { ...options, onLine })
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
    process.kill(serverOf(server), 'SIGKILL')
    await server.exited
  }
  return {
    url: `http://localhost:${port}`,
    log: () => lines.join('\n'),
    kill,
    stop: () => server.stop(),
    killAndStart: async () => {
      await kill()
      server = await start()
    },
  }
}
type Server = Awaited<ReturnType<typeof serve>>

/** Serves an app with Redis as a container would: the server alone, without npm. */
const serveBuilt = (folder: string, flags: readonly string[], redis: OwnRedis) => {
  const command = flags.includes('--next') ? ['node_modules/next/dist/bin/next', 'start'] : ['start.mjs']
  return serve(folder, [process.execPath, ...command], { env: { NODE_ENV: 'production', REDIS_URL: redis.url } })
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

/** People with and without JavaScript book a seat while the server is killed. */
async function bookOverKill(server: Server, page: Page, browser: Browser): Promise<void> {
  await chooseTime(page, server.url, expectAccessible)
  const kept = page.waitForResponse((response) => response.url().includes('/drafts/') && response.ok())
  await Promise.all([kept, page.getByLabel('Your name').fill('Ada')])
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
  // npm tells of the server that was killed.
  expect(server.log().replace(/^npm error .*$/gm, '')).not.toMatch(/rror/)
}

test('npm create dogear, npm install, test, build and start: pages that survive kill -9 within three minutes', async ({
  page,
  browser,
}) => {
  test.setTimeout(600_000)
  // Not beside the other apps: Next looks for lock files in the folders above.
  const folder = await mkdtemp(join(tmpdir(), 'dogear-npm-create-'))
  const registry = await publish()
  const started = Date.now()
  const app = join(folder, 'my-app')
  // Three minutes of a machine that does nothing else: of the processor, because here others are at work as well.
  const spent = new Map<string, number>()
  const npm = async (cwd: string, ...args: string[]) => {
    const output = await run(timed(['npm', ...args]), cwd, { env: registry.env })
    spent.set(args.slice(0, 2).join(' '), processorSeconds(output))
  }
  try {
    await npm(folder, 'create', 'dogear@latest', 'my-app', '--', '--next', '--embedded')
    await npm(app, 'install')
    // The steps of its own CI, once it has installed.
    const workflow = await readFile(join(app, '.github/workflows/check.yml'), 'utf8')
    const scripts = [...workflow.matchAll(/- run: npm run (\w+)$/gm)].map(([, script = '']) => script)
    expect(scripts).toEqual(['types', 'test', 'check', 'build'])
    for (const script of scripts) await npm(app, 'run', script)
    const serverOf = ({ pid }: Leashed) => lastBelow(pid)
    const server = await serve(app, timed(['npm', 'run', 'start']), { env: registry.env, serverOf })
    try {
      await bookOverKill(server, page, browser)
      await server.kill()
      spent.set('run start, three times', processorSeconds(server.log()))
    } finally {
      await server.stop()
    }
  } finally {
    await registry.stop()
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  const sum = [...spent.values()].reduce((one, other) => one + other, 0)
  const parts = [...spent].map(([name, one]) => `${name}: ${one.toFixed(1)} s`)
  say(`From npm create to a seat booked over kill -9: ${sum.toFixed(1)} s of processor time in ${seconds(started)}`)
  say(`Of that, ${parts.join(', ')}`)
  expect(sum, parts.join(', ')).toBeLessThan(180)
})

for (const flags of variants) {
  const app = (folder: string) => join(folder, nameOf(flags))

  test(`npm create dogear -- ${flags.join(' ')}: types and build are right`, async ({ made: { folder } }) => {
    // Next checks the types as it builds.
    const scripts = flags.includes('--next') ? ['build'] : ['types', 'build']
    for (const script of scripts) await run(['npm', 'run', script], app(folder))
  })

  // Of each server and of each place of the sessions, one app has all that is tested: the other is that of npm.
  if (flags.includes('--next') || flags.includes('--embedded')) continue

  test(`npm create dogear -- ${flags.join(' ')}: its tests and its lock are right`, async ({ made: { folder } }) => {
    for (const script of ['test', 'lock', 'check']) await run(['npm', 'run', script], app(folder))
  })

  test(`npm create dogear -- ${flags.join(' ')}: people keep their step and their words over kill -9`, async ({
    made: { folder, redis },
    page,
    browser,
  }) => {
    const server = await serveBuilt(app(folder), flags, redis)
    try {
      await bookOverKill(server, page, browser)
    } finally {
      await server.kill()
    }
  })
}

for (const flags of variants.filter((flags) => flags.includes('--redis')))
  test(`npm create dogear -- ${flags.join(' ')}: a page that fails, or that there is none of, says so calmly`, async ({
    made: { folder, redis },
    page,
  }) => {
    const server = await serveBuilt(join(folder, nameOf(flags)), flags, redis)
    try {
      await chooseTime(page, server.url)
      expect((await page.goto(`${server.url}/nowhere`))?.status()).toBe(404)
      await heading(page, 'There is no page at this address')
      await expectAccessible(page)
      await redis.kill()
      expect((await page.goto(`${server.url}/booking`))?.status()).toBe(500)
      await heading(page, 'This page cannot be shown just now')
      await expectAccessible(page)
      await redis.start()
      await expect(async () => {
        await page.getByText('Try again').click()
        await expect(page.getByRole('heading', { level: 1, name: 'Your details' })).toBeVisible({ timeout: 2_000 })
      }).toPass({ timeout: 30_000 })
    } finally {
      await server.kill()
    }
  })

test('npm create dogear -- --hono --embedded: `npm run dev` serves it as it comes', async ({ made, page }) => {
  const server = await serve(join(made.folder, 'hono-embedded'), ['npm', 'run', 'dev'])
  try {
    await chooseTime(page, server.url)
  } finally {
    await server.stop()
  }
})

test('npm create dogear asks nothing without a terminal, and writes into no folder that is not empty', async ({
  made: { folder },
}) => {
  expect(await run(createDogear(folder), folder)).toContain('dogear-app is ready')
  expect(await run(createDogear(folder), folder, { code: 1 })).toContain('The folder dogear-app is not empty')
})
