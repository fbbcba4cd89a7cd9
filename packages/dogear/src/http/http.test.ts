// The routes, from request to response, with a real engine behind them.

import { describe, expect, it } from 'vitest'
import {
  ada,
  asForm,
  asJson,
  browser,
  countingStore,
  detailsSubmitted,
  flowUrl,
  keys,
  opId,
  serve,
  site,
} from '../../fixtures/order.ts'
import type { Problem, View } from '../wire.ts'
import { createHttp, type Http } from './http.ts'
import type { HttpOptions } from './options.ts'

const events = `${flowUrl}/events`
const sameOrigin = { 'Sec-Fetch-Site': 'same-origin' }
const get = (http: Http, init: RequestInit = {}, url = flowUrl) => http.handle(new Request(url, init))
const post = (http: Http, init: RequestInit, headers: Record<string, string> = sameOrigin, url = events) =>
  http.handle(
    new Request(url, { method: 'POST', ...init, headers: { ...(init.headers as Record<string, string>), ...headers } }),
  )
const codeOf = async (response: Response) => ((await response.json()) as Problem).code

/** A browser that has submitted its details. */
async function begun() {
  const served = serve()
  const fetch = browser(served.http)
  await fetch(events, asJson({ opId: opId(), event: detailsSubmitted }))
  return { ...served, fetch }
}

describe('reading', () => {
  it('shows a visitor without a session where it would begin, and asks no store for it [M75]', async () => {
    const { http, store } = serve()
    const response = await get(http)
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ flow: 'order', step: 'details', saved: false, revision: 0 })
    expect(store.calls).toEqual([])
    expect(response.headers.get('set-cookie')).toBeNull()
  })

  it.each(['__Host-dogear.order=x', '__Host-dogear.order=../..', `__Host-dogear.order=${'A'.repeat(66)}`])(
    'takes the malformed cookie %s for none, without a look into the store [M3]',
    async (cookie) => {
      const { http, store } = serve()
      expect(await (await get(http, { headers: { cookie } })).json()).toMatchObject({ saved: false })
      expect(store.calls).toEqual([])
    },
  )

  it('shows the saved place to the browser that made it, and never writes', async () => {
    const { fetch, store } = await begun()
    store.calls.length = 0
    expect(await (await fetch(flowUrl)).json()).toMatchObject({
      step: 'payment',
      saved: true,
      revision: 1,
      context: { details: ada },
    })
    expect(new Set(store.calls)).toEqual(new Set(['read']))
  })

  it('answers a foreign secret exactly like an unknown id: as what may have been there once', async () => {
    const { http, fetch } = await begun()
    const [selector, secret = ''] = fetch.cookie.split('.order=')[1]?.split('.') ?? []
    const turned = `${secret.startsWith('A') ? 'B' : 'A'}${secret.slice(1)}`
    const [foreign, unknown, tossed, without] = await Promise.all(
      [
        { cookie: `__Host-dogear.order=${selector}.${turned}` },
        { cookie: `__Host-dogear.order=${'A'.repeat(22)}.${secret}` },
        { cookie: `${fetch.cookie}; ${fetch.cookie}` },
        {},
      ].map(async (headers) => (await get(http, { headers: headers as Record<string, string> })).text()),
    )
    expect(foreign).toBe(unknown)
    expect(JSON.parse(foreign ?? '')).toMatchObject({
      saved: false,
      tag: null,
      gone: { why: 'expired', to: null, at: null, takeBack: false },
    })
    expect(tossed).toBe(without)
    expect(JSON.parse(without ?? '')).toMatchObject({ gone: null })
  })

  it('answers HEAD like GET, without the body', async () => {
    const { http } = serve()
    const [head, full] = [await get(http, { method: 'HEAD' }), await get(http)]
    expect(await head.text()).toBe('')
    for (const { headers } of [head, full]) expect(Number(headers.get('dogear-now'))).toBeGreaterThan(0)
    for (const { headers } of [head, full]) headers.delete('dogear-now')
    expect([head.status, ...head.headers]).toEqual([full.status, ...full.headers])
  })
})

