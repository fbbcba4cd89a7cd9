// Drafts reach the server in turn, however the network behaves; no value stays there that must not be kept.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { asJson, browser, detailsSubmitted, flowUrl, opId, serve } from '../../fixtures/order.ts'
import type { View } from '../wire.ts'
import { noDraft } from './drafts.ts'
import {
  type Fault,
  status as fault,
  heldBack,
  lostReply,
  offline,
  openPage,
  type Page,
  patiently,
  problem,
} from './page.fixture.ts'

const cardNumber = '4111 1111 1111 1111'
const invalid = { ...detailsSubmitted, email: 'not one' }

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }))
afterEach(() => vi.useRealTimers())

const draftOf = async ({ fetch }: Pick<Page, 'fetch'>) => ((await (await fetch(flowUrl)).json()) as View).drafts.details
const status = ({ client }: Page) => client.getSnapshot().draft
const methods = ({ sent }: Page) => sent.map(({ method }) => method)

describe('a draft', () => {
  it('is there for the next page, which may be on another device', async () => {
    const page = await openPage()
    expect(await page.client.saveDraft('details', { name: 'Ad' })).toMatchObject({
      ok: true,
      view: { saved: true, drafts: { details: { values: { name: 'Ad' } } } },
    })
    expect(page.client.getSnapshot().view.drafts.details?.values).toEqual({ name: 'Ad' })
    expect((await draftOf(page))?.values).toEqual({ name: 'Ad' })
  })

  it('says that it is being saved, and when it was', async () => {
    const page = await openPage()
    const seen: unknown[] = []
    page.client.subscribe(() => seen.push(status(page).state))
    expect(status(page)).toEqual(noDraft)
    await page.client.saveDraft('details', { name: 'Ad' })
    expect(seen).toEqual(['saving', 'saved'])
    expect(status(page)).toEqual({ ...noDraft, state: 'saved', savedAt: Date.now() })
  })

  it('is not overtaken by the submission it becomes, nor overtakes it', async () => {
    const slow: Fault = async (request) => {
      await new Promise((resolve) => setTimeout(resolve, 3000))
      return request()
    }
    const page = await openPage([slow])
    const submission = opId()
    const draft = page.client.saveDraft('details', { name: 'Ad' }, { opId: submission })
    const sending = page.client.send(detailsSubmitted, { opId: submission })
    const after = page.client.saveDraft('details', { name: 'Ada' }, { opId: submission })
    await patiently(Promise.all([draft, sending, after]))
    expect(methods(page)).toEqual(['PUT', 'POST', 'PUT'])
    expect(page.client.getSnapshot().view).toMatchObject({ step: 'payment', drafts: {} })
  })

  it('is over once its step was submitted', async () => {
    const page = await openPage()
    await page.client.saveDraft('details', { name: 'Ad' })
    await page.client.send(detailsSubmitted)
    expect(status(page)).toEqual(noDraft)
    expect(await draftOf(page)).toBeUndefined()
  })

  it('is tried again when the network fails, as old as it is by then', async () => {
    const page = await openPage([offline, lostReply])
    await patiently(page.client.saveDraft('details', { name: 'Ad' }, { typedAt: Date.now() - 1000 }))
    const ages = page.sent.map(({ body }) => body.ageMs?.name ?? 0)
    expect(ages).toHaveLength(3)
    expect(ages[0]).toBe(1000)
    expect(ages[1]).toBeGreaterThan(1000)
    expect(ages[2]).toBeGreaterThan(ages[1] ?? 0)
    expect(status(page).state).toBe('saved')
  })

  it('typed while an earlier one was slow to arrive is still the later one', async () => {
    const page = await openPage([
      async (request) => {
        await new Promise((resolve) => setTimeout(resolve, 5000))
        return request()
      },
    ])
    const slow = page.client.saveDraft('details', { name: 'Ad' })
    await vi.advanceTimersByTimeAsync(1000)
    const next = page.client.saveDraft('details', { name: 'Ada' })
    await patiently(Promise.all([slow, next]))

    expect((await draftOf(page))?.values).toEqual({ name: 'Ada' })
  })

  it('typed while an earlier one was slow to arrive is the later one, beside a field that is refused', async () => {
    const page = await openPage([
      async (request) => {
        await new Promise((resolve) => setTimeout(resolve, 5000))
        return request()
      },
    ])
    const slow = page.client.saveDraft('details', { name: 'Ad' })
    const next = page.client.saveDraft('details', { name: 'Ada', note: '4111 1111 1111 1111' })
    await patiently(Promise.all([slow, next]))

    expect((await draftOf(page))?.values).toEqual({ name: 'Ada' })
  })

  it.each(['lost', 'refused'])('typed while an earlier one was slow to be %s is still the later one', async (fate) => {
    const slowly: Fault = async (request) => {
      await new Promise((resolve) => setTimeout(resolve, 5000))
      return request()
    }
    const fault: Fault = async (request) => {
      await slowly(request)
      throw new TypeError('network error')
    }
    const faults = fate === 'lost' ? [fault, ...Array<Fault>(5).fill(offline)] : [problem('invalid_event', 422), slowly]
    const page = await openPage()
    await page.client.saveDraft('details', { email: 'ada@' })
    page.faults.push(...faults)
    const slow = page.client.saveDraft('details', { name: 'Ad' })
    await vi.advanceTimersByTimeAsync(1000)
    const next = page.client.saveDraft('details', { name: 'Ada' })
    await patiently(Promise.all([slow, next]))
    expect((await draftOf(page))?.values).toEqual({ name: 'Ada', email: 'ada@' })
  })

  it('typed long ago does not count as new, once it can be saved', async () => {
    const page = await openPage()
    await page.client.saveDraft('details', { name: 'A', email: 'a' })
    await vi.advanceTimersByTimeAsync(60_000)
    await page.fetch(
      `${flowUrl}/drafts/details`,
      asJson({ opId: opId(), values: { name: 'Grace' }, ageMs: 10_000 }, 'PUT'),
    )
    await page.client.saveDraft('details', { name: 'Ada', email: 'ada' }, { typedAt: Date.now() - 20_000 })
    expect((await draftOf(page))?.values).toEqual({ name: 'Grace', email: 'ada' })
  })

  it('that cannot be saved says so, and no more is heard of it', async () => {
    const page = await openPage([offline, offline, offline, offline])
    expect(await patiently(page.client.saveDraft('details', { name: 'Ad' }))).toMatchObject({
      ok: false,
      problem: { code: 'offline' },
    })
    expect(status(page)).toMatchObject({ state: 'failed', savedAt: null, problem: { code: 'offline' } })
    expect(page.client.getSnapshot().problem).toBeNull()
  })

  it('does not keep a submission waiting while the network fails', async () => {
    const page = await openPage([problem('store_unavailable', 503, { 'Retry-After': '9' })])
    const draft = page.client.saveDraft('details', { name: 'Ad' })
    await vi.advanceTimersByTimeAsync(10)
    const result = await page.client.send(detailsSubmitted)
    expect(result).toMatchObject({ ok: true })
    expect(await draft).toMatchObject({ ok: false })
    expect(methods(page)).toEqual(['PUT', 'POST'])
  })

  it('names the version of the page, as an event does', async () => {
    const page = await openPage()
    await page.client.saveDraft('details', { name: 'Ad' })
    await page.client.send(detailsSubmitted)
    page.client.accept({ ...page.client.getSnapshot().view, version: 2 })
    await page.client.saveDraft('details', { name: 'Ad' })
    expect(page.sent.map(({ body }) => body?.version)).toEqual([1, 1, 2])
  })
})

