// Drafts: input that was not sent survives a reload, Back, a closed tab and a dead server, on every device.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { answer } from './support/application.ts'
import { ada, cards, expectStep, fillShipping, goToPayment, pressContinue, submitCard } from './support/checkout.ts'
import { unsealed } from './support/demo.ts'
import { expect, test } from './support/devices.ts'
import {
  draftOf,
  expectKept,
  expectLittleLost,
  indicator,
  sessionOf,
  spoken,
  typeFor,
  visitorOf,
} from './support/drafts.ts'
import { joinByRequest } from './support/handoff.ts'
import { outage } from './support/test.ts'

const firstName = 'First name'
const city = 'Town or city'
const line2 = 'Address line 2 (optional)'
// Without the link to a notice, which is in the document all along.
const inView = { useInnerText: true }

test('what is typed is saved without being sent, says so, and is there after a reload', async ({ page }) => {
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  await page.route('**/drafts/*', async (route) => {
    await held
    await route.continue()
  })
  await page.goto('/checkout')
  await expect(page.getByText('Nothing is saved yet.')).toBeVisible()
  await expect(indicator(page)).toHaveText('Nothing is saved yet', inView)
  await page.getByLabel(firstName).pressSequentially('Augusta')
  await expect(indicator(page)).toHaveText('Saving…', inView)
  release()
  await expect(indicator(page)).toHaveText(/^Saved \d\d:\d\d/)
  await expect(spoken(page)).toHaveText('What you type is saved.')
  await expect(page.getByText('Your answers are kept until')).toBeVisible()
  expect(await sessionOf(page)).toMatchObject({
    step: 'shipping',
    context: { shipping: null },
    drafts: { shipping: { values: { givenName: 'Augusta' } } },
  })
  await page.reload()
  await expect(page.getByLabel(firstName)).toHaveValue('Augusta')
})

test('Back and Forward bring back what was typed, within the page and across page loads', async ({ page }) => {
  await page.goto('/application')
  await answer(page, 'name', 'contact')
  await page.getByLabel('Email address').pressSequentially('ada@exam')
  await page.goBack()
  await expect(page.getByLabel('Full name')).toHaveValue('Ada Lovelace')
  await page.goForward()
  await expect(page.getByLabel('Email address')).toHaveValue('ada@exam')

  await page.getByLabel('Phone number').pressSequentially('020 79')
  await page.goto('/')
  await page.goBack()
  await expect(page.getByLabel('Phone number')).toHaveValue('020 79')
  await expectKept(page, 'contact', { email: 'ada@exam', phone: '020 79' }, 'application')
})

test('a tab that is closed right after typing loses nothing', async ({ page, context }) => {
  await page.goto('/checkout')
  await page.getByLabel(firstName).pressSequentially('Augusta')
  await expectKept(page, 'shipping', { givenName: 'Augusta' })
  const other = await context.newPage()
  await page.bringToFront()
  await page.getByLabel(city).pressSequentially('Kirkby Mallory')
  const closed = page.waitForEvent('close')
  await page.close({ runBeforeUnload: true })
  await closed
  await expectKept(other, 'shipping', { givenName: 'Augusta', city: 'Kirkby Mallory' })
  await other.goto('/checkout')
  await expect(other.getByLabel(city)).toHaveValue('Kirkby Mallory')
})

test('a browser that dies while someone types loses at most the last second and a half', async ({ page, context }) => {
  await page.goto('/checkout')
  await page.getByLabel(firstName).fill('Augusta')
  await expectKept(page, 'shipping', { givenName: 'Augusta' })
  const other = await context.newPage()
  await page.bringToFront()
  const typed = await typeFor(page, city, 5000)
  const endedAt = Date.now()
  await page.close({ runBeforeUnload: false })
  expectLittleLost((await draftOf(other, 'shipping'))?.city, typed, endedAt)
})

