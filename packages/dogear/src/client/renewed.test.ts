// A sign-in renews the cookie: what a page had sent with the one of before is sent again with the new one.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ada, asJson, detailsSubmitted, flowUrl, serve, shared, site } from '../../fixtures/order.ts'
import type { HandoffReply } from '../wire.ts'
import { type Fault, openPage, type Page, patiently, type Sent } from './page.fixture.ts'

const attachUrl = `${site}/api/flows/attach`
const paid = { type: 'payment.submitted' as const, method: 'card' }

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }))
afterEach(() => vi.useRealTimers())

/** A person at the second step, in a browser that nobody is signed in at. */
async function atPayment(): Promise<Page> {
  const page = await openPage([], { served: serve(shared) })
  expect(await page.client.send(detailsSubmitted)).toMatchObject({ ok: true, view: { step: 'payment' } })
  page.sent.length = 0
  return page
}

/** Signs in, in another tab of the browser; a request that left before arrives `lateMs` later with its `cookie`. */
const overtaken =
  ({ fetch }: Page, { account = '', lateMs = 0 }: { account?: string; lateMs?: number }): Fault =>
  async (request) => {
    const before = fetch.cookie + account
    fetch.cookie = `${fetch.cookie}; user=ada`
    expect((await fetch(attachUrl, { method: 'POST' })).status).toBe(200)
    const after = fetch.cookie
    vi.setSystemTime(Date.now() + lateMs)
    fetch.cookie = before
    const answer = await request()
    expect(answer.status).toBe(410)
    fetch.cookie = after
    return answer
  }

const posts = (sent: Sent[]) => sent.filter(({ method }) => method !== 'GET')

const accounts: [left: string, account: string][] = [
  ['before the person had signed in', ''],
  ['between signing in and the new cookie', '; user=ada'],
]

describe.each(accounts)('what left %s', (_, account) => {
  it('and is an event, is applied once [M5]', async () => {
    const page = await atPayment()
    page.faults.push(overtaken(page, { account }))
    const result = await patiently(page.client.send(paid))
    expect(result).toMatchObject({ ok: true, outcome: 'applied', view: { step: 'review', context: { details: ada } } })
    expect(new Set(posts(page.sent).map(({ body }) => body.opId)).size).toBe(1)
    expect(posts(page.sent)).toHaveLength(2)
    expect(page.client.getSnapshot()).toMatchObject({ problem: null, view: { gone: null } })
  })

  it('and is a draft, is saved [M5]', async () => {
    const page = await atPayment()
    page.faults.push(overtaken(page, { account }))
    expect(await patiently(page.client.saveDraft('payment', { method: 'ca' }))).toMatchObject({ ok: true })
    const view = (await (await page.fetch(flowUrl)).json()) as { drafts: object }
    expect(view.drafts).toMatchObject({ payment: { values: { method: 'ca' } } })
  })
})

describe('a cookie that opens nothing any more', () => {
  it('is not waited for once that is over', async () => {
    const page = await atPayment()
    page.faults.push(overtaken(page, { lateMs: 20_000 }))
    expect(await patiently(page.client.send(paid))).toMatchObject({ ok: false, problem: { code: 'session_gone' } })
    expect(posts(page.sent)).toHaveLength(1)
  })

  it('stays useless to somebody who has it, however often they try [M5]', async () => {
    const page = await atPayment()
    const thief = await openPage([], { served: page })
    thief.fetch.cookie = page.fetch.cookie
    await patiently(thief.client.refresh())
    thief.sent.length = 0
    page.fetch.cookie = `${page.fetch.cookie}; user=ada`
    await page.fetch(attachUrl, { method: 'POST' })
    const refused = await patiently(thief.client.send(paid))
    expect(refused).toMatchObject({ ok: false, problem: { code: 'session_gone', view: { saved: false, tag: null } } })
    expect(posts(thief.sent)).toHaveLength(4)
    await page.client.refresh()
    expect(page.client.getSnapshot().view).toMatchObject({ step: 'payment', revision: 2 })
  })

  it('is told at once to a device whose access was ended', async () => {
    const page = await atPayment()
    const phone = await openPage([], { served: page })
    const { url } = (await (await page.fetch(`${flowUrl}/handoffs`, asJson({ mode: 'join' }))).json()) as HandoffReply
    await phone.fetch(`${site}/api/flows/handoffs/redeem`, asJson({ token: url.split('#')[1] }))
    await patiently(phone.client.refresh())
    phone.sent.length = 0
    await page.fetch(`${flowUrl}/devices/others`, { method: 'DELETE' })
    expect(await patiently(phone.client.send(paid))).toMatchObject({ ok: false, problem: { code: 'session_gone' } })
    expect(posts(phone.sent)).toHaveLength(1)
  })
})
