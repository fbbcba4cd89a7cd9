// Sessions of an account: found again by signing in on another device, and by nobody else.
import { expectAccessible } from './support/accessible.ts'
import { ada, beginAtReview, expectStep, pressContinue, submitShipping } from './support/checkout.ts'
import { expect, test } from './support/devices.ts'
import { followLink, goOnHere, makeHandoff, openElsewhere } from './support/handoff.ts'

type Page = Parameters<typeof expectStep>[0]

const password = 'correct horse battery'
let people = 0
const someone = (name: string) => `${name}-${process.pid}-${Date.now()}-${people++}@example.org`

async function enter(page: Page, email: string, secret = password): Promise<void> {
  await page.getByLabel('Email address').fill(email)
  await page.getByLabel('Password').fill(secret)
  await page.getByRole('button', { name: /^(Sign in|Create account)$/ }).click()
}

async function signUp(page: Page, email: string): Promise<void> {
  await page.goto('/sign-up')
  await enter(page, email)
  await expect(page.getByRole('heading', { level: 1, name: 'Saved' })).toBeVisible()
}

async function signIn(page: Page, email: string): Promise<void> {
  await page.goto('/sign-in')
  await enter(page, email)
  await expect(page.getByRole('heading', { level: 1, name: 'Saved' })).toBeVisible()
}

const card = (page: Page) =>
  page
    .getByRole('main')
    .getByRole('listitem')
    .filter({ has: page.getByRole('heading', { name: 'Checkout' }) })

/** Finds no answer of Ada's in the page, in its fields, or in the server's answer to this browser. */
async function expectNothingOfAda(page: Page): Promise<void> {
  const answer = await page.request.get('/api/flows/checkout')
  for (const value of [ada['Address line 1'], ada['Town or city'], ada.Postcode, ada['Email address']]) {
    expect(await page.content()).not.toContain(value)
    expect(await answer.text()).not.toContain(value)
  }
  const typed = await page
    .locator('input, select')
    .evaluateAll((fields) => fields.map((field) => 'value' in field && field.value))
  expect(typed).not.toContain(ada['Town or city'])
}

