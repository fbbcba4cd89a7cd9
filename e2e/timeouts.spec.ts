// Time limits: a warning in time, more time as often as wanted, and a clear message at the end.
import type { Page } from '@playwright/test'
import { expectAccessible } from './support/accessible.ts'
import { expectStep, fillShipping, pressContinue, submitShipping } from './support/checkout.ts'
import { draftOf, expectKept } from './support/drafts.ts'
import { expect, test } from './support/test.ts'
import { visit } from './support/visitor.ts'

const minuteMs = 60_000
const stillThere = (page: Page) => page.getByRole('dialog', { name: 'Are you still there?' })
const pricesChange = (page: Page) => page.getByRole('dialog', { name: 'Your prices are about to change' })
const closeIt = (page: Page) => page.getByRole('button', { name: 'Close' }).click()

/** The time at which this browser's session ends, according to the server. */
async function endOf(page: Page): Promise<number> {
  return (await (await page.request.get('/api/flows/checkout')).json()).expiresAt
}

/** The time at which the price hold of this browser's session ends, according to the server. */
async function holdEndOf(page: Page): Promise<number> {
  const { timers } = await (await page.request.get('/api/flows/checkout')).json()
  return timers.find(({ id }: { id: string }) => id === 'priceHold').dueAt
}

/** Turns the clock of the page to so many milliseconds before `end`, however long the page took until now. */
async function turnTo(page: Page, end: number, beforeMs: number): Promise<void> {
  const now = await page.evaluate(() => Date.now())
  await page.clock.fastForward(end - beforeMs - now)
}

test.describe('a session of ten minutes', () => {
  test.use({ shared: { env: { SESSION_IDLE_MS: String(10 * minuteMs) } } })

  test('warns that answers are deleted at least two minutes before, and not much sooner', async ({ page }) => {
    await page.clock.install()
    await page.goto('/checkout')
    await page.getByLabel('First name').fill('Augusta')
    await expectKept(page, 'shipping', { givenName: 'Augusta' })
    const end = await endOf(page)
    expect(end - (await page.evaluate(() => Date.now()))).toBeGreaterThan(9 * minuteMs)
    await turnTo(page, end, 3 * minuteMs)
    await expect(page.getByText('Your answers are kept until')).toBeVisible()
    await expect(stillThere(page)).toBeHidden()
    await turnTo(page, end, 127_000)
    await expect(stillThere(page)).toBeVisible()
    await expect(stillThere(page)).toContainText('your answers are deleted in 2 minutes unless you go on')
    await turnTo(page, end, 115_000)
    await expect(stillThere(page)).toContainText(/your answers are deleted in 1\d\d seconds unless you go on/)
    // Last, because the time of the page goes on while it is looked at.
    await expectAccessible(page)
  })
})

test('the warning that prices change comes at least two minutes before, and says that nothing is lost', async ({
  page,
}) => {
  await page.clock.install()
  await submitShipping(page)
  await expect(page.getByText('Prices held for 14 minutes')).toBeVisible()
  const end = await holdEndOf(page)
  await turnTo(page, end, 3 * minuteMs)
  await expect(pricesChange(page)).toBeHidden()
  await turnTo(page, end, 127_000)
  await expect(pricesChange(page)).toBeVisible()
  await expect(pricesChange(page)).toContainText('We hold them for 2 minutes more.')
  await expect(pricesChange(page)).toContainText('Your answers stay saved, and nothing is ordered or charged')
  await expectAccessible(page)
})

test.describe('a short price hold', () => {
  test.describe.configure({ mode: 'default' })
  test.use({ shared: { env: { PRICE_HOLD_MS: '16000' } } })

  test('is extended as often as asked, without losing what is being typed or the place in it', async ({ page }) => {
    test.slow()
    await submitShipping(page)
    await page.getByRole('link', { name: 'Back', exact: true }).click()
    await expectStep(page, 'shipping')
    const city = page.getByLabel('Town or city')
    await city.fill('Kirkby')
    let end = await holdEndOf(page)
    for (let time = 1; time <= 3; time++) {
      await city.focus()
      await expect(pricesChange(page)).toBeVisible()
      await expect(pricesChange(page)).toContainText('Your answers stay saved')
      // The heading has the focus: a button with the focus would be pressed unread by a person who is typing.
      await expect(page.getByRole('heading', { name: 'Your prices are about to change' })).toBeFocused()
      await page.keyboard.press('Tab')
      await expect(page.getByRole('button', { name: 'Hold them longer' })).toBeFocused()
      await page.keyboard.press('Enter')
      await expect(pricesChange(page)).toBeHidden()
      await expect(city).toBeFocused()
      await expect(city).toHaveValue('Kirkby')
      const next = await holdEndOf(page)
      expect(next).toBeGreaterThan(end)
      end = next
    }
    // A warning that was dismissed does not come again; the prices expire and the answers stay.
    await expect(pricesChange(page)).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(pricesChange(page)).toBeHidden()
    await expect(city).toBeFocused()
    await expectStep(page, 'expired')
    await expect(pricesChange(page)).toBeHidden()
    expect((await draftOf(page, 'shipping'))?.city).toBe('Kirkby')
  })

  test('is extended by a plain button where no script runs', async ({ browser, demo }) => {
    const context = await browser.newContext({ baseURL: demo.url, javaScriptEnabled: false })
    const page = await context.newPage()
    await submitShipping(page)
    await expect(page.getByText(/^Prices held for \d+ seconds?$/)).toBeVisible()
    for (let time = 1; time <= 3; time++) {
      const before = await holdEndOf(page)
      await page.getByRole('button', { name: 'Hold them longer' }).click()
      await expectStep(page, 'delivery')
      expect(await holdEndOf(page)).toBeGreaterThan(before)
    }
    await context.close()
  })
})

