// Continuing a session on another device: by QR code, link or typed code, moved or shared.
import { expectAccessible } from './support/accessible.ts'
import { beginAtReview, cards, expectStep, payWithAnother, placeOrder, submitShipping } from './support/checkout.ts'
import { android, desktop, expect, tabletLook, test } from './support/devices.ts'
import {
  expectDeadHandoff,
  expectMovedTo,
  followLink,
  goOnHere,
  makeHandoff,
  openElsewhere,
  scanScreen,
  typeCode,
} from './support/handoff.ts'

const half = { 'Address line 1': '12 St James’s Square', 'Town or city': 'London' }

type Values = Record<string, string>

async function typeHalf(page: Parameters<typeof expectStep>[0], values: Values = half): Promise<void> {
  await page.goto('/checkout')
  await expectStep(page, 'shipping')
  for (const [label, value] of Object.entries(values)) await page.getByLabel(label, { exact: true }).fill(value)
}

async function expectHalf(page: Parameters<typeof expectStep>[0], values: Values = half): Promise<void> {
  await expectStep(page, 'shipping')
  for (const [label, value] of Object.entries(values))
    await expect(page.getByLabel(label, { exact: true })).toHaveValue(value)
}

const saved = (page: Parameters<typeof expectStep>[0]) => page.locator('.saved[data-state=saved]')
const takeBack = (page: Parameters<typeof expectStep>[0]) =>
  page.getByRole('button', { name: 'Take it back to this device' })

const scanned =
  'half a step typed on the desktop is on the phone that scans its screen, and the desktop says where it went'
test(scanned, async ({ page, phone }) => {
  await typeHalf(page)
  await openElsewhere(page)
  await expect(page.getByText(/^Your order is saved, and kept until \d/)).toBeVisible()
  const { url } = await makeHandoff(page)
  const found = await scanScreen(page)
  expect(found).toBe(url)

  await followLink(phone, found)
  expect(phone.url()).toMatch(/\/handoff$/)
  await expect(phone.getByRole('definition').filter({ hasText: desktop })).toBeVisible()
  await phone.getByRole('button', { name: 'Continue here' }).tap()
  await expectHalf(phone)

  await expectMovedTo(page, android)
  await expect(page.getByLabel('Or send yourself the link')).toHaveCount(0)
  await takeBack(page).click()
  await expectHalf(page)
  await expectMovedTo(phone, desktop)
  await expect(phone.getByLabel('Town or city')).toHaveCount(0)
})

test('once something was entered on the phone, the desktop is told so instead of getting it back', async ({
  page,
  phone,
}) => {
  await typeHalf(page)
  await openElsewhere(page)
  const { url } = await makeHandoff(page, 'Move it')
  await followLink(phone, url)
  await goOnHere(phone)
  await expectHalf(phone)
  await expectMovedTo(page, android)
  await expect(takeBack(page)).toBeVisible()

  await phone.getByLabel('Postcode').fill('N1 9GU')
  await expect(saved(phone)).toBeVisible()
  // The button on the desktop was shown before the phone saved, so pressing it comes too late.
  await takeBack(page).click()
  await expectMovedTo(page, android)
  await expect(page.getByText('Something was entered there since.')).toBeVisible()
  await expect(takeBack(page)).toHaveCount(0)
  await page.reload()
  await expectMovedTo(page, android)
  await expect(page.getByRole('link', { name: 'Continue from another device' }).last()).toBeVisible()
  expect(await page.content()).not.toContain('N1 9GU')

  // The phone lost nothing, and can hand the session back.
  await phone.reload()
  await expectHalf(phone, { ...half, Postcode: 'N1 9GU' })
  await openElsewhere(phone)
  const { code } = await makeHandoff(phone)
  await page.getByRole('link', { name: 'Continue from another device' }).last().click()
  await page.getByLabel('Code').fill(code)
  await page.getByRole('button', { name: 'Continue', exact: true }).click()
  await goOnHere(page)
  await expectHalf(page, { ...half, Postcode: 'N1 9GU' })
  await expectMovedTo(phone, desktop)
})