describe('sending', () => {
  it('creates the session with the first accepted event, and gives out its cookie once', async () => {
    const { http } = serve()
    const first = await post(http, asJson({ opId: opId(), event: detailsSubmitted }))
    expect(first.status).toBe(200)
    expect(await first.json()).toMatchObject({
      outcome: 'applied',
      view: { step: 'payment', revision: 1, saved: true },
    })
    const cookie = first.headers.get('set-cookie') ?? ''
    expect(cookie).toMatch(
      /^__Host-dogear\.order=[\w-]{22}\.[\w-]{43}; Max-Age=864000; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
    )
    const second = await post(http, asJson({ opId: opId(), event: { type: 'payment.submitted', method: 'card' } }), {
      ...sameOrigin,
      cookie: cookie.split(';')[0] ?? '',
    })
    expect(await second.json()).toMatchObject({ outcome: 'applied', view: { step: 'review', revision: 2 } })
    expect(second.headers.get('set-cookie')).toBeNull()
  })

  it('never adopts a credential it did not mint [M4]', async () => {
    const { http, store } = serve()
    const foreign = `__Host-dogear.order=${'A'.repeat(22)}.${'A'.repeat(43)}`
    const response = await post(http, asJson({ opId: opId(), event: detailsSubmitted }), {
      ...sameOrigin,
      cookie: foreign,
    })
    expect(response.headers.get('set-cookie')).toContain('__Host-dogear.order=')
    expect(response.headers.get('set-cookie')).not.toContain('AAAAAAAAAA')
    expect(await (await get({ ...http }, { headers: { cookie: foreign } })).json()).toMatchObject({ saved: false })
    expect(store.calls.filter((call) => call === 'commit')).toHaveLength(1)
  })

  it('applies the same operation once, and says so the second time', async () => {
    const { fetch } = await begun()
    const again = asJson({ opId: opId(), event: { type: 'payment.submitted', method: 'card' } })
    const outcomes = await Promise.all(Array.from({ length: 10 }, async () => (await fetch(events, again)).json()))
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['applied', ...Array(9).fill('duplicate')])
    expect(new Set(outcomes.map(({ view }) => JSON.stringify(view))).size).toBe(1)
  })

  it.each([
    ['invalid_event', 422, { event: { type: 'details.submitted', name: 'Ada' } }],
    ['invalid_event', 422, { event: { type: 'xstate.init' } }],
    ['not_accepted', 409, { event: { type: 'order.placed' } }],
    ['stale_step', 409, { event: detailsSubmitted, step: 'review', position: '0.0.' }],
  ])('refuses with %s (%i), the fresh view, and nothing written', async (code, status, body) => {
    const { fetch, store } = await begun()
    store.calls.length = 0
    const response = await fetch(events, asJson({ opId: opId(), ...body }))
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toMatchObject({ code, status, view: { step: 'payment', revision: 1 } })
    expect(store.calls).not.toContain('commit')
  })

  it('tells a page that the state it saw is lost (rewound), with the fresh view, and writes nothing', async () => {
    const { fetch, store } = await begun()
    const { epoch, revision, mark } = (await (await fetch(flowUrl)).json()) as View
    store.calls.length = 0
    for (const seen of [
      { epoch, revision: revision + 1, mark },
      { epoch, revision, mark: `${mark.slice(0, 3)}lost-` },
    ]) {
      const event = { type: 'payment.submitted', method: 'card' }
      const response = await fetch(events, asJson({ opId: opId(), step: 'payment', position: seen, event }))
      expect(response.status).toBe(409)
      expect(await response.json()).toMatchObject({ code: 'rewound', view: { step: 'payment', revision, mark } })
    }
    expect(store.calls).not.toContain('commit')
  })

  it('names the values that were refused', async () => {
    const { fetch } = await begun()
    const problem = (await (
      await fetch(events, asJson({ opId: opId(), event: { type: 'details.submitted', name: 'Ada', email: 'x' } }))
    ).json()) as Problem
    expect(problem.issues).toEqual([{ path: ['email'], message: 'Enter an email address' }])
  })

  it('refuses an operation id that was used for something else', async () => {
    const { fetch } = await begun()
    const used = opId()
    await fetch(events, asJson({ opId: used, event: { type: 'payment.submitted', method: 'card' } }))
    const response = await fetch(
      events,
      asJson({ opId: used, event: { type: 'payment.submitted', method: 'invoice' } }),
    )
    expect([response.status, await codeOf(response)]).toEqual([422, 'op_reused'])
  })

  it.each([
    ['text/plain', 415, JSON.stringify({ opId: 'operation-1', event: detailsSubmitted })],
    ['multipart/form-data; boundary=x', 415, '--x--'],
    ['application/json', 400, '{"opId":'],
    ['application/json', 400, JSON.stringify({ event: detailsSubmitted })],
    ['application/json', 400, '{"opId":"operation-1","event":{"type":"details.submitted","__proto__":{"admin":true}}}'],
    ['application/json', 413, JSON.stringify({ opId: 'operation-1', event: { type: 'a', text: 'x'.repeat(70_000) } })],
    ['application/json', 413, `"${'é'.repeat(40_000)}"`],
  ])('refuses a body of %s with %i before it reaches the engine', async (type, status, body) => {
    const { http, store } = serve()
    const response = await post(http, { body, headers: { 'Content-Type': type } })
    expect(response.status).toBe(status)
    expect(store.calls).toEqual([])
  })
})