test.describe('a short session', () => {
  test.describe.configure({ mode: 'default' })
  test.use({ shared: { env: { SESSION_IDLE_MS: '20000' } } })

  test('is extended as often as asked; then its page says that it was deleted', async ({ page }) => {
    test.slow()
    await page.goto('/checkout')
    const name = page.getByLabel('First name')
    await name.fill('Augusta')
    await expectKept(page, 'shipping', { givenName: 'Augusta' })
    let end = await endOf(page)
    for (let time = 1; time <= 3; time++) {
      await name.focus()
      await expect(stillThere(page)).toBeVisible()
      await expect(stillThere(page)).toContainText(/your answers are deleted in \d+ seconds? unless you go on/)
      await expect(page.getByRole('heading', { name: 'Are you still there?' })).toBeFocused()
      await page.getByRole('button', { name: 'Keep my answers' }).click()
      await expect(stillThere(page)).toBeHidden()
      await expect(name).toBeFocused()
      const next = await endOf(page)
      expect(next).toBeGreaterThan(end)
      end = next
    }
    await expect(stillThere(page)).toBeVisible()
    await closeIt(page)
    await expect(stillThere(page)).toBeHidden()
    const deleted = page.getByRole('heading', { level: 1, name: 'Your saved answers were deleted' })
    await expect(deleted).toBeVisible({ timeout: 30_000 })
    await expect(deleted).toBeFocused()
    await expect(page).toHaveTitle('Your saved answers were deleted – Checkout')
    await expect(page.getByText('We keep answers only for a while after the last one.')).toBeVisible()
    await page.reload()
    await expect(deleted).toBeVisible()
    await page.getByRole('button', { name: 'Start a new order' }).click()
    await expectStep(page, 'shipping')
    await expect(name).toHaveValue('')
  })

  test('is extended by a plain button where no script runs, and its end is said there, too', async ({
    browser,
    demo,
  }) => {
    const context = await browser.newContext({ baseURL: demo.url, javaScriptEnabled: false })
    const page = await context.newPage()
    // Refused, so nothing is held for this session that would prolong it.
    await page.goto('/checkout')
    await page.getByLabel('First name').fill('Augusta')
    await pressContinue(page)
    await expectStep(page, 'shipping')
    await expect(page.getByText(/^Your answers are kept until \d+ \w+ at \d\d:\d\d UTC\.$/)).toBeVisible()
    const before = await endOf(page)
    await page.getByRole('button', { name: 'Keep them longer' }).click()
    await expectStep(page, 'shipping')
    expect(await endOf(page)).toBeGreaterThan(before)
    await expect
      .poll(() => context.request.get('/api/flows/checkout').then(async (answer) => (await answer.json()).saved), {
        timeout: 30_000,
      })
      .toBe(false)
    await page.goto('/checkout')
    await expect(page.getByRole('heading', { level: 1, name: 'Your saved answers were deleted' })).toBeVisible()
    await context.close()
  })
})

test.describe('a session that is no more', () => {
  test('is told apart: deleted with the time, deleted by someone, and never there', async ({ page, context, demo }) => {
    // In a new browser nothing is said about lost answers.
    await page.goto('/checkout')
    await expectStep(page, 'shipping')
    await fillShipping(page)
    await pressContinue(page)
    await expectStep(page, 'delivery')
    const [cookie] = (await context.cookies()).filter(({ name }) => name === 'dogear.checkout')
    const visitor = visit(demo.url, `${cookie?.name}=${cookie?.value}`)
    expect((await visitor.request('', { method: 'DELETE' })).status).toBeLessThan(300)
    const why = page.locator('[data-gone]')
    await page.goto('/checkout/delivery')
    await expect(page.getByRole('heading', { level: 1, name: 'This order was deleted' })).toBeVisible()
    await expect(why).toHaveAttribute('data-gone', 'removed')

    // An expired session leaves a cookie that opens nothing.
    await context.addCookies([{ ...visitorCookie(demo.url), value: `${'A'.repeat(22)}.${'A'.repeat(43)}` }])
    await page.goto('/checkout/delivery')
    await expect(page.getByRole('heading', { level: 1, name: 'Your saved answers were deleted' })).toBeVisible()
    await expect(why).toHaveAttribute('data-gone', 'expired')
    const stranger = await visit(demo.url, `dogear.checkout=${'A'.repeat(22)}.${'A'.repeat(43)}`).get()
    expect([stranger.status, stranger.body.gone.why]).toEqual([200, 'expired'])
    expect((await visit(demo.url).get()).body.gone).toBeNull()
  })
})

const visitorCookie = (url: string) => ({ name: 'dogear.checkout', url, httpOnly: true, sameSite: 'Lax' as const })
