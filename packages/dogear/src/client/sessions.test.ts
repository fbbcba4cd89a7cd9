// Which session a page shows: the one the server had last, whatever overtook what, and where it went if it is gone.

import { describe, expect, it, vi } from 'vitest'
import { agents, asJson, browser, detailsSubmitted, flowUrl, opId, serve, shared, site } from '../../fixtures/order.ts'
import type { HandoffReply, View } from '../wire.ts'
import { noDraft } from './drafts.ts'
import { heldBack, openPage, type Page } from './page.fixture.ts'

const restart = async ({ fetch }: Page) => {
  await fetch(flowUrl, { method: 'DELETE' })
  await fetch(`${flowUrl}/events`, asJson({ opId: opId(), event: detailsSubmitted }))
}
const paid = { type: 'payment.submitted' as const, method: 'card' }
const current = ({ client }: Page) => client.getSnapshot().view

describe('another session in the same browser', () => {
  it('takes the place of the one known, although its position is lower', async () => {
    const page = await openPage()
    await page.client.send(detailsSubmitted)
    await page.client.send(paid)
    const before = current(page)
    await restart(page)
    await page.client.refresh()
    expect(current(page)).toMatchObject({ revision: 1, step: 'payment' })
    expect(current(page).tag).not.toBe(before.tag)
  })

  it('is not undone by an answer from before', async () => {
    const page = await openPage()
    await page.client.send(detailsSubmitted)
    const { fault, answered, letGo } = heldBack()
    page.faults.push(fault)
    const refreshed = page.client.refresh()
    await answered
    await restart(page)
    await page.client.send(paid)
    const { tag } = current(page)
    letGo()
    await refreshed
    expect(current(page)).toMatchObject({ tag, step: 'review' })
  })

  it('takes along nothing of what was refused or saved in the one before', async () => {
    const page = await openPage()
    await page.client.send(detailsSubmitted)
    await page.client.saveDraft('details', { note: '4111 1111 1111 1111' })
    expect(page.client.getSnapshot().draft.state).toBe('failed')
    await restart(page)
    await page.client.refresh()
    expect(page.client.getSnapshot().draft).toEqual(noDraft)
  })
})

describe('starting over', () => {
  it('shows the beginning, without the problem of before, and the next event begins another session', async () => {
    const page = await openPage()
    await page.client.send(detailsSubmitted)
    const { tag } = current(page)
    await page.client.send({ type: 'order.placed' } as never)
    expect(page.client.getSnapshot().problem?.code).toBe('not_accepted')
    expect(await page.client.restart()).toMatchObject({ ok: true, view: { saved: false, step: 'details' } })
    expect(page.client.getSnapshot()).toMatchObject({ problem: null, view: { tag: null } })
    expect(await page.client.send(detailsSubmitted)).toMatchObject({ ok: true, view: { step: 'payment', revision: 1 } })
    expect(current(page).tag).not.toBe(tag)
  })

  it('is no sign of a browser without cookies, right after the event that began the session', async () => {
    const page = await openPage()
    await page.client.send(detailsSubmitted)
    expect(await page.client.restart()).toMatchObject({ ok: true })
    expect(page.client.getSnapshot().problem).toBe(null)
  })

  it('from a page left open ends no session that has begun since, but shows it', async () => {
    const page = await openPage()
    await page.client.send(detailsSubmitted)
    await restart(page)
    const other = (await (await page.fetch(flowUrl)).json()) as View
    expect(await page.client.restart()).toMatchObject({ ok: true, view: { tag: other.tag, saved: true } })
    expect(current(page).tag).toBe(other.tag)
  })
})

describe('a page rendered by the server', () => {
  it('of another session is believed only after asking', async () => {
    const page = await openPage()
    await page.client.send(detailsSubmitted)
    const old = structuredClone(current(page))
    await restart(page)
    await page.client.refresh()
    const known = current(page)
    page.sent.length = 0
    page.client.accept({ ...old, revision: 99 })
    expect(current(page)).toBe(known)
    await vi.waitFor(() => expect(page.sent.map(({ method }) => method)).toEqual(['GET']), { timeout: 20_000 })
    await page.client.refresh()
    expect(current(page)).toBe(known)
  })

  it('is believed when there was no session so far', async () => {
    const page = await openPage()
    await page.fetch(`${flowUrl}/events`, asJson({ opId: opId(), event: detailsSubmitted }))
    const rendered = (await (await page.fetch(flowUrl)).json()) as ReturnType<typeof current>
    page.client.accept(rendered)
    expect(current(page)).toBe(rendered)
    expect(page.sent).toEqual([])
  })

  it('that says where the session went is believed', async () => {
    const page = await openPage()
    await page.client.send(detailsSubmitted)
    const gone = { why: 'moved' as const, to: 'Phone', at: 0, takeBack: true }
    page.client.accept({ ...current(page), tag: null, epoch: 0, revision: 0, mark: '', saved: false, gone })
    expect(current(page).gone).toEqual(gone)
  })
})

describe('a session that moved to another device', () => {
  async function moved() {
    const served = serve(shared)
    const desktop = await openPage([], { served, fetch: browser(served.http, agents.desktop) })
    await desktop.client.send(detailsSubmitted)
    const offer = (await (await desktop.fetch(`${flowUrl}/handoffs`, asJson({}))).json()) as HandoffReply
    const phone = browser(served.http, agents.phone)
    await phone(`${site}/api/flows/handoffs/redeem`, asJson({ code: offer.code }))
    return { desktop, phone }
  }
  const typed = { name: 'Ada L.' }

  it('is found gone, by a look, by typing and by sending', async () => {
    for (const find of ['refresh', 'saveDraft', 'send'] as const) {
      const { desktop } = await moved()
      if (find === 'refresh') await desktop.client.refresh()
      else if (find === 'saveDraft') await desktop.client.saveDraft('details', typed)
      else await desktop.client.send(paid)
      expect(current(desktop)).toMatchObject({ saved: false, gone: { why: 'moved', takeBack: true } })
    }
  })

  it('can be taken back, and goes on where it was', async () => {
    const { desktop, phone } = await moved()
    const { tag } = current(desktop)
    await desktop.client.send(paid)
    expect(desktop.client.getSnapshot().problem).toMatchObject({ code: 'session_gone' })
    expect(await desktop.client.takeBack()).toMatchObject({ ok: true, view: { step: 'payment' } })
    expect(desktop.client.getSnapshot().problem).toBeNull()
    expect(current(desktop)).toMatchObject({ tag, gone: null, step: 'payment' })
    expect(await desktop.client.send(paid)).toMatchObject({ ok: true })
    expect((await (await phone(flowUrl)).json()) as View).toMatchObject({ gone: { why: 'moved' } })
  })

  it('cannot be taken back once somebody went on with it', async () => {
    const { desktop, phone } = await moved()
    await phone(`${flowUrl}/drafts/payment`, asJson({ opId: opId(), values: { method: 'card' } }, 'PUT'))
    expect(await desktop.client.takeBack()).toMatchObject({ ok: false })
    expect(desktop.client.getSnapshot().problem).not.toBeNull()
  })
})