describe('new sessions', () => {
  const from = (http: Http, address: string, headers: Record<string, string> = {}) =>
    post(http, asJson({ opId: opId(), event: detailsSubmitted }), { ...sameOrigin, 'x-real-ip': address, ...headers })
  const limits = { sessionsPerAddress: { points: 2, per: '1 minute' } } as const
  const clientAddress = (request: Request) => request.headers.get('x-real-ip') ?? undefined

  it('are so many for one address, whatever cookie comes along, and then no more for a while [M76] [M77]', async () => {
    const { http, store } = serve({ limits, clientAddress })
    const begun = await from(http, '192.0.2.1')
    const made = `__Host-dogear.order=${'A'.repeat(22)}.${'A'.repeat(43)}`
    expect((await from(http, '192.0.2.1', { cookie: made })).status).toBe(200)
    const refused = await from(http, '192.0.2.1', { cookie: made, 'x-forwarded-for': '192.0.2.9' })
    expect([refused.status, await codeOf(refused)]).toEqual([429, 'rate_limited'])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(store.calls.filter((call) => call === 'commit')).toHaveLength(2)
    // The limit stops neither a session that has begun nor other addresses.
    const cookie = begun.headers.get('set-cookie')?.split(';')[0] ?? ''
    expect((await from(http, '192.0.2.1', { cookie })).status).toBe(409)
    expect((await from(http, '192.0.2.2')).status).toBe(200)
  })

  it('are not counted by headers that anybody can send [M77]', async () => {
    const { http } = serve({ limits })
    for (let time = 0; time < 5; time++) expect((await from(http, '192.0.2.1')).status).toBe(200)
  })
})

describe('drafts', () => {
  it('keep what was typed at a step, right or wrong', async () => {
    const { fetch } = await begun()
    const response = await fetch(`${flowUrl}/drafts/payment`, asJson({ opId: opId(), values: { method: '' } }, 'PUT'))
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({
      view: expect.objectContaining({
        drafts: { payment: { values: { method: '' }, issues: [], at: { method: expect.any(Number) } } },
      }),
    })
  })

  it('are checked as an event if they say which, and kept right or wrong', async () => {
    const { fetch } = await begun()
    const draft = { opId: opId(), values: { method: 1 }, type: 'payment.submitted', version: 1 }
    const response = await fetch(`${flowUrl}/drafts/payment`, asJson(draft, 'PUT'))
    expect(await response.json()).toMatchObject({
      view: { drafts: { payment: { values: { method: 1 }, issues: [{ path: ['method'] }] } }, issues: [{}] },
    })
  })

  it('may be sent by a page that is going away, which can only POST', async () => {
    const { fetch } = await begun()
    const response = await fetch(`${flowUrl}/drafts/payment`, asJson({ opId: opId(), values: { method: 'c' } }, 'POST'))
    expect(await response.json()).toMatchObject({ view: { drafts: { payment: { values: { method: 'c' } } } } })
  })

  it('typed before the first event create the session', async () => {
    const fetch = browser(serve().http)
    const draft = { opId: opId(), values: { name: 'A' } }
    await fetch(`${flowUrl}/drafts/details`, asJson(draft, 'PUT'))
    expect(await (await fetch(flowUrl)).json()).toMatchObject({
      saved: true,
      drafts: { details: { values: { name: 'A' } } },
    })
  })

  it('[M21] are JSON only', async () => {
    const { fetch } = await begun()
    expect((await fetch(`${flowUrl}/drafts/payment`, { ...asForm({ opId: opId() }), method: 'PUT' })).status).toBe(415)
  })
})

