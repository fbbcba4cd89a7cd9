// Two devices on one session see each other's progress at once, and never overwrite what the other is typing.
import type { Page } from '@playwright/test'
import { answer, begin } from './support/application.ts'
import { ada, expectStep, fillShipping, pressContinue, submitDelivery, submitShipping } from './support/checkout.ts'
import { expect, test } from './support/devices.ts'
import { draftOf, expectKept, sessionOf, visitorOf } from './support/drafts.ts'
import { join, setVisible, startSecondServer, streamsAt, watchStreams, withoutReload } from './support/live.ts'
import { outage } from './support/test.ts'

const city = (page: Page) => page.getByLabel('Town or city')
const banner = (page: Page) => page.getByRole('region', { name: 'Changed elsewhere' })
const keepMine = (page: Page) => page.getByRole('button', { name: 'Keep mine' }).click()
const takeTheirs = (page: Page) => page.getByRole('button', { name: 'Take theirs' }).click()
const differing = (page: Page, field: string) =>
  banner(page).getByRole('row').filter({ hasText: field }).getByRole('cell')

/** Brings the test's `page` and the phone to the first step of one session. */
async function bothAtShipping(page: Page, phone: Page): Promise<void> {
  await page.goto('/checkout')
  await page.getByLabel('First name').fill('Augusta')
  await expectKept(page, 'shipping', { givenName: 'Augusta' })
  await join(page, phone)
  await phone.goto('/checkout')
  await expectStep(phone, 'shipping')
}

for (const store of ['pglite', 'redis'] as const) {
  test.describe(`on ${store}`, () => {
    // One worker, so that one server of this kind is started instead of three.
    test.describe.configure({ mode: 'default' })
    test.use({ shared: { store } })

    test('progress on one device shows on the other, which goes on from there', async ({ page, phone }) => {
      await submitShipping(page)
      await join(page, phone)
      await phone.goto('/checkout')
      await expectStep(phone, 'delivery')
      const sameLoad = await withoutReload(phone)
      await submitDelivery(page, 'Express')
      await expect(phone.getByRole('heading', { name: 'This page was answered elsewhere' })).toBeVisible()
      await sameLoad()
      await phone.getByRole('link', { name: 'Go on from Payment' }).click()
      await expectStep(phone, 'payment')
      await sameLoad()
    })

    test('what is typed on one device appears in an untouched form on the other, and goes with its sending', async ({
      page,
      phone,
    }) => {
      await bothAtShipping(page, phone)
      const sameLoad = await withoutReload(page)
      await city(phone).fill('London')
      await expect(city(page)).toHaveValue('London')
      await phone.getByLabel('Country').selectOption('Ireland')
      await expect(page.getByLabel('Country')).toHaveValue('IE')
      await city(phone).fill('')
      await expect(city(page)).toHaveValue('')
      await expect(banner(page)).toBeHidden()
      await sameLoad()
    })
  })
}

test('a list of what is left to do follows, too', async ({ page, phone, demo }) => {
  await begin(page, demo.url, 'project')
  await page.goto('/application')
  await join(page, phone, { flow: 'application' })
  const sameLoad = await withoutReload(page)
  await expect(page.getByText('You stopped at What you are writing.')).toBeVisible()
  await phone.goto('/application/project')
  await answer(phone, 'project', 'published')
  await expect(page.getByText('You stopped at Earlier books.')).toBeVisible()
  await sameLoad()
})

test('one field typed into on both devices: each is asked, and what either chooses is what counts', async ({
  page,
  phone,
}) => {
  await bothAtShipping(page, phone)
  await city(phone).fill('Paris')
  await expect(city(page)).toHaveValue('Paris')
  await city(page).fill('London')
  await expectKept(page, 'shipping', { city: 'London' })

  await expect(banner(phone)).toContainText('This page was changed in another tab or on another device while you')
  await expect(differing(phone, 'Town or city')).toHaveText(['Paris', 'London'])
  await expect(city(phone)).toHaveValue('Paris')
  // Until the conflict is settled, other fields are saved and the field in conflict is not.
  await phone.getByLabel('Postcode').fill('75001')
  await expectKept(page, 'shipping', { city: 'London', postcode: '75001' })

  await keepMine(phone)
  await expect(banner(phone)).toBeHidden()
  await expect(city(phone)).toHaveValue('Paris')
  await expectKept(page, 'shipping', { city: 'Paris' })
  await expect(differing(page, 'Town or city')).toHaveText(['London', 'Paris'])
  await expect(city(page)).toHaveValue('London')

  await takeTheirs(page)
  await expect(banner(page)).toBeHidden()
  await expect(city(page)).toHaveValue('Paris')
  await expect(banner(phone)).toBeHidden()
  expect(await draftOf(page, 'shipping')).toMatchObject({ city: 'Paris', postcode: '75001', givenName: 'Augusta' })
})

