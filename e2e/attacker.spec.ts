// Pages of an attacker in a real browser: on another site, on a sibling of the shop, in a sandbox, in a frame.
import type { Page } from '@playwright/test'
import {
  atDelivery,
  attack,
  attackByForms,
  canary,
  type Edge,
  expect,
  launching,
  shop,
  sibling,
  signUp,
  someone,
  stateOf,
  stranger,
  test,
  unsafe,
} from './support/attacker.ts'
import { ada, submitShipping } from './support/checkout.ts'
import { issue, look, redeem, tokenOf } from './support/handoff.ts'
import { createSharedCache } from './support/shared-cache.ts'
import { shipping, visit } from './support/visitor.ts'

// One demo for all of them, one after the other. A browser complains about every attack that it or the shop stops.
test.describe.configure({ mode: 'default' })
test.use({ ignoreHTTPSErrors: true, launchOptions: launching, mayLog: /./ })

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
    const posted = arrived.filter(({ method }) => method === 'POST')
    expect(new Set(posted.map(({ path }) => path.split('?')[0]))).toEqual(new Set(unsafe.map(({ path }) => path)))
    const site = host === sibling ? 'same-site' : 'cross-site'
    expect(new Set(arrived.map(({ headers }) => headers['sec-fetch-site']))).toEqual(new Set([site]))
    const withCookies = posted.filter(({ headers }) => headers.cookie?.includes('__Host-dogear.checkout='))
    expect(withCookies.length > 0).toBe(host === sibling)
    await attackByForms(context, sites.origin(host), edge.shop)
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

test('no form of a sibling signs a person in as the attacker [M19] [M20]', async ({ page, context, browser, edge }) => {
  test.slow()
  const attacker = await someone(browser, edge)
  const account = await signUp(attacker)
  await attacker.context().close()
  await page.goto('/sign-in')
  // The form as the server sends it to browsers without JavaScript, hidden fields of the action included.
  const fields = await page.evaluate(async () => {
    const html = new DOMParser().parseFromString(await (await fetch('/sign-in')).text(), 'text/html')
    const form = [...html.querySelectorAll('form')].find((one) => one.querySelector('[name=password]'))
    return form ? [...new FormData(form)].map(([name, value]) => [name, String(value)] as const) : []
  })
  expect(fields.some(([name]) => name.startsWith('$ACTION'))).toBe(true)
  const filled = [...fields.filter(([name]) => !(name in account)), ...Object.entries(account)]
  const submitFrom = async (from: string): Promise<boolean> => {
    const sender = await context.newPage()
    await sender.goto(from)
    await sender.evaluate(
      ({ action, filled }) => {
        const enctype = 'multipart/form-data'
        const form = Object.assign(document.createElement('form'), { method: 'post', action, enctype })
        for (const [name, value] of filled) form.append(Object.assign(document.createElement('input'), { name, value }))
        document.body.append(form)
        form.submit()
      },
      { action: `${edge.shop}/sign-in`, filled },
    )
    await sender.waitForURL((url) => url.href.startsWith(edge.shop) && url.pathname !== '/handoff')
    await sender.waitForLoadState()
    await sender.close()
    return (await context.cookies(edge.shop)).some(({ name }) => name.includes('session_token'))
  }
  for (const host of [sibling, stranger]) expect(await submitFrom(edge.sites.origin(host)), host).toBe(false)
  expect(await submitFrom(`${edge.shop}/handoff`)).toBe(true)
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
    // In a tab of its own: what it shows must not be found by going back in this one.
    await expectBackWorks(await page.context().newPage(), edge)
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
    await page.waitForURL(({ pathname }) => !pathname.endsWith('/start-over'))
    await expectNothing(page)
  })

  /** An unprotected page comes back with all that was on it, and alive: from the cache for Back. */
  async function expectBackWorks(page: Page, { sites }: Edge): Promise<void> {
    sites.answer.set('open.test', (_, response) =>
      response.setHeader('content-type', 'text/html').end(`<input value="">`),
    )
    await page.goto(sites.origin('open.test'))
    await page.locator('input').fill(canary)
    await page.evaluate(() => Object.assign(window, { alive: true }))
    await page.goto(sites.origin(stranger))
    // A page from the cache for Back is not loaded again.
    await page.goBack({ waitUntil: 'commit' })
    await expect(page.locator('input')).toHaveValue(canary)
    expect(await page.evaluate(() => 'alive' in window)).toBe(true)
    sites.answer.delete('open.test')
  }

  async function expectNothing(page: Page): Promise<void> {
    for (let step = 0; step < 4; step++) {
      await page.goBack({ waitUntil: 'commit' })
      await page.waitForTimeout(300)
      expect(await shownOn(page), page.url()).not.toContain(canary)
    }
  }

  /** All that a page has, its fields included; of the next page where it goes on by itself meanwhile. */
  async function shownOn(page: Page): Promise<string> {
    for (;;)
      try {
        return await page.evaluate(() => {
          const typed = [...document.querySelectorAll('input, select, textarea')].map(
            (field) => (field as HTMLInputElement).value,
          )
          return [document.documentElement.outerHTML, ...typed].join('\n')
        })
      } catch (error) {
        if (!String(error).includes('because of a navigation')) throw error
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
