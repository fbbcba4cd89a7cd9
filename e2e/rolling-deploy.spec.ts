// Version 2 of the checkout is deployed, rolled back and deployed again while people are in it: nobody loses an answer
// or pays a price that they did not see.
import { type Browser, type BrowserContext, expect, type Page, test } from '@playwright/test'
import { ada, expectStep, headings, placeOrder, pressContinue, submitDelivery } from './support/checkout.ts'
import { act, isDone, nameIn, type Person, person, sessionOf } from './support/crowd.ts'
import { after, before, type Fleet, startFleet } from './support/fleet.ts'
import { type Records, watchRecords } from './support/records.ts'
import { listen, outage } from './support/test.ts'

const people = 60
const inVersion1 = { ...withoutName(ada), 'Full name': 'Ada Lovelace' }

function withoutName({ 'First name': _, 'Last name': __, ...rest }: typeof ada) {
  return rest
}

let fleet: Fleet
let records: Records
test.beforeAll(async () => {
  test.setTimeout(600_000)
  fleet = await startFleet()
  records = watchRecords(fleet.redis.url, fleet.keys)
})
test.afterAll(async () => {
  await records?.stop()
  await fleet?.stop()
})

test('a deploy, a rollback and a second deploy, with people in every step', async ({ browser }) => {
  test.setTimeout(600_000)
  const crowd: Person[] = []
  const come = (count: number) => {
    for (let i = 0; i < count; i++) crowd.push(person(fleet.url, crowd.length))
  }
  /** Everyone does a few things, each at their own pace. */
  const goOn = (round: number) =>
    Promise.all(
      crowd.map(async (someone, index) => {
        for (let left = (index * 5 + round * 3) % 7; left > 0 && !isDone(someone); left--) await act(someone)
      }),
    )

  await fleet.serve(before)
  come(people / 2)
  const script = await typing(browser, inVersion1)
  const oneWord = await typing(browser, { ...inVersion1, 'Full name': 'Cher' })
  const plain = await typing(browser, inVersion1, { javaScriptEnabled: false })
  await goOn(0)
  expect(versions(await records.all())).toEqual([1])

  // The deploy: half of the servers are of version 2, then all.
  await fleet.serve(before, after)
  come(people / 4)
  await goOn(1)
  await goOn(2)
  expect(versions(await records.all())).toEqual([1, 2])
  await fleet.serve(after)
  await goOn(3)

  // Pages from before it are understood, or come back with what was typed.
  await pressContinue(script.page)
  await expectStep(script.page, 'delivery')
  await submitDelivery(script.page, 'Express')
  await pressContinue(oneWord.page)
  await expect(oneWord.page.getByLabel('First name')).toHaveValue('Cher')
  await expect(oneWord.page.getByLabel('Town or city')).toHaveValue(ada['Town or city'])
  await pressContinue(oneWord.page)
  await expect(oneWord.page.getByRole('alert').getByRole('link')).toHaveText(['Enter your last name'])
  await pressContinue(plain.page)
  await expectStep(plain.page, 'delivery')

  // The rollback: what is of version 2 waits, to the byte; the rest goes on.
  await fleet.serve(after, before)
  await goOn(4)
  fleet.direct(({ method, path }) => (method === 'POST' && path.endsWith('/checkout/events') ? before : after))
  await script.page.getByRole('radio', { name: 'Invoice' }).check()
  await script.page.getByLabel('Company name').fill('Patience Ltd')
  const reloaded = script.page.waitForEvent('load')
  await pressContinue(script.page)
  await reloaded
  await expectStep(script.page, 'payment')
  await expect(script.page.getByLabel('Company name')).toHaveValue('Patience Ltd')
  fleet.direct(undefined)
  await fleet.serve(before)
  const waiting = [...(await records.all())].filter(([, { version }]) => version === 2)
  expect(waiting.length).toBeGreaterThan(people / 6)
  const refusedBefore = count(crowd, 'newer_version')
  come(people / 4)
  await goOn(5)
  await goOn(6)
  expect(count(crowd, 'newer_version')).toBeGreaterThan(refusedBefore)
  await script.page.getByLabel('Company name').fill('Patience and Sons Ltd')
  await pressContinue(script.page)
  await expect(script.page.getByRole('heading', { name: 'We could not save this just now' })).toBeVisible()
  await plain.page.reload()
  await expect(plain.page.getByRole('heading', { name: 'This page is not available just now' })).toBeVisible()
  const still = await records.all()
  for (const [id, { bytes }] of waiting) expect(still.get(id)?.bytes).toBe(bytes)

  // Forward again, for good.
  await fleet.serve(before, after)
  await goOn(7)
  await fleet.serve(after)
  for (let round = 0; round < 12 && !crowd.every(isDone); round++) await Promise.all(crowd.map(actTwice))

  await expect(script.page.getByLabel('Company name')).toHaveValue('Patience and Sons Ltd')
  await pressContinue(script.page)
  await expectStep(script.page, 'review')
  await placeOrder(script.page, '£47.50')
  await expectStep(script.page, 'confirmed')
  await oneWord.page.getByLabel('Last name').fill('Sarkisian')
  await pressContinue(oneWord.page)
  await expectStep(oneWord.page, 'delivery')
  await plain.page.getByRole('link', { name: 'Try again' }).click()
  await expectStep(plain.page, 'delivery')
  await submitDelivery(plain.page)
  for (const { close } of [script, oneWord, plain]) await close()

  expect(crowd.filter((someone) => !isDone(someone)).map(({ name, page }) => [name, page?.step])).toEqual([])
  const stored = await records.all()
  expect(stored.size).toBe(people + 3)
  const charges = await fleet.charges()
  for (const someone of crowd) {
    const session = stored.get(sessionOf(someone))
    expect(session).toMatchObject({ state: 'confirmed', status: 'done', context: contextOf(someone) })
    // Orders that were done before the deploy are never written again, and keep the name in one part.
    expect(nameIn(session?.context.shipping as object)).toBe(someone.given.shipping)
    const own = charges.filter(({ idempotencyKey }) => idempotencyKey.startsWith(`${sessionOf(someone)}.`))
    const amounts = someone.wants.payment.method === 'card' ? [someone.agreed] : []
    expect(own.map(({ amount }) => amount)).toEqual(amounts)
  }
  // Every way over the deploy was taken by somebody.
  expect(new Set(crowd.map(({ agreed, given }) => `${given.delivery} ${agreed}`))).toEqual(
    new Set(['undefined 4250', 'standard 4250', 'express 4750']),
  )
  expect(new Set(crowd.flatMap(({ refused }) => refused))).toContain('invalid_event')
  expect(await records.stop()).toEqual([])
  expect(fleet.log()).not.toMatch(/record_unreadable|TypeError/)
})

