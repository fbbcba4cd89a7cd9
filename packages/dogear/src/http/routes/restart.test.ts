// Starting over, and coming back from a provider's form on another site.

import { describe, expect, it } from 'vitest'
import {
  asForm,
  asJson,
  browser,
  countingStore,
  detailsSubmitted,
  flowUrl,
  opId,
  order,
  serve,
  site,
} from '../../../fixtures/order.ts'
import { createEngine } from '../../engine/engine.ts'
import { eventually, rig } from '../../engine/harness.fixture.ts'
import { checkout } from '../../flow/checkout.fixture.ts'
import { fromEffect } from '../../flow/machine.ts'
import type { View } from '../../wire.ts'
import { createHttp } from '../http.ts'

const begun = async () => {
  const served = serve()
  const fetch = browser(served.http)
  const begin = () => fetch(`${flowUrl}/events`, asJson({ opId: opId(), event: detailsSubmitted }))
  await begin()
  return { ...served, fetch, begin }
}
const restart = `${flowUrl}/restart`

describe('starting over', () => {
  it('ends the session for good and shows the beginning; the next event begins another', async () => {
    const { fetch, begin, http } = await begun()
    const { cookie } = fetch
    const { tag } = await (await fetch(flowUrl)).json()
    const answer = await fetch(restart, { method: 'POST' })
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ view: { step: 'details', saved: false, tag: null, gone: null } })
    expect(fetch.cookie).toBe('')
    const old = await http.handle(new Request(flowUrl, { headers: { cookie } }))
    expect(await old.json()).toMatchObject({ saved: false, gone: { why: 'removed' } })
    const { view } = await (await begin()).json()
    expect(view).toMatchObject({ step: 'payment', revision: 1 })
    expect(view.tag).not.toBe(tag)
  })

  it('leads a form to the flow, whatever its button is called', async () => {
    const { fetch } = await begun()
    const answer = await fetch(restart, asForm({ again: 'Start over' }))
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/order'])
    expect(fetch.cookie).toBe('')
  })

  it('is done for a browser that has nothing to end, and for one whose session is gone', async () => {
    const nobody = serve()
    const fetch = browser(nobody.http)
    expect((await fetch(restart, { method: 'POST' })).status).toBe(200)
    expect(nobody.store.calls).toEqual([])
    const { fetch: other, engine, http } = await begun()
    const { cookie } = other
    const credential = http.readCredential('order', cookie)
    if (credential) await engine.destroy('order', credential)
    expect((await other(restart, { method: 'POST' })).status).toBe(200)
    expect(other.cookie).toBe('')
  })

  it('is refused to pages of other sites', async () => {
    const { http, fetch } = await begun()
    const headers = { cookie: fetch.cookie, 'Sec-Fetch-Site': 'cross-site' }
    expect((await http.handle(new Request(restart, { method: 'POST', headers }))).status).toBe(403)
    expect(await (await fetch(flowUrl)).json()).toMatchObject({ saved: true })
  })

  it('waits for an effect under way: a script gets 409 with the view, a form the page with the problem', async () => {
    let finish = (_receipt: string) => {}
    const chargeCard = fromEffect(() => new Promise<string>((resolve) => (finish = resolve)))
    const { engine } = rig({ flow: checkout.provide({ actors: { chargeCard } }), effectWaitMs: 1 })
    const fetch = browser(createHttp({ engine }))
    const url = `${site}/api/flows/checkout`
    const ada = { type: 'shipping.submitted', name: 'Ada' }
    for (const event of [ada, { type: 'payment.submitted', token: 'tok_ok' }, { type: 'order.placed' }])
      await fetch(`${url}/events`, asJson({ opId: opId(), event }))
    const { cookie } = fetch
    const refused = await fetch(`${url}/restart`, { method: 'POST' })
    expect(refused.status).toBe(409)
    expect(await refused.json()).toMatchObject({ code: 'effect_pending', view: { step: 'paying' } })
    expect((await fetch(`${url}/restart`, asForm({}))).headers.get('location')).toBe('/checkout?problem=effect_pending')
    expect(fetch.cookie).toBe(cookie)
    finish('receipt')
    await eventually(async () => expect(await (await fetch(url)).json()).toMatchObject({ step: 'confirmed' }))
    expect((await fetch(`${url}/restart`, { method: 'POST' })).status).toBe(200)
  })
})

