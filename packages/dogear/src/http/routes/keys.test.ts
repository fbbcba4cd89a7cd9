// Several sessions of one flow in a browser: each under a key, in every route, and none in the way of another.

import { describe, expect, it } from 'vitest'
import {
  agents,
  asForm,
  asJson,
  browser,
  detailsSubmitted,
  flowUrl,
  opId,
  serve,
  shared,
  site,
} from '../../../fixtures/order.ts'
import { tagOf } from '../../engine/access.ts'
import type { HandoffReply, SavedSession, View } from '../../wire.ts'

const base = `${site}/api/flows`
const urlOf = (key: string) => `${base}/order@${key}`
type Fetch = ReturnType<typeof browser>

const viewAt = async (fetch: Fetch, url: string) => (await (await fetch(url)).json()) as View
const begin = (fetch: Fetch, url: string, name = 'Ada') =>
  fetch(`${url}/events`, asJson({ opId: opId(), event: { ...detailsSubmitted, name } }))
const codeOf = async (response: Response) => [response.status, ((await response.json()) as { code: string }).code]
const count = (fetch: Fetch) => fetch.cookie.split('; ').filter((pair) => pair !== '').length

/** A browser with a session under each key, and one under none. */
async function several(options: Parameters<typeof serve>[0] = {}) {
  const served = serve({ ...shared, ...options })
  const fetch = browser(served.http, agents.desktop)
  for (const [url, name] of [
    [urlOf('a'), 'Ada'],
    [urlOf('b'), 'Bea'],
    [flowUrl, 'Cleo'],
  ] as const)
    await begin(fetch, url, name)
  return { ...served, fetch }
}
const nameIn = ({ context }: View) => (context as { details: { name: string } | null }).details?.name

