// Code of others behind HTTP: every request is answered, and what the person typed is still there.

import { setImmediate } from 'node:timers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { assign, setup } from 'xstate'
import { z } from 'zod'
import { asForm, asJson, browser, keys, opId, serve, site } from '../../fixtures/order.ts'
import { createEngine } from '../engine/engine.ts'
import { defineFlow } from '../flow/define.ts'
import { memoryStore } from '../store/memory.ts'
import type { View } from '../wire.ts'
import { createHttp } from './http.ts'
import type { HttpOptions } from './options.ts'

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve))

afterEach(() => void vi.useRealTimers())
const url = `${site}/api/flows/site`
const events = `${url}/events`
const fault = new Error('fault')

/** A flow that asks for an address, with a schema whose transform may throw. */
function visit(options: Partial<HttpOptions> & { view?: (context: unknown) => unknown } = {}) {
  const machine = setup({
    types: { context: {} as { host: unknown }, events: {} as { type: 'given'; url: unknown } },
  }).createMachine({
    initial: 'a',
    context: { host: null },
    states: {
      a: {
        id: 'a',
        meta: { step: { path: 'address', title: 'Address' } },
        on: { given: { target: 'b', actions: assign({ host: ({ event }) => event.url }) } },
      },
      b: { id: 'b', meta: { step: { path: 'done', title: 'Done' } } },
    },
  })
  const { view = (context: unknown) => context, ...rest } = options
  const schema = z.object({ url: z.string().transform((text) => new URL(text).host) })
  const flow = defineFlow({ id: 'site', version: 1, machine, events: { given: schema }, view })
  const errors: unknown[] = []
  const onError = (error: unknown) => errors.push(error)
  const engine = createEngine({ store: memoryStore(), flows: [flow], onError })
  const fetch = browser(createHttp({ engine, ...rest }))
  const seen = async () => (await (await fetch(url)).json()) as View
  return { fetch, errors, seen }
}
const given = (text: string) => asJson({ opId: opId(), event: { type: 'given', url: text } })
const form = (text: string) =>
  asForm({
    'dogear.opId': opId(),
    'dogear.step': 'a',
    'dogear.position': '0.0.',
    'dogear.type': 'given',
    url: text,
  })

describe('a schema that throws', () => {
  it('is a problem of its own, reported with its cause, and the next event is taken', async () => {
    const { fetch, errors, seen } = visit()
    const refused = await fetch(events, given('no address'))
    expect([refused.status, await refused.json()]).toMatchObject([500, { code: 'flow_failed' }])
    expect(errors).toMatchObject([{ code: 'flow_failed', cause: { code: 'ERR_INVALID_URL' } }])
    expect((await fetch(events, given('https://example.org'))).status).toBe(200)
    expect(await seen()).toMatchObject({ revision: 1, context: { host: 'example.org' } })
  })

  it('leads a form back to its page, with a session that keeps what was typed', async () => {
    const { fetch, errors, seen } = visit()
    const refused = await fetch(events, form('no address'))
    expect([refused.status, refused.headers.get('location')]).toEqual([303, '/site/address?problem=flow_failed'])
    expect(await seen()).toMatchObject({ step: 'a', drafts: { a: { values: { url: 'no address' } } } })
    expect(errors).toMatchObject([{ code: 'flow_failed' }])
  })
})

it('a view that throws at the new state changes nothing, and the same event counts once it works', async () => {
  let fails = true
  const view = (context: unknown) => {
    if (fails && (context as { host: unknown }).host !== null) throw fault
    return context
  }
  const { fetch, seen } = visit({ view })
  const event = given('https://example.org')
  expect((await fetch(events, event)).status).toBe(500)
  expect(await seen()).toMatchObject({ saved: false, step: 'a' })
  fails = false
  expect((await fetch(events, event)).status).toBe(200)
  expect(await seen()).toMatchObject({ revision: 1, step: 'b' })
})

