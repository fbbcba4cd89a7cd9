// The card is charged once, however the provider behaves.
import { beginAtReview, cards, expectStep, payWithAnother, placeOrder } from './support/checkout.ts'
import { expect, test } from './support/test.ts'

test('says that a card was declined, and takes another one', async ({ page, demo }) => {
  await beginAtReview(page, cards.declined)
  await placeOrder(page)
  await expectStep(page, 'declined')
  await expect(page.getByText('Nothing was charged.')).toBeVisible()
  await page.reload()
  await expectStep(page, 'declined')
  expect(await demo.charges()).toEqual([])
  await payWithAnother(page)
  expect(await demo.charges()).toMatchObject([{ token: 'tok_ok' }])
})

test('confirms a slow payment to who stays, and to who closes the tab and comes back', async ({
  page,
  context,
  demo,
}) => {
  await demo.payments.hold()
  await beginAtReview(page, cards.slow)
  await placeOrder(page)
  await expectStep(page, 'paying')
  await expect(page.getByText('You can close this page and come back to it')).toBeVisible()
  const other = await context.newPage()
  await page.close()
  await other.goto('/')
  await expect(other.getByRole('heading', { name: 'you stopped at Confirming your payment' })).toBeVisible()
  await other.getByRole('link', { name: 'Continue', exact: true }).click()
  await expectStep(other, 'paying')
  await demo.payments.release()
  await expectStep(other, 'confirmed')
  expect(await demo.charges()).toMatchObject([{ token: 'tok_slow' }])
})

test('does not let a person leave the payment for an earlier step', async ({ page, demo }) => {
  await demo.payments.hold()
  await beginAtReview(page, cards.slow)
  await placeOrder(page)
  await expectStep(page, 'paying')
  await page.goto('/checkout/shipping')
  await expectStep(page, 'paying')
  await demo.payments.release()
  await expectStep(page, 'confirmed')
})

for (const [what, number, token] of [
  ['whose answer is lost on the way', cards.lostReply, 'tok_lost_reply'],
  ['whose provider fails twice', cards.flaky, 'tok_flaky'],
] as const) {
  test(`charges a card ${what} once`, async ({ page, demo }) => {
    await beginAtReview(page, number)
    await placeOrder(page)
    await expectStep(page, 'confirmed')
    expect(await demo.charges()).toMatchObject([{ token, amount: 4250 }])
  })
}

test.describe('a provider that is down', () => {
  test.describe.configure({ mode: 'default' })
  test.use({ shared: { of: 'a provider that is down' } })

  test('is waited for, and charges once when it is back', async ({ page, demo }) => {
    await beginAtReview(page)
    await demo.payments.end()
    await placeOrder(page)
    await expectStep(page, 'paying')
    await demo.payments.start()
    await expectStep(page, 'confirmed')
    expect(await demo.charges()).toHaveLength(1)
  })

  test('is not said to have charged or not, when it never answers', async ({ page, demo }) => {
    test.slow()
    await beginAtReview(page)
    await demo.payments.end()
    await placeOrder(page)
    await expectStep(page, 'paying')
    const heading = page.getByRole('heading', { name: 'Payment not confirmed' })
    await expect(heading).toBeVisible({ timeout: 60_000 })
    await expect(page.getByText('we do not know whether your card was charged')).toBeVisible()
    await expect(page.getByText('Nothing was charged')).toBeHidden()
    await demo.payments.start()
  })
})
