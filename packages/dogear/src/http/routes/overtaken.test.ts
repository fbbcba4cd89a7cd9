// A form without JavaScript that is overtaken by a sign-in in another tab: what was typed in it is not lost.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  ada,
  asForm,
  asJson,
  browser,
  detailsSubmitted,
  flowUrl,
  opId,
  serve,
  shared,
  site,
} from '../../../fixtures/order.ts'
import { positionText } from '../../position.ts'
import type { View } from '../../wire.ts'

beforeEach(() => vi.useFakeTimers({ shouldAdvanceTime: true, toFake: ['setTimeout', 'clearTimeout', 'Date'] }))
afterEach(() => vi.useRealTimers())

/** A browser whose first tab has the form of the second step open while somebody signs in at the other tab. */
async function overtaken({ method = 'card', lateMs = 0 } = {}) {
  const fetch = browser(serve(shared).http)
  const begun = await fetch(`${flowUrl}/events`, asJson({ opId: opId(), event: detailsSubmitted }))
  const { view } = (await begun.json()) as { view: View }
  const form = asForm({
    ...{ 'dogear.opId': opId(), 'dogear.step': 'payment', 'dogear.position': positionText(view) },
    ...{ 'dogear.type': 'payment.submitted', method, note: 'typed with care' },
  })
  const before = fetch.cookie
  fetch.cookie = `${before}; user=ada`
  expect((await fetch(`${site}/api/flows/attach`, { method: 'POST' })).status).toBe(200)
  const after = fetch.cookie
  expect(after).not.toBe(`${before}; user=ada`)
  vi.setSystemTime(Date.now() + lateMs)
  /** Sends the form to `url`, as a browser does that has the cookie of before the sign-in, or the new one. */
  const submit = async (url: string, cookie: 'old' | 'new') => {
    fetch.cookie = cookie === 'old' ? before : after
    const answer = fetch(new URL(url, site), form)
    await vi.advanceTimersByTimeAsync(2_000)
    const { status, headers } = await answer
    return { status, location: headers.get('location') ?? '', cookies: headers.getSetCookie() }
  }
  const read = async () => {
    fetch.cookie = after
    return (await (await fetch(flowUrl)).json()) as View
  }
  return { submit, read }
}

describe('a form that was overtaken by a sign-in', () => {
  it('is asked for again, with the cookie of by now, and taken', async () => {
    const { submit, read } = await overtaken()
    const again = await submit(`${flowUrl}/events`, 'old')
    expect(again).toEqual({ status: 307, location: '/api/flows/order/events?again=', cookies: [] })
    expect(await submit(again.location, 'new')).toMatchObject({ status: 303, location: '/order/review' })
    expect(await read()).toMatchObject({ step: 'review', context: { details: ada, method: 'card' } })
  })

  it('shows what was typed where that was not right', async () => {
    const { submit, read } = await overtaken({ method: '' })
    const { location } = await submit(`${flowUrl}/events`, 'old')
    expect(await submit(location, 'new')).toMatchObject({ location: '/order/payment?problem=invalid_event' })
    expect((await read()).drafts).toMatchObject({ payment: { values: { note: 'typed with care' } } })
  })

  it('is asked for twice, as the new cookie may be on its way, and no more', async () => {
    const { submit } = await overtaken()
    const first = await submit(`${flowUrl}/events?kept`, 'old')
    const second = await submit(first.location, 'old')
    expect([first, second]).toMatchObject([{ status: 307 }, { status: 307 }])
    expect(second.location).toBe('/api/flows/order/events?kept=&again=&again=')
    expect(await submit(second.location, 'old')).toMatchObject({ status: 303, location: '/order?problem=session_gone' })
    expect(await submit(second.location, 'new')).toMatchObject({ status: 303, location: '/order/review' })
  })

  it('is refused at once where the cookie was replaced long ago', async () => {
    const { submit } = await overtaken({ lateMs: 20_000 })
    expect(await submit(`${flowUrl}/events`, 'old')).toMatchObject({ location: '/order?problem=session_gone' })
  })
})