const versions = (all: Awaited<ReturnType<Records['all']>>) =>
  [...new Set([...all.values()].map(({ version }) => version))].sort()

const count = (crowd: readonly Person[], code: string): number =>
  crowd.flatMap(({ refused }) => refused).filter((one) => one === code).length

async function actTwice(someone: Person): Promise<void> {
  for (let left = 2; left > 0 && !isDone(someone); left--) await act(someone)
}

/** The acknowledged part of a context: the delivery if there was a choice, the payment, and the agreed price. */
function contextOf({ given: { delivery, payment }, agreed }: Person): object {
  return {
    ...(delivery === undefined ? {} : { delivery: { method: delivery } }),
    payment: { method: payment },
    cart: { total: agreed },
  }
}

type Tab = { page: Page; close(): Promise<void> }

/** Someone who has typed their address and not sent it yet. */
async function typing(
  browser: Browser,
  values: Readonly<Record<string, string>>,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<Tab> {
  const context: BrowserContext = await browser.newContext({ baseURL: fleet.url, ...options })
  const said = listen(context, outage)
  const page = await context.newPage()
  await page.goto('/checkout')
  await expect(page.getByRole('heading', { level: 1, name: headings.shipping })).toBeVisible()
  for (const [label, value] of Object.entries(values)) await page.getByLabel(label, { exact: true }).fill(value)
  await page.getByLabel('Country').selectOption('United Kingdom')
  return {
    page,
    async close() {
      await context.close()
      expect(said).toEqual([])
    },
  }
}
