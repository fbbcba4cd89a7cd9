// Every page, judged by axe: wide and narrow, light and dark.
import { expectAccessible } from './support/accessible.ts'
import {
  annabella,
  answer,
  begin,
  chooseFile,
  expectQuestion,
  fillPerson,
  program,
  sample,
  sendApplication,
} from './support/application.ts'
import {
  beginAtPayment,
  beginAtReview,
  cards,
  expectStep,
  placeOrder,
  pressContinue,
  submitCard,
  submitDelivery,
  submitInvoice,
  submitShipping,
  summary,
} from './support/checkout.ts'
import { android, expect, test } from './support/devices.ts'
import {
  expectDeadHandoff,
  expectMovedTo,
  followLink,
  goOnHere,
  makeHandoff,
  openElsewhere,
  typeCode,
} from './support/handoff.ts'
import { notFound, outage } from './support/test.ts'

test('the questions are accessible, empty, filled in, and with errors', async ({ page }) => {
  await page.goto('/')
  await expectAccessible(page)
  await page.goto('/checkout')
  await expectAccessible(page)
  await pressContinue(page)
  await expect(page.getByRole('alert', { name: 'There is a problem' })).toBeFocused()
  await expectAccessible(page)
  await submitShipping(page)
  await expectAccessible(page)
  await submitDelivery(page)
  await expectAccessible(page)
  await page.getByText('Test cards for this demonstration').click()
  await pressContinue(page)
  await expect(page.getByRole('alert', { name: 'There is a problem' })).toBeFocused()
  await expectAccessible(page)
  await page.getByRole('radio', { name: 'Invoice' }).check()
  await pressContinue(page)
  await expect(page.getByRole('alert', { name: 'There is a problem' })).toBeFocused()
  await expectAccessible(page)
  await submitInvoice(page)
  await expectAccessible(page)
  await page.goto('/')
  await expectAccessible(page)
})

test('the pages of the result are accessible', async ({ page }) => {
  await beginAtReview(page, cards.declined)
  await placeOrder(page)
  await expectStep(page, 'declined')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Choose how to pay' }).click()
  await submitCard(page)
  await placeOrder(page)
  await expectStep(page, 'confirmed')
  await expectAccessible(page)
  await page.goto('/checkout/review')
  await expect(page.getByRole('heading', { name: 'You have already placed this order' })).toBeVisible()
  await expectAccessible(page)
  await page.goto('/')
  await expectAccessible(page)
})

test.describe('with a demo of their own', () => {
  test.use({ own: { store: 'redis' }, mayLog: outage })

  test('the page that waits for the provider is accessible', async ({ page, demo }) => {
    await beginAtReview(page)
    await demo.payments.end()
    await placeOrder(page)
    await expectStep(page, 'paying')
    await expectAccessible(page)
  })

  test('the pages of an outage are accessible', async ({ page, demo }) => {
    await beginAtPayment(page)
    await demo.redis.kill()
    await page.getByRole('radio', { name: 'Invoice' }).check()
    await page.getByLabel('Company name').fill('Patience Ltd')
    await pressContinue(page)
    await expect(page.getByRole('heading', { name: 'We could not save this just now' })).toBeVisible({
      timeout: 40_000,
    })
    await expectAccessible(page)
    await page.goto('/')
    await expectAccessible(page)
  })
})

test.describe('a short price hold', () => {
  test.use({ own: { env: { PRICE_HOLD_MS: '4000' } } })

  test('the pages of a hold that ends are accessible', async ({ page }) => {
    await submitShipping(page)
    await expect(page.getByText(/^Prices held for \d+ seconds?$/)).toBeVisible()
    await expectStep(page, 'expired')
    await expectAccessible(page)
  })
})