test('the page of a step that is open says by itself that the session went on elsewhere', async ({ page, phone }) => {
  await typeHalf(page)
  await expect(saved(page)).toBeVisible()
  const second = await page.context().newPage()
  await second.goto('/checkout/continue-elsewhere')
  const { url } = await makeHandoff(second)
  await followLink(phone, url)
  await goOnHere(phone)
  await expectHalf(phone)
  for (const tab of [page, second]) {
    await expectMovedTo(tab, android)
    await expect(tab).toHaveTitle(`You continued on ${android} – Checkout`)
  }
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused()
})

test('two devices that share a session go on with what the other entered', async ({ page, phone, another }) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await typeHalf(page)
  await openElsewhere(page)
  const { url, code } = await makeHandoff(page, 'Use both')
  await page.getByRole('button', { name: 'Copy the link' }).click()
  await expect(page.getByText('Copied', { exact: true })).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(url)

  const handoff = page.getByRole('region', { name: 'Open it on the other device' })
  await expect(handoff.getByText(/They work once, until \d\d:\d\d \((9|10) minutes left\)/)).toBeVisible()
  const until = Date.parse((await handoff.locator('time').getAttribute('datetime')) ?? '')
  expect(until - Date.now()).toBeGreaterThan(60_000)
  expect(until - Date.now()).toBeLessThanOrEqual(10 * 60_000)

  await typeCode(phone, ` ${code.toLowerCase().replace('-', '').replace(/(..)/g, '$1 ')}`)
  await goOnHere(phone)
  await expectHalf(phone)

  await page.getByRole('link', { name: 'Back' }).click()
  await expectHalf(page)
  await phone.getByLabel('Postcode').fill('N1 9GU')
  await expect(page.getByLabel('Postcode')).toHaveValue('N1 9GU')
  await page.getByLabel('Address line 2 (optional)').fill('Third floor')
  await expect(phone.getByLabel('Address line 2 (optional)')).toHaveValue('Third floor')

  await submitShipping(phone)
  const onward = page.getByRole('link', { name: /^Go on from / })
  await expect(onward).toBeVisible()
  await onward.click()
  await expect(page).toHaveURL(phone.url())

  const third = await another(tabletLook)
  await typeCode(third, code)
  await expectDeadHandoff(third)
  await third.goto(url)
  await expectDeadHandoff(third)
  await third.goto('/checkout')
  await expectStep(third, 'shipping')
  await expect(third.getByLabel('Town or city')).toHaveValue('')
})

test('a device that has a session of its own is asked which one to keep, and loses none without an answer', async ({
  page,
  phone,
}) => {
  await typeHalf(page)
  await typeHalf(phone, { 'Town or city': 'Paris' })
  await expect(saved(phone)).toBeVisible()
  await openElsewhere(page)
  const { url } = await makeHandoff(page)

  await followLink(phone, url)
  await phone.getByRole('button', { name: 'Continue', exact: true }).click()
  await expect(phone.getByRole('alert', { name: 'There is a problem' })).toBeVisible()
  await expect(phone.getByRole('link', { name: 'Choose which order you want here' })).toBeVisible()
  await expectAccessible(phone)

  await phone.getByRole('radio', { name: 'The one that is here' }).check()
  await phone.getByRole('button', { name: 'Continue', exact: true }).click()
  await expectHalf(phone, { 'Town or city': 'Paris' })
  await expect(page.getByRole('heading', { name: 'Open it on the other device' })).toBeVisible()

  await followLink(phone, url)
  await phone.getByRole('radio', { name: `The one from ${desktop}` }).check()
  await phone.getByRole('button', { name: 'Continue', exact: true }).click()
  await expectHalf(phone)
  await expectMovedTo(page, android)
})

test('a link opened where its session is open says so, and stays good for the other device', async ({
  page,
  phone,
}) => {
  await typeHalf(page)
  await openElsewhere(page)
  const { url } = await makeHandoff(page)
  const second = await page.context().newPage()
  await second.goto(url)
  await expect(second.getByRole('heading', { name: 'This order is open here already' })).toBeVisible()
  await second.getByRole('button', { name: 'Continue', exact: true }).click()
  await expectHalf(second)
  await followLink(phone, url)
  await goOnHere(phone)
  await expectHalf(phone)
})

