// The place of a visitor while a page renders. Next's request headers are the only stand-in.

import { beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest'
import { ada, asJson, browser, detailsSubmitted, flowUrl, opId, order, serve } from '../../fixtures/order.ts'
import type { ViewOf } from '../flow/define.ts'
import { readFlow } from './read-flow.ts'
import { createRouteHandlers } from './route-handlers.ts'

let incoming = new Headers()
vi.mock('next/headers.js', () => ({ headers: async () => incoming }))
beforeEach(() => {
  incoming = new Headers({ host: 'shop.example', 'x-forwarded-proto': 'https' })
})

async function begun(options = {}, url = flowUrl) {
  const served = serve(options)
  const fetch = browser(served.http)
  await fetch(`${url}/events`, asJson({ opId: opId(), event: detailsSubmitted }))
  served.store.calls.length = 0
  return { ...served, fetch }
}

describe('readFlow', () => {
  it('is the saved place of the visitor, typed by the flow, and changes nothing', async () => {
    const { http, fetch, store } = await begun()
    incoming.set('cookie', fetch.cookie)
    const view = await readFlow(http, order)
    expectTypeOf(view).toEqualTypeOf<ViewOf<typeof order>>()
    expect(view).toMatchObject({ step: 'payment', saved: true, context: { details: ada } })
    expect(new Set(store.calls)).toEqual(new Set(['read']))
  })

  it('is the beginning for everyone else, without a look into the store', async () => {
    const { http, store } = await begun()
    for (const cookie of ['', '__Host-dogear.order=x', `__Host-dogear.order=${'A'.repeat(66)}`]) {
      incoming.set('cookie', cookie)
      expect(await readFlow(http, order)).toMatchObject({ step: 'details', saved: false })
    }
    expect(store.calls).toEqual([])
  })

  it('believes neither of two cookies of the name', async () => {
    const { http, fetch } = await begun()
    incoming.set('cookie', `${fetch.cookie}; ${fetch.cookie}`)
    expect(await readFlow(http, order)).toMatchObject({ saved: false })
  })

  it('is the beginning where the session was destroyed', async () => {
    const { http, fetch } = await begun()
    incoming.set('cookie', fetch.cookie)
    await fetch(flowUrl, { method: 'DELETE' })
    expect(await readFlow(http, order)).toMatchObject({ step: 'details', saved: false })
  })

  it('finds the cookie of http://localhost, where that one is used', async () => {
    const { http, fetch } = await begun({ production: false }, 'http://localhost:3000/api/flows/order')
    expect(fetch.cookie).toMatch(/^dogear\.order=/)
    incoming = new Headers({ host: 'localhost:3000', 'x-forwarded-proto': 'http', cookie: fetch.cookie })
    expect(await readFlow(http, order)).toMatchObject({ saved: true })
    incoming.set('host', 'shop.example')
    expect(await readFlow(http, order)).toMatchObject({ saved: false })
  })

  it('rejects when the place cannot be known', async () => {
    const { http, fetch, store } = await begun()
    incoming.set('cookie', fetch.cookie)
    Object.assign(store, { read: () => Promise.reject(new Error('down')) })
    await expect(readFlow(http, order)).rejects.toMatchObject({ code: 'store_unavailable' })
  })
})

describe('createRouteHandlers', () => {
  it('answers every method of the routes', async () => {
    const { http, fetch } = await begun()
    const handlers = createRouteHandlers(http)
    expect(Object.keys(handlers).sort()).toEqual(['DELETE', 'GET', 'HEAD', 'POST', 'PUT'])
    const response = await handlers.GET(new Request(flowUrl, { headers: { cookie: fetch.cookie } }))
    expect(await response.json()).toMatchObject({ saved: true })
  })
})
