// Several orders of a browser, and a payment that is confirmed in another one, with and without JavaScript.
import { expectAccessible } from './support/accessible.ts'
import { ada, cards, expectStep, placeOrder, startOver } from './support/checkout.ts'
import { expect, test } from './support/devices.ts'
import { expectDeadHandoff, goOnHere, typeCode } from './support/handoff.ts'
import { beginAnother, giveCard, orderCard, orderTo } from './support/orders.ts'

const bea = { ...ada, 'First name': 'Bea', 'Email address': 'bea@example.org' }

test('a payment confirmed in another browser leads into the order there, once, and the first page follows', async ({
  page,
  another,
  demo,
}) => {
  const [bank, third] = [await another(), await another()]
  await page.goto('/checkout')
  await orderTo(page, ada, '/checkout')
  const base = await beginAnother(page)
  await orderTo(page, bea, base)
  await giveCard(page, cards.confirm, base)
  await placeOrder(page)
  await expectStep(page, 'paying', base)
  const confirm = page.getByRole('link', { name: 'Confirm the payment' })
  await expect(confirm).toBeVisible()
  await expectAccessible(page)
  expect(await demo.charges()).toEqual([])

  await bank.goto((await confirm.getAttribute('href')) ?? '')
  await expect(bank.getByText('A stand-in for a payment provider')).toBeVisible()
  await bank.getByRole('button', { name: 'Confirm the payment' }).click()
  const back = bank.getByRole('link', { name: 'Return to the shop' })
  const link = (await back.getAttribute('href')) ?? ''
  await back.click()
  await expect(bank.getByRole('heading', { level: 1, name: 'Continue this order here?' })).toBeVisible()
  await goOnHere(bank)
  await expectStep(bank, 'confirmed', base)
  await expect(bank.getByText('bea@example.org')).toBeVisible()
  await expectStep(page, 'confirmed', base)
  expect(await demo.charges()).toMatchObject([{ token: 'tok_webhook_confirm' }])

  // The other browser has this order alone, and the link lets nobody in a second time.
  await bank.goto('/')
  await expect(bank.getByRole('heading', { name: 'Two books are waiting' })).toBeVisible()
  await expect(orderCard(bank, base)).toContainText(/Placed as DG-/)
  await third.goto(link)
  await expectDeadHandoff(third)
  await page.goto('/')
  await expect(page.getByRole('heading', { name: /you stopped at Payment/ })).toBeVisible()
  await expect(orderCard(page, base)).toContainText(/Placed as DG-/)
  await expectAccessible(page)
  // No key, no order.
  expect((await page.request.get('/orders/a@b/shipping')).status()).toBe(404)
})

test('an order begins with the address that the account of a signed-in person knows', async ({ page }) => {
  const email = `ada-${Date.now()}@example.org`
  const field = page.getByLabel('Email address')
  await page.goto('/checkout')
  await expect(field).toHaveValue('')
  await page.goto('/sign-up?next=/checkout')
  await field.fill(email)
  await page.getByLabel('Password').fill('a good long one')
  await page.getByRole('button', { name: 'Create account' }).click()
  await expectStep(page, 'shipping')
  await expect(field).toHaveValue(email)
  // An address typed over it is kept, as any answer is.
  await field.fill('else@example.org')
  await expect(page.locator('.saved[data-state=saved]')).toBeVisible()
  await page.reload()
  await expect(field).toHaveValue('else@example.org')
})

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false })

  test('two orders are kept apart; one is confirmed in another browser, the other started over', async ({
    page,
    phone,
    demo,
  }) => {
    await page.goto('/checkout')
    await orderTo(page, ada, '/checkout')
    const base = await beginAnother(page)
    await orderTo(page, bea, base)
    await giveCard(page, cards.confirm, base)
    await page.getByRole('link', { name: 'Change name' }).click()
    await expect(page.getByLabel('First name')).toHaveValue('Bea')
    await page.goto(`${base}/review`)
    await placeOrder(page)
    const confirm = page.getByRole('link', { name: 'Confirm the payment' })
    // The page loads itself again, so its link may be there for a moment only.
    await expect(confirm).toBeVisible()
    await phone.goto((await confirm.getAttribute('href')) ?? '')
    await phone.getByRole('button', { name: 'Confirm the payment' }).click()
    const code = (await phone.locator('strong').textContent()) ?? ''
    await phone.getByRole('link', { name: 'Return to the shop' }).click()
    await expect(phone.locator('noscript p')).toHaveText(/^This browser runs no scripts, so it cannot read a link\./)
    await expect(phone.locator('noscript p')).toBeVisible()
    await typeCode(phone, code)
    await goOnHere(phone)
    await expectStep(phone, 'confirmed', base)
    await expectStep(page, 'confirmed', base)
    expect(await demo.charges()).toHaveLength(1)

    await page.goto('/checkout')
    await expectStep(page, 'payment')
    await page.goto('/')
    await startOver(page)
    await expect(orderCard(page, base)).toContainText(/Placed as DG-/)
  })
})
