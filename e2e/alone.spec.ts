// A person who is alone is never told of anybody else: not after Back and Forward, on a slow line, or in another tab.
import type { BrowserContext, Page } from '@playwright/test'
import { annabella, answer, begin, choose, expectQuestion, fillPerson } from './support/application.ts'
import {
  cards,
  expectStep,
  fillShipping,
  placeOrder,
  pressContinue,
  submitCard,
  submitDelivery,
  submitShipping,
} from './support/checkout.ts'
import { expect, test } from './support/test.ts'

/** Collects the text of every notice that enters a document of this browser, if only for a moment or hidden. */
async function watchNotices(context: BrowserContext): Promise<string[]> {
  const seen: string[] = []
  await context.exposeFunction('noticed', (text: string) => seen.push(text))
  await context.addInitScript(() => {
    const look = (node: Node) => {
      if (!(node instanceof Element)) return
      for (const notice of [node, ...node.querySelectorAll('.notice')])
        if (notice.matches('.notice')) (window as unknown as { noticed(text: string): void }).noticed(notice.outerHTML)
    }
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) addedNodes.forEach(look)
    }).observe(document, { childList: true, subtree: true })
  })
  return seen
}

/** Every request of the page takes at least this long. */
async function slowDown(page: Page, latency = 300): Promise<void> {
  const session = await page.context().newCDPSession(page)
  await session.send('Network.emulateNetworkConditions', {
    ...{ offline: false, latency, downloadThroughput: -1, uploadThroughput: -1 },
  })
}

for (const slow of [false, true]) {
  test(`an order, with Back and Forward between its steps${slow ? ', on a slow line' : ''}`, async ({
    page,
    context,
    demo,
  }) => {
    test.slow()
    const notices = await watchNotices(context)
    if (slow) await slowDown(page)
    await page.goto('/checkout')
    await expectStep(page, 'shipping')
    await fillShipping(page)
    await pressContinue(page)
    await expectStep(page, 'delivery')
    await page.goBack()
    await expectStep(page, 'shipping')
    await page.goForward()
    await expectStep(page, 'delivery')
    await page.goBack()
    await expectStep(page, 'shipping')
    await page.getByLabel('Town or city').fill('Kirkby')
    await pressContinue(page)
    await expectStep(page, 'delivery')
    await page.getByRole('radio', { name: 'Standard' }).check()
    await pressContinue(page)
    await expectStep(page, 'payment')
    await page.goBack()
    await expectStep(page, 'delivery')
    await page.goBack()
    await expectStep(page, 'shipping')
    await page.goForward()
    await page.goForward()
    await expectStep(page, 'payment')
    await submitCard(page, cards.slow)
    await page.goBack()
    await expectStep(page, 'payment')
    await page.goForward()
    await expectStep(page, 'review')
    await demo.payments.hold()
    await placeOrder(page)
    await expectStep(page, 'paying')
    await demo.payments.release()
    await expectStep(page, 'confirmed')
    expect(notices).toEqual([])
  })
}

test('two tabs of one browser, one of which answers what the other shows', async ({ page, context }) => {
  const notices = await watchNotices(context)
  await submitShipping(page)
  const other = await context.newPage()
  await other.goto('/checkout')
  await expectStep(other, 'delivery')
  await submitDelivery(other, 'Express')
  // The tab that was left shows what was chosen, so it has heard of it, and stays where it is.
  await expect(page.getByRole('radio', { name: 'Express' })).toBeChecked()
  await expectStep(page, 'delivery')
  expect(notices).toEqual([])
})

test('a list, which Back leaves at once however much was changed in it', async ({ page, context, demo }) => {
  test.slow()
  const notices = await watchNotices(context)
  await begin(page, demo.url, 'company')
  await page.goto('/application/company')
  await answer(page, 'company', 'person', 'Yes')
  for (const name of ['Annabella Byron', 'Ralph King']) {
    await fillPerson(page, { ...annabella, name })
    await pressContinue(page)
    await expectQuestion(page, 'people')
    if (name === 'Ralph King') break
    await choose(page, 'Yes')
    await pressContinue(page)
    await expectQuestion(page, 'person')
  }
  await page.getByText('Remove Annabella Byron', { exact: true }).click()
  await page.getByRole('button', { name: 'Yes, remove Annabella Byron' }).click()
  await expect(page.getByRole('heading', { level: 2, name: 'Annabella Byron' })).toBeHidden()
  await page.goBack()
  await page.waitForURL('**/application/person')
  expect(notices.filter((notice) => !notice.includes('was removed'))).toEqual([])
})
