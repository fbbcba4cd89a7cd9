// Values typed without a connection survive their tab, and are nobody else's.

import { act } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { ada, asJson, browser, detailsSubmitted, flowUrl, opId, serve } from '../../fixtures/order.ts'
import { createBuffer } from '../client/buffer.ts'
import { forgetTyped } from '../client/index.ts'
import type { View } from '../wire.ts'
import { controlPage, type FormPage, field, offline, openForm, pass, show, submit, type } from './form-page.fixture.tsx'

controlPage()
afterEach(() => localStorage.clear())

const noNetwork = (page: FormPage) => {
  for (let attempt = 0; attempt < 5000; attempt++) page.trouble.push(offline)
}
const kept = () => JSON.stringify({ ...localStorage })

/** A page on which something was typed offline, closed after that. */
async function typedOffline(of: Parameters<typeof openForm>[0] = {}, name = 'Ada') {
  const page = await openForm(of)
  const { unmount } = await show(page.element)
  noNetwork(page)
  type('name', name)
  await pass(800)
  return { page, close: unmount }
}

// A URL of its own for every page keeps their clients apart. The second page gets what the first has kept.
function handOver(): void {
  for (const [key, text] of Object.entries({ ...localStorage }))
    localStorage.setItem(
      key.replace(/form=(\d+)/, (_, count) => `form=${Number(count) + 1}`),
      String(text),
    )
}

