// A page in a browser that keeps no cookie: it says so, keeps what it shows, and sends nothing that would be stored.

import { expect, it, vi } from 'vitest'
import { detailsSubmitted, flowUrl } from '../../fixtures/order.ts'
import { heldBack, openPage, type Page } from './page.fixture.ts'

/** The page of a browser that drops every cookie it is given. */
async function forgetful(): Promise<Page> {
  const page = await openPage([])
  const forget: (request: () => Promise<Response>) => Promise<Response> = async (request) => {
    page.fetch.cookie = ''
    const answer = await request()
    page.fetch.cookie = ''
    return answer
  }
  page.faults.push(...Array.from({ length: 50 }, () => forget))
  return page
}
const commits = ({ store }: Page) => store.calls.filter((name) => name === 'commit').length
const paid = { type: 'payment.submitted', method: 'card' } as const

it('is told with its second event, and keeps the step it shows', async () => {
  const page = await forgetful()
  expect(await page.client.send(detailsSubmitted)).toMatchObject({ ok: true })
  expect(await page.client.send(paid)).toMatchObject({ ok: false, problem: { code: 'no_cookies' } })
  expect(await page.client.send(paid)).toMatchObject({ ok: false, problem: { code: 'no_cookies' } })
  expect(page.client.getSnapshot()).toMatchObject({ problem: { code: 'no_cookies' }, view: { step: 'payment' } })
  expect(commits(page)).toBe(1)
})

it('is told with its second draft; nothing typed later is stored where nobody could find it', async () => {
  const page = await forgetful()
  expect(await page.client.saveDraft('details', { name: 'A' })).toMatchObject({ ok: true })
  for (const name of ['Ad', 'Ada', 'Ada L', 'Ada Lo'])
    expect(await page.client.saveDraft('details', { name })).toMatchObject({ problem: { code: 'no_cookies' } })
  expect(page.client.getSnapshot().draft).toMatchObject({ state: 'failed', problem: { code: 'no_cookies' } })
  expect(commits(page)).toBe(1)
})

it('is told by a look, before anything else is sent', async () => {
  const page = await forgetful()
  await page.client.send(detailsSubmitted)
  await page.client.refresh()
  expect(page.client.getSnapshot()).toMatchObject({
    problem: { code: 'no_cookies' },
    view: { step: 'payment', saved: true },
  })
})

it('is not suspected where the cookie came back once and was deleted then, as by starting over', async () => {
  const page = await openPage([])
  await page.client.send(detailsSubmitted)
  await page.client.refresh()
  await page.fetch(flowUrl, { method: 'DELETE' })
  expect(await page.client.send(paid)).toMatchObject({ problem: { code: 'session_gone', view: { step: 'details' } } })
  expect(page.client.getSnapshot()).toMatchObject({ view: { step: 'details', saved: false } })
})

it('is not suspected by a look that left before the session began', async () => {
  const { fault, letGo } = heldBack()
  const page = await openPage([fault])
  const looking = page.client.refresh()
  await vi.waitFor(() => expect(page.sent).toHaveLength(1), { timeout: 20_000 })
  await page.client.send(detailsSubmitted)
  letGo()
  await looking
  expect(page.client.getSnapshot()).toMatchObject({ problem: null, view: { step: 'payment', saved: true } })
})
