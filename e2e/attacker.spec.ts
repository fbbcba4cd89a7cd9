// Pages of an attacker in a real browser: on another site, on a sibling of the shop, in a sandbox, in a frame.
import { randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from '@playwright/test'
import { routes } from '../packages/dogear/fuzz/routes.ts'
import { root } from '../scripts/bootstrap.mjs'
import { freePort } from '../scripts/processes.mjs'
import { findChromium } from '../scripts/tools.mjs'
import { ada, submitShipping } from './support/checkout.ts'
import { switches } from './support/chromium.ts'
import { type Demo, startDemo } from './support/demo.ts'
import { issue, look, redeem, tokenOf } from './support/handoff.ts'
import { createSharedCache } from './support/shared-cache.ts'
import { openSites, resolving, type Sites } from './support/sites.ts'
import { test as base, expect } from './support/test.ts'
import { shipping, visit } from './support/visitor.ts'

const canary = 'Quetzalcoatl'
const [shop, sibling, stranger] = ['shop.test', 'evil.shop.test', 'evil.test']
const executablePath = findChromium()

type Edge = { demo: Demo; sites: Sites; shop: string }

const test = base.extend<object, { edge: Edge }>({
  edge: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs off its parameters.
    async ({}, use) => {
      const port = await freePort()
      const url = `https://${shop}:${port}`
      const keys = `key-1:${randomBytes(32).toString('base64url')}`
      const names = { DEMO_URL: url, DEMO_ORIGIN: url, DOGEAR_INSECURE_LOCALHOST: '0', DOGEAR_KEYS: keys }
      const demo = await startDemo({ env: names })
      const sites = await openSites(port, demo.url)
      await use({ demo, sites, shop: url })
      await sites.close()
      await demo.stop()
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  baseURL: async ({ edge }, use) => {
    await use(edge.shop)
  },
})
// One demo for all of them, one after the other.
test.describe.configure({ mode: 'default' })
test.use({
  ignoreHTTPSErrors: true,
  // Playwright turns the cache for Back off by itself.
  launchOptions: {
    args: [...switches, resolving],
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
    ...(executablePath ? { executablePath } : {}),
  },
  // A browser complains about every attack that it or the shop stops.
  mayLog: /./,
})

const someone = async (browser: Browser, { shop }: Edge): Promise<Page> =>
  (await browser.newContext({ baseURL: shop, ignoreHTTPSErrors: true })).newPage()

let people = 0
async function signUp(page: Page): Promise<{ email: string; password: string }> {
  const account = { email: `person-${process.pid}-${people++}@example.org`, password: 'correct horse battery' }
  await page.goto('/sign-up')
  await page.getByLabel('Email address').fill(account.email)
  await page.getByLabel('Password').fill(account.password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Saved' })).toBeVisible()
  return account
}

/** A victim in the middle of an order, signed in. */
async function atDelivery(page: Page): Promise<void> {
  await submitShipping(page, { ...ada, 'Last name': canary })
  await signUp(page)
}

/** All that an attack could have changed, as the victim's own page of the shop sees it. */
const stateOf = (page: Page) =>
  page.evaluate(async () => {
    const [view, saved, devices] = await Promise.all(
      ['/checkout', '', '/checkout/devices'].map(async (path) => (await fetch(`/api/flows${path}`)).json()),
    )
    const { mark, revision, context, drafts } = view
    return JSON.stringify({
      mark,
      revision,
      context,
      drafts,
      saved: saved.sessions,
      devices: devices.devices?.length ?? devices.code,
    })
  })

/** Unsafe requests: of the library as its table has them, of the demo as its folders do. */
const unsafe = [
  ...routes
    .filter(({ method }) => !['GET', 'HEAD'].includes(method))
    .map(({ method, path }) => ({
      method,
      path: `/api/flows${path.replace(':flow', 'checkout').replace('*', 'shipping')}`,
    })),
  ...readdirSync(join(root, 'apps/demo/app'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('route.ts') && !file.includes('flows'))
    .map((file) => ({ method: 'POST', path: `/${file.replace(/\/?route\.ts$/, '').replace(/\[.*\]/, 'identity')}` })),
  ...['/sign-in', '/sign-up', '/checkout/continue-elsewhere', '/checkout/devices', '/saved/delete', '/handoff'].map(
    (path) => ({ method: 'POST', path }),
  ),
]
const kinds = [
  ['text/plain', JSON.stringify({ opId: 'of-the-attacker', event: { type: 'cart.restarted' } })],
  ['application/x-www-form-urlencoded', 'dogear.opId=of-the-attacker&dogear.type=cart.restarted&then=%2F'],
  [
    'multipart/form-data; boundary=x',
    '--x\r\nContent-Disposition: form-data; name="flow"\r\n\r\ncheckout\r\n--x--\r\n',
  ],
  ['application/json', JSON.stringify({ opId: 'of-the-attacker', event: { type: 'cart.restarted' } })],
] as const

/** Sends every unsafe request from the page where this runs; resolves to what the page could read of the answers. */
const attack = (page: { evaluate: Page['evaluate'] }, target: string) =>
  page.evaluate(
    async ({ target, unsafe, kinds }) => {
      const send = async (url: string, init: RequestInit) =>
        fetch(url, { credentials: 'include', redirect: 'manual', ...init }).then(
          (answer) => answer.text(),
          () => '',
        )
      const read: string[] = []
      for (const { method, path } of unsafe)
        for (const [type, body] of kinds) {
          // A page may send the simple types without asking; for JSON, and for other methods, the browser asks first.
          const asks = type === 'application/json'
          const mode = asks ? 'cors' : 'no-cors'
          const headers = { 'content-type': type }
          read.push(await send(target + path, { method: asks ? method : 'POST', mode, headers, body }))
        }
      read.push(await send(`${target}/api/flows/checkout`, { mode: 'cors' }))
      return read.filter((text) => text !== '')
    },
    { target, unsafe, kinds },
  )

/** As forms, which take the whole page along, and with it the cookies that a link may carry. */
async function attackByForms(page: Page, from: string, target: string): Promise<void> {
  for (const { path } of unsafe) {
    await page.goto(from)
    const arrived = page.waitForRequest((request) => request.url() === target + path)
    await page.evaluate(
      ({ action, fields }) => {
        const form = Object.assign(document.createElement('form'), { method: 'post', action })
        for (const [name, value] of Object.entries(fields))
          form.append(Object.assign(document.createElement('input'), { name, value }))
        document.body.append(form)
        form.submit()
      },
      {
        action: target + path,
        fields: { 'dogear.opId': 'of-the-attacker', 'dogear.type': 'cart.restarted', flow: 'checkout' },
      },
    )
    await arrived
    await page.waitForLoadState()
  }
}

for (const [name, host] of [
  ['another site', stranger],
  ['a sibling of the shop', sibling],
] as const)
  test(`no request of ${name} changes or reads anything, by script or by form [M19] [M20] [M21] [M23]`, async ({
    page,
    context,
    edge,
  }) => {
    test.slow()
    const { sites } = edge
    await atDelivery(page)
    const before = await stateOf(page)
    const evil = await context.newPage()
    await evil.goto(sites.origin(host))
    sites.arrived.length = 0
    expect(await attack(evil, edge.shop)).toEqual([])
    const arrived = sites.arrived.filter((one) => one.host === shop)
    // Each of them arrived; those of the sibling with every cookie of the victim, so that only the gate is in the way.
    expect(new Set(arrived.map(({ path }) => path))).toEqual(
      new Set([...unsafe.map(({ path }) => path), '/api/flows/checkout']),
    )
    const site = host === sibling ? 'same-site' : 'cross-site'
    expect(new Set(arrived.map(({ headers }) => headers['sec-fetch-site']))).toEqual(new Set([site]))
    const withCookies = arrived.filter(({ headers }) => headers.cookie?.includes('__Host-dogear.checkout='))
    expect(withCookies.length > 0).toBe(host === sibling)
    await attackByForms(evil, sites.origin(host), edge.shop)
    expect(await stateOf(page)).toBe(before)
    expect(
      sites.arrived.filter((one) => one.host === shop && one.headers['sec-fetch-mode'] === 'navigate').length,
    ).toBeGreaterThanOrEqual(unsafe.length)
  })

test('the same requests from a page of the shop itself do all of that', async ({ page, edge }) => {
  await submitShipping(page, { ...ada, 'Last name': canary })
  const before = await stateOf(page)
  expect((await attack(page, edge.shop)).length).toBeGreaterThan(unsafe.length)
  expect(await stateOf(page)).not.toBe(before)
})

test('a sandboxed page, whose origin is null, changes nothing [M19]', async ({ page, context, edge }) => {
  const { sites } = edge
  await atDelivery(page)
  const before = await stateOf(page)
  sites.answer.set(sibling, (_, response) => {
    response.setHeader('content-type', 'text/html')
    response.end('<!doctype html><iframe sandbox="allow-scripts allow-forms" srcdoc="<p>sandbox</p>"></iframe>')
  })
  const evil = await context.newPage()
  await evil.goto(sites.origin(sibling))
  const [, frame] = evil.frames()
  if (!frame) throw new Error('there is no frame')
  await frame.waitForLoadState()
  sites.arrived.length = 0
  expect(await attack(frame, edge.shop)).toEqual([])
  expect(sites.arrived.filter(({ headers }) => headers.origin === 'null').length).toBeGreaterThan(unsafe.length)
  expect(await stateOf(page)).toBe(before)
  sites.answer.delete(sibling)
})

test('no page of the shop can be framed [M24]', async ({ page, context, edge }) => {
  const { sites } = edge
  await atDelivery(page)
  const framed = async (host: string, url: string) => {
    sites.answer.set(host, (_, response) => {
      response.setHeader('content-type', 'text/html')
      response.end(`<!doctype html><iframe src="${url}"></iframe>`)
    })
    const evil = await context.newPage()
    await evil.goto(sites.origin(host))
    const text = await evil
      .frames()[1]
      ?.evaluate(() => document.documentElement.textContent)
      .catch(() => '')
    await evil.close()
    sites.answer.delete(host)
    return text ?? ''
  }
  sites.answer.set('open.test', (_, response) => response.setHeader('content-type', 'text/html').end(canary))
  for (const host of [stranger, sibling] as const) {
    expect(await framed(host, sites.origin('open.test'))).toContain(canary)
    for (const path of ['/', '/checkout/shipping', '/saved', '/handoff', '/sign-in', '/api/flows/checkout'])
      expect(await framed(host, edge.shop + path), path).not.toMatch(/Marginalia|Quetzalcoatl|Postcode/)
  }
  sites.answer.delete('open.test')
})

test('a sibling that plants cookies of the shop gets nothing of what is typed then [M13] [M15]', async ({
  page,
  context,
  browser,
  edge,
}) => {
  test.slow()
  const { sites } = edge
  const attacker = await someone(browser, edge)
  await submitShipping(attacker, { ...ada, 'Last name': 'Mallory' })
  await signUp(attacker)
  const own = await attacker.context().cookies(edge.shop)
  expect(own.length).toBeGreaterThanOrEqual(2)

  /** Every name that a server might take for one of these, planted for the whole domain, and for deeper paths. */
  const bare = (name: string) => name.replace(/^__(Host|Secure)-/, '')
  const planted = own.flatMap(({ name, value }) =>
    [name, bare(name), `__Secure-${bare(name)}`].flatMap((one) =>
      ['/', '/api', '/checkout'].map((path) => `${one}=${value}; Domain=${shop}; Path=${path}; Secure; HttpOnly`),
    ),
  )
  sites.answer.set(sibling, (_, response) => {
    response.setHeader('set-cookie', [...planted, `planted=1; Domain=${shop}; Path=/; Secure`]).end('planted')
  })
  const evil = await context.newPage()
  const plant = () => evil.goto(sites.origin(sibling))

  const mallorys = () =>
    attacker.evaluate(async () =>
      JSON.stringify([await (await fetch('/api/flows')).json(), await (await fetch('/api/flows/checkout')).json()]),
    )
  const before = await mallorys()
  await plant()
  sites.arrived.length = 0
  await submitShipping(page, { ...ada, 'Last name': canary })
  // The planted cookies do arrive. Those with the prefix never get into the browser.
  expect(sites.arrived.some(({ headers }) => headers.cookie?.includes('planted=1'))).toBe(true)
  expect(sites.arrived.some(({ headers }) => headers.cookie?.match(/marginalia/))).toBe(true)
  expect(
    await page.evaluate(async () => (await (await fetch('/api/flows/checkout')).json()).context.shipping.familyName),
  ).toBe(canary)
  expect(await mallorys()).toBe(before)
  await attacker.goto('/saved')
  expect(await attacker.content()).not.toContain(canary)

  // The same beside a sign-in of the victim's own: of two cookies of one name neither counts.
  await context.clearCookies()
  await submitShipping(page, { ...ada, 'Last name': canary })
  await signUp(page)
  await plant()
  await page.evaluate(async () => {
    const values = { city: 'Quetzalcoatl City' }
    const init = { method: 'PUT', headers: { 'content-type': 'application/json' } }
    const body = JSON.stringify({ opId: 'draft-of-the-victim', values })
    await fetch('/api/flows/checkout/drafts/shipping', { ...init, body })
  })
  expect(await mallorys()).toBe(before)
  await attacker.context().close()
})

test.describe('Back', () => {
  test('after signing out shows nothing of the person, not even from the cache for Back [M26]', async ({
    page,
    edge,
  }) => {
    await atDelivery(page)
    await expectBackWorks(page, edge)
    await page.goto('/checkout/delivery')
    await expect(page.locator('main')).toContainText('Delivery')
    await page.goto('/checkout/shipping')
    await expect(page.getByLabel('Last name')).toHaveValue(canary)
    await page.goto('/saved')
    await page.getByRole('button', { name: 'Sign out' }).first().click()
    await page.waitForURL(/\/$/)
    await expectNothing(page)
  })

  test('after starting over shows nothing of what was deleted [M26]', async ({ page }) => {
    await submitShipping(page, { ...ada, 'Last name': canary })
    await page.goto('/checkout/shipping')
    await expect(page.getByLabel('Last name')).toHaveValue(canary)
    await page.goto('/checkout/start-over')
    await page.getByRole('button', { name: 'Delete my answers and start over' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Address' })).toBeVisible()
    await expectNothing(page)
  })

  /** An unprotected page comes back with all that was on it. */
  async function expectBackWorks(page: Page, { sites }: Edge): Promise<void> {
    sites.answer.set('open.test', (_, response) =>
      response.setHeader('content-type', 'text/html').end(`<input value="">`),
    )
    await page.goto(sites.origin('open.test'))
    await page.locator('input').fill(canary)
    await page.goto(sites.origin(stranger))
    await page.goBack()
    await expect(page.locator('input')).toHaveValue(canary)
    sites.answer.delete('open.test')
  }

  async function expectNothing(page: Page): Promise<void> {
    for (let step = 0; step < 4; step++) {
      await page.goBack({ waitUntil: 'load' }).catch(() => {})
      await page.waitForTimeout(300)
      const shown = await page.evaluate(() => {
        const typed = [...document.querySelectorAll('input, select, textarea')].map(
          (field) => (field as HTMLInputElement).value,
        )
        return [document.documentElement.outerHTML, ...typed].join('\n')
      })
      expect(shown, page.url()).not.toContain(canary)
    }
  }
})

test('a cache that two people share never gives one of them what is the other’s [M25]', async ({ edge }) => {
  const names = ['Quetzalcoatl', 'Huitzilopochtli'] as const
  const two = await Promise.all(
    names.map(async (familyName) => {
      const visitor = visit(edge.demo.url)
      expect((await visitor.send({ ...shipping, familyName })).status).toBe(200)
      return visitor
    }),
  )
  const crossings = async (cache: ReturnType<typeof createSharedCache>, often: number) => {
    let crossed = 0
    let kept = 0
    for (let turn = 0; turn < often; turn++) {
      const [mine, other] = turn % 2 ? [1, 0] : [0, 1]
      const path = turn % 20 < 18 ? '/api/flows/checkout' : ['/checkout/shipping', '/'][turn % 3 ? 0 : 1]
      const { text, fromCache } = await cache(`${edge.demo.url}${path}`, { cookie: two[mine]?.cookie ?? '' })
      if (text.includes(names[other] as string)) crossed++
      if (fromCache) kept++
    }
    return { crossed, kept }
  }
  // The check itself: a cache that heeds no header does mix them up.
  expect((await crossings(createSharedCache(true), 40)).crossed).toBeGreaterThan(0)
  expect(await crossings(createSharedCache(), 1_000)).toMatchObject({ crossed: 0 })
})

test('the operation id of somebody else opens nothing and undoes nothing [M10] [M58]', async ({ edge }) => {
  const [victim, attacker] = [visit(edge.demo.url), visit(edge.demo.url)]
  const opId = 'operation-of-the-victim'
  const first = await victim.send({ ...shipping, familyName: canary }, { opId })
  const { epoch, revision, mark } = first.body.view
  const before = (await victim.get()).text
  const replies = [
    await attacker.send({ ...shipping, familyName: 'Mallory' }, { opId }),
    await visit(edge.demo.url).send(
      { ...shipping, familyName: 'Mallory' },
      { opId, position: { epoch, revision, mark } },
    ),
    await visit(edge.demo.url).send({ type: 'delivery.submitted', method: 'standard' }, { opId }),
  ]
  for (const { text } of replies) expect(text).not.toContain(canary)
  expect(replies[0]?.status).toBe(200)
  expect((await victim.get()).text).toBe(before)
})

test('a handoff link that scanners open is still good, and takes nothing of whoever follows it [M29] [M33]', async ({
  page,
  browser,
  edge,
}) => {
  const attacker = visit(edge.demo.url)
  await attacker.send({ ...shipping, familyName: 'Mallory' })
  const { token } = await issue(attacker, 'join')
  const link = `${edge.shop}/handoff#${token}`
  for (const method of ['GET', 'HEAD'])
    for (const headers of [{}, { 'sec-purpose': 'prefetch' }, { purpose: 'prefetch', 'user-agent': 'Safe Links' }])
      expect(
        (await fetch(`${edge.demo.url}/handoff`, { method, headers: headers as Record<string, string> })).status,
      ).toBe(200)
  const scanner = await someone(browser, edge)
  for (let time = 0; time < 3; time++) {
    await scanner.goto(link)
    await expect(scanner.getByRole('heading', { level: 1, name: 'Continue this order here?' })).toBeVisible()
  }
  expect(await scanner.context().cookies()).toEqual([])
  await scanner.context().close()
  expect((await look(edge.demo.url, { token })).status).toBe(200)

  await submitShipping(page, { ...ada, 'Last name': canary })
  const own = () =>
    page.evaluate(async () => (await (await fetch('/api/flows/checkout')).json()).context.shipping?.familyName)
  await page.goto(link)
  await expect(page.getByRole('heading', { level: 1, name: 'Continue this order here?' })).toBeVisible()
  expect(await own()).toBe(canary)
  // To go on with the other one is a choice of its own. Without it nothing happens, however often one goes on.
  for (let time = 0; time < 2; time++) {
    await page.getByRole('button', { name: 'Continue', exact: true }).click()
    await expect(page.getByRole('alert').filter({ hasText: 'Choose which order you want here' })).toBeVisible()
    expect(await own()).toBe(canary)
  }
  expect((await redeem(edge.demo.url, { token: tokenOf(link) })).status).toBe(200)
})