describe('a card number', () => {
  it('is left out, with what was on the way to it, and the rest is saved', async () => {
    const page = await openPage()
    await page.client.saveDraft('details', { name: cardNumber.slice(0, 12) })
    const result = await page.client.saveDraft('details', { name: cardNumber, email: 'ada@' })
    expect(result).toMatchObject({ ok: false, problem: { issues: [{ path: ['name'] }] } })
    expect(status(page)).toMatchObject({ state: 'failed', savedAt: Date.now(), problem: { code: 'invalid_event' } })
    expect((await draftOf(page))?.values).toEqual({ email: 'ada@' })
  })

  it('is not sent again until the field changes, and the trouble lasts as long', async () => {
    const page = await openPage()
    await page.client.saveDraft('details', { name: cardNumber })
    page.sent.length = 0
    expect(await page.client.saveDraft('details', { name: cardNumber })).toMatchObject({ ok: false })
    await page.client.saveDraft('details', { name: cardNumber, note: 'x' })
    expect(page.sent.map(({ body }) => body.values)).toEqual([{ note: 'x' }])
    expect(status(page).state).toBe('failed')
    await page.client.saveDraft('details', { name: 'Ada' })
    expect(status(page)).toMatchObject({ state: 'saved', problem: null })
    expect((await draftOf(page))?.values).toEqual({ note: 'x', name: 'Ada' })
  })
})

