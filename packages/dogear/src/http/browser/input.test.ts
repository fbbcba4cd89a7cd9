// The input of a flow over HTTP: of the page's query, of the person who is signed in there.

import { describe, expect, it, vi } from 'vitest'
import { asForm, asJson, browser, opId, site } from '../../../fixtures/order.ts'
import { createEngine } from '../../engine/engine.ts'
import { checkout } from '../../flow/checkout.fixture.ts'
import { prefilled } from '../../flow/prefilled.fixture.ts'
import { memoryStore } from '../../store/memory.ts'
import { createHttp, type HttpOptions } from '../index.ts'

const url = `${site}/api/flows/order`
const name = (request: Request) => /user=(\w+)/.exec(request.headers.get('cookie') ?? '')?.[1] ?? null
const order = vi.fn(async (request: Request) => {
  const product = new URL(request.url).searchParams.get('product') ?? undefined
  return { product, name: name(request) }
})

function served(options: Partial<HttpOptions> = {}) {
  order.mockClear()
  const engine = createEngine({ store: memoryStore(), flows: [prefilled] })
  const http = createHttp({ engine, inputs: { order }, ...options })
  const fetch = browser(http)
  fetch.cookie = 'user=ada'
  return { http, fetch }
}
const page = { referer: `${site}/order/name?product=shirt` }

describe('a session that begins', () => {
  it('is made of the query of its page and of the person signed in there, as its page has shown it', async () => {
    const { http, fetch } = served()
    const request = new Request(`${url}?product=shirt`, {
      headers: { cookie: 'user=ada', referer: `${site}/?product=x` },
    })
    const context = { product: 'shirt', name: 'ada' }
    expect(await http.readView('order', request)).toMatchObject({ saved: false, context })
    expect(await (await fetch(url, { headers: page })).json()).toMatchObject({ saved: false, context })
    const draft = asJson({ opId: opId(), values: { name: 'Ada L' } }, 'PUT')
    await fetch(`${url}/drafts/name`, { ...draft, headers: { ...draft.headers, ...page } })
    expect(await (await fetch(url)).json()).toMatchObject({ saved: true, context })
    expect(order).toHaveBeenCalledTimes(3)
  })

  it('is so from a form without JavaScript as well', async () => {
    const { fetch } = served()
    const form = asForm({ 'dogear.opId': opId(), 'dogear.step': 'name', 'dogear.type': 'named', name: 'Ada' })
    expect((await fetch(`${url}/events`, { ...form, headers: page })).headers.get('location')).toBe('/order/done')
    expect(await (await fetch(url)).json()).toMatchObject({ context: { product: 'shirt', name: 'Ada' } })
    expect(order).toHaveBeenCalledTimes(1)
  })

  it('takes nothing from the page of another site', async () => {
    const { fetch } = served()
    const headers = { referer: 'https://elsewhere.example/?product=shirt' }
    expect(await (await fetch(url, { headers })).json()).toMatchObject({ context: { product: 'mug' } })
  })

  it('answers 400 to a query that the schema refuses, 500 if the function fails, without a word of it', async () => {
    const { fetch } = served()
    const refused = await fetch(url, { headers: { referer: `${site}/?product=CANARY` } })
    expect([refused.status, await refused.json()]).toMatchObject([400, { code: 'invalid_request' }])
    const failing = served({ inputs: { order: () => Promise.reject(new Error('CANARY')) }, onError: () => {} })
    const failed = await failing.fetch(url)
    expect([failed.status, await failed.text()]).toEqual([500, expect.not.stringContaining('CANARY')])
  })

  it('is the first page after a restart, with what that page says', async () => {
    const { fetch } = served()
    await fetch(`${url}/events`, asJson({ opId: opId(), event: { type: 'named', name: 'Ada' } }))
    const restarted = await fetch(`${url}/restart`, { method: 'POST', headers: page })
    expect(await restarted.json()).toMatchObject({ view: { saved: false, context: { product: 'shirt' } } })
  })
})

describe('createHttp', () => {
  it('has to be given the inputs of its flows, and no others', () => {
    const engine = createEngine({ store: memoryStore(), flows: [prefilled, checkout] })
    const wrong = (inputs?: object) => () => createHttp({ engine, ...(inputs && { inputs }) } as HttpOptions)
    expect(wrong()).toThrow(/inputs\.order: flow "order" begins with an input/)
    expect(wrong({ order: 5 })).toThrow(/inputs\.order/)
    expect(wrong({ order, checkout: order })).toThrow(/inputs\.checkout: flow "checkout" takes no input/)
    expect(wrong({ order, basket: order })).toThrow(/inputs\.basket: the engine has no flow/)
    expect(wrong({ order })).not.toThrow()
  })
})
