// Live updates over the real server: one stream per browser, no stale tab, no bar to the back/forward cache.

import { afterEach, describe, expect, it, vi } from 'vitest'
import { asJson, browser, detailsSubmitted, flowUrl, opId, type Served, serve } from '../../fixtures/order.ts'
import { forgetful } from '../store/forgetful.fixture.ts'
import type { View } from '../wire.ts'
import { heldBack, openPage, type Page } from './page.fixture.ts'
import { type Tab, type Tabs, tabsOf } from './tabs.fixture.ts'

const paid = { type: 'payment.submitted' as const, method: 'card' }
const stops: (() => void)[] = []

afterEach(() => {
  for (const stop of stops.splice(0)) stop()
  vi.useRealTimers()
})

type Window = Page & Tab & { stop(): void }
type Browser = { served: Served; fetch: ReturnType<typeof browser>; tabs: Tabs; open(live?: boolean): Promise<Window> }

/** A browser; with `begun`, in the middle of a session. */
async function aBrowser(
  begun = true,
  missing: Parameters<Tabs['tab']>[0] = [],
  served: Served = serve(),
): Promise<Browser> {
  const fetch = browser(served.http)
  const tabs = tabsOf(fetch)
  if (begun) await fetch(`${flowUrl}/events`, asJson({ opId: opId(), event: detailsSubmitted }))
  return {
    served,
    fetch,
    tabs,
    async open(live) {
      const tab = tabs.tab(missing)
      const page = await openPage([], { served, fetch, environment: tab.environment, live })
      const stop = page.client.watch()
      stops.push(stop)
      return { ...page, ...tab, stop }
    },
  }
}

const elsewhere = ({ fetch }: Browser, event: object = paid) =>
  fetch(`${flowUrl}/events`, asJson({ opId: opId(), event }))
const shows = (page: Page, view: Partial<View>) =>
  vi.waitFor(() => expect(page.client.getSnapshot().view).toMatchObject(view), { timeout: 20_000 })
const soon = (check: () => void) => vi.waitFor(check, { timeout: 20_000 })
/** Everything that is on its way has arrived, however often it was passed on. */
const quiet = async () => {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
}

describe('a visible page', () => {
  it('follows what happens elsewhere', async () => {
    const all = await aBrowser()
    const page = await all.open()
    await soon(() => expect(all.tabs.open()).toBe(1))
    await elsewhere(all)
    await shows(page, { step: 'review', revision: 2 })
  })

  it('learns what happened between its rendering and the stream', async () => {
    const all = await aBrowser()
    const page = await openPage([], { served: all.served, fetch: all.fetch, environment: all.tabs.tab().environment })
    await elsewhere(all)
    stops.push(page.client.watch())
    await shows(page, { revision: 2 })
  })

  it('asks for nothing it knows: not at first, and not for what it did itself', async () => {
    const all = await aBrowser()
    const page = await all.open()
    await soon(() => expect(all.tabs.open()).toBe(1))
    await page.client.send(paid)
    await page.client.saveDraft('review', { note: 'x' })
    await quiet()
    expect(page.sent.map(({ method }) => method)).toEqual(['POST', 'PUT'])
  })

  it('is told that the store has lost what it shows, without asking anything itself', async () => {
    const store = { ...forgetful(), calls: [] }
    const all = await aBrowser(true, [], serve({ store }))
    const page = await all.open()
    await soon(() => expect(all.tabs.open()).toBe(1))
    await page.client.send(paid)
    const [{ id } = { id: '' }] = (await store.scan(undefined, 10)).found
    await store.lose(id, 1)
    await shows(page, { step: 'payment', revision: 1 })
    expect(page.client.getSnapshot().problem).toMatchObject({ code: 'rewound' })
  })

  it('asks once for many pokes', async () => {
    const all = await aBrowser()
    const page = await all.open()
    await soon(() => expect(all.tabs.open()).toBe(1))
    const other = await openPage([], { served: all.served, fetch: all.fetch })
    await Promise.all(['A', 'Ad', 'Ada'].map((name) => other.client.saveDraft('details', { name })))
    await shows(page, { drafts: { details: { values: { name: 'Ada' }, issues: [] } } } as unknown as View)
    await quiet()
    expect(page.sent.length).toBeLessThanOrEqual(3)
  })

  it('asks again when it had asked before the change', async () => {
    const all = await aBrowser()
    const page = await all.open()
    await soon(() => expect(all.tabs.open()).toBe(1))
    const { fault, letGo } = heldBack()
    page.faults.push(fault)
    const asked = page.client.refresh()
    await quiet()
    await elsewhere(all)
    await quiet()
    letGo()
    await asked
    await shows(page, { step: 'review' })
  })

  it('shows what happens elsewhere while a save of its own hangs', async () => {
    const all = await aBrowser()
    const page = await all.open()
    await soon(() => expect(all.tabs.open()).toBe(1))
    const { fault, letGo } = heldBack()
    page.faults.push(fault)
    const saved = page.client.saveDraft('payment', { note: 'x' })
    await quiet()
    await elsewhere(all)
    await shows(page, { step: 'review' })
    letGo()
    await saved
    await shows(page, { step: 'review', revision: 3 })
  })

  it('has no stream before there is a session, and has one from then on', async () => {
    const all = await aBrowser(false)
    const page = await all.open()
    await quiet()
    expect(all.tabs.asked()).toBe(0)
    await page.client.send(detailsSubmitted)
    await soon(() => expect(all.tabs.open()).toBe(1))
    await elsewhere(all)
    await shows(page, { step: 'review' })
  })

  it('may be told to hold none', async () => {
    const all = await aBrowser()
    const page = await all.open(false)
    await quiet()
    expect(all.tabs.asked()).toBe(0)
    await elsewhere(all)
    page.focus()
    await shows(page, { step: 'review' })
  })

  it('watches from the start if it is told to', async () => {
    const all = await aBrowser()
    const tab = all.tabs.tab()
    const page = await openPage([], {
      served: all.served,
      fetch: all.fetch,
      environment: tab.environment,
      live: true,
    })
    stops.push(tab.hide)
    await soon(() => expect(all.tabs.open()).toBe(1))
    await elsewhere(all)
    await shows(page, { step: 'review' })
  })
})