describe('a value that the session does not take', () => {
  it.each([400, 413, 415, 422])(
    'is not said to be saved after a %i, whatever is saved next, until it changes',
    async (code) => {
      const page = await openPage([problem('no', code)])
      const result = await page.client.saveDraft('details', { note: 'x' })
      expect(result).toMatchObject({ ok: false, problem: { status: code }, left: { note: 'refused' } })
      await page.client.saveDraft('details', { name: 'Ada' })
      expect(status(page)).toMatchObject({ state: 'failed', savedAt: Date.now(), refused: { note: { status: code } } })
      page.sent.length = 0
      expect(await page.client.saveDraft('details', { note: 'x' })).toMatchObject({
        ok: false,
        left: { note: 'refused' },
      })
      expect(page.sent).toEqual([])
      await page.client.saveDraft('details', { note: 'y' })
      expect(status(page)).toMatchObject({ state: 'saved', refused: {} })
      expect((await draftOf(page))?.values).toEqual({ name: 'Ada', note: 'y' })
    },
  )

  it.each([
    ['30,000 characters of three bytes', '字'.repeat(30_000)],
    ['a million characters', 'x'.repeat(1_000_000)],
  ])('because of its size (%s) leaves room for 200 others', async (_, note) => {
    const page = await openPage()
    const others = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`field${index}`, `${index}`]))
    const result = await page.client.saveDraft('details', { ...others, note })
    expect(result).toMatchObject({ ok: false, problem: { code: 'too_large' }, left: { note: 'refused' } })
    expect(page.sent).toHaveLength(2)
    expect((await draftOf(page))?.values).toEqual(others)
    expect(status(page)).toMatchObject({ state: 'failed', refused: { note: { status: 413 } } })
  })

  it.each([408, 429, 500, 503])('for now (%i) is lost, not refused', async (code) => {
    const faults = Array.from({ length: 4 }, () => problem('no', code))
    const page = await openPage(faults)
    const result = await patiently(page.client.saveDraft('details', { note: 'x' }))
    expect(result).toMatchObject({ ok: false, left: { note: 'lost' } })
    expect(status(page)).toMatchObject({ state: 'failed', refused: {} })
    page.faults.length = 0
    await page.client.saveDraft('details', { note: 'x' })
    expect(status(page)).toMatchObject({ state: 'saved' })
  })

  it('because something before the server refused its size is too large, not unreachable', async () => {
    const page = await openPage([fault(413)])
    expect(await page.client.saveDraft('details', { note: 'x' })).toMatchObject({ problem: { code: 'too_large' } })
  })

  it('is no matter of the other fields that a lost connection keeps from being saved', async () => {
    const page = await openPage([problem('too_large', 413), offline, offline, offline, offline])
    const saving = page.client.saveDraft('details', { note: 'long', name: 'A' })
    expect(await patiently(saving)).toMatchObject({ ok: false, left: { note: 'refused', name: 'lost' } })
    expect(Object.keys(status(page).refused)).toEqual(['note'])
  })
})

describe('a draft that hangs', () => {
  const hanging: Fault = (_, signal) =>
    new Promise((_, reject) => {
      signal?.addEventListener('abort', () => reject(new DOMException('Aborted', 'AbortError')))
    })

  it('holds up a submission for a second at most', async () => {
    const page = await openPage([hanging])
    const draft = page.client.saveDraft('details', { name: 'Ad' })
    await vi.advanceTimersByTimeAsync(10)
    const sending = page.client.send(detailsSubmitted)
    await vi.advanceTimersByTimeAsync(1000)
    expect(await sending).toMatchObject({ ok: true })
    expect(await draft).toMatchObject({ ok: false, left: { name: 'lost' } })
    expect(methods(page)).toEqual(['PUT', 'POST'])
  })

  it('and is answered within that second is not cut off: it may have begun the session', async () => {
    const held = heldBack()
    const page = await openPage([held.fault])
    const draft = page.client.saveDraft('details', { name: 'Ad' })
    await vi.advanceTimersByTimeAsync(10)
    const sending = page.client.send(detailsSubmitted)
    await vi.advanceTimersByTimeAsync(900)
    held.letGo()
    expect(await draft).toMatchObject({ ok: true })
    expect(await sending).toMatchObject({ ok: true })
    expect(page.client.getSnapshot().view).toMatchObject({ step: 'payment', revision: 2 })
  })

  it('behind a submission that waits does not begin to hang', async () => {
    const page = await openPage([hanging, hanging])
    const one = page.client.saveDraft('details', { name: 'A' })
    const two = page.client.saveDraft('details', { name: 'Ad' })
    const sending = page.client.send(detailsSubmitted)
    await vi.advanceTimersByTimeAsync(1000)
    await vi.advanceTimersByTimeAsync(1000)
    expect(await sending).toMatchObject({ ok: true })
    expect(await Promise.all([one, two])).toMatchObject([{ ok: false }, { ok: false }])
  })
})