describe('destroying', () => {
  it('ends the session for good and takes the cookie away', async () => {
    const { fetch, http } = await begun()
    const { cookie } = fetch
    const response = await fetch(flowUrl, { method: 'DELETE' })
    expect([response.status, await response.text(), response.headers.get('set-cookie')]).toEqual([
      204,
      '',
      expect.stringContaining('=; Max-Age=0;'),
    ])
    const gone = await get(http, { headers: { cookie } })
    expect(gone.status).toBe(200)
    expect(await gone.json()).toMatchObject({ saved: false, step: 'details', gone: { why: 'removed' } })
  })

  it('tells another tab that it is over, and lets it begin anew', async () => {
    const { fetch, http } = await begun()
    const { cookie } = fetch
    await fetch(flowUrl, { method: 'DELETE' })
    const late = await post(http, asJson({ opId: opId(), event: detailsSubmitted }), { ...sameOrigin, cookie })
    expect([late.status, await codeOf(late), late.headers.get('set-cookie')]).toEqual([
      410,
      'session_gone',
      expect.stringContaining('=; Max-Age=0;'),
    ])
    expect((await post(http, asJson({ opId: opId(), event: detailsSubmitted }))).status).toBe(200)
  })

  it('does not stand in the way of someone who begins anew, whose browser still has the old cookie', async () => {
    const { fetch } = await begun()
    const { cookie } = fetch
    await fetch(flowUrl, { method: 'DELETE' })
    fetch.cookie = cookie
    const fresh = {
      opId: opId(),
      step: 'details',
      position: { epoch: 0, revision: 0, mark: '' },
      event: detailsSubmitted,
    }
    expect(await (await fetch(events, asJson(fresh))).json()).toMatchObject({
      outcome: 'applied',
      view: { revision: 1 },
    })
    expect(fetch.cookie).not.toBe(cookie)
    expect(await (await fetch(flowUrl)).json()).toMatchObject({ saved: true, step: 'payment' })
  })

  it('twice is as good as once', async () => {
    const { fetch } = await begun()
    const { cookie } = fetch
    await fetch(flowUrl, { method: 'DELETE' })
    fetch.cookie = cookie
    expect((await fetch(flowUrl, { method: 'DELETE' })).status).toBe(204)
  })

  it('needs a session', async () => {
    const { http, store } = serve()
    const response = await post(http, { method: 'DELETE' }, sameOrigin, flowUrl)
    expect([response.status, await codeOf(response)]).toEqual([401, 'no_session'])
    expect(store.calls).toEqual([])
  })

  it('makes the browser forget a session there is no more, or that never was one of its', async () => {
    const { http } = serve()
    const cookie = `__Host-dogear.order=${'A'.repeat(22)}.${'A'.repeat(43)}`
    const response = await post(http, { method: 'DELETE' }, { ...sameOrigin, cookie }, flowUrl)
    expect([response.status, response.headers.get('set-cookie')]).toEqual([
      401,
      expect.stringContaining('=; Max-Age=0;'),
    ])
  })
})

describe('more time', () => {
  it('is given to whoever asks, by a body or without', async () => {
    const { fetch } = await begun()
    const empty = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '' }
    for (const init of [{ method: 'POST' }, asJson({}), empty]) {
      const response = await fetch(`${flowUrl}/extend`, init)
      expect([response.status, await response.json()]).toEqual([
        200,
        { view: expect.objectContaining({ step: 'payment' }) },
      ])
    }
  })

  it.each([
    [400, asJson({ days: 400 })],
    [400, asJson([])],
    [415, { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body: '{}' }],
    [415, { method: 'POST', body: new Uint8Array([123, 125]) }],
  ])('is not given on conditions (%i)', async (status, init) => {
    const { fetch } = await begun()
    expect((await fetch(`${flowUrl}/extend`, init)).status).toBe(status)
  })

  it('is not given to who has no session', async () => {
    const { http } = serve()
    const response = await post(http, {}, sameOrigin, `${flowUrl}/extend`)
    expect([response.status, await codeOf(response)]).toEqual([401, 'no_session'])
  })
})

