// The list of devices that have a session open, and a device that is removed from it.
import { expectAccessible } from './support/accessible.ts'
import { beginAtReview, expectStep, submitShipping } from './support/checkout.ts'
import { android, desktop, expect, tablet, tabletLook, test } from './support/devices.ts'
import { joinByRequest, openStream } from './support/handoff.ts'

type Page = Parameters<typeof expectStep>[0]

const removed = (page: Page) => page.getByRole('heading', { level: 1, name: 'This device was removed' })
const device = (page: Page, label: string) =>
  page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: label }) })

/** The server's answer to this browser about its session. */
async function ask(page: Page): Promise<{ saved: boolean; gone: { why: string } | null; text: string }> {
  const answer = await page.request.get('/api/flows/checkout')
  expect(answer.status()).toBe(200)
  return { ...(await answer.json()), text: await answer.text() }
}

test('a device taken off the list is told at once, and sees nothing more', async ({ page, phone, demo }) => {
  await beginAtReview(page)
  await joinByRequest(page, phone)
  await phone.goto('/checkout/review')
  await expectStep(phone, 'review')
  await expect(phone.getByText('12 St James’s Square').first()).toBeVisible()

  await page.goto('/checkout/devices')
  await expect(page.getByRole('main').getByRole('listitem')).toHaveCount(2)
  await expect(device(page, desktop).getByText('This device')).toBeVisible()
  await expect(device(page, desktop).getByRole('button')).toHaveCount(0)
  await expect(device(page, android).getByText('Last used just now')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Remove all other devices' })).toHaveCount(0)

  const cookies = await phone.context().cookies()
  const stream = await openStream(demo.url, cookies.map(({ name, value }) => `${name}=${value}`).join('; '))
  const revoked = page.waitForResponse((answer) => answer.request().method() === 'POST')
  await page.getByRole('button', { name: `Remove ${android}` }).click()
  await revoked
  // The promise is two seconds, counted from the answer to the removal.
  await expect(removed(phone)).toBeVisible({ timeout: 2_000 })
  await stream.ended
  await expect(page.getByRole('status').filter({ hasText: 'Access ended' })).toBeVisible()
  await expect(page.getByRole('main').getByRole('listitem')).toHaveCount(1)

  await expect(phone.getByText('St James')).toHaveCount(0)
  const told = await ask(phone)
  expect(told).toMatchObject({ saved: false, gone: { why: 'revoked' } })
  expect(told.text).not.toContain('St James')
  const refused = await phone.request.put('/api/flows/checkout/drafts/shipping', {
    data: { opId: 'a-late-word-of-it', values: { city: 'Paris' } },
    headers: { origin: demo.url },
  })
  expect([refused.status(), (await refused.json()).code]).toEqual([410, 'session_gone'])
  await phone.goto('/checkout/review')
  await expect(removed(phone)).toBeVisible()
  await expect(phone.getByText(`${desktop} ended access from here`)).toBeVisible()
  expect((await ask(page)).saved).toBe(true)
})

test('all others can be taken off at once, and the one that asks stays', async ({ page, phone, another }) => {
  const third = await another(tabletLook)
  await beginAtReview(page)
  for (const other of [phone, third]) {
    await joinByRequest(page, other)
    await other.goto('/checkout')
    await expectStep(other, 'review')
  }
  await page.goto('/checkout/devices')
  for (const label of [desktop, android, tablet]) await expect(device(page, label)).toHaveCount(1)
  await page.getByRole('button', { name: 'Remove all other devices' }).click()
  await expect(page.getByRole('main').getByRole('listitem')).toHaveCount(1)
  for (const other of [phone, third]) {
    await expect(removed(other)).toBeVisible()
    expect(await ask(other)).toMatchObject({ saved: false, gone: { why: 'revoked' } })
  }
  await page.getByRole('link', { name: 'Back' }).click()
  await expectStep(page, 'review')
})

test('the list follows devices that come and go', async ({ page, phone }) => {
  await beginAtReview(page)
  await page.goto('/checkout/devices')
  await expect(page.getByRole('main').getByRole('listitem')).toHaveCount(1)
  await joinByRequest(page, phone)
  await expect(device(page, android)).toBeVisible()
})

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false })

  test('the list is there, and devices can be taken off it', async ({ page, phone, another }) => {
    const third = await another(tabletLook)
    await submitShipping(page)
    for (const other of [phone, third]) {
      await joinByRequest(page, other)
      await other.goto('/checkout')
      await expect(other).toHaveURL(page.url())
    }
    await page.goto('/checkout/devices')
    await page.getByRole('button', { name: `Remove ${android}` }).click()
    await expect(page.getByRole('status').filter({ hasText: 'Access ended' })).toBeVisible()
    await expect(device(page, android)).toHaveCount(0)
    await expect(device(page, tablet)).toHaveCount(1)
    await phone.reload()
    await expect(removed(phone)).toBeVisible()
    await third.reload()
    await expect(removed(third)).toHaveCount(0)

    await joinByRequest(page, await another())
    await page.goto('/checkout/devices')
    await page.getByRole('button', { name: 'Remove all other devices' }).click()
    await expect(page.getByRole('main').getByRole('listitem')).toHaveCount(1)
    await third.reload()
    await expect(removed(third)).toBeVisible()
  })
})

test('the list and the page of a device taken off it are accessible', async ({ page, phone, another }) => {
  await beginAtReview(page)
  await joinByRequest(page, phone)
  await joinByRequest(page, await another(tabletLook))
  await phone.goto('/checkout')
  await expectStep(phone, 'review')
  await page.goto('/checkout/devices')
  await expect(page.getByRole('main').getByRole('listitem')).toHaveCount(3)
  await expectAccessible(page)
  await page.getByRole('button', { name: `Remove ${android}` }).click()
  await expect(page.getByRole('status').filter({ hasText: 'Access ended' })).toBeVisible()
  await expectAccessible(page)
  await expect(removed(phone)).toBeVisible()
  await expectAccessible(phone)
})
