// Refused requests, explained to the developer.

import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  asForm,
  asJson,
  browser,
  countingStore,
  detailsSubmitted,
  flowUrl,
  opId,
  serve,
  site,
} from '../../../fixtures/order.ts'

const events = `${flowUrl}/events`

function explained(options: Parameters<typeof serve>[0] = {}) {
  const said: string[] = []
  const served = serve({ explain: (text) => said.push(text), ...options })
  return { ...served, said, fetch: browser(served.http) }
}
const text = (...parts: string[]) => expect.stringMatching(new RegExp(parts.join('[\\s\\S]*')))

describe('in development', () => {
  it.each<[string, string, RequestInit, string[]]>([
    [
      'values that are wrong',
      events,
      asJson({ opId: opId(), event: { type: 'details.submitted', name: 'Ada', email: 'x' } }),
      ['POST /api/flows/order/events', '422 invalid_event', 'email: Enter an email address'],
    ],
    [
      'an event that is not accepted',
      events,
      asJson({ opId: opId(), event: { type: 'order.placed' } }),
      ['409 not_accepted', 'at details, revision 0, and takes: details.submitted', 'docs/errors/not_accepted.md'],
    ],
    ['a flow that does not exist', `${site}/api/flows/ordr`, {}, ['404 unknown_flow', 'order, gift']],
    ['a base path that is another', `${site}/shop/api/flows/order`, {}, ['404 not_found', 'below /api/flows']],
    ['no cookie', `${flowUrl}/stream`, {}, ['401 no_session', '__Host-dogear.order']],
    [
      'a form, whose answer is a page',
      events,
      asForm({ opId: 'short', type: 'details.submitted' }),
      ['400 invalid_request', 'opId'],
    ],
  ])('tells of %s', async (_, url, init, parts) => {
    const { fetch, said } = explained()
    expect((await fetch(url, init)).status).toBeGreaterThanOrEqual(400)
    expect(said).toEqual([text(...parts)])
  })

  it('tells of a page of another site what it has sent', async () => {
    const { http, said } = explained()
    const headers = { ...(asJson({}).headers as Record<string, string>), origin: 'https://www.shop.example' }
    await http.handle(new Request(events, { ...asJson({}), headers }))
    expect(said).toEqual([
      text('403 origin_refused', 'Origin: https://www.shop.example; .* https://shop.example', 'origins'),
    ])
  })

  it('tells of the cause of a failure, and of nothing that went well', async () => {
    const { http, fetch, said, store } = explained({
      identify: () => Promise.reject(new Error('no session service')),
      keys: ['kuhLoC9Xj6T0BsxH7b_2W1vNzQe5RgDyPmA4fJ8iYtU'],
    })
    expect(store.calls).toEqual([])
    expect((await fetch(flowUrl)).status).toBe(200)
    expect(said).toEqual([])
    const begun = asJson({ opId: opId(), event: detailsSubmitted })
    const headers = { ...(begun.headers as Record<string, string>), 'sec-fetch-site': 'same-origin' }
    expect((await http.handle(new Request(events, { ...begun, headers }))).status).toBe(500)
    expect(said).toEqual([text('500 internal', 'no session service')])
  })

  it('changes no answer if it fails', async () => {
    const failing = () => {
      throw new Error('the log is full')
    }
    const reported: unknown[] = []
    const { fetch } = explained({ explain: failing, onError: (error) => reported.push(error) })
    const answer = await fetch(`${site}/api/flows/ordr`)
    expect(await answer.json()).toMatchObject({ code: 'unknown_flow' })
    expect(reported).toEqual([expect.objectContaining({ message: 'the log is full' })])
  })
})

describe('by default', () => {
  afterEach(() => vi.restoreAllMocks())

  it.each([
    [false, 1],
    [true, 0],
    [undefined, 0],
  ])('with production %s the console is told %d times', async (production, times) => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue()
    const { http } = serve({ store: countingStore(), ...(production !== undefined && { production }) })
    await http.handle(new Request(`${site}/api/flows/ordr`))
    expect(warn).toHaveBeenCalledTimes(times)
  })
})