describe('several tabs', () => {
  it('share one stream, and all of them follow', async () => {
    const all = await aBrowser()
    const pages = await Promise.all([all.open(), all.open(), all.open()])
    await soon(() => expect([all.tabs.open(), all.tabs.locked()]).toEqual([1, 3]))
    await elsewhere(all)
    for (const page of pages) await shows(page, { step: 'review' })
    expect(all.tabs.asked()).toBe(1)
  })

  it('hand the stream on when the one that holds it is hidden', async () => {
    const all = await aBrowser()
    const [one, two] = [await all.open(), await all.open()]
    await soon(() => expect(all.tabs.open()).toBe(1))
    one.hide()
    await soon(() => expect([all.tabs.asked(), all.tabs.open(), all.tabs.locked()]).toEqual([2, 1, 1]))
    await elsewhere(all)
    await shows(two, { step: 'review' })
    expect(one.client.getSnapshot().view.step).toBe('payment')
    one.show()
    await shows(one, { step: 'review' })
    expect(all.tabs.locked()).toBe(2)
  })

  it('all hear of a session that one of them began', async () => {
    const all = await aBrowser(false)
    const [one, two] = [await all.open(), await all.open()]
    await one.client.send(detailsSubmitted)
    await shows(two, { step: 'payment', saved: true })
    await soon(() => expect(all.tabs.open()).toBe(1))
  })

  it('all hear of another session, although it has not come as far as the one before', async () => {
    const all = await aBrowser()
    await elsewhere(all)
    const [one, two] = [await all.open(), await all.open()]
    await soon(() => expect(all.tabs.open()).toBe(1))
    const { tag } = two.client.getSnapshot().view
    await all.fetch(flowUrl, { method: 'DELETE' })
    await elsewhere(all, detailsSubmitted)
    await one.client.refresh()
    await soon(() => expect(two.client.getSnapshot().view.tag).not.toBe(tag))
    await shows(two, { revision: 1 })
  })

  it('all hear that access ended, although only one of them had the stream', async () => {
    const all = await aBrowser()
    const [one, two] = [await all.open(), await all.open()]
    await soon(() => expect(all.tabs.open()).toBe(1))
    await all.served.http.engine.destroy('order', credentialOf(all))
    for (const page of [one, two])
      await shows(page, { saved: false, gone: expect.objectContaining({ why: 'removed' }) })
    await quiet()
    expect([all.tabs.open(), all.tabs.locked()]).toEqual([0, 0])
  })
})

const credentialOf = ({ served, fetch }: Browser) => {
  const credential = served.http.readCredential('order', fetch.cookie)
  if (!credential) throw new Error('the browser has no session')
  return credential
}