it('a view that JSON has no form for is answered all the same, with the cookie', async () => {
  const shown = {
    total: 2n ** 60n,
    map: new Map<unknown, unknown>([['a', new Map([[1, new Set([1n])]])]]),
    at: new Date(0),
    list: [Uint8Array.of(1, 2), { plain: [null, 'x', undefined] }],
  }
  const { fetch } = visit({ view: () => shown })
  const answer = await fetch(events, given('https://example.org'))
  const { view } = (await answer.json()) as { view: View }
  expect(view.context).toEqual({
    total: String(2n ** 60n),
    map: [['a', [[1, ['1']]]]],
    at: '1970-01-01T00:00:00.000Z',
    list: ['AQI=', { plain: [null, 'x', null] }],
  })
  expect(answer.headers.get('set-cookie')).toContain('dogear.site=')
})

it.each<[string, () => object]>([
  [
    'contains itself',
    () =>
      new (class Cycle {
        self = this
      })(),
  ],
  [
    'holds a big number',
    () =>
      new (class Money {
        amount = 5n
      })(),
  ],
  [
    'throws',
    () => ({
      toJSON: undefined,
      ...Object.create(null),
      at: new (class At {
        toJSON() {
          throw fault
        }
      })(),
    }),
  ],
])('a view with an instance that %s refuses the event before anything is stored', async (_, made) => {
  const { fetch, seen } = visit({
    view: (context: unknown) => ((context as { host: unknown }).host ? { made: made() } : {}),
  })
  const refused = await fetch(events, given('https://example.org'))
  expect([refused.status, refused.headers.get('set-cookie')]).toEqual([500, null])
  expect(await seen()).toMatchObject({ saved: false })
})

it('a path in any script leads where it says, and the answer goes out with the cookie', async () => {
  const { fetch } = visit({ pagePath: () => '/注文/住所 1%20\n' })
  const answer = await fetch(events, form('https://example.org'))
  expect(answer.status).toBe(303)
  expect(answer.headers.get('location')).toBe(`/${encodeURIComponent('注文')}/${encodeURIComponent('住所')}%201%20%0A`)
  expect(answer.headers.get('set-cookie')).toContain('dogear.site=')
})

it.each<[string, () => never]>([
  [
    'throw',
    () => {
      throw fault
    },
  ],
  ['reject', () => Promise.reject(fault) as never],
])('options that %s are reported, and the answer goes out with the cookie', async (_, broken) => {
  const causes: unknown[] = []
  const options = { pagePath: broken, clientAddress: broken, onError: (cause: unknown) => causes.push(cause) }
  const { fetch } = visit(options)
  const answer = await fetch(events, form('https://example.org'))
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/site/done'])
  expect(answer.headers.get('set-cookie')).toContain('dogear.site=')
  expect(causes).toEqual([expect.any(Error), expect.any(Error)])
})

it.each<[unknown, number]>([
  [7, 1],
  [{}, 1],
  [true, 1],
  [null, 0],
  [undefined, 0],
])('an address that is %j is none, and is reported unless it says so itself', async (address, reports) => {
  const causes: unknown[] = []
  const { fetch } = visit({ clientAddress: () => address as never, onError: (cause) => causes.push(cause) })
  const answer = await fetch(events, form('https://example.org'))
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/site/done'])
  expect(causes).toHaveLength(reports)
})

it('a reporter that rejects changes no answer', async () => {
  const { fetch } = visit({ onError: () => Promise.reject(fault) })
  expect((await fetch(events, given('no address'))).status).toBe(500)
})

describe('identify', () => {
  it.each<[string, NonNullable<HttpOptions['identify']>]>([
    [
      'throws',
      () => {
        throw fault
      },
    ],
    ['rejects', () => Promise.reject(fault)],
    ['never answers', () => new Promise<never>(() => {})],
  ])('that %s is a failed request, in a time that ends', async (_, identify) => {
    vi.useFakeTimers()
    const causes: unknown[] = []
    const { http } = serve({ keys: keys.slice(0, 1), identify, onError: (cause) => causes.push(cause) })
    const event = { type: 'details.submitted', name: 'Ada', email: 'ada@example.org' }
    const answer = browser(http)(`${site}/api/flows/order/events`, asJson({ opId: opId(), event }))
    // The body is read first, and no clock holds that.
    await turn()
    await vi.advanceTimersByTimeAsync(10_000)
    expect((await answer).status).toBe(500)
    expect(causes).toMatchObject([{ message: 'identify failed', cause: expect.any(Error) }])
    expect(vi.getTimerCount()).toBe(0)
  })
})