describe('the address and the method', () => {
  it.each([
    ['GET', `${site}/api/flows`, 404, 'not_found', null],
    ['GET', `${site}/api/flows/other`, 404, 'unknown_flow', null],
    ['GET', `${site}/api/flows/constructor`, 404, 'unknown_flow', null],
    ['PATCH', flowUrl, 405, 'method_not_allowed', 'GET, HEAD, DELETE'],
    ['OPTIONS', flowUrl, 405, 'method_not_allowed', 'GET, HEAD, DELETE'],
    ['GET', events, 405, 'method_not_allowed', 'POST'],
    ['GET', `${flowUrl}/drafts/payment`, 405, 'method_not_allowed', 'PUT, POST'],
    ['HEAD', `${flowUrl}/handoffs`, 405, undefined, 'POST'],
    ['HEAD', `${flowUrl}/stream`, 405, undefined, 'GET'],
    ['GET', `${site}/api/flows/handoffs/redeem`, 405, 'method_not_allowed', 'POST'],
  ])('%s %s is %i', async (method, url, status, code, allow) => {
    const response = await serve().http.handle(new Request(url, { method, headers: sameOrigin }))
    const said = method === 'HEAD' ? undefined : await codeOf(response)
    expect([response.status, said, response.headers.get('allow')]).toEqual([status, code, allow])
  })

  it('may lie under another base path', async () => {
    const { http } = serve({ basePath: '/flows' })
    expect((await get(http, {}, `${site}/flows/order`)).status).toBe(200)
    expect((await get(http)).status).toBe(404)
  })
})

describe('the gate', () => {
  it.each([
    ['POST', events],
    ['PUT', `${flowUrl}/drafts/payment`],
    ['DELETE', flowUrl],
  ])('lets no %s of another site reach the engine, forged forwarding or not', async (method, url) => {
    const { http, store } = serve()
    for (const headers of [
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'none' },
      { Origin: 'null' },
      { Origin: 'https://evil.example', 'X-Forwarded-Host': 'evil.example' },
      {},
    ]) {
      const init = asJson({ opId: opId(), event: detailsSubmitted }, method)
      const response = await http.handle(
        new Request(url, {
          ...init,
          headers: { 'Content-Type': 'application/json', ...headers } as Record<string, string>,
        }),
      )
      expect([response.status, await codeOf(response)]).toEqual([403, 'origin_refused'])
    }
    expect(store.calls).toEqual([])
  })

  it('opens to the origins it was told of', async () => {
    const { http } = serve({ origins: ['https://www.shop.example'] })
    const response = await post(http, asJson({ opId: opId(), event: detailsSubmitted }), {
      Origin: 'https://www.shop.example',
    })
    expect(response.status).toBe(200)
  })

  it('allows no other origin to read [M23]', async () => {
    const response = await get(serve().http, { headers: { Origin: 'https://evil.example' } })
    expect([...response.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([])
  })
})

describe('every answer', () => {
  it('[M25] is private, not stored, and not guessed at', async () => {
    const { fetch, http } = await begun()
    const answers = [
      await get(http),
      await fetch(events, asJson({ opId: opId(), event: detailsSubmitted })),
      await fetch(events, asForm({ 'dogear.opId': opId(), 'dogear.type': 'payment.submitted', method: 'card' })),
      await fetch(events, asJson({})),
      await fetch(`${site}/api/flows/nowhere/at/all`),
      await post(http, {}, { 'Sec-Fetch-Site': 'cross-site' }),
      await fetch(flowUrl, { method: 'DELETE' }),
    ]
    for (const { headers } of answers) {
      expect([headers.get('cache-control'), headers.get('vary'), headers.get('x-content-type-options')]).toEqual([
        'private, no-store',
        'Cookie',
        'nosniff',
      ])
    }
  })

  it('holds the cookie in Set-Cookie and nowhere else [M16]', async () => {
    const { http } = serve()
    const response = await post(http, asJson({ opId: opId(), event: detailsSubmitted }))
    const [selector = 'none', secret = 'none'] =
      response.headers.get('set-cookie')?.split('=')[1]?.split(';')[0]?.split('.') ?? []
    const { id, secretHash } =
      http.readCredential('order', response.headers.get('set-cookie')?.split(';')[0] ?? '') ?? {}
    const text = await response.text()
    for (const secretThing of [selector, secret, id ?? 'none', secretHash ?? 'none'])
      expect(text).not.toContain(secretThing)
  })

  it('comes, as a 503 with Retry-After, also when the store does not', async () => {
    const store = countingStore()
    const down = () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.1:6379'))
    Object.assign(store, { commit: down, read: down })
    const { http } = serve({ store })
    const response = await post(http, asJson({ opId: opId(), event: detailsSubmitted }))
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, expect.stringMatching(/^\d+$/)])
    expect(await response.text()).not.toContain('10.0.0.1')
  })

  it('comes also when something breaks that should not, and the operator learns why', async () => {
    const causes: unknown[] = []
    const bug = new Error('bug with ada@example.org in it')
    const { engine } = serve()
    const http = createHttp({
      engine: { ...engine, read: () => Promise.reject(bug) },
      onError: (cause) => causes.push(cause),
    })
    const response = await get(http)
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('ada@')
    expect(causes).toEqual([bug])
    const deaf = createHttp({
      engine: { ...engine, read: () => Promise.reject(bug) },
      onError: () => {
        throw new Error('log is full')
      },
    })
    expect((await get(deaf)).status).toBe(500)
  })
})

