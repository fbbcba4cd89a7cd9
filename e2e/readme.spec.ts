// The README's own app, built outside the workspace from the packed package: it keeps what it says it keeps.
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type BrowserContext, test as base, expect, type Page } from '@playwright/test'
import { freePort, leash } from '../scripts/processes.mjs'
import { expectAccessible } from './support/accessible.ts'
import { buildFreshApp, freshApp, nextOf } from './support/fresh-app.ts'
import { type OwnRedis, startOwnRedis } from './support/own-redis.ts'

type App = { url: string; redis: OwnRedis; log: () => string; kill: () => Promise<void>; start: () => Promise<void> }

const test = base.extend<{ cookieless: string }, { app: App }>({
  app: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs off its parameters.
    async ({}, use) => {
      await buildFreshApp()
      const folder = await mkdtemp(join(tmpdir(), 'dogear-readme-'))
      const redis = await startOwnRedis(folder)
      const port = await freePort()
      const keys = `test:${randomBytes(32).toString('base64url')}`
      const lines: string[] = []
      const serve = async () => {
        const env = {
          ...process.env,
          NODE_ENV: 'production' as const,
          NEXT_TELEMETRY_DISABLED: '1',
          REDIS_URL: redis.url,
          DOGEAR_KEYS: keys,
        }
        const web = await leash(process.execPath, [nextOf(freshApp), 'start', '--port', String(port)], {
          cwd: freshApp,
          env,
          onLine: (line: string) => lines.push(line),
        })
        await expect.poll(() => answers(`http://127.0.0.1:${port}/signup/name`), { timeout: 60_000 }).toBe(true)
        return web
      }
      let web = await serve()
      await use({
        url: `http://localhost:${port}`,
        redis,
        log: () => lines.join('\n'),
        kill: async () => {
          web.kill('SIGKILL')
          await web.exited
        },
        start: async () => {
          web = await serve()
        },
      })
      web.kill('SIGKILL')
      await web.exited
      await redis.stop()
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
    { scope: 'worker', timeout: 600_000 },
  ],
  baseURL: async ({ app }, use) => use(app.url),
  /** The app as it is for a browser that keeps no cookie: on their way, all of them get lost. */
  cookieless: async ({ app }, use) => {
    const server = createServer((incoming, outgoing) => {
      const { cookie: _, ...headers } = incoming.headers
      const onward = request(app.url.replace('localhost', '127.0.0.1') + incoming.url, {
        method: incoming.method,
        headers,
      })
      onward.on('response', (answer) => {
        const { 'set-cookie': _set, ...kept } = answer.headers
        outgoing.writeHead(answer.statusCode ?? 502, kept)
        answer.pipe(outgoing)
      })
      onward.on('error', () => outgoing.destroy())
      outgoing.on('close', () => onward.destroy())
      incoming.pipe(onward)
    })
    const port = await freePort()
    await new Promise<void>((listening) => server.listen(port, listening))
    await use(`http://localhost:${port}`)
    server.closeAllConnections()
    await new Promise((closed) => server.close(closed))
  },
})

// One server, one after the other: a test kills it.
test.describe.configure({ mode: 'serial' })

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ status }) => status < 500,
    () => false,
  )
}

const heading = (page: Page, name: string) => expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
const name = (page: Page) => page.getByLabel('Your name')
const press = (page: Page, button: string) => page.getByRole('button', { name: button }).click()
/** Resolves once what is typed from now on is kept; to be called before it is typed. */
const kept = (page: Page) => page.waitForResponse((response) => response.url().includes('/drafts/') && response.ok())
const sessions = async ({ redis }: App) => (await redis.keys()).filter((key) => /:s:/.test(key)).length

/** Fails the test with what a page complains about. */
function listen(context: BrowserContext, ...allowed: RegExp[]): string[] {
  const said: string[] = []
  context.on('console', (message) => {
    const text = message.text()
    // The app has its icon at another address.
    const loud = /^(error|warning)$/.test(message.type()) && !message.location().url.endsWith('/favicon.ico')
    if (loud && !allowed.some((one) => one.test(text))) said.push(text)
  })
  context.on('weberror', (error) => said.push(String(error.error())))
  return said
}

test('keeps what was typed over a reload, a killed server, Back and a second tab', async ({ app, page, context }) => {
  const said = listen(context, /net::ERR_|status of 50\d/)
  await page.goto('/signup')
  await heading(page, 'Your name')
  await Promise.all([kept(page), name(page).fill('Ada')])
  await page.reload()
  await expect(name(page)).toHaveValue('Ada')

  await app.kill()
  await app.start()
  await page.reload()
  await expect(name(page)).toHaveValue('Ada')
  await name(page).fill('Ada Lovelace')
  await press(page, 'Continue')
  await heading(page, 'Your plan')
  await expect(page).toHaveURL(/\/signup\/plan$/)

  await page.goBack()
  await heading(page, 'Your name')
  await expect(name(page)).toHaveValue('Ada Lovelace')
  const other = await context.newPage()
  await other.goto('/signup')
  await heading(other, 'Your plan')
  await press(other, 'Choose Pro')
  await heading(other, 'Welcome')
  await page.bringToFront()
  await page.reload()
  await heading(page, 'Welcome')
  expect(said).toEqual([])
  expect(app.log()).not.toMatch(/rror/)
})