describe('sessions under keys', () => {
  it('are apart from each other, and from the one under no key', async () => {
    const { fetch } = await several()
    expect(count(fetch)).toBe(3)
    const views = [await viewAt(fetch, urlOf('a')), await viewAt(fetch, urlOf('b')), await viewAt(fetch, flowUrl)]
    expect(views.map(nameIn)).toEqual(['Ada', 'Bea', 'Cleo'])
    expect(new Set(views.map(({ tag }) => tag)).size).toBe(3)
    await fetch(`${urlOf('a')}/events`, asJson({ opId: opId(), event: { type: 'payment.submitted', method: 'card' } }))
    expect((await viewAt(fetch, urlOf('a'))).step).toBe('review')
    expect((await viewAt(fetch, urlOf('b'))).step).toBe('payment')
    expect((await viewAt(fetch, urlOf('c'))).saved).toBe(false)
  })

  it.each([
    [
      'a drafts',
      (fetch: Fetch) =>
        fetch(`${urlOf('a')}/drafts/payment`, { ...asJson({ opId: opId(), values: { method: 'x' } }), method: 'PUT' }),
    ],
    ['extend', (fetch: Fetch) => fetch(`${urlOf('a')}/extend`, { method: 'POST' })],
    ['devices', (fetch: Fetch) => fetch(`${urlOf('a')}/devices`)],
    ['handoffs', (fetch: Fetch) => fetch(`${urlOf('a')}/handoffs`, asJson({}))],
    ['stream', (fetch: Fetch) => fetch(`${urlOf('a')}/stream`, { signal: AbortSignal.timeout(50) })],
    ['restart', (fetch: Fetch) => fetch(`${urlOf('a')}/restart`, { method: 'POST' })],
    ['the end', (fetch: Fetch) => fetch(urlOf('a'), { method: 'DELETE' })],
  ])('answer %s for their own key alone', async (_, ask) => {
    const { fetch } = await several()
    const before = [await viewAt(fetch, urlOf('b')), await viewAt(fetch, flowUrl)]
    expect((await ask(fetch)).status).toBeLessThan(300)
    expect([await viewAt(fetch, urlOf('b')), await viewAt(fetch, flowUrl)]).toEqual(before)
  })

  it.each(['order%40a', 'order@a', 'or%64er@%61'])('are found at %s, however the address is written', async (name) => {
    const { fetch } = await several()
    expect(nameIn(await viewAt(fetch, `${base}/${name}`))).toBe('Ada')
  })

  it.each([
    'order@',
    'order@a@b',
    'order@a%20b',
    'order@gr%C3%B6%C3%9Fe',
    `order@${'x'.repeat(65)}`,
    'order@..',
    'order@%2e',
  ])('%s is a 400 that says what a key is, and nothing is read or stored', async (name) => {
    const { http, store } = serve()
    const fetch = browser(http)
    expect(await codeOf(await fetch(`${base}/${name}`))).toEqual([400, 'invalid_request'])
    expect(await codeOf(await begin(fetch, `${base}/${name}`))).toEqual([400, 'invalid_request'])
    const page = await fetch(`${base}/${name}/events`, asForm({ 'dogear.opId': opId(), 'dogear.type': 'order.placed' }))
    expect(page.status).toBe(400)
    expect(await page.text()).toContain('href="/order"')
    expect(store.calls).toEqual([])
  })

  it('of an unknown flow are unknown, whatever the key', async () => {
    expect(await codeOf(await browser(serve().http)(`${base}/other@a b`))).toEqual([404, 'unknown_flow'])
  })

  it('lead a form to the page of their key', async () => {
    const form = () =>
      asForm({ 'dogear.opId': opId(), 'dogear.type': 'details.submitted', name: 'Ada', email: 'a@b.example' })
    const plain = await browser(serve().http)(`${urlOf('a')}/events`, form())
    expect(plain.headers.get('location')).toBe('/order@a/payment')
    const pagePath = (_: string, step: string | null, key: string | undefined) =>
      `/orders/${key}${step ? `/${step}` : ''}`
    const own = browser(serve({ pagePath }).http)
    expect((await own(`${urlOf('a')}/events`, form())).headers.get('location')).toBe('/orders/a/payment')
    expect((await own(`${urlOf('a')}/restart`, asForm({}))).headers.get('location')).toBe('/orders/a')
    expect((await own(`${urlOf('a')}/return`, asForm({}))).headers.get('location')).toBe('/orders/a')
  })

  it('begin twice where the same submission comes under two keys', async () => {
    const fetch = browser(serve().http)
    const body = asJson({ opId: opId(), event: detailsSubmitted })
    for (const key of ['a', 'b']) await fetch(`${urlOf(key)}/events`, body)
    const [a, b] = [await viewAt(fetch, urlOf('a')), await viewAt(fetch, urlOf('b'))]
    expect([a.saved, b.saved, a.tag === b.tag]).toEqual([true, true, false])
  })

  it('take no event of a page that has seen the session under another key', async () => {
    const { fetch } = await several()
    await fetch(`${urlOf('a')}/events`, asJson({ opId: opId(), event: { type: 'payment.submitted', method: 'card' } }))
    const [a, b] = [await viewAt(fetch, urlOf('a')), await viewAt(fetch, urlOf('b'))]
    const { epoch, revision, mark } = a
    const event = { type: 'order.placed' }
    const sent = await fetch(
      `${urlOf('b')}/events`,
      asJson({ opId: opId(), step: 'review', position: { epoch, revision, mark }, event }),
    )
    expect(sent.status).toBe(409)
    expect(((await sent.json()) as { view: View }).view.tag).toBe(b.tag)
    expect(await viewAt(fetch, urlOf('b'))).toEqual(b)
    expect(await viewAt(fetch, urlOf('a'))).toEqual(a)
  })

  it('open with no cookie of another key', async () => {
    const { http } = await several()
    const fetch = browser(http)
    await begin(fetch, urlOf('a'))
    const [, token] = fetch.cookie.split('=')
    fetch.cookie = `${http.cookieName('order@b')}x=${token}; ${http.cookieName('order@a')}=${token}`
    expect((await viewAt(fetch, urlOf('b'))).saved).toBe(false)
    expect((await viewAt(fetch, flowUrl)).saved).toBe(false)
  })
})