test('what was begun before signing up is on the phone that signs in, with every answer', async ({ page, phone }) => {
  const email = someone('ada')
  await beginAtReview(page)
  await page.goto('/')
  await page.getByRole('link', { name: 'Sign in' }).click()
  await page.getByRole('link', { name: 'Create an account' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Create an account' })).toBeVisible()
  await enter(page, email)
  await expect(card(page)).toHaveCount(1)
  await expect(card(page)).toContainText('Open in this browser.')
  await card(page).getByRole('link', { name: 'Continue Checkout' }).click()
  await expectStep(page, 'review')

  await signIn(phone, email)
  await expect(card(phone)).toHaveCount(1)
  const { title } = (await (await page.request.get('/api/flows/checkout')).json()).steps.find(
    ({ state }: { state: string }) => state === 'current',
  )
  await expect(card(phone)).toContainText(title)
  await expect(card(phone)).toContainText('Last change just now. Kept until')
  const until = Date.parse((await card(phone).locator('time').getAttribute('datetime')) ?? '')
  expect(until - Date.now()).toBeGreaterThan(24 * 60 * 60_000)
  await expect(card(phone)).not.toContainText('Open in this browser.')

  await card(phone).getByRole('button', { name: 'Continue Checkout' }).tap()
  await expectStep(phone, 'review')
  await expect(phone.getByRole('definition').filter({ hasText: ada['Address line 1'] })).toBeVisible()
  await phone.goto('/checkout/shipping')
  await expect(phone.getByLabel('Town or city')).toHaveValue(ada['Town or city'])
  // The desktop still has the session, too.
  await expectStep(page, 'review')
  await expect(page.getByRole('definition').filter({ hasText: ada['Address line 1'] })).toBeVisible()
})

test('a saved session replaces the one that is there only where that is asked for', async ({ page, phone }) => {
  const email = someone('ada')
  await beginAtReview(page)
  await signUp(page, email)
  await signIn(phone, email)
  await phone.goto('/checkout')
  await phone.getByLabel('Town or city').fill('Paris')
  await expect(phone.locator('.saved[data-state=saved]')).toBeVisible()
  await phone.goto('/saved')
  // A field that is typed is not the account's before the person has sent something, or says so.
  await expect(card(phone)).toHaveCount(1)
  await phone.getByRole('button', { name: 'Save the order' }).click()
  await expect(card(phone)).toHaveCount(2)
  await phone.getByRole('button', { name: 'Continue Checkout' }).click()
  await expect(phone.getByRole('heading', { name: 'Which order do you want here?' })).toBeVisible()
  await expectAccessible(phone)
  await phone.getByRole('link', { name: 'Keep the one here' }).click()
  await expectStep(phone, 'shipping')
  await expect(phone.getByLabel('Town or city')).toHaveValue('Paris')
  await phone.goto('/saved')
  await phone.getByRole('button', { name: 'Continue Checkout' }).click()
  await phone.getByRole('button', { name: 'Open the saved one' }).click()
  await expectStep(phone, 'review')
  await phone.goto('/saved')
  await expect(card(phone)).toHaveCount(2)
})

test('deleting it on one device ends it on every one', async ({ page, phone }) => {
  const email = someone('ada')
  await beginAtReview(page)
  await signUp(page, email)
  await page.goto('/checkout/review')
  await expectStep(page, 'review')
  await signIn(phone, email)
  await card(phone).getByRole('link', { name: 'Delete Checkout' }).click()
  await expect(phone.getByRole('heading', { level: 1, name: 'Delete this order?' })).toBeFocused()
  await expectAccessible(phone)
  await phone.getByRole('link', { name: 'Keep it' }).click()
  await expect(phone.getByRole('heading', { name: 'Delete this order?' })).toHaveCount(0)
  await expectStep(page, 'review')
  await card(phone).getByRole('link', { name: 'Delete Checkout' }).click()
  await phone.getByRole('button', { name: 'Delete it' }).click()
  await expect(phone.getByRole('status').filter({ hasText: 'Deleted' })).toBeVisible()
  await expect(card(phone)).toHaveCount(0)

  await expect(page.getByRole('heading', { level: 1, name: 'This order was deleted' })).toBeVisible()
  await expect(page.getByText(ada['Address line 1'])).toHaveCount(0)
  await page.reload()
  await expectNothingOfAda(page)
  await page.goto('/saved')
  await expect(card(page)).toHaveCount(0)
})

test('after signing out, neither Back nor the next person finds anything [M26]', async ({ page }) => {
  const email = someone('ada')
  await beginAtReview(page)
  await signUp(page, email)
  await page.goto('/checkout/shipping')
  await expect(page.getByLabel('Town or city')).toHaveValue(ada['Town or city'])
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('heading', { name: 'Sign in to continue' })).toBeVisible()
  await expectNothingOfAda(page)
  await page.goBack()
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in to continue' })).toBeVisible()
  await expectNothingOfAda(page)
  await expectAccessible(page)

  await signUp(page, someone('grace'))
  await expect(page.getByText('Nothing yet.')).toBeVisible()
  await page.goto('/checkout')
  await expectNothingOfAda(page)

  await page.getByRole('button', { name: 'Sign out' }).click()
  await signIn(page, email)
  await card(page).getByRole('link', { name: 'Continue Checkout' }).click()
  await expectStep(page, 'review')
  await expect(page.getByRole('definition').filter({ hasText: ada['Address line 1'] })).toBeVisible()
})

test.describe('another account', () => {
  // A request for a session of somebody else is answered like one for a session that does not exist.
  test('neither lists a session, nor opens or deletes it by its name', async ({ page, phone, demo }) => {
    await beginAtReview(page)
    await signUp(page, someone('ada'))
    const { sessions } = await (await page.request.get('/api/flows')).json()
    expect(sessions).toHaveLength(1)
    const [{ session }] = sessions

    await signUp(phone, someone('grace'))
    await expect(phone.getByText('Nothing yet.')).toBeVisible()
    expect(await (await phone.request.get('/api/flows')).json()).toEqual({ sessions: [] })
    const headers = { origin: demo.url }
    const opened = await phone.request.post('/api/flows/checkout/open', { data: { session }, headers })
    const unknown = await phone.request.post('/api/flows/checkout/open', {
      data: { session: `${session.slice(0, -4)}AAAA` },
      headers,
    })
    expect([opened.status(), await opened.text()]).toEqual([404, await unknown.text()])
    expect(opened.headers()['set-cookie']).toBeUndefined()
    expect((await phone.request.delete(`/api/flows/checkout/sessions/${session}`, { headers })).status()).toBe(404)
    expect((await page.request.get('/api/flows').then((answer) => answer.json())).sessions).toHaveLength(1)
    await phone.goto('/checkout')
    await expectNothingOfAda(phone)

    await phone.getByRole('button', { name: 'Sign out' }).click()
    await expect(phone.getByRole('link', { name: 'Sign in' })).toBeVisible()
    expect((await phone.request.get('/api/flows')).status()).toBe(401)
  })
})

test('a wrong password is refused, and says no more than that', async ({ page, phone }) => {
  const email = someone('ada')
  await signUp(page, email)
  await phone.goto('/sign-in')
  for (const [who, secret] of [
    [email, 'correct horse batters'],
    [someone('nobody'), password],
  ] as const) {
    await enter(phone, who, secret)
    await expect(
      phone.getByRole('alert', { name: 'There is a problem' }).getByRole('link', {
        name: 'The email address or the password is not right',
      }),
    ).toBeVisible()
    await expect(phone.getByLabel('Email address')).toHaveValue(who)
    await expect(phone.getByLabel('Password')).toHaveValue('')
  }
  await phone.goto('/saved')
  await expect(phone.getByText('Sign in to see what you saved')).toBeVisible()
  await signIn(phone, email)
})

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false })

  test('an account finds its session on another device', async ({ page, phone }) => {
    const email = someone('ada')
    await page.goto('/checkout')
    await page.getByLabel('Town or city').fill('London')
    await page.getByRole('button', { name: 'Continue', exact: true }).click()
    await expect(page.getByRole('alert', { name: 'There is a problem' })).toBeVisible()
    await signUp(page, email)
    await expect(card(page)).toHaveCount(1)
    await signIn(phone, email)
    await phone.getByRole('button', { name: 'Continue Checkout' }).click()
    await expectStep(phone, 'shipping')
    await expect(phone.getByLabel('Town or city')).toHaveValue('London')
  })
})