test.describe('at 400 % zoom', () => {
  // A screen of 1280 by 1024.
  test.use({ viewport: { width: 320, height: 256 } })

  test('the focused heading, the errors and the whole warning are in view', async ({ page }) => {
    await page.clock.install()
    await submitShipping(page)
    const heading = page.getByRole('heading', { level: 1 })
    await expect(heading).toBeFocused()
    await expect(heading).toBeInViewport({ ratio: 1 })
    await pressContinue(page)
    await expect(summary(page)).toBeFocused()
    await expect(summary(page)).toBeInViewport({ ratio: 1 })
    await page.clock.fastForward(13 * 60_000)
    const warning = page.getByRole('dialog', { name: 'Your prices are about to change' })
    await expect(warning.getByRole('heading')).toBeFocused()
    for (const part of [warning.getByRole('heading'), ...(await warning.getByRole('button').all())])
      await expect(part).toBeInViewport({ ratio: 1 })
    await expectAccessible(page)
  })
})

test.describe('an address without a page', () => {
  test.use({ mayLog: notFound })
  test('is accessible', async ({ page }) => {
    await page.goto('/nowhere')
    await expectAccessible(page)
  })
})

test.describe('the application', () => {
  test('the questions are accessible, empty and with errors', async ({ page, demo }) => {
    test.slow()
    await page.goto('/application')
    await expectQuestion(page, 'name')
    await expectAccessible(page)
    await pressContinue(page)
    await expect(summary(page)).toBeFocused()
    await expectAccessible(page)
    await begin(page, demo.url, 'company')
    await page.goto('/application/company')
    await expectAccessible(page)
    await answer(page, 'company', 'person', 'Yes')
    await expectAccessible(page)
    await fillPerson(page, annabella)
    await pressContinue(page)
    await expectQuestion(page, 'people')
    await page.getByText(`Remove ${annabella.name}`, { exact: true }).click()
    await expectAccessible(page)
    await answer(page, 'people', 'employment', 'No')
    await pressContinue(page)
    await expect(summary(page)).toBeFocused()
    await expectAccessible(page)
  })

  test('the pages at its end and beside it are accessible', async ({ page, demo }) => {
    test.slow()
    await begin(page, demo.url, 'sample')
    await page.goto('/application')
    await expectAccessible(page)
    await page.goto('/application/project')
    await expectAccessible(page)
    await page.goto('/application/sample')
    await expectAccessible(page)
    await chooseFile(page, program)
    await pressContinue(page)
    await expect(summary(page)).toBeFocused()
    await expectAccessible(page)
    await chooseFile(page, sample)
    await pressContinue(page)
    await expectQuestion(page, 'check')
    await expectAccessible(page)
    await page.goto('/application/continue-elsewhere')
    await page.getByRole('button', { name: 'Make a link and a code' }).click()
    await expect(page.getByRole('img', { name: 'QR code of the link' })).toBeVisible()
    await expectAccessible(page)
    await page.goto('/application/check')
    await sendApplication(page)
    await expectQuestion(page, 'sent')
    await expectAccessible(page)
  })
})

test.describe('a handoff', () => {
  test('the pages of a handoff are accessible', async ({ page, phone }) => {
    test.slow()
    await page.goto('/checkout')
    await page.getByLabel('Town or city').fill('London')
    await expect(page.locator('.saved[data-state=saved]')).toBeVisible()
    await openElsewhere(page)
    await expectAccessible(page)
    const { url } = await makeHandoff(page)
    await expectAccessible(page)
    await phone.goto('/handoff')
    await expectAccessible(phone)
    await phone.getByRole('button', { name: 'Continue', exact: true }).click()
    await expect(phone.getByRole('alert', { name: 'There is a problem' })).toBeVisible()
    await expectAccessible(phone)
    await typeCode(phone, 'not a code')
    await expectDeadHandoff(phone)
    await expectAccessible(phone)
    await followLink(phone, url)
    await expectAccessible(phone)
    await goOnHere(phone)
    await expect(phone.getByLabel('Town or city')).toHaveValue('London')
    await expectMovedTo(page, android)
    await expectAccessible(page)
  })
})