describe('a session handed over', () => {
  it.each(['token', 'code'] as const)('by its %s stays under its key, and says so', async (by) => {
    const { http, fetch } = await several()
    const phone = browser(http, agents.phone)
    await begin(phone, urlOf('b'), 'Phone')
    const offer = (await (await fetch(`${urlOf('a')}/handoffs`, asJson({ mode: 'join' }))).json()) as HandoffReply
    const shown = by === 'code' ? { code: offer.code } : { token: offer.url.split('#')[1] }
    expect(await (await phone(`${base}/handoffs/look`, asJson(shown))).json()).toMatchObject({
      here: null,
      flow: 'order',
      key: 'a',
    })
    const redeemed = await phone(`${base}/handoffs/redeem`, asJson(shown))
    expect(await redeemed.json()).toMatchObject({ flow: 'order', key: 'a' })
    expect(nameIn(await viewAt(phone, urlOf('a')))).toBe('Ada')
    expect(nameIn(await viewAt(phone, urlOf('b')))).toBe('Phone')
    expect((await viewAt(phone, flowUrl)).saved).toBe(false)
  })

  it('asks before it takes the spot of the one there is under that key', async () => {
    const { http, fetch } = await several()
    const phone = browser(http, agents.phone)
    await begin(phone, urlOf('a'), 'Phone')
    const { code } = (await (await fetch(`${urlOf('a')}/handoffs`, asJson({ mode: 'join' }))).json()) as HandoffReply
    expect(await codeOf(await phone(`${base}/handoffs/redeem`, asJson({ code })))).toEqual([409, 'other_session'])
    expect((await phone(`${base}/handoffs/redeem`, asJson({ code, replace: true }))).status).toBe(200)
    expect(nameIn(await viewAt(phone, urlOf('a')))).toBe('Ada')
  })
})

