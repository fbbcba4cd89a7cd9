// Other languages: the checkout from right to left, a change of language on the way, two devices in two languages.
import type { Page } from '@playwright/test'
import provider from '../apps/payments/words/ar.json' with { type: 'json' }
import { expectAccessible } from './support/accessible.ts'
import { ada, cards } from './support/checkout.ts'
import { expect, test } from './support/devices.ts'
import { notFound } from './support/test.ts'
import { expectStepIn, fillShippingIn, press, type Say, sayIn, speak } from './support/words.ts'

const arabic = sayIn('ar')
const german = sayIn('de')
const english = sayIn('en')

async function expectAllIn(page: Page, lang: string, dir: string): Promise<void> {
  await expect(page.locator('html')).toHaveAttribute('lang', lang)
  await expect(page.locator('html')).toHaveAttribute('dir', dir)
}

/** From the home page to the question how to pay. */
async function goToPaymentIn(page: Page, say: Say, card = cards.works): Promise<void> {
  await page.goto('/')
  await page.getByRole('link', { name: say('Start checkout') }).click()
  await expectStepIn(page, say, 'shipping')
  await press(page, say('Continue'))
  const summary = page.getByRole('alert', { name: say('There is a problem') })
  await expect(summary.getByRole('link').first()).toHaveText(say('Enter your first name'))
  await expect(page).toHaveTitle(say('Error: {title}', { title: `${say('Address')} – ${say('Checkout')}` }))
  await fillShippingIn(page, say)
  await press(page, say('Continue'))
  await expectStepIn(page, say, 'delivery')
  await page.getByRole('radio', { name: say('Express') }).check()
  await press(page, say('Continue'))
  await expectStepIn(page, say, 'payment')
  await page.getByLabel(say('Card number')).fill(card)
  await press(page, say('Continue'))
}

async function orderIn(page: Page, say: Say): Promise<void> {
  await expectStepIn(page, say, 'review')
  await expect(page.getByText(say('Card ending {last4}', { last4: '4242' }))).toBeVisible()
  await expect(page.locator('dd', { hasText: ada['Email address'] }).locator('bdi')).toHaveAttribute('dir', 'ltr')
  await page.getByRole('button', { name: new RegExp(`^${say('Pay {total}', { total: '.*47.50.*' })}$`) }).click()
  await expectStepIn(page, say, 'confirmed')
  await expect(page.locator('bdi.code')).toHaveText(/^DG-/)
}

test.describe('from right to left', () => {
  test.use({ locale: 'ar-EG' })

  test('a person orders in Arabic, as their browser asks for it', async ({ page }) => {
    await goToPaymentIn(page, arabic)
    await expectAllIn(page, 'ar', 'rtl')
    await orderIn(page, arabic)
  })

  test('the provider asks to confirm the payment in the language of the shop', async ({ page, another }) => {
    await goToPaymentIn(page, arabic, cards.confirm)
    await expectStepIn(page, arabic, 'review')
    await page.getByRole('button', { name: new RegExp(`^${arabic('Pay {total}', { total: '.*' })}$`) }).click()
    const link = page.getByRole('link', { name: arabic('Confirm the payment') })
    await expect(link).toBeVisible()
    const bank = await another({ locale: 'en-GB' })
    await bank.goto((await link.getAttribute('href')) ?? '')
    await expectAllIn(bank, 'ar', 'rtl')
    await expectAccessible(bank)
    await bank.locator('button[value=confirm]').click()
    await expect(bank.getByRole('heading', { level: 1 })).toHaveText(provider['You have confirmed the payment'])
    await expectStepIn(page, arabic, 'confirmed')
  })

  test.describe('at an address that leads nowhere', () => {
    test.use({ mayLog: notFound })

    test('a person is told so in Arabic', async ({ page }) => {
      await page.goto('/nowhere')
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(arabic('There is no page at this address'))
      const refused = await page.goto('/api/flows/checkout/nowhere')
      expect(refused?.headers()['content-language']).toBe('ar')
      expect(refused?.headers().vary).toContain('Accept-Language')
    })
  })

  test.describe('without JavaScript', () => {
    test.use({ javaScriptEnabled: false })

    test('a person orders in Arabic, and gets a page of their own where a form fails', async ({ page, demo }) => {
      await goToPaymentIn(page, arabic)
      await expect(page.getByText(/4242/).first()).toBeVisible()
      await press(page, arabic('Continue'))
      await orderIn(page, arabic)
      const failed = await page.request.post('/api/flows/checkout/events', {
        form: { 'dogear.type': 'order.placed' },
        headers: { origin: demo.url, 'accept-language': 'ar' },
      })
      const html = await failed.text()
      expect(html).toContain('<html lang="ar" dir="rtl">')
      expect(html).not.toContain('Sorry')
    })

    test('a person changes the language and stays where they are', async ({ page }) => {
      await page.goto('/')
      await speak(page, 'Deutsch')
      await expectAllIn(page, 'de', 'ltr')
      await page.getByRole('link', { name: german('Start checkout') }).click()
      await expectStepIn(page, german, 'shipping')
      await fillShippingIn(page, german)
      await press(page, german('Continue'))
      await speak(page, 'العربية')
      await expectStepIn(page, arabic, 'delivery')
      await page.getByRole('link', { name: arabic('Back') }).click()
      await expect(page.getByLabel(arabic('First name'), { exact: true })).toHaveValue('Ada')
    })
  })
})