for (const mine of [true, false]) {
  test(`a page sent elsewhere while it is being filled in: ${mine ? 'mine' : 'theirs'} is what goes on`, async ({
    page,
    phone,
  }) => {
    await bothAtShipping(page, phone)
    await phone.getByLabel('Postcode').fill('EC1A 1BB')
    await expect(page.getByLabel('Postcode')).toHaveValue('EC1A 1BB')
    await fillShipping(page)
    await pressContinue(page)
    await expectStep(page, 'delivery')

    await expect(banner(phone)).toContainText('This page was answered in another tab or on another device while you')
    await expect(phone.getByLabel('Postcode')).toHaveValue('EC1A 1BB')
    await expect(city(phone)).toHaveValue(ada['Town or city'])
    await (mine ? keepMine(phone) : takeTheirs(phone))
    await expect(banner(phone)).toBeHidden()
    await expect(phone.getByLabel('Postcode')).toHaveValue(mine ? 'EC1A 1BB' : ada.Postcode)
    await pressContinue(phone)
    await expectStep(phone, 'delivery')
    const { context, drafts } = await sessionOf(page)
    expect(context.shipping.postcode).toBe(mine ? 'EC1A 1BB' : ada.Postcode)
    expect(drafts.shipping).toBeUndefined()
  })
}

test('the tabs of a browser share one stream; hidden ones hold none, and shown again they are up to date', async ({
  page,
  context,
  phone,
  demo,
}) => {
  const streams = watchStreams(context)
  await bothAtShipping(page, phone)
  // Close the phone's stream, so that only those of the desktop are counted.
  await phone.goto('about:blank')
  const other = await context.newPage()
  await other.goto('/checkout')
  await expectStep(other, 'shipping')
  const { cookie } = await visitorOf(page, demo.url)
  const atServer = () => expect.poll(() => streamsAt(demo.url, cookie))
  await atServer().toBe(1)
  expect([streams.open(), streams.most()]).toEqual([1, 1])

  await phone.goto('/checkout')
  await city(phone).fill('London')
  await expect(city(page)).toHaveValue('London')
  await expect(city(other)).toHaveValue('London')
  await phone.goto('about:blank')

  // The tab that holds the stream is hidden: the other opens one and receives the next change.
  await setVisible(page, false)
  await atServer().toBe(1)
  await phone.goto('/checkout')
  await city(phone).fill('Paris')
  await expect(city(other)).toHaveValue('Paris')
  await phone.goto('about:blank')

  await setVisible(other, false)
  await atServer().toBe(0)
  expect(streams.open()).toBe(0)
  await phone.goto('/checkout')
  await city(phone).fill('Rome')
  await expectKept(phone, 'shipping', { city: 'Rome' })
  await phone.goto('about:blank')
  await expect(city(page)).not.toHaveValue('Rome')

  await setVisible(page, true)
  await expect(city(page)).toHaveValue('Rome')
  await atServer().toBe(1)
  // While one tab takes over from the other, the old stream may still be closing.
  expect(streams.most()).toBeLessThanOrEqual(2)
})

test.describe('a server that dies and comes back', () => {
  test.use({ own: { store: 'redis' }, mayLog: outage })

  test('leaves no device behind', async ({ page, phone, demo }) => {
    test.slow()
    await bothAtShipping(page, phone)
    await city(phone).fill('London')
    await expect(city(page)).toHaveValue('London')
    await demo.kill()
    await demo.start()
    await city(phone).fill('Paris')
    await expect(city(page)).toHaveValue('Paris', { timeout: 60_000 })
    // Later changes arrive as before.
    await city(phone).fill('Rome')
    await expect(city(page)).toHaveValue('Rome')
  })
})

test.describe('two servers on one Redis', () => {
  test.use({ own: { store: 'redis' } })

  test('tell each other', async ({ page, phone, demo }) => {
    test.slow()
    const second = await startSecondServer(demo)
    try {
      await submitShipping(page)
      await join(page, phone, { at: second.url })
      await phone.goto(`${second.url}/checkout`)
      await expectStep(phone, 'delivery')
      expect(new URL(phone.url()).origin).toBe(second.url)
      const sameLoad = await withoutReload(page)
      await submitDelivery(phone, 'Express')
      await expect(page.getByRole('heading', { name: 'This page was answered elsewhere' })).toBeVisible()
      await sameLoad()
      await page.getByRole('link', { name: 'Go on from Payment' }).click()
      await expectStep(page, 'payment')
      await page.getByRole('radio', { name: 'Invoice' }).check()
      await page.getByLabel('Company name').fill('Analytical Engines Ltd')
      await phone.getByRole('radio', { name: 'Invoice' }).check()
      await expect(phone.getByLabel('Company name')).toHaveValue('Analytical Engines Ltd')
    } finally {
      await phone.goto('about:blank')
      await second.stop()
    }
  })
})