for (const store of ['pglite', 'redis'] as const) {
  test.describe(`a server that dies, on ${store}`, () => {
    test.use({ own: { store }, mayLog: outage })

    test('costs at most the last second and a half, and an open page says so and makes up for it', async ({
      page,
      context,
      demo,
    }) => {
      test.slow()
      await page.goto('/checkout')
      await page.getByLabel(firstName).fill('Augusta')
      await expectKept(page, 'shipping', { givenName: 'Augusta' })
      const typed = await typeFor(page, city, 5000)
      const endedAt = Date.now()
      await demo.kill()
      // The browser dies with the server.
      await page.close({ runBeforeUnload: false })
      await demo.start()
      const next = await context.newPage()
      await next.goto('/checkout')
      await expect(next.getByLabel(firstName)).toHaveValue('Augusta')
      expectLittleLost(await next.getByLabel(city).inputValue(), typed, endedAt)

      await demo.kill()
      await next.getByLabel(city).fill('Kirkby Mallory')
      await expect(indicator(next)).toHaveText(/^Not saved yet, we keep trying./)
      await expect(spoken(next)).toHaveText('Not saved yet, we keep trying. What you typed is kept in this browser.')
      await next.getByLabel('Postcode').fill('LE9 7')
      await demo.start()
      await expect(indicator(next)).toHaveText(/^Saved/, { timeout: 30_000 })
      await expectKept(next, 'shipping', { givenName: 'Augusta', city: 'Kirkby Mallory', postcode: 'LE9 7' })
      await next.reload()
      await expect(next.getByLabel(city)).toHaveValue('Kirkby Mallory')
    })
  })
}

test('the server’s page has it, for a browser without JavaScript', async ({ page, browser, context, demo }) => {
  await page.goto('/checkout')
  await page.getByLabel(firstName).fill('Augusta')
  await expectKept(page, 'shipping', { givenName: 'Augusta' })
  await page.getByLabel('Country').selectOption('Ireland')
  await expectKept(page, 'shipping', { givenName: 'Augusta', country: 'IE' })
  const plain = await browser.newContext({
    baseURL: demo.url,
    javaScriptEnabled: false,
    storageState: await context.storageState(),
  })
  const without = await plain.newPage()
  await without.goto('/checkout')
  await expect(without.getByLabel(firstName)).toHaveValue('Augusta')
  await expect(without.getByLabel('Country')).toHaveValue('IE')
  await plain.close()
})

test('two devices fill in one page: field by field, the later hand counts', async ({ page, phone, demo }) => {
  await page.goto('/checkout')
  await page.getByLabel(firstName).fill('Augusta')
  await expectKept(page, 'shipping', { givenName: 'Augusta' })
  await joinByRequest(page, phone)
  await phone.goto('/checkout')
  await expect(phone.getByLabel(firstName)).toHaveValue('Augusta')

  // Two devices fill in different fields at once: both values are kept and shown on both.
  await Promise.all([page.getByLabel(city).fill('London'), phone.getByLabel('Postcode').fill('SW1Y 4JH')])
  await expectKept(page, 'shipping', { givenName: 'Augusta', city: 'London', postcode: 'SW1Y 4JH' })
  await expect(phone.getByLabel(city)).toHaveValue('London')
  await expect(page.getByLabel('Postcode')).toHaveValue('SW1Y 4JH')

  // A draft typed ten minutes ago, while the phone was offline, arrives now.
  const late = await visitorOf(phone, demo.url)
  const values = { city: 'Paris', line1: '12 St James’s Square' }
  const answered = await late.request('/drafts/shipping', {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ opId: crypto.randomUUID(), values, ageMs: 600_000 }),
  })
  expect(answered.status).toBe(200)
  await expectKept(page, 'shipping', { city: 'London', line1: '12 St James’s Square' })
  await expect(page.getByLabel('Address line 1')).toHaveValue('12 St James’s Square')
  await expect(page.getByLabel(city)).toHaveValue('London')
})

test('what was sent and refused is on the other device, with what is wrong; once taken, no draft is left', async ({
  page,
  phone,
}) => {
  await page.goto('/checkout')
  await fillShipping(page, { ...ada, 'Email address': 'ada at example' })
  await pressContinue(page)
  const message = 'Enter an email address in the correct format, like name@example.com'
  await expect(page.getByRole('alert', { name: 'There is a problem' })).toContainText(message)
  await expect
    .poll(async () => (await sessionOf(page)).drafts.shipping?.issues)
    .toMatchObject([{ path: ['email'], message }])

  await joinByRequest(page, phone)
  await phone.goto('/checkout')
  await expect(phone.getByRole('alert', { name: 'There is a problem' })).toContainText(message)
  await expect(phone).toHaveTitle('Error: Address – Checkout')
  await expect(phone.getByLabel('Email address')).toHaveValue('ada at example')
  await expect(phone.getByLabel(city)).toHaveValue(ada['Town or city'])
  await phone.getByLabel('Email address').fill('ada@example.org')
  await pressContinue(phone)
  await expectStep(phone, 'delivery')
  expect(await sessionOf(phone)).toMatchObject({ context: { shipping: { email: 'ada@example.org' } }, drafts: {} })
})

