// Routes called from a server action: for the visitor, as the visitor, with the visitor's cookies.

import { describe, expect, it, vi } from 'vitest'
import { asJson, browser, detailsSubmitted, flowUrl, opId, order, serve, shared } from '../../fixtures/order.ts'
import type { HandoffReply, Problem, SavedSession, View } from '../wire.ts'
import { callFlow } from './call-flow.ts'
import { arrive, cookies, sentCookies } from './next-headers.fixture.ts'
import { readFlow } from './read-flow.ts'

vi.mock('next/headers.js', () => import('./next-headers.fixture.ts'))
vi.mock('next/server.js', () => import('./next-headers.fixture.ts'))

/** The headers of a browser that submits a form of this site without JavaScript. */
const form = {
  accept: 'text/html,application/xhtml+xml',
  'content-type': 'multipart/form-data; boundary=x',
  'content-length': '17',
  origin: 'https://shop.example',
  'sec-fetch-site': 'same-origin',
}

async function begun() {
  const served = serve(shared)
  const fetch = Object.assign(browser(served.http), { cookie: 'theme=a%2Cb' })
  await fetch(`${flowUrl}/events`, asJson({ opId: opId(), event: detailsSubmitted }))
  return { ...served, fetch }
}

describe('callFlow', () => {
  it('hands a session over and lets another browser in, cookie and all', async () => {
    const { http, fetch } = await begun()
    arrive({ ...form, cookie: fetch.cookie }, 'action')
    const issued = await callFlow<HandoffReply>(http, '/order/handoffs', { json: { mode: 'join' } })
    expect([issued.status, sentCookies()]).toEqual([201, []])

    arrive({ ...form, cookie: 'theme=a%2Cb' }, 'action')
    const looked = await callFlow(http, '/handoffs/look', { json: { code: issued.body.code } })
    expect(looked).toMatchObject({ status: 200, body: { flow: 'order', title: 'Payment' } })
    const redeemed = await callFlow<{ view: View }>(http, '/handoffs/redeem', { json: { code: issued.body.code } })
    expect(redeemed).toMatchObject({ status: 200, body: { view: { step: 'payment' } } })
    expect(sentCookies()).toEqual([
      expect.stringMatching(
        /^__Host-dogear\.order=[\w-]{22}\.[\w-]{43}; Path=\/; .+; Max-Age=864000; Secure; HttpOnly; SameSite=lax$/i,
      ),
    ])
    // Next renders the page in the same request, whose headers are those from before the action.
    expect(await readFlow(http, order)).toMatchObject({ saved: true, step: 'payment' })
  })

  it('takes a cookie away as the browser expects it', async () => {
    const { http, fetch } = await begun()
    arrive({ ...form, cookie: fetch.cookie }, 'action')
    expect(await callFlow(http, '/order', { method: 'DELETE' })).toEqual({ status: 204, body: undefined })
    expect(sentCookies()).toEqual([
      expect.stringMatching(/^__Host-dogear\.order=; Path=\/; .*Max-Age=0; Secure; HttpOnly; SameSite=lax$/i),
    ])
    expect(await readFlow(http, order)).toMatchObject({ saved: false, gone: null })
  })

  it('knows who has signed in during this very action', async () => {
    const { http, fetch } = await begun()
    arrive({ ...form, cookie: fetch.cookie }, 'action')
    expect(await callFlow<Problem>(http, '/attach', { method: 'POST' })).toMatchObject({ status: 401 })
    const jar = (await cookies()) as { set: (name: string, value: string) => unknown }
    jar.set('user', 'ada@example.org')
    expect(await callFlow(http, '/attach', { method: 'POST' })).toEqual({
      status: 200,
      body: { attached: ['order'], shared: [] },
    })
    jar.set('user', '')
    expect(await callFlow<Problem>(http, '/', {})).toMatchObject({ status: 401, body: { code: 'not_signed_in' } })
  })

  it('[M17] reads while a page renders', async () => {
    const { http, fetch } = await begun()
    arrive({ cookie: `${fetch.cookie}; user=ada` })
    expect(await callFlow<{ sessions: SavedSession[] }>(http, '/')).toEqual({ status: 200, body: { sessions: [] } })
    expect(await callFlow(http, '/order/devices')).toMatchObject({ status: 200, body: { devices: [{ here: true }] } })
  })

  it('[M20] lets no other site in, although Next itself lets requests without an origin through', async () => {
    const { http, fetch, store } = await begun()
    store.calls.length = 0
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'https://evil.example', 'x-forwarded-host': 'evil.example' },
      { origin: 'null' },
      {},
    ]) {
      arrive({ cookie: fetch.cookie, 'next-action': 'a'.repeat(42), ...headers } as Record<string, string>, 'action')
      const answer = await callFlow<Problem>(http, '/order', { method: 'DELETE' })
      expect(answer).toMatchObject({ status: 403, body: { code: 'origin_refused' } })
    }
    expect(store.calls).toEqual([])
  })

  it('passes other cookies on as they were sent, but for two of one name, to identify', async () => {
    const seen: (string | null)[] = []
    const served = serve({ ...shared, identify: (request) => void seen.push(request.headers.get('cookie')) })
    const sent = 'a=%zz; session=x%3D.y%2Bz; b=1; b=2; flag; empty='
    arrive({ ...form, cookie: sent }, 'action')
    await callFlow(served.http, '/', {})
    const jar = (await cookies()) as {
      set: (name: string, value: string) => unknown
      delete: (name: string) => unknown
    }
    jar.set('session', 'new value')
    jar.delete('flag')
    await callFlow(served.http, '/', {})
    expect(seen).toEqual([sent.replace('b=1; b=2; ', ''), 'a=%zz; empty=; session=new%20value'])
  })
})