describe('the sessions of an owner', () => {
  async function signedIn() {
    const { http } = serve(shared)
    const fetch = browser(http)
    for (const [url, name] of [
      [urlOf('a'), 'Ada'],
      [urlOf('b'), 'Bea'],
      [flowUrl, 'Cleo'],
    ] as const)
      await begin(fetch, url, name)
    fetch.cookie = `${fetch.cookie}; user=ada`
    const attached = await (await fetch(`${base}/attach`, { method: 'POST' })).json()
    const list = async (from: Fetch) => ((await (await from(base)).json()) as { sessions: SavedSession[] }).sessions
    return { http, fetch, attached, list }
  }

  it('are attached with their keys, listed with them, all of them here', async () => {
    const { fetch, attached, list } = await signedIn()
    expect(attached).toEqual({ attached: ['order'], shared: [] })
    const saved = (await list(fetch)).map(({ key = '', here }) => [key, here])
    expect(saved.sort()).toEqual([
      ['', true],
      ['a', true],
      ['b', true],
    ])
    expect(nameIn(await viewAt(fetch, urlOf('a')))).toBe('Ada')
  })

  it('are told by their key if another browser had them open before', async () => {
    const { fetch, http } = await several()
    const { code } = (await (await fetch(`${urlOf('a')}/handoffs`, asJson({ mode: 'join' }))).json()) as HandoffReply
    await browser(http, agents.phone)(`${base}/handoffs/redeem`, asJson({ code }))
    fetch.cookie = `${fetch.cookie}; user=ada`
    const attached = await (await fetch(`${base}/attach`, { method: 'POST' })).json()
    expect(attached).toEqual({ attached: ['order'], shared: ['order@a'] })
  })

  it('open under their own key alone', async () => {
    const { http, list } = await signedIn()
    const laptop = browser(http)
    laptop.cookie = 'user=ada'
    const [a] = (await list(laptop)).filter(({ key }) => key === 'a')
    for (const url of [urlOf('b'), flowUrl])
      expect(await codeOf(await laptop(`${url}/open`, asJson({ session: a?.session })))).toEqual([404, 'not_found'])
    expect(await (await laptop(`${urlOf('a')}/open`, asJson({ session: a?.session }))).json()).toMatchObject({
      key: 'a',
    })
    expect(nameIn(await viewAt(laptop, urlOf('a')))).toBe('Ada')
    expect((await list(laptop)).filter(({ here }) => here).map(({ key }) => key)).toEqual(['a'])
  })

  it('stay in the browser that signs out everywhere else, under every key', async () => {
    const { http, fetch, list } = await signedIn()
    const laptop = browser(http)
    laptop.cookie = 'user=ada'
    const [a] = (await list(laptop)).filter(({ key }) => key === 'a')
    await laptop(`${urlOf('a')}/open`, asJson({ session: a?.session }))
    expect(await (await fetch(`${base}/devices`, { method: 'DELETE' })).json()).toEqual({ sessions: 1 })
    expect((await viewAt(laptop, urlOf('a'))).gone?.why).toBe('revoked')
    for (const url of [urlOf('a'), urlOf('b'), flowUrl]) expect((await viewAt(fetch, url)).saved).toBe(true)
  })

  it('leave the spot they had in this browser when they are removed', async () => {
    const { fetch, list } = await signedIn()
    const [b] = (await list(fetch)).filter(({ key }) => key === 'b')
    const before = count(fetch)
    expect((await fetch(`${flowUrl}/sessions/${b?.session}`, { method: 'DELETE' })).status).toBe(204)
    expect(count(fetch)).toBe(before - 1)
    expect((await viewAt(fetch, urlOf('b'))).gone).toBe(null)
  })
})

describe('a browser with 20 keys of a flow', () => {
  async function full() {
    const served = serve(shared)
    const fetch = browser(served.http)
    await begin(fetch, flowUrl)
    for (let at = 1; at <= 20; at++) await begin(fetch, urlOf(`k${at}`), `Number ${at}`)
    return { ...served, fetch }
  }

  it('forgets the least used one for another, and ends nothing', async () => {
    const { fetch, http, engine } = await full()
    expect(count(fetch)).toBe(21)
    // All but the third are used again: a second thing entered makes a session last.
    for (let at = 1; at <= 20; at++)
      if (at !== 3)
        await fetch(
          `${urlOf(`k${at}`)}/events`,
          asJson({ opId: opId(), event: { type: 'payment.submitted', method: 'card' } }),
        )
    const third = http.readCredential('order@k3', fetch.cookie)
    await begin(fetch, urlOf('k21'))
    expect(count(fetch)).toBe(21)
    expect(await viewAt(fetch, urlOf('k3'))).toMatchObject({ saved: false, gone: null })
    expect(await engine.read('order', third)).toMatchObject({ saved: true, tag: tagOf(third?.id ?? '') })
    for (const url of [flowUrl, urlOf('k1'), urlOf('k20'), urlOf('k21')])
      expect((await viewAt(fetch, url)).saved).toBe(true)
  })

  it('forgets one that is gone before any other', async () => {
    const { fetch, http, engine } = await full()
    const gone = http.readCredential('order@k7', fetch.cookie)
    if (gone) await engine.destroy('order', gone)
    await begin(fetch, urlOf('k21'))
    for (let at = 1; at <= 21; at++) expect((await viewAt(fetch, urlOf(`k${at}`))).saved).toBe(at !== 7)
  })

  it('keeps them all while it goes on in one, and begins in other flows', async () => {
    const { fetch } = await full()
    await begin(fetch, urlOf('k5'))
    await begin(fetch, `${base}/gift@k1`)
    expect(count(fetch)).toBe(22)
  })
})
