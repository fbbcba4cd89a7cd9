// Deploys under open pages: the page is loaded anew, but never before what was typed is safe, and never in a circle.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { asJson, detailsSubmitted, flowUrl, opId } from '../../fixtures/order.ts'
import type { View } from '../wire.ts'
import { type Fault, openPage, problem } from './page.fixture.ts'
import { reloadOnce } from './reload.ts'

const newer = problem('newer_version', 503)
const paid = { type: 'payment.submitted' as const, method: 'card' }

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => vi.useRealTimers())

async function open(...faults: Fault[]) {
  let reloads = 0
  const page = await openPage(faults, { reload: () => reloads++ })
  return { ...page, reloads: () => reloads }
}

describe('a submission refused because of a deploy', () => {
  it('is kept as a draft, and then the page is loaded anew', async () => {
    const { client, reloads, fetch } = await open(newer)
    const result = await client.send(detailsSubmitted)
    expect([result.ok, reloads()]).toEqual([false, 0])
    await (result.ok ? undefined : result.kept)
    await vi.runAllTimersAsync()
    expect(reloads()).toBe(1)
    const view = (await (await fetch(flowUrl)).json()) as View
    expect(view.drafts.details?.values).toEqual({ name: 'Ada', email: 'ada@example.org' })
  })

  it('leaves the page as it is as long as what was typed is nowhere else', async () => {
    const { client, reloads } = await open(newer, newer)
    const result = await client.send(detailsSubmitted)
    await (result.ok ? undefined : result.kept)
    await vi.runAllTimersAsync()
    expect(reloads()).toBe(0)
    expect(client.getSnapshot()).toMatchObject({ problem: { code: 'newer_version' }, draft: { state: 'failed' } })
  })

  it('that holds nothing has the page loaded anew at once', async () => {
    const { client, reloads } = await open()
    await client.send(detailsSubmitted)
    await client.send(paid)
    const again = await open(newer)
    await again.client.send({ type: 'order.placed' })
    await vi.runAllTimersAsync()
    expect([reloads(), again.reloads()]).toEqual([0, 1])
  })

  it('by a server whose version is newer than the page, for whatever reason, is the same', async () => {
    const { client, reloads, fetch, faults } = await open()
    await client.send(detailsSubmitted)
    await fetch(`${flowUrl}/events`, asJson({ opId: opId(), event: paid }))
    faults.push(async (request) => {
      const response = await request()
      const body = (await response.json()) as { view: View }
      return new Response(JSON.stringify({ ...body, view: { ...body.view, version: 2 } }), { status: response.status })
    })
    await client.send({ ...detailsSubmitted, name: 'Grace' }, { step: 'details' })
    await vi.runAllTimersAsync()
    await client.saveDraft('details', {})
    expect(reloads()).toBe(1)
    const view = (await (await fetch(flowUrl)).json()) as View
    expect(view.drafts.details?.values).toMatchObject({ name: 'Grace' })
  })
})

describe('a submission no lift understands any more', () => {
  it('is kept as a draft of no event, and then the page is loaded anew', async () => {
    const { client, reloads, sent } = await open(async (request) => {
      const response = await request()
      const body = (await response.json()) as { view: View }
      return new Response(JSON.stringify({ ...body, view: { ...body.view, version: 2 } }), { status: response.status })
    })
    const result = await client.send({ ...detailsSubmitted, email: 'of another shape' })
    expect(result).toMatchObject({ ok: false, problem: { code: 'invalid_event' } })
    await (result.ok ? undefined : result.kept)
    await vi.runAllTimersAsync()
    expect(sent[1]?.body).toMatchObject({ values: { email: 'of another shape' }, version: 1 })
    expect([sent[1]?.body.type, reloads()]).toEqual([undefined, 1])
  })
})

describe('what nobody pressed', () => {
  it('never has a page loaded anew', async () => {
    const { client, reloads } = await open(newer, newer)
    await client.refresh()
    await client.saveDraft('details', { name: 'Ada' })
    await vi.runAllTimersAsync()
    expect(reloads()).toBe(0)
  })
})

describe('loading anew', () => {
  afterEach(() => vi.unstubAllGlobals())

  /** A tab: what it remembers, and how often it was loaded. */
  function tab(storage: Partial<Storage> | undefined) {
    let loads = 0
    vi.stubGlobal('location', { reload: () => loads++ })
    vi.stubGlobal('sessionStorage', storage)
    return () => loads
  }
  function memory(): Partial<Storage> {
    const kept = new Map<string, string>()
    return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) }
  }

  it('happens once, and again only after a while', () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const loads = tab(memory())
    reloadOnce()
    reloadOnce()
    expect(loads()).toBe(1)
    vi.setSystemTime(Date.now() + 30_001)
    reloadOnce()
    expect(loads()).toBe(2)
  })

  it.each([['there is no place to remember it', undefined]])('does not happen where %s', (_, storage) => {
    const loads = tab(storage)
    reloadOnce()
    expect(loads()).toBe(0)
  })
})