test('a link that scanners open in every way they have is still good for its person', async ({
  page,
  phone,
  another,
  request,
}) => {
  await typeHalf(page)
  await openElsewhere(page)
  const { url } = await makeHandoff(page)
  expect((await request.head(url)).status()).toBe(200)
  for (let time = 0; time < 10; time++) expect((await request.get(url)).status()).toBe(200)
  for (let time = 0; time < 3; time++) {
    const scanner = await another()
    const sent: string[] = []
    scanner.on('request', (asked) => sent.push(asked.url()))
    await followLink(scanner, url)
    expect(sent.length).toBeGreaterThan(0)
    for (const address of sent) expect(address.replace(/#.*/, '')).not.toContain(new URL(url).hash.slice(1, 20))
    expect(await scanner.content()).not.toContain(half['Town or city'])
  }
  await expect(page.getByRole('heading', { name: 'Open it on the other device' })).toBeVisible()
  await followLink(phone, url)
  await goOnHere(phone)
  await expectHalf(phone)
})

test.describe('a link that runs out', () => {
  // Longer than it takes on a busy machine to read it off the page.
  const lifeMs = 10_000
  test.use({ own: { env: { HANDOFF_MS: `${lifeMs}` } } })

  test('says so where it is shown and where it is opened, and lets nobody in', async ({ page, phone }) => {
    await typeHalf(page)
    await openElsewhere(page)
    const { url, code } = await makeHandoff(page)
    await expect(page.getByRole('heading', { name: 'This link and this code have run out' })).toBeVisible()
    await expect(page.getByLabel('Or send yourself the link')).toHaveCount(0)
    await phone.goto(url)
    await expectDeadHandoff(phone)
    await typeCode(phone, code)
    await expectDeadHandoff(phone)
    await page.getByRole('link', { name: 'Back' }).click()
    await expectHalf(page)

    // One that the bank leads back with, too: the page of the order goes on without it.
    await beginAtReview(page, cards.confirm)
    await placeOrder(page)
    const address = await page.getByRole('link', { name: 'Confirm the payment' }).getAttribute('href')
    const issued = Date.now()
    await phone.goto(address ?? '')
    await phone.getByRole('button', { name: 'Decline it' }).click()
    await expectStep(page, 'declined')
    await expect.poll(() => Date.now() - issued).toBeGreaterThan(lifeMs)
    await phone.getByRole('link', { name: 'Return to the shop' }).click()
    await expectDeadHandoff(phone)
    await expect(phone.getByText('The other device still has all')).toBeVisible()
    await payWithAnother(page)
  })
})

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false })

  test('a code leads from one device to the other, and back', async ({ page, phone }) => {
    await submitShipping(page)
    const step = page.url()
    await openElsewhere(page)
    const { url, code } = await makeHandoff(page, 'Move it')
    expect(await scanScreen(page)).toBe(url)

    await typeCode(phone, 'not a code')
    await expectDeadHandoff(phone)
    await typeCode(phone, code.toLowerCase().replace('-', ' '))
    await expect(phone.getByRole('heading', { level: 1, name: 'Continue this order here?' })).toBeVisible()
    await goOnHere(phone)
    await expect(phone).toHaveURL(step)

    await page.goto('/checkout')
    await expectMovedTo(page, android)
    await takeBack(page).click()
    await expect(page).toHaveURL(step)
    await phone.reload()
    await expectMovedTo(phone, desktop)

    await openElsewhere(page)
    const again = await makeHandoff(page, 'Use both')
    await typeCode(phone, again.code)
    await goOnHere(phone)
    await expect(phone).toHaveURL(step)
    await page.reload()
    await page.goto('/checkout')
    await expect(page).toHaveURL(step)
    await typeCode(phone, code)
    await expectDeadHandoff(phone)
  })
})
