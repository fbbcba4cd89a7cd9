// The flow without JavaScript: every form leads to a page, and nothing typed is lost.

import { describe, expect, it } from 'vitest'
import { ada, asForm, asJson, browser, countingStore, flowUrl, opId, serve } from '../../../fixtures/order.ts'
import { draftOf } from '../../client/form-draft.ts'
import { positionText } from '../../position.ts'
import type { View } from '../../wire.ts'

const events = `${flowUrl}/events`

function visit(options: Parameters<typeof serve>[0] = {}) {
  const served = serve(options)
  const fetch = browser(served.http)
  const submit = async (fields: Record<string, string> | [string, string][]) => {
    const response = await fetch(events, asForm(fields))
    return { status: response.status, location: response.headers.get('location'), response }
  }
  const view = async () => (await (await fetch(flowUrl)).json()) as View
  const position = async () => positionText(await view())
  return { ...served, fetch, submit, view, position }
}
const details = (fields: Record<string, string> = ada) => ({
  'dogear.opId': opId(),
  'dogear.step': 'details',
  'dogear.position': '0.0.',
  'dogear.type': 'details.submitted',
  ...fields,
})

describe('a form without JavaScript', () => {
  it('walks through the whole flow, one page at a time', async () => {
    const { submit, view, position } = visit()
    expect(await submit(details())).toMatchObject({ status: 303, location: '/order/payment' })
    expect(
      await submit({
        'dogear.opId': opId(),
        'dogear.step': 'payment',
        'dogear.position': await position(),
        'dogear.type': 'payment.submitted',
        method: 'card',
      }),
    ).toMatchObject({ location: '/order/review' })
    expect(
      await submit({
        'dogear.opId': opId(),
        'dogear.step': 'review',
        'dogear.position': await position(),
        'dogear.type': 'order.placed',
      }),
    ).toMatchObject({
      location: '/order/placed',
    })
    expect(await view()).toMatchObject({ status: 'done', context: { details: ada, method: 'card' } })
  })

  it('may be sent twice and counts once', async () => {
    const { submit, view } = visit()
    const twice = details()
    await submit(twice)
    expect(await submit(twice)).toMatchObject({ status: 303, location: '/order/payment' })
    expect(await view()).toMatchObject({ revision: 1 })
  })

  it('may come from a step the person went back to', async () => {
    const { submit, view, position } = visit()
    await submit(details())
    expect(await submit({ ...details({ ...ada, name: 'Grace' }), 'dogear.position': await position() })).toMatchObject({
      location: '/order/payment',
    })
    expect(await view()).toMatchObject({ context: { details: { name: 'Grace' } } })
  })

  it('comes back to its own page with what was typed and what is wrong with it', async () => {
    const { submit, view } = visit()
    expect(await submit(details({ name: 'Ada', email: 'not one' }))).toMatchObject({
      status: 303,
      location: '/order/your-details?problem=invalid_event',
    })
    const { drafts, issues, step } = await view()
    expect(step).toBe('details')
    expect(drafts.details?.values).toEqual({ name: 'Ada', email: 'not one' })
    expect(issues).toEqual([{ path: ['email'], message: 'Enter an email address' }])
  })

  it('shows the last try, also after going back and forth between two', async () => {
    const { submit, view } = visit()
    const same = details()
    for (const email of ['first', 'second', 'first']) {
      await submit({ ...same, email })
      expect((await view()).drafts.details?.values).toMatchObject({ email })
    }
    expect(await submit({ ...same, ...ada })).toMatchObject({ location: '/order/payment' })
    expect((await view()).drafts).toEqual({})
  })

  it('from a page that is out of date leads to the current one and keeps what was typed', async () => {
    const { submit, view, position } = visit()
    await submit(details())
    const seen = await position()
    await submit({
      'dogear.opId': opId(),
      'dogear.step': 'payment',
      'dogear.position': seen,
      'dogear.type': 'payment.submitted',
      method: 'card',
    })
    expect(await submit({ ...details({ ...ada, name: 'Grace' }), 'dogear.position': seen })).toMatchObject({
      status: 303,
      location: '/order/review?problem=stale_step',
    })
    expect(await view()).toMatchObject({
      context: { details: ada },
      drafts: { details: { values: { name: 'Grace' }, issues: [] } },
    })
  })

  it('from a page of a lost state leads to the current one, says so, and keeps what was typed', async () => {
    const { submit, view } = visit()
    await submit(details())
    const mark = `${(await view()).mark.slice(0, 3)}lost-`
    for (const seen of [`0.1.${mark}`, `0.7.${mark}`]) {
      const grace = { ...details({ ...ada, name: 'Grace' }), 'dogear.position': seen }
      expect(await submit(grace)).toMatchObject({ status: 303, location: '/order/payment?problem=rewound' })
      expect(await view()).toMatchObject({
        context: { details: ada },
        drafts: { details: { values: { name: 'Grace' }, issues: [] } },
      })
    }
  })

  it('whose operation id was used before leads on and keeps what was typed', async () => {
    const { submit, view } = visit()
    const used = details()
    await submit(used)
    expect(await submit({ ...used, name: 'Grace' })).toMatchObject({ location: '/order/payment?problem=op_reused' })
    expect((await view()).drafts).toMatchObject({ details: { values: { name: 'Grace' } } })
  })

  it('keeps what was typed beside a card number, and says that this is not kept', async () => {
    const { submit, view } = visit()
    expect(await submit(details({ ...ada, note: '4242 4242 4242 4242' }))).toMatchObject({
      location: '/order/your-details?problem=invalid_event',
    })
    const { drafts, issues } = await view()
    expect(drafts.details?.values).toEqual(ada)
    expect(issues).toEqual([{ path: ['note'], message: expect.stringContaining('card number') }])
  })

  it('keeps as empty what was emptied or unticked since', async () => {
    const { submit, view } = visit()
    await submit(details({ name: 'Ada', email: 'not one', note: 'bell', extras: 'gift' }))
    await submit(details({ name: 'Ada', email: 'not one', note: '' }))
    expect((await view()).drafts.details).toMatchObject({ form: 'details.submitted', whole: true })
    expect((await view()).drafts.details?.values).toEqual({ name: 'Ada', email: 'not one', note: '' })
  })

  it('shows no value of no named form again that it emptied or unticked, refused or accepted', async () => {
    const { submit, view, fetch, position } = visit()
    const loose = { note: 'bell', extras: 'gift' }
    await fetch(`${flowUrl}/drafts/details`, asJson({ opId: opId(), values: loose }, 'PUT'))
    await submit({ ...details({ name: 'Ada', email: 'not one', note: '' }), 'dogear.position': await position() })
    const shown = draftOf(await view(), 'details', 'details.submitted')
    expect(shown?.values).toEqual({ name: 'Ada', email: 'not one', note: '' })
    expect(await submit({ ...details({ ...ada, note: '' }), 'dogear.position': await position() })).toMatchObject({
      location: '/order/payment',
    })
    expect((await view()).drafts).toEqual({})
  })

  it('whose event the server does not know keeps what was typed', async () => {
    const { submit, view } = visit()
    await submit({ ...details(), 'dogear.type': 'details.renamed' })
    expect((await view()).drafts.details?.values).toEqual(ada)
  })

  it('writes no draft where nothing was typed', async () => {
    const { submit, view, position } = visit()
    await submit(details())
    expect(
      await submit({
        'dogear.opId': opId(),
        'dogear.step': 'payment',
        'dogear.position': await position(),
        'dogear.type': 'order.placed',
        note: '',
      }),
    ).toMatchObject({
      location: '/order/payment?problem=not_accepted',
    })
    expect(await view()).toMatchObject({ revision: 1, drafts: {} })
  })

  it('of a session that is gone leads to the beginning, without the old cookie', async () => {
    const { submit, fetch, position } = visit()
    await submit(details())
    const { cookie } = fetch
    const seen = await position()
    await fetch(flowUrl, { method: 'DELETE' })
    fetch.cookie = cookie
    const { location, status } = await submit({ ...details(), 'dogear.position': seen })
    expect({ location, status, cookie: fetch.cookie }).toEqual({
      location: '/order?problem=session_gone',
      status: 303,
      cookie: '',
    })
  })

  it('is a form of several values and of none', async () => {
    const { submit, view } = visit()
    await submit([...Object.entries(details()), ['extras', 'gift'], ['extras', 'card'], ['note', '']])
    expect((await view()).context).toEqual({ details: { ...ada, extras: ['gift', 'card'] }, method: null })
  })

  it('leads to the pages the application names', async () => {
    const { submit } = visit({ pagePath: (flow, step) => `/${flow}.php?page=${step ?? 'start'}` })
    expect((await submit(details({ name: 'Ada' }))).location).toBe('/order.php?page=your-details&problem=invalid_event')
    expect((await submit(details())).location).toBe('/order.php?page=payment')
  })

  it.each([
    [503, 'Nothing you entered was lost', details()],
    [400, 'Nothing you sent before was lost', { 'dogear.type': 'details.submitted' }],
  ])('that fails with %i shows a page that says what is safe', async (status, words, fields) => {
    const store = countingStore()
    const down = () => Promise.reject(new Error('down'))
    Object.assign(store, { commit: down, read: down })
    const { submit } = visit({ store })
    const { response } = await submit(fields as Record<string, string>)
    expect([response.status, response.headers.get('content-type')]).toEqual([status, 'text/html; charset=utf-8'])
    const html = await response.text()
    expect(html).toContain(words)
    expect(html).toContain('href="/order"')
  })

  it('from another site is refused, in words', async () => {
    const { http } = serve()
    const response = await http.handle(
      new Request(events, { ...asForm(details()), headers: { Origin: 'https://evil.example', Accept: 'text/html' } }),
    )
    expect([response.status, response.headers.get('content-type')]).toEqual([403, 'text/html; charset=utf-8'])
  })

  it('sent as multipart is told so on a page', async () => {
    const { http } = serve()
    const response = await http.handle(
      new Request(events, {
        method: 'POST',
        body: new FormData(),
        headers: { 'Sec-Fetch-Site': 'same-origin', Accept: 'text/html,*/*' },
      }),
    )
    expect([response.status, response.headers.get('content-type')]).toEqual([415, 'text/html; charset=utf-8'])
  })
})
