// An attacker's browser: the victim beside it, every request that it may try, all that it must not change.
import { randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, type BrowserContext, expect, type Page } from '@playwright/test'
import { routes } from '../../packages/dogear/fuzz/routes.ts'
import { root } from '../../scripts/bootstrap.mjs'
import { freePort } from '../../scripts/processes.mjs'
import { findChromium } from '../../scripts/tools.mjs'
import { ada, submitShipping } from './checkout.ts'
import { switches } from './chromium.ts'
import { type Demo, startDemo } from './demo.ts'
import { openSites, resolving, type Sites } from './sites.ts'
import { test as base } from './test.ts'

export { expect } from '@playwright/test'

export const canary = 'Quetzalcoatl'
export const [shop, sibling, stranger] = ['shop.test', 'evil.shop.test', 'evil.test']
const executablePath = findChromium()

export type Edge = { demo: Demo; sites: Sites; shop: string }

export const test = base.extend<object, { edge: Edge }>({
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
export const someone = async (browser: Browser, { shop }: Edge): Promise<Page> =>
  (await browser.newContext({ baseURL: shop, ignoreHTTPSErrors: true })).newPage()

let people = 0
export async function signUp(page: Page): Promise<{ email: string; password: string }> {
  const account = { email: `person-${process.pid}-${people++}@example.org`, password: 'correct horse battery' }
  await page.goto('/sign-up')
  await page.getByLabel('Email address').fill(account.email)
  await page.getByLabel('Password').fill(account.password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Saved' })).toBeVisible()
  return account
}

/** A victim in the middle of an order, signed in. */
export async function atDelivery(page: Page): Promise<void> {
  await submitShipping(page, { ...ada, 'Last name': canary })
  await signUp(page)
}

/** All that an attack could have changed, as the victim's own page of the shop sees it. */
export const stateOf = (page: Page) =>
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
export const unsafe = [
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
export const attack = (page: { evaluate: Page['evaluate'] }, target: string) =>
  page.evaluate(
    async ({ target, unsafe, kinds }) => {
      const send = async (url: string, init: RequestInit) =>
        fetch(url, { credentials: 'include', ...init }).then(
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
export async function attackByForms(context: BrowserContext, from: string, target: string): Promise<void> {
  for (const { path } of unsafe) {
    const page = await context.newPage()
    await page.goto(from)
    const answered = page.waitForResponse((response) => response.url() === target + path)
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
    await answered
    await page.close()
  }
}

/** The browser finds the sites; it keeps its cache for Back, which Playwright turns off by itself. */
export const launching = {
  args: [...switches, resolving],
  ignoreDefaultArgs: ['--disable-back-forward-cache'],
  ...(executablePath ? { executablePath } : {}),
}