describe('on http://localhost', () => {
  const local = 'http://localhost:3000/api/flows/order'
  const send = (http: Http, headers: Record<string, string> = sameOrigin) =>
    post(http, asJson({ opId: opId(), event: detailsSubmitted }), headers, `${local}/events`)
  const cookieOf = async (http: Http, headers?: Record<string, string>) =>
    (await send(http, headers)).headers.get('set-cookie') ?? ''

  it('the cookie is one that Safari keeps, outside production or where the application says so', async () => {
    for (const options of [{ production: false }, { insecureOnLocalhost: true }]) {
      const { http } = serve(options)
      const cookie = await cookieOf(http)
      expect(cookie).toMatch(/^dogear\.order=[^;]+; Max-Age=864000; Path=\/; HttpOnly; SameSite=Lax$/)
      expect(http.cookieName('order', 'http://localhost:3000')).toBe('dogear.order')
      expect(await (await get(http, { headers: { cookie: cookie.split(';')[0] ?? '' } }, local)).json()).toMatchObject({
        saved: true,
      })
    }
  })

  it('the cookie stays secure in production, and elsewhere always [M14]', async () => {
    expect(await cookieOf(serve().http)).toContain('; Secure')
    expect(await cookieOf(serve({ production: false }).http, { ...sameOrigin, host: 'shop.example' })).toMatch(
      /^__Host-.*; Secure$/,
    )
    const insecure = 'dogear.order=whatever'
    expect(serve().http.readCredential('order', insecure, 'http://localhost:3000')).toBeUndefined()
  })
})

describe('wrong wiring', () => {
  it.each([
    { basePath: 'api' },
    { basePath: '/api/' },
    { basePath: '' },
    { origins: ['shop.example'] },
    { origins: ['https://shop.example/'] },
    { maxBytes: 0 },
    { publicUrl: site },
    { publicUrl: `${site}/`, keys: [...keys] },
    { publicUrl: 'shop.example', keys: [...keys] },
    { publicUrl: 'javascript:alert(1)', keys: [...keys] },
    { publicUrl: site, keys: [] },
    { publicUrl: site, keys: ['short'] },
    { publicUrl: site, keys: [...keys], handoffPath: 'handoff' },
    { publicUrl: site, keys: [...keys], handoffLifetime: 'soon' as '1 day' },
    { limits: { streams: -1 } },
    { limits: { wrongCodes: { points: 0, per: '1 minute' } } },
  ] as Partial<HttpOptions>[])('%j fails at once', (options) => {
    expect(() => serve(options)).toThrow(TypeError)
  })

  it('is who is asked for and no key to hash it with', () => {
    expect(() => serve({ identify: () => null })).toThrow('identify needs keys')
  })

  it.each(['handoffs', 'attach', 'devices'])(
    'is a flow that is called %s, as no address would be left for it',
    (id) => {
      const { engine } = serve()
      const flows = new Map([...engine.flows].map(([, flow]) => [id, flow]))
      expect(() => createHttp({ engine: { ...engine, flows } })).toThrow(TypeError)
    },
  )
})
