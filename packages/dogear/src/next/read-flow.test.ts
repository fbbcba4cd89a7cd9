// The place of a visitor while a page renders. Next's headers and cookies are the only stand-in.

import { beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest'
import { setup } from 'xstate'
import { z } from 'zod'
import {
  ada,
  asJson,
  browser,
  detailsSubmitted,
  flowUrl,
  opId,
  order,
  serve,
  shared,
  site,
} from '../../fixtures/order.ts'
import { createEngine } from '../engine/engine.ts'
import { defineFlow, type ViewOf } from '../flow/define.ts'
import { prefilled } from '../flow/prefilled.fixture.ts'
import { createHttp } from '../http/index.ts'
import { memoryStore } from '../store/memory.ts'
import { arrive } from './next-headers.fixture.ts'
import { readFlow } from './read-flow.ts'
import { createRouteHandlers } from './route-handlers.ts'
import { readStep } from './step.ts'

vi.mock('next/headers.js', () => import('./next-headers.fixture.ts'))
vi.mock('next/server.js', () => import('./next-headers.fixture.ts'))
beforeEach(() => void arrive({}))

async function begun(options = {}, url = flowUrl) {
  const served = serve(options)
  const fetch = browser(served.http)
  await fetch(`${url}/events`, asJson({ opId: opId(), event: detailsSubmitted }))
  served.store.calls.length = 0
  return { ...served, fetch }
}

describe('readFlow', () => {
  it('is the saved place of the visitor, typed by the flow, and changes nothing [M17]', async () => {
    const { http, fetch, store } = await begun()
    arrive({ cookie: fetch.cookie })
    const view = await readFlow(http, order)
    expectTypeOf(view).toEqualTypeOf<ViewOf<typeof order>>()
    expect(view).toMatchObject({ step: 'payment', saved: true, context: { details: ada }, gone: null })
    expect(new Set(store.calls)).toEqual(new Set(['read']))
  })

  it('is the beginning for everyone else, without a look into the store', async () => {
    const { http, store } = await begun()
    for (const cookie of ['', '__Host-dogear.order=x', `__Host-dogear.order=${'A'.repeat(66)}`]) {
      arrive({ cookie })
      expect(await readFlow(http, order)).toMatchObject({ step: 'details', saved: false, gone: null })
    }
    expect(store.calls).toEqual([])
  })

  it('asks neither a clock nor the store in a render ahead of a visit', async () => {
    const { http, fetch, store } = await begun()
    arrive({ cookie: fetch.cookie }, 'ahead')
    const clock = vi.spyOn(Date, 'now')
    void readFlow(http, order)
    await new Promise(setImmediate)
    expect(store.calls).toEqual([])
    expect(clock).not.toHaveBeenCalled()
    clock.mockRestore()
  })

  it('believes neither of two cookies of the name [M15]', async () => {
    const { http, fetch } = await begun()
    arrive({ cookie: `${fetch.cookie}; ${fetch.cookie}` })
    expect(await readFlow(http, order)).toMatchObject({ saved: false })
  })

  it('is the beginning where the session was destroyed, and says so', async () => {
    const { http, fetch } = await begun()
    arrive({ cookie: fetch.cookie })
    await fetch(flowUrl, { method: 'DELETE' })
    expect(await readFlow(http, order)).toMatchObject({ step: 'details', saved: false, gone: { why: 'removed' } })
  })

  it('knows who is signed in', async () => {
    const served = serve(shared)
    const fetch = Object.assign(browser(served.http), { cookie: 'user=ada' })
    await fetch(`${flowUrl}/events`, asJson({ opId: opId(), event: detailsSubmitted }))
    arrive({ cookie: fetch.cookie })
    expect(await readFlow(served.http, order)).toMatchObject({ saved: true })
    arrive({ cookie: fetch.cookie.replace('user=ada', 'user=bob') })
    expect(await readFlow(served.http, order)).toMatchObject({ saved: false, gone: { why: 'signed_out' } })
  })

  it('finds the cookie of http://localhost, where that one is used', async () => {
    const { http, fetch } = await begun({ production: false }, 'http://localhost:3000/api/flows/order')
    expect(fetch.cookie).toMatch(/^dogear\.order=/)
    const incoming = arrive({ host: 'localhost:3000', 'x-forwarded-proto': 'http', cookie: fetch.cookie })
    expect(await readFlow(http, order)).toMatchObject({ saved: true })
    incoming.set('host', 'shop.example')
    expect(await readFlow(http, order)).toMatchObject({ saved: false })
  })

  it('is what HTTP answers, also where JSON has no type for the context', async () => {
    type Rich = {
      at: Date
      tags: Set<string>
      rows: Map<string, { on: Date }>
      total: bigint
      maybe: string | undefined
    }
    const machine = setup({ types: { context: {} as Rich, events: {} as { type: 'sent' } } }).createMachine({
      context: {
        at: new Date(0),
        tags: new Set(['a']),
        rows: new Map([['one', { on: new Date(0) }]]),
        total: 2n ** 70n,
        maybe: undefined,
      },
      initial: 'a',
      states: { a: { id: 'a', meta: { step: { path: 'a', title: 'A' } }, on: { sent: 'b' } }, b: {} },
    })
    const rich = defineFlow({ id: 'rich', version: 1, machine, events: { sent: z.object({}) } })
    const http = createHttp({ engine: createEngine({ store: memoryStore(), flows: [rich] }) })
    const fetch = browser(http)
    const url = `${site}/api/flows/rich`
    for (const saved of [false, true]) {
      if (saved) await fetch(`${url}/events`, asJson({ opId: opId(), event: { type: 'sent' } }))
      arrive({ cookie: fetch.cookie })
      const view = await readFlow(http, rich)
      expect(view).toStrictEqual(await (await fetch(url)).json())
      expect(view).toMatchObject({
        saved,
        context: {
          at: '1970-01-01T00:00:00.000Z',
          tags: ['a'],
          rows: [['one', { on: '1970-01-01T00:00:00.000Z' }]],
          total: String(2n ** 70n),
        },
      })
      expectTypeOf(view.context.rows).toEqualTypeOf<[string, { on: string }][]>()
    }
  })

  it('rejects when the place cannot be known', async () => {
    const { http, fetch, store } = await begun()
    arrive({ cookie: fetch.cookie })
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

  it('answers under next dev what is wrong with a flow, in the console as well, until it is mended', async () => {
    const { http } = serve()
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    let wrong = true
    const load = async () => {
      if (wrong) defineFlow({ ...order, machine: {} } as never)
      return { http }
    }
    const { GET } = createRouteHandlers(load, true)
    const refused = await GET(new Request(flowUrl))
    const { code, detail } = await refused.json()
    expect([refused.status, code]).toEqual([500, 'internal'])
    expect(detail).toMatch(/cannot be kept:\n- machine/)
    expect(log.mock.calls).toEqual([[expect.objectContaining({ message: detail })]])
    log.mockRestore()
    wrong = false
    expect((await GET(new Request(flowUrl))).status).toBe(200)
  })

  it('loads at once anywhere else, and answers nothing in place of what cannot be loaded', async () => {
    const { http } = serve()
    const load = vi.fn(async () => ({ http }))
    const { GET } = createRouteHandlers(load, false)
    expect(load).toHaveBeenCalledTimes(1)
    expect((await GET(new Request(flowUrl))).status).toBe(200)
    const failing = Promise.reject(new TypeError('no flow'))
    await expect(createRouteHandlers(() => failing, false).GET(new Request(flowUrl))).rejects.toThrow('no flow')
    expect(load).toHaveBeenCalledTimes(1)
  })
})

describe('readStep', () => {
  const route = (...step: string[]) => ({ params: Promise.resolve({ step }) })
  const target = (base: string) =>
    readStep(serve().http, order, route(), base).catch(({ digest }: { digest: string }) => digest.split(';')[2])

  it.each(['/', ''])('leads to the pages of a flow at the root (%j), not to another host', async (base) => {
    expect(await target(base)).toBe('/your-details')
    const { base: shown } = await readStep(serve().http, order, route('your-details'), base)
    expect(shown).toBe('')
  })

  it.each(['order', '/order/', '//order', '/a//b', 'https://shop.example', '/order?x', null as never])(
    'refuses the base %j by name if its redirects would lead elsewhere',
    async (base) => {
      const read = readStep(serve().http, order, route('your-details'), base)
      await expect(read).rejects.toThrow(/readStep was given what cannot work:\n- base: /)
    },
  )
})

describe('one of several sessions of a flow', () => {
  it('is read by its key, and has its own URL and pages', async () => {
    const { http, fetch } = await begun({}, `${flowUrl}@a`)
    arrive({ cookie: fetch.cookie })
    expect(await readFlow(http, order, { key: 'a' })).toMatchObject({ step: 'payment', saved: true })
    expect(await readFlow(http, order, { key: 'b' })).toMatchObject({ saved: false })
    expect(await readFlow(http, order)).toMatchObject({ saved: false })
    const route = { params: Promise.resolve({ step: 'payment' }) }
    const shown = await readStep(http, order, route, { key: 'a' })
    expect(shown).toMatchObject({ url: '/api/flows/order@a', base: '/order@a', path: 'payment' })
    expect((await readStep(http, order, route, { key: 'a', base: '/orders/a' })).base).toBe('/orders/a')
    const led = readStep(http, order, route, { key: 'b', base: '/orders/b' })
    await expect(led).rejects.toMatchObject({ digest: expect.stringContaining(';/orders/b/your-details;') })
  })

  it.each(['', '..', 'a b', 'größe', 'a@b'])('has no page under "%s", which is no key', async (key) => {
    const { http } = serve()
    const route = { params: Promise.resolve({}) }
    await expect(readStep(http, order, route, { key })).rejects.toMatchObject({
      digest: expect.stringContaining('404'),
    })
    await expect(readFlow(http, order, { key })).rejects.toMatchObject({ code: 'invalid_request' })
  })
})

describe('a flow that begins with an input', () => {
  const http = () => {
    const engine = createEngine({ store: memoryStore(), flows: [prefilled] })
    const order = ({ url }: Request) => ({ product: new URL(url).searchParams.get('product') ?? 'mug', name: null })
    return createHttp({ engine, inputs: { order } })
  }
  const route = (step: string[], query: Record<string, string>) => ({
    params: Promise.resolve({ step }),
    searchParams: Promise.resolve(query),
  })

  it('shows what the query of its page says, and not that of the page before it', async () => {
    arrive({ referer: `${site}/?product=shirt` })
    expect(await readStep(http(), prefilled, route(['name'], { product: 'shirt' }))).toMatchObject({
      view: { context: { product: 'shirt' } },
    })
    expect(await readFlow(http(), prefilled)).toMatchObject({ context: { product: 'mug' } })
    expect(await readFlow(http(), prefilled, { search: '?product=shirt' })).toMatchObject({
      context: { product: 'shirt' },
    })
  })

  it('keeps the query on the way to its first step, with the problem to show there', async () => {
    const led = (query: Record<string, string>) =>
      readStep(http(), prefilled, route([], query)).then(
        () => '',
        (error: { digest?: string }) => error.digest ?? '',
      )
    expect(await led({ product: 'shirt', problem: 'not_accepted' })).toContain(
      ';/order/name?product=shirt&problem=not_accepted;',
    )
    expect(await led({})).toContain(';/order/name;')
  })
})
