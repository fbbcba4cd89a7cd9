// The first event of a session sent again without its cookie: one session, one effect, one credential.

import { describe, expect, it } from 'vitest'
import { setup } from 'xstate'
import { z } from 'zod'
import { asJson, browser, countingStore, site } from '../../fixtures/order.ts'
import { createEngine } from '../engine/engine.ts'
import { defineFlow } from '../flow/define.ts'
import { fromEffect } from '../flow/machine.ts'
import { memoryStore } from '../store/memory.ts'
import { createHttp, type Http } from './http.ts'

const sameOrigin = { 'sec-fetch-site': 'same-origin' }
const url = `${site}/api/flows/pay`

/** Two processes on one store, a flow that charges at once, and what was charged. */
function shops() {
  let now = Date.UTC(2026, 0, 1)
  const clock = () => now
  const store = memoryStore({ clock })
  const charges: string[] = []
  const pay = fromEffect<string, object>(async ({ effectId }) => {
    charges.push(effectId)
    return 'paid'
  })
  const machine = setup({ actors: { pay } }).createMachine({
    id: 'pay',
    initial: 'ready',
    states: {
      ready: { on: { go: 'paying' } },
      paying: { invoke: { id: 'pay', src: 'pay', input: {}, onDone: 'paid', onError: 'failed' } },
      paid: { on: { more: { actions: () => {} } } },
      failed: {},
    },
  })
  const events = { go: z.object({ amount: z.number().max(100).optional() }), more: z.object({}) }
  const flow = defineFlow({ id: 'pay', version: 1, machine, events })
  const process = (): Http => createHttp({ engine: createEngine({ store, flows: [flow], clock }) })
  return { charges, store, here: process(), there: process(), pass: (ms: number) => (now += ms) }
}

async function post(http: Http, body: object, headers: Record<string, string> = {}) {
  const request = asJson({ opId: 'operation-0001', event: { type: 'go' }, ...body })
  const response = await http.handle(
    new Request(`${url}/events`, { ...request, headers: { ...sameOrigin, ...request.headers, ...headers } }),
  )
  const { outcome, code, view } = await response.json()
  return {
    status: response.status,
    outcome,
    code,
    tag: view?.tag,
    cookie: response.headers.get('set-cookie')?.split(';')[0],
  }
}

describe('the first event, sent again without the cookie', () => {
  it('is one session, one effect and one cookie, at once or later, in any process', async () => {
    const { here, there, charges, pass } = shops()
    const replies = await Promise.all([post(here, {}), post(here, {}), post(there, {}), post(there, {})])
    pass(9 * 60_000)
    replies.push(await post(here, {}), await post(there, {}))
    expect(replies.map(({ status }) => status)).toEqual(Array(6).fill(200))
    expect(replies.map(({ outcome }) => outcome).sort()).toEqual(['applied', ...Array(5).fill('duplicate')])
    expect(new Set(replies.map(({ tag }) => tag)).size).toBe(1)
    expect(new Set(replies.map(({ cookie }) => cookie)).size).toBe(1)
    expect(charges).toHaveLength(1)
    const { cookie } = replies[0] ?? {}
    expect(
      await post(there, { opId: 'operation-0002', event: { type: 'more' } }, { cookie: cookie ?? '' }),
    ).toMatchObject({
      outcome: 'applied',
      tag: replies[0]?.tag,
    })
  })

  it('is another session with another id or body, from another kind of browser, and after ten minutes', async () => {
    const { here, charges, pass } = shops()
    const tags = [(await post(here, {})).tag]
    tags.push((await post(here, { opId: 'operation-0002' })).tag)
    tags.push((await post(here, { event: { type: 'go', amount: 1 } })).tag)
    tags.push(
      (await post(here, {}, { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' }))
        .tag,
    )
    pass(10 * 60_000 + 1)
    tags.push((await post(here, {})).tag)
    expect(new Set(tags).size).toBe(5)
    expect(charges).toHaveLength(5)
  })

  it('opens nothing once the person has gone on', async () => {
    const { here, there, charges } = shops()
    const { cookie = '' } = await post(here, {})
    await post(here, { opId: 'operation-0002', event: { type: 'more' } }, { cookie })
    for (const http of [here, there])
      expect(await post(http, {})).toMatchObject({ status: 410, code: 'session_gone', cookie: undefined })
    expect(charges).toHaveLength(1)
  })

  it('opens nothing that was ended', async () => {
    const { here, charges } = shops()
    const { cookie = '' } = await post(here, {})
    await here.handle(new Request(url, { method: 'DELETE', headers: { ...sameOrigin, cookie } }))
    expect(await post(here, {})).toMatchObject({ status: 410, code: 'session_gone', cookie: undefined })
    expect(charges).toHaveLength(1)
  })

  it('stores nothing, and leaves no trace of its sender, if it is refused', async () => {
    const store = countingStore()
    const flow = defineFlow({
      id: 'pay',
      version: 1,
      machine: setup({}).createMachine({ id: 'pay', on: { go: { actions: () => {} } } }),
      events: { go: z.object({ amount: z.number() }) },
    })
    const http = createHttp({ engine: createEngine({ store, flows: [flow] }) })
    expect(await post(http, {})).toMatchObject({ status: 422, code: 'invalid_event', cookie: undefined })
    expect(await post(http, { event: { type: 'unknown' } })).toMatchObject({ status: 422, cookie: undefined })
    expect(store.calls).toEqual(['now'])
  })

  it('keeps no credential in the store, nor anything to make one of without the request', async () => {
    const { here, store } = shops()
    const kept: string[] = []
    const directory = {
      ...store.directory,
      putCode: (...args: [string, string, number]) => {
        kept.push(args[0], args[1])
        return store.directory.putCode(...args)
      },
    }
    const other = memoryStore()
    const flow = defineFlow({
      id: 'pay',
      version: 1,
      machine: setup({}).createMachine({ id: 'pay', on: { go: { actions: () => {} } } }),
      events: { go: z.object({}) },
    })
    const [one, two] = [store, other].map((inner) =>
      createHttp({ engine: createEngine({ store: { ...inner, directory }, flows: [flow] }) }),
    )
    const first = await post(one as Http, {})
    expect(kept.join(' ')).not.toContain(first.cookie?.split('=')[1]?.slice(0, 22) ?? 'a cookie')
    expect(first.cookie).toBeDefined()
    expect(kept.join(' ')).not.toContain('operation-0001')
    expect((await post(two as Http, {})).cookie).toBe(first.cookie)
    expect((await post(here, { opId: 'operation-0002' })).cookie).not.toBe(first.cookie)
  })
})

it('a form without JavaScript that is pressed twice before the first answer begins one session', async () => {
  const { here, charges } = shops()
  const form = () => {
    const body = new URLSearchParams({ opId: 'operation-0001', type: 'go', position: '0.0.' })
    return browser(here)(`${url}/events`, { method: 'POST', body })
  }
  const answers = await Promise.all([form(), form()])
  expect(answers.map(({ status }) => status)).toEqual([303, 303])
  expect(new Set(answers.map(({ headers }) => headers.get('set-cookie'))).size).toBe(1)
  expect(charges).toHaveLength(1)
})
