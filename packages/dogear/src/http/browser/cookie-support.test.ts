// Browsers that keep no cookie: they are told so, and nothing more is stored for them.

import { describe, expect, it } from 'vitest'
import {
  ada,
  asForm,
  asJson,
  countingStore,
  detailsSubmitted,
  flowUrl,
  opId,
  serve,
  site,
} from '../../../fixtures/order.ts'
import { positionText } from '../../position.ts'
import type { Problem, View } from '../../wire.ts'

const events = `${flowUrl}/events`
const drafts = `${flowUrl}/drafts/details`
const asDraft = (body: object): RequestInit => ({ ...asJson(body), method: 'PUT' })

/** A browser without a cookie jar, what the store was asked to write, and the answers it got. */
function forgetful(options: Parameters<typeof serve>[0] = {}, own: Record<string, string> = {}) {
  const store = countingStore()
  const { http } = serve({ store, ...options })
  const writes = () => store.calls.filter((name) => ['commit', 'remove', 'putCode', 'directory'].includes(name)).length
  const fetch = (url: string, init: RequestInit, headers: Record<string, string> = {}) => {
    const all = { 'Sec-Fetch-Site': 'same-origin', ...own, ...headers, ...(init.headers as Record<string, string>) }
    return http.handle(new Request(url, { ...init, headers: all }))
  }
  return { fetch, writes, store }
}
const problemOf = async (response: Response) => (await response.json()) as Problem

describe('the second request of a browser that keeps no cookie', () => {
  const first: [string, (position: object | undefined) => [string, RequestInit]][] = [
    ['an event', (position) => [events, asJson({ opId: opId(), event: detailsSubmitted, position })]],
    ['a draft', (position) => [drafts, asDraft({ opId: opId(), values: { name: 'Ada' }, position })]],
  ]
  const second = first.flatMap(([begun, begin]) => first.map(([what, send]) => [what, begun, begin, send] as const))

  it.each(second)('is refused if it is %s after %s', async (_what, _begun, begin, send) => {
    const { fetch, writes } = forgetful()
    const { view } = (await (await fetch(...begin(undefined))).json()) as { view: View }
    const position = { epoch: view.epoch, revision: view.revision, mark: view.mark }
    const before = writes()
    for (let times = 0; times < 3; times++) {
      const refused = await fetch(...send(position))
      expect(refused.status).toBe(409)
      expect(await problemOf(refused)).toMatchObject({ code: 'no_cookies', view: { saved: false } })
      expect(refused.headers.getSetCookie()).toEqual([])
    }
    expect(writes()).toBe(before)
  })

  it('gets a page if it is a form, with what to do about it', async () => {
    const { fetch, writes } = forgetful()
    const { view } = await (await fetch(events, asJson({ opId: opId(), event: detailsSubmitted }))).json()
    const before = writes()
    const fields = {
      opId: opId(),
      step: 'payment',
      position: positionText(view),
      type: 'payment.submitted',
      method: 'card',
    }
    const refused = await fetch(events, asForm(fields))
    expect(refused.status).toBe(409)
    const page = await refused.text()
    expect(page).toContain('keeps no cookie')
    expect(page).not.toContain('Nothing you sent before was lost')
    expect(writes()).toBe(before)
  })

  it('is no second one if it only sends the first again', async () => {
    const { fetch } = forgetful()
    const same = asJson({ opId: opId(), event: detailsSubmitted, position: { epoch: 0, revision: 0, mark: '' } })
    const tags = [await fetch(events, same), await fetch(events, same)].map(
      async (answer) => (await answer.json()).view.tag,
    )
    expect(new Set(await Promise.all(tags)).size).toBe(1)
  })
})

describe('a form of a browser that navigates without any cookie', () => {
  const navigates = { 'Sec-Fetch-Mode': 'navigate' }
  const details = () => asForm({ opId: opId(), step: 'details', position: '0.0.', type: 'details.submitted', ...ada })

  it('is asked for once more, with a cookie that holds nothing, before anything is stored', async () => {
    const { fetch, writes } = forgetful({}, navigates)
    const again = await fetch(events, details())
    expect([again.status, again.headers.get('location')]).toEqual([307, '/api/flows/order/events?kept'])
    const [cookie = ''] = again.headers.getSetCookie()
    expect(cookie).toMatch(/^dogear-kept=1; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax; Secure$/)
    expect(writes()).toBe(0)
    const taken = await fetch(`${events}?kept`, details(), { cookie: 'dogear-kept=1' })
    expect([taken.status, taken.headers.get('location')]).toEqual([303, '/order/payment'])
  })

  it('is refused for good without it, however often it is sent', async () => {
    const { fetch, writes } = forgetful({}, navigates)
    for (let times = 0; times < 3; times++) {
      expect((await fetch(events, details())).status).toBe(307)
      const refused = await fetch(`${events}?kept`, details())
      expect(refused.status).toBe(409)
      expect(await refused.text()).toContain('keeps no cookie')
    }
    expect(writes()).toBe(0)
  })

  it('is taken at once from a browser that has any cookie of this site', async () => {
    const { fetch } = forgetful({}, navigates)
    expect((await fetch(events, details(), { cookie: 'theme=dark' })).status).toBe(303)
  })
})

describe('plain http', () => {
  const on = (origin: string, options: Parameters<typeof serve>[0] = {}) => {
    const { fetch, writes } = forgetful(options)
    const send = async (url: string, init: RequestInit) => {
      const headers = { Origin: origin, host: new URL(origin).host, ...(init.headers as Record<string, string>) }
      const { 'Sec-Fetch-Site': _, ...rest } = headers as Record<string, string>
      const request = new Request(url.replace(site, origin), { ...init, headers: rest })
      return fetch(request.url, init, rest)
    }
    return { send, writes }
  }
  const cases: [string, Parameters<typeof serve>[0], boolean][] = [
    ['http://shop.example', {}, false],
    ['http://192.168.1.5:3000', { production: false }, false],
    ['http://shop.example', { insecureOnLocalhost: true }, false],
    ['http://localhost:3000', { production: false }, true],
    ['http://localhost:3000', {}, true],
    ['http://127.0.0.1:3000', { production: false }, true],
    ['https://shop.example', {}, true],
  ]
  it.each(cases)('at %s with %j is told at the first request: %s', async (origin, options, works) => {
    for (const [url, init] of [
      [events, asJson({ opId: opId(), event: detailsSubmitted })],
      [drafts, asDraft({ opId: opId(), values: { name: 'Ada' } })],
      [events, asForm({ opId: opId(), position: '0.0.', type: 'details.submitted', ...ada })],
    ] as const) {
      const { send, writes } = on(origin, { explain: () => {}, ...options })
      const { status } = await send(url, init)
      if (works) expect(status).toBeLessThan(400)
      else expect([status, writes()]).toEqual([409, 0])
    }
  })

  it('behind a proxy that ends TLS is https for the browser', async () => {
    const { fetch } = forgetful()
    const begun = await fetch(events.replace('https:', 'http:'), asJson({ opId: opId(), event: detailsSubmitted }), {
      Origin: site,
    })
    expect(begun.status).toBe(200)
  })
})