describe("a provider's form on another site", () => {
  const store = countingStore()
  const flow = { ...order, returnQuery: ['payment_id', 'state'] }
  const http = createHttp({ engine: createEngine({ store, flows: [flow] }) })
  const post = (query: string, init: RequestInit = asForm({ card: '4242', payment_id: 'from the body' })) =>
    http.handle(
      new Request(`${flowUrl}/return${query}`, {
        ...init,
        headers: { origin: 'https://provider.example', 'sec-fetch-site': 'cross-site', ...init.headers },
      }),
    )

  it.each([
    ['', '/order'],
    ['?payment_id=p1&evil=1', '/order?payment_id=p1'],
    ['?state=a&state=b&payment_id=p%201', '/order?payment_id=p+1&state=a&state=b'],
    ['?problem=session_gone&__proto__=1', '/order'],
  ])('with the query "%s" leads to %s', async (query, location) => {
    const answer = await post(query)
    expect([answer.status, answer.headers.get('location')]).toEqual([303, location])
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(store.calls).toEqual([])
  })

  it('of any kind will do: nothing of it is read', async () => {
    for (const body of ['{', '<xml/>', 'x'.repeat(200_000)])
      expect((await post('?state=1', { method: 'POST', body, headers: { 'content-type': 'text/xml' } })).status).toBe(
        303,
      )
  })

  it('leads to no flow that is not there', async () => {
    const headers = { 'sec-fetch-site': 'cross-site' }
    const answer = await http.handle(new Request(`${site}/api/flows/gift/return`, { method: 'POST', headers }))
    expect(answer.status).toBe(404)
  })
})

describe('starting over names the session of its page', () => {
  const seenIn = ({ epoch, revision, mark }: View) => ({ epoch, revision, mark })
  const inForm = ({ epoch, revision, mark }: View) => `${epoch}.${revision}.${mark}`
  const viewOf = async (fetch: ReturnType<typeof browser>) => (await (await fetch(flowUrl)).json()) as View

  it('however old the state is that it has seen', async () => {
    const { fetch } = await begun()
    const old = await viewOf(fetch)
    await fetch(`${flowUrl}/events`, asJson({ opId: opId(), event: { type: 'payment.submitted', method: 'card' } }))
    const answer = await fetch(restart, asJson({ opId: opId(), position: seenIn(old) }))
    expect(await answer.json()).toMatchObject({ outcome: 'applied', view: { saved: false, step: 'details' } })
  })

  it.each([
    ['that began after the one it has seen', async (fetch: ReturnType<typeof browser>) => viewOf(fetch)],
    ['that began after its page was rendered', async () => ({ epoch: 0, revision: 0, mark: '' }) as View],
  ])('so that it ends none %s, as JSON or as a form', async (_, look) => {
    const { fetch, begin } = await begun()
    const old = await look(fetch)
    await fetch(restart, { method: 'POST' })
    await begin()
    const [{ cookie }, now] = [fetch, await viewOf(fetch)]
    const again = await fetch(restart, asJson({ position: seenIn(old) }))
    expect(await again.json()).toEqual({ outcome: 'duplicate', view: now })
    const form = await fetch(restart, asForm({ 'dogear.position': inForm(old) }))
    expect([form.status, form.headers.get('location')]).toEqual([303, '/order'])
    expect([fetch.cookie, await viewOf(fetch)]).toEqual([cookie, now])
  })

  it('so that the same request again, after its answer was lost, is done', async () => {
    const { fetch } = await begun()
    const { cookie } = fetch
    const request = asJson({ opId: opId(), position: seenIn(await viewOf(fetch)) })
    const answers: unknown[] = []
    for (let sent = 0; sent < 3; sent++) {
      fetch.cookie = cookie
      answers.push(await (await fetch(restart, request)).json())
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(answers[0]).toMatchObject({ outcome: 'applied', view: { saved: false, gone: null } })
  })

  it.each([{ position: 'x' }, { position: { epoch: 0 } }, { opId: 'short' }, { session: 'x' }])(
    'and is refused if it cannot be read: %j',
    async (body) => {
      const { fetch } = await begun()
      expect((await fetch(restart, asJson(body))).status).toBe(400)
      expect(await viewOf(fetch)).toMatchObject({ saved: true })
    },
  )
})