describe('the forms of a page', () => {
  const form = (type: string) => ({ step: 'details', type })
  const report = { unsaved: true, typed: true, buffered: false, broughtBackAt: null }

  it('are saved together: one that holds more than the session is enough to say no', async () => {
    const page = await openPage()
    const [one, other] = [form('one'), form('other')]
    page.client.report(one, report)
    await page.client.saveDraft('details', { name: 'Ada' }, { form: 'other' })
    expect(status(page)).toMatchObject({ state: 'unsaved', buffered: false })
    page.client.report(one, { ...report, buffered: true })
    page.client.report(other, { ...report, unsaved: false })
    expect(status(page)).toMatchObject({ state: 'unsaved', buffered: true })
    page.client.report(one, null)
    expect(status(page)).toMatchObject({ state: 'saved', buffered: false })
  })

  it('say what was brought back until one of them is typed into', async () => {
    const page = await openPage()
    const still = { ...report, unsaved: false, typed: false }
    page.client.report(form('one'), { ...still, broughtBackAt: 5 })
    page.client.report(form('other'), { ...still, broughtBackAt: 7 })
    expect(status(page)).toEqual({ ...noDraft, broughtBackAt: 7 })
    page.client.report(form('third'), { ...still, typed: true })
    expect(status(page).broughtBackAt).toBeNull()
  })

  it('leave the refusal of one of them standing while another one of the same event is all saved', async () => {
    const page = await openPage([problem('no', 400)])
    const [one, other] = [form('same'), form('same')]
    page.client.report(one, report)
    await page.client.saveDraft('details', { name: 'x' }, { form: 'same' })
    page.client.report(other, { ...report, unsaved: false })
    expect(status(page)).toMatchObject({ state: 'failed', refused: { name: { code: 'no' } } })
    page.client.report(other, null)
    expect(status(page)).toMatchObject({ state: 'failed', refused: { name: { code: 'no' } } })
    page.client.report(one, { ...report, unsaved: false })
    expect(status(page)).toEqual(noDraft)
  })

  it('take their troubles along when they leave the page', async () => {
    const page = await openPage([problem('no', 400)])
    const one = form('one')
    page.client.report(one, report)
    await page.client.saveDraft('details', { name: 'x' }, { form: 'one' })
    expect(status(page).state).toBe('failed')
    page.client.report(one, null)
    expect(status(page)).toEqual(noDraft)
  })
})

describe('a submission that is refused as invalid', () => {
  it('is kept with what is wrong with it, for any device to show', async () => {
    const page = await openPage()
    const result = await page.client.send(invalid)
    expect(result).toMatchObject({ ok: false, problem: { code: 'invalid_event' } })
    expect(await (result.ok ? undefined : result.kept)).toMatchObject({ ok: true })
    expect(page.sent.map(({ body }) => [body.opId, body.type])).toEqual([
      [page.sent[0]?.body.opId, undefined],
      [page.sent[0]?.body.opId, 'details.submitted'],
    ])
    expect(await draftOf(page)).toMatchObject({
      values: { name: 'Ada', email: 'not one' },
      issues: [{ path: ['email'], message: 'Enter an email address' }],
    })
  })

  it('and holds nothing is not said to be saved', async () => {
    const page = await openPage()
    await page.client.saveDraft('details', { name: '' })
    const result = await page.client.send(invalid, { draft: { name: '', email: '' } })
    await (result.ok ? undefined : result.kept)
    expect(status(page)).toMatchObject({ state: 'idle', savedAt: null })
  })

  it('keeps what the page says, which may be nothing', async () => {
    const page = await openPage()
    await page.client.send(invalid, { draft: { name: 'Ada', email: null } })
    await page.client.saveDraft('details', {})
    expect((await draftOf(page))?.values).toEqual({ name: 'Ada' })
    page.sent.length = 0
    expect(await page.client.send(invalid, { draft: {} })).not.toHaveProperty('kept')
    expect(page.sent).toHaveLength(1)
  })

  it('is forgotten when the page has sent something newer by then', async () => {
    const page = await openPage()
    await Promise.all([page.client.send(invalid), page.client.send(detailsSubmitted)])
    expect(methods(page)).toEqual(['POST', 'POST'])
    expect(page.client.getSnapshot().view).toMatchObject({ step: 'payment', drafts: {} })
  })
})

