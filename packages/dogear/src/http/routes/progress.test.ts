// The stream of progress: its messages, its ids, its end.

import { expect, it } from 'vitest'
import { browser, site } from '../../../fixtures/order.ts'
import { ordered, shop } from '../../engine/effects/shop.fixture.ts'
import { rig } from '../../engine/harness.fixture.ts'
import { createHttp } from '../http.ts'

type Message = { id: string | undefined; data: unknown }

/** The messages of a stream, one after the other. */
async function* messagesOf(response: Response): AsyncGenerator<Message> {
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  const decoder = new TextDecoder()
  let text = ''
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    text += decoder.decode(read.value, { stream: true })
    const all = text.split('\n\n')
    text = all.pop() ?? ''
    for (const one of all) {
      const [, data] = /^data: (.*)$/m.exec(one) ?? []
      if (data) yield { id: /^id: (.*)$/m.exec(one)?.[1], data: JSON.parse(data) }
    }
  }
}

function assistant() {
  let report: (chunk: unknown) => void = () => {}
  let finish: (result: string) => void = () => {}
  const { flow } = shop({
    provider: ({ progress }) => {
      report = progress
      return new Promise((resolve) => (finish = resolve))
    },
  })
  const here = rig({ flow: flow as never, effectWaitMs: 1 })
  const http = createHttp({ engine: here.engine })
  const open = (cookie: string, headers = {}) => {
    const fetch = browser(http, headers)
    fetch.cookie = cookie
    return fetch(`${site}/api/flows/checkout/progress`)
  }
  return { here, http, open, report: (chunk: unknown) => report(chunk), finish: () => finish('ch_1') }
}

async function someone(http: ReturnType<typeof createHttp>): Promise<string> {
  const fetch = browser(http)
  const body = JSON.stringify({ opId: 'operation-of-an-order', event: { type: 'order' } })
  const headers = { 'Content-Type': 'application/json' }
  await fetch(`${site}/api/flows/checkout/events`, { method: 'POST', headers, body })
  return fetch.cookie
}

it('tells what is under way, then what it has reported, and after a cut goes on where it was', async () => {
  const { http, open, report, finish, here } = assistant()
  const cookie = await someone(http)
  report('Once upon')
  const first = await open(cookie)
  expect(first.headers.get('content-type')).toContain('text/event-stream')
  const messages = messagesOf(first)
  expect((await messages.next()).value).toEqual({ id: undefined, data: { effects: { pay: '1.1' } } })
  const { id, data } = (await messages.next()).value as Message
  expect(data).toEqual({ effect: 'pay', attempt: '1.1', at: 0, text: 'Once upon' })
  await messages.return(undefined)
  report(' a time')
  const again = messagesOf(await open(cookie, { 'Last-Event-ID': id ?? '' }))
  await again.next()
  expect((await again.next()).value).toMatchObject({ data: { at: 9, text: ' a time' } })
  finish()
  expect((await again.next()).value).toEqual({ id: undefined, data: { effects: {} } })
  await here.engine.close(0)
  expect((await again.next()).done).toBe(true)
})

it('takes an id that is none of ours for none', async () => {
  const { http, open, report } = assistant()
  const cookie = await someone(http)
  report('all of it')
  const messages = messagesOf(await open(cookie, { 'Last-Event-ID': "1'; drop" }))
  await messages.next()
  expect((await messages.next()).value).toMatchObject({ data: { at: 0, text: 'all of it' } })
})

it('is open to nobody without the session', async () => {
  const { http, open, here } = assistant()
  await ordered(here)
  expect((await open('')).status).toBe(401)
  const cookie = await someone(http)
  expect((await open(cookie.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')))).status).toBe(410)
})