test.describe('card numbers', () => {
  test.use({ own: { store: 'redis', env: unsealed } })
  const digits = cards.works.replaceAll(' ', '')

  /** Every byte that Redis has written to disk. */
  async function written(data: string): Promise<string> {
    const files = await readdir(join(data, 'redis'), { recursive: true, withFileTypes: true })
    const contents = files
      .filter((file) => file.isFile())
      .map((file) => readFile(join(file.parentPath, file.name), 'latin1'))
    return (await Promise.all(contents)).join('\n')
  }

  test('in a field for something else are not kept, which is said; the other fields are', async ({ page, demo }) => {
    await page.goto('/checkout')
    await page.getByLabel(city).fill('Kirkby Mallory')
    await page.getByLabel(line2).fill(cards.works)
    for (const said of [indicator(page), spoken(page)])
      await expect(said).toContainText('Address line 2. This looks like a card number. It is not kept here.')
    await expectKept(page, 'shipping', { city: 'Kirkby Mallory' })
    await page.getByLabel('Postcode').fill('LE9 7')
    await expectKept(page, 'shipping', { city: 'Kirkby Mallory', postcode: 'LE9 7' })
    // The form is sent anyway and refused, with the reason at the field.
    await pressContinue(page)
    await expect(page.getByRole('alert', { name: 'There is a problem' })).toContainText(
      'Address line 2: this looks like a card number',
    )
    await expectKept(page, 'shipping', { city: 'Kirkby Mallory' })

    await page.reload()
    await expect(page.getByLabel(city)).toHaveValue('Kirkby Mallory')
    await expect(page.getByLabel(line2)).toHaveValue('')
    const bytes = await written(demo.data)
    expect(bytes).toContain('Kirkby Mallory')
    for (const number of [cards.works, digits]) expect(bytes).not.toContain(number)
    expect(demo.log()).not.toMatch(/4242/)

    // Typed slowly, the first digits are kept before they look like a card number; then they are removed.
    await page.getByLabel(line2).fill('4242 4242 4242')
    await expectKept(page, 'shipping', { line2: '4242 4242 4242' })
    await page.getByLabel(line2).pressSequentially(' 4242')
    await expect(indicator(page)).toContainText('This looks like a card number')
    await expect.poll(async () => (await draftOf(page, 'shipping'))?.line2 ?? '').toBe('')
    await page.getByLabel(line2).fill('Second floor')
    await expectKept(page, 'shipping', { line2: 'Second floor', city: 'Kirkby Mallory' })
    await expect(indicator(page)).toHaveText(/^Saved/)
  })

  test('in the form for cards never come to our server', async ({ page, demo }) => {
    const sent: { url: string; body: string }[] = []
    page.on('request', (request) => sent.push({ url: request.url(), body: request.postData() ?? '' }))
    const withDigits = () =>
      sent.filter(({ url, body }) =>
        decodeURIComponent(url + body)
          .replace(/[^\d]/g, '')
          .includes(digits.slice(0, 12)),
      )
    await goToPayment(page)
    const number = page.getByLabel('Card number')
    await number.pressSequentially(digits)
    await expect(number).toHaveValue(cards.works)
    await number.blur()
    // Another field is saved while the number is in its field; then the page is reloaded.
    await page.getByRole('radio', { name: 'Invoice' }).check()
    await page.getByLabel('Company name').fill('Analytical Engines Ltd')
    await expectKept(page, 'payment', { company: 'Analytical Engines Ltd' })
    await page.getByRole('radio', { name: 'Card' }).check()
    await page.reload()
    await expect(number).toHaveValue('')
    expect(withDigits()).toEqual([])

    await page.getByRole('radio', { name: 'Card' }).check()
    await submitCard(page)
    expect(withDigits().map(({ url }) => new URL(url).origin)).toEqual([demo.paymentsUrl])
    expect(await written(demo.data)).not.toMatch(/4242 ?4242 ?4242/)
  })
})

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false })

  test('a card number in a field for something else is refused, and the other fields come back', async ({ page }) => {
    await page.goto('/checkout')
    await fillShipping(page, { ...ada, [line2]: cards.works })
    await pressContinue(page)
    await expect(page.getByRole('alert', { name: 'There is a problem' })).toContainText('looks like a card number')
    await expect(page.getByLabel(city)).toHaveValue(ada['Town or city'])
    await expect(page.getByLabel(line2)).toHaveValue('')
  })
})