test('a change of language in the middle of a step keeps what is typed', async ({ page }) => {
  await page.goto('/checkout')
  await expectStepIn(page, english, 'shipping')
  await page.getByLabel('First name').fill('Ada')
  await expect(page.locator('.saved[data-state=saved]')).toBeVisible()
  await page.getByLabel('Email address').pressSequentially('ada at')
  await speak(page, 'العربية')
  await expectStepIn(page, arabic, 'shipping')
  await expect(page.getByLabel(arabic('First name'), { exact: true })).toHaveValue('Ada')
  await expect(page.getByLabel(arabic('Email address'), { exact: true })).toHaveValue('ada at')
  await press(page, arabic('Continue'))
  await expect(page.getByRole('alert').getByRole('link').first()).toHaveText(arabic('Enter your last name'))
  await speak(page, 'Deutsch')
  await expectStepIn(page, german, 'shipping')
  // Refused in one language, explained in the other.
  await expect(page.getByRole('alert').getByRole('link').first()).toHaveText(german('Enter your last name'))
})

test('two devices show one order in two languages', async ({ page, another }) => {
  const phone = await another({ locale: 'de-AT', viewport: { width: 390, height: 844 } })
  await page.goto('/checkout')
  await speak(page, 'العربية')
  await expectStepIn(page, arabic, 'shipping')
  await fillShippingIn(page, arabic)
  await page.getByRole('link', { name: arabic('Continue on another device') }).click()
  await page.getByRole('radio', { name: arabic('Use both') }).check()
  await press(page, arabic('Make a link and a code'))
  await phone.goto(await page.getByLabel(arabic('Or send yourself the link')).inputValue())
  await expect(phone.getByRole('heading', { level: 1 })).toHaveText(german('Continue this order here?'))
  await expect(phone.getByRole('definition').filter({ hasText: 'Chrome auf Linux' })).toBeVisible()
  await press(phone, german('Continue here'))
  await expectStepIn(phone, german, 'shipping')
  await expect(phone.getByLabel(german('Town or city'), { exact: true })).toHaveValue('London')
  await press(phone, german('Continue'))
  await expectStepIn(phone, german, 'delivery')
  await page.goto('/checkout')
  await expectStepIn(page, arabic, 'delivery')
  await page.goto('/checkout/devices')
  await expect(page.getByRole('heading', { level: 2 }).filter({ hasText: 'على Linux' }).first()).toBeVisible()
})

for (const [lang, name, say] of [
  ['de', 'Deutsch', german],
  ['ar', 'العربية', arabic],
] as const)
  test(`the pages are accessible in ${lang}`, async ({ page }) => {
    await page.goto('/')
    await speak(page, name)
    await expectAccessible(page)
    await page.goto('/checkout')
    await expectStepIn(page, say, 'shipping')
    await press(page, say('Continue'))
    await expect(page.getByRole('alert', { name: say('There is a problem') })).toBeFocused()
    await expectAccessible(page)
    await fillShippingIn(page, say)
    await press(page, say('Continue'))
    await expectStepIn(page, say, 'delivery')
    for (const path of ['/checkout/continue-elsewhere', '/checkout/devices', '/application', '/handoff', '/sign-in']) {
      await page.goto(path)
      await expectAccessible(page)
    }
  })
