// A form on its way to the shop while the person signs in in another tab, which renews the cookie it was sent with.
import { expectStep, fillShipping, pressContinue } from './support/checkout.ts'
import { openSlowLine } from './support/slow-line.ts'
import { expect, test } from './support/test.ts'

const events = '/api/flows/checkout/events'

for (const javaScriptEnabled of [false, true])
  test(`what was sent is taken all the same, ${javaScriptEnabled ? 'by the page' : 'without JavaScript'}`, async ({
    browser,
    demo,
  }) => {
    const line = await openSlowLine()
    const context = await browser.newContext({ baseURL: demo.url, javaScriptEnabled, proxy: line.proxy })
    try {
      const [form, other] = [await context.newPage(), await context.newPage()]
      await form.goto('/checkout/shipping')
      await fillShipping(form)
      await pressContinue(form)
      await expectStep(form, 'delivery')
      const cookie = async () => (await context.cookies()).find(({ name }) => name === 'dogear.checkout')?.value
      const before = await cookie()

      await form.getByRole('radio', { name: 'Express' }).check()
      const kept = line.keep('POST', events)
      // Without JavaScript this waits for the page that the shop answers with.
      const pressed = pressContinue(form)
      await kept.sent
      await other.goto('/sign-up')
      await other.getByLabel('Email address').fill(`ada-${process.pid}-${Date.now()}@example.org`)
      await other.getByLabel('Password').fill('correct horse battery')
      await other.getByRole('button', { name: 'Create account' }).click()
      await expect(other.getByRole('heading', { level: 1, name: 'Saved' })).toBeVisible()
      const after = await cookie()
      expect([typeof before, typeof after]).toEqual(['string', 'string'])
      expect(after).not.toBe(before)

      kept.release()
      await pressed
      await expectStep(form, 'payment')
      expect(new URL(form.url()).search).toBe('')
      await form.goto('/checkout/delivery')
      await expect(form.getByRole('radio', { name: 'Express' })).toBeChecked()
      await expect(other.getByRole('main').getByRole('listitem').filter({ hasText: 'Checkout' })).toHaveCount(1)
    } finally {
      await context.close()
      await line.close()
    }
  })