test('keeps two orders apart in two tabs of one browser, over reloads and a killed server', async ({
  app,
  page,
  context,
}) => {
  const said = listen(context, /net::ERR_|status of 50\d/)
  const other = await context.newPage()
  const [first, second] = [`/orders/${randomBytes(6).toString('hex')}`, `/orders/${randomBytes(6).toString('hex')}`]
  await page.goto(first)
  await other.goto(second)
  await Promise.all([kept(page), name(page).fill('Ada')])
  await Promise.all([kept(other), name(other).fill('Grace')])
  await press(page, 'Continue')
  await heading(page, 'Your plan')
  await expect(page).toHaveURL(new RegExp(`${first}/plan$`))
  await app.kill()
  await app.start()
  await Promise.all([page.reload(), other.reload()])
  await heading(page, 'Your plan')
  await heading(other, 'Your name')
  await expect(name(other)).toHaveValue('Grace')
  await press(page, 'Choose Pro')
  await heading(page, 'Welcome')
  await press(other, 'Continue')
  await heading(other, 'Your plan')
  // Each URL leads to its own order in the other tab, and the flow without a key is a third session.
  await page.goto(second)
  await heading(page, 'Your plan')
  await other.goto(first)
  await heading(other, 'Welcome')
  await page.goto('/signup')
  await expect(name(page)).toHaveValue('')
  const cookies = (await context.cookies()).map((cookie) => cookie.name)
  expect(cookies.filter((cookie) => /dogear\.signup\.[\w-]{16}$/.test(cookie))).toHaveLength(2)
  expect(said).toEqual([])
})

test('has no page that axe finds fault with', async ({ page }) => {
  await page.goto('/signup')
  await heading(page, 'Your name')
  await expectAccessible(page)
  await press(page, 'Continue')
  await expect(page.getByText('Enter your name').first()).toBeVisible()
  await expectAccessible(page)
  await name(page).fill('Ada')
  await press(page, 'Continue')
  await heading(page, 'Your plan')
  await expectAccessible(page)
  await press(page, 'Choose Pro')
  await heading(page, 'Welcome')
  await expectAccessible(page)
})

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false })

  test('leads through the flow, and gives a refused form back as it was typed', async ({ page }) => {
    await page.goto('/signup')
    await name(page).fill('A'.repeat(81))
    await press(page, 'Continue')
    await expect(page.getByRole('alert')).toBeVisible()
    await expect(name(page)).toHaveValue('A'.repeat(81))
    await name(page).fill('Grace')
    await press(page, 'Continue')
    await heading(page, 'Your plan')
    await page.goto('/signup/name')
    await expect(name(page)).toHaveValue('Grace')
    await page.goto('/signup')
    await press(page, 'Choose Pro')
    await heading(page, 'Welcome')
  })

  test('says of an answer that came too late that it was not taken, without advice that cannot help', async ({
    page,
    context,
  }) => {
    await page.goto('/signup')
    await name(page).fill('Grace')
    await press(page, 'Continue')
    await heading(page, 'Your plan')
    const other = await context.newPage()
    await other.goto('/signup')
    await press(other, 'Choose Pro')
    await heading(other, 'Welcome')
    await press(page, 'Choose Pro')
    await heading(page, 'Welcome')
    await expect(page.getByRole('status')).toHaveText('What you sent came too late, and was not taken.')
    await expect(page.getByRole('link')).toHaveCount(0)
  })

  test('says so where the browser keeps no cookie, and stores nothing', async ({ app, page, cookieless }) => {
    const before = await sessions(app)
    for (let times = 0; times < 2; times++) {
      await page.goto(`${cookieless}/signup`)
      await name(page).fill('Ada')
      await press(page, 'Continue')
      await heading(page, 'Your browser keeps no cookie for this site')
    }
    expect(await sessions(app)).toBe(before)
  })
})

test('says so where the browser keeps no cookie, and stores no more than its first request', async ({
  app,
  page,
  cookieless,
}) => {
  const before = await sessions(app)
  await page.goto(`${cookieless}/signup`)
  for (let letters = 1; letters <= 4; letters++) {
    const answered = page.waitForResponse((response) => response.url().includes('/drafts/'))
    await name(page).fill('Ada L'.slice(0, letters))
    await answered
  }
  await press(page, 'Continue')
  await expect(page.getByText(/cookie/)).toBeVisible()
  await expect(name(page)).toHaveValue('Ada ')
  expect(await sessions(app)).toBe(before + 1)
})

test('was built without a look at the store, and passes its own check', async () => {
  expect(await readFile(join(freshApp, 'build.log'), 'utf8')).not.toMatch(/ECONNREFUSED|startWorker|rror:/)
  const run = (command: string) =>
    promisify(execFile)(process.execPath, [join(freshApp, 'node_modules/dogear/dist/cli/main.js'), command], {
      cwd: freshApp,
    })
  await run('lock')
  expect((await run('check')).stdout).toMatch(/ok\s+signup version 1: 4 of 4 samples go on/)
})
