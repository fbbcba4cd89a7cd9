// All sessions of a flow in one browser, while a page renders. Next's headers and cookies are the only stand-in.

import { beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest'
import { asJson, browser, countingStore, detailsSubmitted, opId, order, serve, site } from '../../fixtures/order.ts'
import type { ViewOf } from '../flow/define.ts'
import { arrive } from './next-headers.fixture.ts'
import { readFlows } from './read-flows.ts'

vi.mock('next/headers.js', () => import('./next-headers.fixture.ts'))
vi.mock('next/server.js', () => import('./next-headers.fixture.ts'))
beforeEach(() => void arrive({}))

const begin = (fetch: ReturnType<typeof browser>, name: string) =>
  fetch(`${site}/api/flows/${name}/events`, asJson({ opId: opId(), event: detailsSubmitted }))

async function several(options: Parameters<typeof serve>[0] = {}) {
  const served = serve(options)
  const fetch = browser(served.http)
  for (const name of ['order@a', 'order', 'gift', 'order@b']) await begin(fetch, name)
  return { ...served, fetch }
}

describe('readFlows', () => {
  it('is every session of the flow in the browser, told apart by its key, the one kept longest first', async () => {
    const { http, fetch } = await several()
    await fetch(
      `${site}/api/flows/order@a/events`,
      asJson({ opId: opId(), event: { type: 'payment.submitted', method: 'card' } }),
    )
    arrive({ cookie: fetch.cookie })
    const views = await readFlows(http, order)
    expectTypeOf(views).toEqualTypeOf<ViewOf<typeof order>[]>()
    expect(views.map(({ key, step }) => [key, step])).toEqual([
      ['a', 'review'],
      ['b', 'payment'],
      [undefined, 'payment'],
    ])
    expect(views.map(({ flow }) => flow)).toEqual(['order', 'order', 'order'])
  })

  it('is without those that are gone, and those of cookies that make no sense', async () => {
    const { http, fetch } = await several()
    await fetch(`${site}/api/flows/order@a`, { method: 'DELETE' })
    arrive({ cookie: `${fetch.cookie}; ${http.cookieName('order@c')}=x` })
    expect((await readFlows(http, order)).map(({ key }) => key)).toEqual(['b', undefined])
  })

  it('is empty for everyone else, without a look into the store', async () => {
    const { http, store } = serve()
    expect(await readFlows(http, order)).toEqual([])
    expect(store.calls).toEqual([])
  })

  it('is no empty list where the store does not answer', async () => {
    const store = countingStore()
    const { http, fetch } = await several({ store })
    arrive({ cookie: fetch.cookie })
    store.read = () => Promise.reject(new Error('away'))
    await expect(readFlows(http, order)).rejects.toThrow(expect.objectContaining({ code: 'store_unavailable' }))
  })
})
