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
  const reports: ((chunk: unknown) => void)[] = []
  let finish: (result: string) => void = () => {}
  const { flow } = shop({
    provider: ({ progress }) => {
      reports.push(progress)
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
  return {
    here,
    http,
    open,
    reports,
    report: (chunk: unknown) => reports.at(-1)?.(chunk),
    finish: () => finish('ch_1'),
  }
}

async function someone(http: ReturnType<typeof createHttp>, name = 'somebody'): Promise<string> {
  const fetch = browser(http)
  const body = JSON.stringify({ opId: `operation-of-${name}`, event: { type: 'order' } })
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

const hostile: readonly (readonly [string, string])[] = [
  ['of a query', "1'; drop table progress; --"],
  ['negative', '-1'],
  ['zero', '0'],
  ['huge', '9'.repeat(400)],
  ['past all numbers', '1e999'],
  ['of a release to come', '999999999999999999-999999999999999999'],
  ['of every entry', '+'],
  ['of no entry', '-'],
  ['of a range', '(0-0'],
  ['too long', 'x'.repeat(12_000)],
  ['empty', ''],
  ['of blanks', '   '],
  ['of another alphabet', 'ÿþ'],
  ['of a prototype', '__proto__'],
]

it.each(hostile)('takes an id that is %s for none, and tells all there is', async (_, id) => {
  const { http, open, report, here } = assistant()
  const cookie = await someone(http)
  report('all of it')
  const answer = await open(cookie, { 'Last-Event-ID': id })
  expect(answer.status).toBe(200)
  const messages = messagesOf(answer)
  expect((await messages.next()).value).toMatchObject({ data: { effects: { pay: '1.1' } } })
  expect((await messages.next()).value).toMatchObject({ data: { at: 0, text: 'all of it' } })
  expect(here.errors).toEqual([])
  await messages.return(undefined)
})

it('takes an id of another session for none: all of the own one is told, and nothing of that one', async () => {
  const { http, open, report, reports } = assistant()
  const [ada, eve] = [await someone(http, 'ada'), await someone(http, 'eve')]
  report('of Eve')
  const hers = messagesOf(await open(eve))
  await hers.next()
  const { id = '' } = (await hers.next()).value as Message
  reports[0]?.('of Ada')
  const messages = messagesOf(await open(ada, { 'Last-Event-ID': id }))
  await messages.next()
  expect((await messages.next()).value).toMatchObject({ data: { at: 0, text: 'of Ada' } })
  for (const one of [hers, messages]) await one.return(undefined)
})

it('is open to nobody without the session', async () => {
  const { http, open, here } = assistant()
  await ordered(here)
  expect((await open('')).status).toBe(401)
  const cookie = await someone(http)
  expect((await open(cookie.replace(/.$/, (last) => (last === 'A' ? 'E' : 'A')))).status).toBe(410)
})