test('the pages of accounts are accessible', async ({ page }) => {
  await page.goto('/sign-up')
  await expectAccessible(page)
  await enter(page, 'ada at example', 'short')
  await expect(page.getByRole('alert', { name: 'There is a problem' })).toBeVisible()
  await expectAccessible(page)
  await page.goto('/saved')
  await expectAccessible(page)
  await page.goto('/sign-in')
  await expectAccessible(page)
  await beginAtReview(page)
  await signUp(page, someone('ada'))
  await expect(card(page)).toHaveCount(1)
  await expectAccessible(page)
})

test('a device that joined before signing in is asked about, and loses its access if nobody knows it [M5]', async ({
  page,
  phone,
}) => {
  await beginAtReview(page)
  await openElsewhere(page)
  const { url } = await makeHandoff(page, 'Use both')
  await followLink(phone, url)
  await goOnHere(phone)
  await expectStep(phone, 'review')
  const before = (await page.context().cookies()).find(({ name }) => name.endsWith('dogear.checkout'))?.value
  await page.goto('/sign-up')
  await enter(page, someone('ada'))
  await expect(page.getByRole('heading', { level: 1, name: 'Are these devices yours?' })).toBeVisible()
  await expectAccessible(page)
  const after = (await page.context().cookies()).find(({ name }) => name.endsWith('dogear.checkout'))?.value
  expect(after).toBeTruthy()
  expect(after).not.toBe(before)
  await page
    .getByRole('main')
    .getByRole('listitem')
    .getByRole('button', { name: /Remove/ })
    .click()
  await expect(page.getByRole('status').filter({ hasText: 'Access ended' })).toBeVisible()
  await expect(phone.getByRole('heading', { level: 1, name: 'This device was removed' })).toBeVisible()
})

test('an answer on its way while the person signs in in another tab is taken, under the new cookie [M5]', async ({
  page,
  context,
}) => {
  await submitShipping(page)
  await page.getByRole('radio', { name: 'Express' }).check()
  const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
  const [events, tries] = ['**/api/flows/checkout/events', [] as number[]]
  // The first try leaves with the cookie of before, and arrives after the new one was given out.
  await page.route(events, async (route) => {
    const request = route.request()
    if (tries.length > 0) return await route.continue()
    const tab = await context.newPage()
    await signUp(tab, someone('ada'))
    const headers = { cookie, origin: new URL(request.url()).origin, 'content-type': 'application/json' }
    const late = await fetch(request.url(), { method: 'POST', headers, body: request.postData() })
    tries.push(late.status)
    await route.fulfill({ status: late.status, headers: Object.fromEntries(late.headers), body: await late.text() })
  })
  await pressContinue(page)
  await expectStep(page, 'payment')
  expect(tries).toEqual([410])
  expect((await (await page.request.get('/api/flows/checkout')).json()).context.delivery.method).toBe('express')
})