describe('a hidden page', () => {
  it.each(['hide', 'freeze'] as const)('holds nothing after %s, and is current when it is back', async (how) => {
    const all = await aBrowser()
    const page = await all.open()
    await soon(() => expect(all.tabs.open()).toBe(1))
    page[how]()
    await quiet()
    expect([all.tabs.open(), all.tabs.locked()]).toEqual([0, 0])
    await elsewhere(all)
    await quiet()
    expect(page.client.getSnapshot().view.step).toBe('payment')
    if (how === 'hide') page.show()
    else page.thaw()
    await shows(page, { step: 'review' })
    await soon(() => expect(all.tabs.open()).toBe(1))
  })

  it('opened in the background waits until it is shown', async () => {
    const all = await aBrowser()
    const tab = all.tabs.tab()
    tab.hide()
    const page = await openPage([], { served: all.served, fetch: all.fetch, environment: tab.environment })
    stops.push(page.client.watch())
    await quiet()
    expect(all.tabs.asked()).toBe(0)
    tab.show()
    await soon(() => expect(all.tabs.open()).toBe(1))
  })
})

describe('watching', () => {
  it('goes on until the last one who watches stops, and each stops once', async () => {
    const all = await aBrowser()
    const page = await all.open()
    const again = page.client.watch()
    await soon(() => expect(all.tabs.open()).toBe(1))
    page.stop()
    page.stop()
    await quiet()
    expect(all.tabs.open()).toBe(1)
    again()
    await quiet()
    expect([all.tabs.open(), all.tabs.locked()]).toEqual([0, 0])
    page.show()
    await quiet()
    expect(page.sent).toEqual([])
  })

  it('is nothing on a server', async () => {
    const { client } = await openPage([], { environment: { addEventListener: () => {} } })
    client.watch()()
  })
})

describe('a stream that breaks off', () => {
  it('is opened again after a look at the session, and later each time it fails', async () => {
    const all = await aBrowser()
    const page = await all.open()
    await soon(() => expect(all.tabs.open()).toBe(1))
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
    all.tabs.refuse(true)
    all.tabs.cut()
    for (const waitMs of [1000, 2000, 4000]) {
      const before = all.tabs.asked()
      await quiet()
      await vi.advanceTimersByTimeAsync(waitMs - 1)
      expect(all.tabs.asked()).toBe(before)
      await vi.advanceTimersByTimeAsync(1)
      expect(all.tabs.asked()).toBe(before + 1)
    }
    all.tabs.refuse(false)
    await quiet()
    await vi.advanceTimersByTimeAsync(8000)
    await elsewhere(all)
    await quiet()
    expect(page.client.getSnapshot().view.step).toBe('review')
    // It works again, so the next time begins with a short wait.
    all.tabs.cut()
    await quiet()
    const before = all.tabs.asked()
    await vi.advanceTimersByTimeAsync(1000)
    expect(all.tabs.asked()).toBe(before + 1)
    vi.restoreAllMocks()
  })

  it('of a session on another device now says where it went, and is not opened again', async () => {
    const all = await aBrowser()
    const page = await all.open()
    await soon(() => expect(all.tabs.open()).toBe(1))
    await all.fetch(flowUrl, { method: 'DELETE' })
    await shows(page, { saved: false })
    await quiet()
    expect([all.tabs.asked(), all.tabs.locked()]).toEqual([1, 0])
  })

  it('lets the next tab have it at once when this one is hidden while it waits', async () => {
    const all = await aBrowser()
    const [one] = [await all.open(), await all.open()]
    await soon(() => expect(all.tabs.open()).toBe(1))
    all.tabs.cut()
    await quiet()
    one.hide()
    await soon(() => expect(all.tabs.open()).toBe(1))
  })
})

describe('a browser without streams', () => {
  it.each([['EventSource'], ['BroadcastChannel'], ['navigator']] as const)(
    'without %s looks when it gets the focus, and from time to time while visible',
    async (name) => {
      vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
      const all = await aBrowser(true, [name])
      const page = await all.open()
      await elsewhere(all)
      page.focus()
      await quiet()
      expect(page.client.getSnapshot().view.step).toBe('review')
      await vi.advanceTimersByTimeAsync(29_999)
      expect(page.sent).toHaveLength(1)
      await vi.advanceTimersByTimeAsync(1)
      expect(page.sent).toHaveLength(2)
      page.hide()
      await vi.advanceTimersByTimeAsync(60_000)
      expect([page.sent.length, all.tabs.asked()]).toEqual([2, 0])
    },
  )
})
