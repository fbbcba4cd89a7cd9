// The vanilla client against the real server, over a network that fails in every way a network does.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ada, asJson, detailsSubmitted, flowUrl, opId } from '../../fixtures/order.ts'
import { type Fault, lostReply, offline, openPage, patiently, problem, status } from './page.fixture.ts'

const paid = { type: 'payment.submitted' as const, method: 'card' }
const page = (...faults: Fault[]) => openPage(faults)

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => vi.useRealTimers())

describe('sending', () => {
  it('moves the view, and says so once it has', async () => {
    const { client } = await page()
    const seen: unknown[] = []
    client.subscribe(() => seen.push([client.getSnapshot().view.step, client.getSnapshot().busy]))
    const result = await client.send(detailsSubmitted)
    expect(result).toMatchObject({ ok: true, outcome: 'applied', view: { step: 'payment', context: { details: ada } } })
    expect(seen).toEqual([
      ['details', true],
      ['payment', false],
    ])
  })

  it('tells the server where the person was and what they had seen when it leaves', async () => {
    const { client, sent } = await page()
    await Promise.all([client.send(detailsSubmitted), client.send(paid, { step: 'payment' })])
    expect(sent.map(({ body }) => [body.step, body.position])).toEqual([
      ['details', { epoch: 0, revision: 0, mark: '' }],
      ['payment', { epoch: 0, revision: 1, mark: expect.stringMatching(/^[\w-]{8}$/) }],
    ])
    expect(client.getSnapshot()).toMatchObject({ busy: false, view: { step: 'review' } })
  })

  it('happens once for the same operation, however often it is asked for', async () => {
    const { client, sent } = await page()
    const same = { opId: opId() }
    const results = await Promise.all([client.send(detailsSubmitted, same), client.send(detailsSubmitted, same)])
    expect(sent).toHaveLength(1)
    expect(results[0]).toBe(results[1])
  })

  it('returns a refusal as a value and keeps it until something is accepted', async () => {
    const { client } = await page()
    const refused = await client.send({ ...detailsSubmitted, email: 'x' })
    expect(refused).toMatchObject({ ok: false, problem: { code: 'invalid_event', issues: [{ path: ['email'] }] } })
    expect(client.getSnapshot().problem).toMatchObject({ code: 'invalid_event' })
    await client.send(detailsSubmitted)
    expect(client.getSnapshot().problem).toBeNull()
  })

  it('goes on after an event that cannot be sent at all', async () => {
    const { client } = await page()
    await expect(client.send({ ...detailsSubmitted, note: 1n as unknown as string })).rejects.toThrow(TypeError)
    expect(await client.send(detailsSubmitted)).toMatchObject({ ok: true })
    expect(client.getSnapshot().busy).toBe(false)
  })
})

describe('a network that fails', () => {
  it.each([
    ['nobody answers', offline],
    ['the answer is lost', lostReply],
    ['a proxy says 502', status(502)],
    ['a proxy says 504', status(504)],
    ['the store is away', problem('store_unavailable', 503, { 'Retry-After': '1' })],
    ['there is too much of it', problem('rate_limited', 429)],
    ['half an answer comes', status(200, {}, '{"outcome":')],
  ])('is tried again with the same operation when %s, and the event counts once', async (_, fault) => {
    const { client, sent } = await page(fault, fault)
    const result = await patiently(client.send(detailsSubmitted))
    expect(result).toMatchObject({ ok: true, view: { step: 'payment', revision: 1 } })
    expect(new Set(sent.map(({ body }) => body.opId)).size).toBe(1)
    expect(sent).toHaveLength(3)
  })

  it('is given up on after a few attempts, as a value, with nothing lost', async () => {
    const { client, sent, faults } = await page(offline, offline, offline, offline)
    const given = { opId: opId() }
    expect(await patiently(client.send(detailsSubmitted, given))).toMatchObject({
      ok: false,
      problem: { code: 'offline', status: 0 },
    })
    expect(sent).toHaveLength(4)
    expect(client.getSnapshot()).toMatchObject({ busy: false, problem: { code: 'offline' }, view: { step: 'details' } })
    faults.length = 0
    expect(await client.send(detailsSubmitted, given)).toMatchObject({ ok: true })
  })

  it.each([
    ['a server error', problem('flow_failed', 500)],
    ['an error page', status(500)],
    ['a newer version', problem('newer_version', 503)],
    ['a refusal', problem('not_accepted', 409)],
    ['a wait longer than a person has', problem('store_unavailable', 503, { 'Retry-After': '60' })],
  ])('is not tried again after %s', async (_, fault) => {
    const { client, sent } = await page(fault)
    expect(await patiently(client.send(detailsSubmitted))).toMatchObject({ ok: false })
    expect(sent.filter(({ method }) => method === 'POST')).toHaveLength(1)
  })

  it('is left alone for as long as the server asks', async () => {
    const { client, sent } = await page(problem('store_unavailable', 503, { 'Retry-After': '5' }))
    const result = client.send(detailsSubmitted)
    await vi.advanceTimersByTimeAsync(4_999)
    expect(sent).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(await result).toMatchObject({ ok: true })
  })
})