describe('a page that is being left', () => {
  it('saves at once, by a request that outlives it', async () => {
    const page = await openPage([(request) => new Promise((resolve) => setTimeout(() => resolve(request()), 5000))])
    const waiting = page.client.saveDraft('details', { name: 'A' })
    await vi.advanceTimersByTimeAsync(1)
    const leaving = page.client.saveDraft('details', { name: 'Ad' }, { leaving: true })
    expect(page.sent.map(({ keepalive }) => keepalive)).toEqual([false, true])
    await vi.runAllTimersAsync()
    expect(await Promise.all([waiting, leaving])).toMatchObject([{ ok: true }, { ok: true }])
  })

  it('does not lose its last words to those that had to be sent again', async () => {
    const page = await openPage()
    await page.client.saveDraft('details', { name: 'A' })
    page.faults.push(problem('store_unavailable', 503, { 'Retry-After': '5' }))
    const before = page.client.saveDraft('details', { name: 'Ad' }, { typedAt: Date.now() - 200 })
    await vi.advanceTimersByTimeAsync(1)
    await page.client.saveDraft('details', { name: 'Ada' }, { leaving: true })
    await patiently(before)
    expect(methods(page)).toEqual(['PUT', 'PUT', 'PUT', 'PUT'])
    expect((await draftOf(page))?.values).toEqual({ name: 'Ada' })
  })

  it('does not lose its last words to those that were slow to arrive', async () => {
    const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
    const page = await openPage([
      async (request) => {
        await later(3000)
        const response = await request()
        await later(3000)
        return response
      },
    ])
    const before = page.client.saveDraft('details', { name: 'Ad' })
    await vi.advanceTimersByTimeAsync(4000)
    await page.client.saveDraft('details', { name: 'Ada' }, { leaving: true, typedAt: Date.now() - 3000 })
    await patiently(before)
    expect((await draftOf(page))?.values).toEqual({ name: 'Ada' })
  })
})

describe('a session', () => {
  it('is prolonged on request, and nothing else happens to it', async () => {
    vi.useRealTimers()
    const page = await openPage()
    await page.client.send(detailsSubmitted)
    const { view } = page.client.getSnapshot()
    expect(await page.client.extend()).toMatchObject({ ok: true, view: { step: 'payment' } })
    expect(page.client.getSnapshot().view.expiresAt).toBeGreaterThanOrEqual(view.expiresAt ?? 0)
    expect(page.client.getSnapshot().problem).toBeNull()
  })

  it('prolonged while a form is wrong leaves that as it is', async () => {
    const page = await openPage()
    await page.client.saveDraft('details', { name: 'Ada' })
    await page.client.send(invalid, { draft: {} })
    const { problem: wrong } = page.client.getSnapshot()
    expect(await page.client.extend()).toMatchObject({ ok: true })
    expect(page.client.getSnapshot().problem).toBe(wrong)
  })

  it('that is gone says so when it is to be prolonged', async () => {
    const page = await openPage()
    await page.client.send(detailsSubmitted)
    await page.fetch(flowUrl, { method: 'DELETE' })
    expect(await page.client.extend()).toMatchObject({ ok: false })
    expect(page.client.getSnapshot().problem).not.toBeNull()
  })

  it('of another browser is not touched by what is typed in this one', async () => {
    const served = serve()
    const [one, other] = [await openPage([], { served }), await openPage([], { served, fetch: browser(served.http) })]
    await one.client.saveDraft('details', { name: 'Ada' })
    await other.client.saveDraft('details', { name: 'Grace' })
    expect((await draftOf(one))?.values).toEqual({ name: 'Ada' })
  })
})