describe('what was typed without a connection', () => {
  it('has the browser ask before the page is left, as long as it is kept nowhere', async () => {
    const leave = () => {
      const event = new Event('beforeunload', { cancelable: true })
      window.dispatchEvent(event)
      return event.defaultPrevented ? 'asked' : 'left'
    }
    const page = await openForm()
    await show(page.element)
    await act(() => import('../client/live.ts'))
    await pass(0)
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('', 'QuotaExceededError')
    })
    expect(leave()).toBe('left')
    noNetwork(page)
    type('name', 'Ada')
    expect(leave()).toBe('asked')
    await pass(60_000)
    expect(leave()).toBe('asked')
    vi.restoreAllMocks()
    type('name', 'Ada L.')
    expect(leave()).toBe('left')
    page.trouble.length = 0
    await pass(60_000)
    expect([page.status().state, leave()]).toEqual(['saved', 'left'])
  })

  it('is said to be kept in this browser, never to be saved', async () => {
    const { page } = await typedOffline()
    await pass(10_000)
    expect(page.status()).toMatchObject({ state: 'failed', buffered: true, savedAt: null })
    expect(kept()).toContain('Ada')
  })

  it('is there on the next visit, saved as old as it is, and then gone from the browser', async () => {
    const served = serve()
    const network = browser(served.http)
    await network(`${flowUrl}/drafts/details`, asJson({ opId: opId(), values: { email: 'ada@' } }, 'PUT'))
    const { close } = await typedOffline({ served, network })
    const typedAt = Date.now() - 800
    close()
    handOver()
    await pass(60_000)
    const next = await openForm({ served, network })
    await show(next.element)
    await pass(0)
    expect(field('name').value).toBe('Ada')
    expect(next.status().broughtBackAt).toBe(typedAt)
    await pass(800)
    expect(next.drafts).toMatchObject([{ values: { name: 'Ada' }, ageMs: { name: Date.now() - typedAt } }])
    expect((await next.draft())?.values).toMatchObject({ name: 'Ada', email: 'ada@' })
    await pass(800)
    expect(kept()).not.toContain(`form=${next.flow().client.url.split('=')[1]}`)
    type('name', 'Ada L.')
    expect(next.status().broughtBackAt).toBeNull()
  })

  it('is not kept if it is secret, or looks like a card number', async () => {
    const children = (
      <>
        <input name="name" aria-label="name" />
        <input name="password" type="password" aria-label="password" />
        <input name="pin" data-secret="" aria-label="pin" />
      </>
    )
    const { page } = await typedOffline({ children }, '4111-1111 1111 1111')
    type('password', 'xyzzy')
    type('pin', '9876')
    await pass(10_000)
    expect(kept()).not.toMatch(/4111|xyzzy|9876/)
    expect(page.status()).toMatchObject({ state: 'failed', buffered: false })
  })

  it('keeps the page open where the browser has no room for it', async () => {
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError')
    })
    const { page } = await typedOffline()
    await pass(10_000)
    expect(page.status()).toMatchObject({ state: 'failed', buffered: false })
    vi.restoreAllMocks()
  })

  it.each([
    [
      'started over',
      async (network: typeof fetch & { cookie: string }) => {
        await network(flowUrl, { method: 'DELETE' })
        await network(`${flowUrl}/events`, asJson({ opId: opId(), event: detailsSubmitted }))
      },
    ],
    ['deleted', (network: typeof fetch) => network(flowUrl, { method: 'DELETE' })],
    [
      'continued by another person',
      async (network: typeof fetch & { cookie: string }) => {
        network.cookie = ''
        await network(`${flowUrl}/drafts/details`, asJson({ opId: opId(), values: { email: 'grace@' } }, 'PUT'))
        await network(`${flowUrl}/drafts/details`, asJson({ opId: opId(), values: { email: 'grace@h' } }, 'PUT'))
        await network(`${flowUrl}/drafts/details`, asJson({ opId: opId(), values: { email: 'grace@h.' } }, 'PUT'))
      },
    ],
  ])('is forgotten with a session that is %s', async (_, end) => {
    const served = serve()
    const network = browser(served.http)
    await network(`${flowUrl}/drafts/details`, asJson({ opId: opId(), values: { email: 'ada@' } }, 'PUT'))
    const { close } = await typedOffline({ served, network })
    close()
    handOver()
    await end(network)
    const next = await openForm({ served, network })
    await show(next.element)
    await pass(0)
    expect(field('name').value).toBe('')
  })

  it('is forgotten after an hour where no session had begun, and with the session otherwise', async () => {
    const served = serve()
    const network = browser(served.http)
    const { close } = await typedOffline({ served, network })
    close()
    handOver()
    await pass(3_700_000)
    const next = await openForm({ served, network })
    await show(next.element)
    await pass(0)
    expect(field('name').value).toBe('')
  })

  it('is forgotten on request: where people sign in or out', async () => {
    const { close } = await typedOffline()
    close()
    expect(kept()).toContain('Ada')
    forgetTyped('/another/flow')
    expect(kept()).toContain('Ada')
    forgetTyped()
    expect(localStorage).toHaveLength(0)
  })

  it('is gone once it was submitted', async () => {
    const page = await openForm()
    await show(page.element)
    page.trouble.push(offline)
    type('name', ada.name)
    type('email', ada.email)
    submit()
    await pass(10_000)
    expect(kept()).not.toContain(ada.email)
    expect(page.flow().view.step).toBe('payment')
  })

  it('and refused is no trouble of the pages after its own', async () => {
    const page = await openForm()
    const { unmount } = await show(page.element)
    type('note', '字'.repeat(30_000))
    await pass(800)
    expect(page.status()).toMatchObject({ state: 'failed', buffered: false, refused: { note: { status: 413 } } })
    unmount()
    await pass(0)
    expect(page.flow().client.getSnapshot().draft).toMatchObject({ state: 'idle', refused: {} })
  })
})

it('what was typed into one of several forms that share a draft is left to that form', () => {
  const bufferOf = () => createBuffer('/api/flows/shop', { step: 'payment', type: 'payment.submitted' })
  const view = { tag: 'a', gone: null, status: 'active', revision: 3, expiresAt: Date.now() + 60_000 } as View
  bufferOf().keep(view, { values: { company: 'Acme' }, typedAt: { company: Date.now() } }, undefined)
  const choice = bufferOf()
  expect(choice.take(view, new Map([['way', 'invoice']]))).toEqual({})
  choice.keep(view, null, undefined)
  expect(bufferOf().take(view, new Map([['company', '']]))).toMatchObject({ company: { value: 'Acme' } })
})