describe('the view', () => {
  it('is the same object until something changes', async () => {
    const { client } = await page()
    await client.send(detailsSubmitted)
    const before = client.getSnapshot()
    let told = 0
    client.subscribe(() => told++)
    await client.refresh()
    client.accept(structuredClone(before.view))
    client.dismiss()
    expect(client.getSnapshot()).toBe(before)
    expect(told).toBe(0)
  })

  it('follows another tab when it is refreshed, once however many ask', async () => {
    const { client, fetch, sent } = await page()
    await fetch(`${flowUrl}/events`, asJson({ opId: opId(), event: detailsSubmitted }))
    await Promise.all([client.refresh(), client.refresh(), client.refresh()])
    expect(client.getSnapshot().view).toMatchObject({ step: 'payment', revision: 1 })
    expect(sent).toHaveLength(1)
  })

  it('catches up from a refusal', async () => {
    const { client, fetch } = await page()
    await client.send(detailsSubmitted)
    await fetch(`${flowUrl}/events`, asJson({ opId: opId(), event: paid }))
    expect(await client.send({ ...detailsSubmitted, name: 'Grace' }, { step: 'details' })).toMatchObject({
      problem: { code: 'stale_step' },
    })
    expect(client.getSnapshot()).toMatchObject({
      view: { step: 'review', revision: 2 },
      problem: { code: 'stale_step' },
    })
  })

  it('never goes back to an older one', async () => {
    const { client } = await page()
    const { view: first } = client.getSnapshot()
    await client.send(detailsSubmitted)
    const { view: second } = client.getSnapshot()
    client.accept(first)
    expect(client.getSnapshot().view).toBe(second)
    const restored = { ...second, epoch: 1, revision: 0 }
    client.accept(restored)
    expect(client.getSnapshot().view).toBe(restored)
  })

  it('ignores an answer that was overtaken', async () => {
    let overtake: () => void = () => {}
    const slow: Fault = async (request) => {
      const response = await request()
      await new Promise<void>((resolve) => {
        overtake = resolve
      })
      return response
    }
    const { client } = await page(slow)
    const refreshed = client.refresh()
    await client.send(detailsSubmitted)
    overtake()
    await refreshed
    expect(client.getSnapshot().view).toMatchObject({ step: 'payment', saved: true })
  })

  it('begins anew when the session was ended elsewhere', async () => {
    const { client, fetch } = await page()
    await client.send(detailsSubmitted)
    await client.send(paid)
    await fetch(flowUrl, { method: 'DELETE' })
    expect(await client.send({ type: 'order.placed' })).toMatchObject({ problem: { code: 'session_gone' } })
    expect(client.getSnapshot().view).toMatchObject({ step: 'details', saved: false })
    expect(await client.send(detailsSubmitted)).toMatchObject({ ok: true, view: { revision: 1 } })
    expect(client.getSnapshot()).toMatchObject({ problem: null, view: { step: 'payment' } })
  })

  it('is taken back when a refresh finds no session any more', async () => {
    const { client, fetch } = await page()
    await client.send(detailsSubmitted)
    await client.refresh()
    await fetch(flowUrl, { method: 'DELETE' })
    await client.refresh()
    expect(client.getSnapshot().view).toMatchObject({ step: 'details', saved: false })
  })

  it('stays as it is while the network is away', async () => {
    const { client } = await page(offline, offline, offline, offline)
    const before = client.getSnapshot()
    await patiently(client.refresh())
    expect(client.getSnapshot()).toBe(before)
  })
})

describe('subscribers', () => {
  it('hear nothing after they left', async () => {
    const { client } = await page()
    let told = 0
    client.subscribe(() => told++)()
    await client.send(detailsSubmitted)
    expect(told).toBe(0)
  })
})
