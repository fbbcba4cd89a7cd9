// The progress of effects on a page: what is on the screen, render by render, over streams of the real server.

import { act, render, screen } from '@testing-library/react'
import { renderToString } from 'react-dom/server'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { browser, site } from '../../fixtures/order.ts'
import type { Environment } from '../client/environment.ts'
import { tabsOf } from '../client/tabs.fixture.ts'
import { jsonCodec } from '../codec/codec.ts'
import { createEngine } from '../engine/engine.ts'
import { eventually } from '../engine/harness.fixture.ts'
import { reporting } from '../engine/progress/progress.fixture.ts'
import { createHttp } from '../http/index.ts'
import { memoryStore } from '../store/memory.ts'
import type { Progress, View } from '../wire.ts'
import { type FlowHandle, useFlow } from './use-flow.ts'
import { withProgress } from './with-progress.ts'

const url = `${site}/api/flows/checkout`
let visibility: DocumentVisibilityState = 'visible'

beforeEach(() => {
  visibility = 'visible'
  vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => visibility)
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

const show = (state: DocumentVisibilityState): Promise<void> =>
  act(async () => {
    visibility = state
    document.dispatchEvent(new Event('visibilitychange'))
  })

/** Every text that was rendered of an attempt, in order; null where there was no progress. */
let seen: (string | null)[] = []

type PageProps = { view: Pick<View, 'pending' | 'tag'>; initial?: Progress }

/** A page whose view is what the test says, position by position. */
function Page({ view, initial }: PageProps) {
  const useReported = withProgress(initial)
  const { pay } = useReported({ client: { url }, view } as FlowHandle).progress
  seen.push(pay?.text ?? null)
  return <p>{pay?.text ?? 'nothing yet'}</p>
}

type Source = NonNullable<Environment['EventSource']>

/** Streams whose messages are tasks of their own, as in a browser: React may render between two of them. */
const oneByOne = (Inner: Source | undefined): Source =>
  class {
    onmessage: EventSource['onmessage'] = null
    onerror: EventSource['onerror'] = null
    readonly #inner: InstanceType<Source>
    constructor(path: string) {
      if (!Inner) throw new Error('this browser has no streams')
      this.#inner = new Inner(path)
      let line: Promise<unknown> = Promise.resolve()
      this.#inner.onmessage = (event) => {
        line = line.then(() => this.onmessage?.call(this as never, event)).then(() => new Promise(setImmediate))
      }
    }
    get readyState() {
      return this.#inner.readyState
    }
    close() {
      this.#inner.close()
    }
  }

/** An order that is being paid, in a browser whose streams are those of the real server. */
async function paying() {
  seen = []
  const effect = reporting()
  const store = memoryStore()
  const engine = createEngine({ store, flows: [effect.flow], codec: jsonCodec(), effectWaitMs: 1 })
  const http = createHttp({ engine })
  const fetch = browser(http)
  const tabs = tabsOf(fetch)
  vi.stubGlobal('EventSource', oneByOne(tabs.tab().environment.EventSource))
  const send = async (type: string, opId = `operation-${type}-${Math.random()}`): Promise<View> => {
    const body = JSON.stringify({ opId, event: { type } })
    const answer = await fetch(`${url}/events`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body,
    })
    return (await answer.json()).view
  }
  const load = async (): Promise<View> => (await fetch(url)).json()
  const atServer = () =>
    http.readProgress('checkout', new Request(`${site}/checkout`, { headers: { cookie: fetch.cookie } }))
  return { ...effect, ...tabs, fetch, send, load, atServer, view: await send('order') }
}

const onScreen = (text: string) => screen.findByText(text, {}, { timeout: 10_000, interval: 5 })

/** Within an attempt a page shows what it has shown, and perhaps more. */
function expectNoFlicker(texts: readonly (string | null)[]): void {
  for (const [nth, text] of texts.entries()) if (nth > 0) expect(text?.startsWith(texts[nth - 1] ?? '')).toBe(true)
}

describe('withProgress', () => {
  it('shows what there was in the first render of a page that is refreshed, and goes on there', async () => {
    const { view, report, end, atServer, load } = await paying()
    const first = render(<Page view={view} />)
    report('Once upon')
    await onScreen('Once upon')
    expectNoFlicker(seen.slice(seen.indexOf('Once upon')))
    first.unmount()
    const [again, initial] = [await load(), await atServer()]
    expect(renderToString(<Page view={again} initial={initial} />)).toBe('<p>Once upon</p>')
    seen = []
    report(' a time')
    render(<Page view={again} initial={initial} />)
    expect(seen[0]).toBe('Once upon')
    await onScreen('Once upon a time')
    expectNoFlicker(seen)
    end()
  })

  it('is hydrated with the text of the server, on which both agree', async () => {
    const { view, report, end, atServer } = await paying()
    report('Once')
    await eventually(async () => expect(await atServer()).toMatchObject({ pay: { text: 'Once' } }))
    const initial = await atServer()
    const container = document.createElement('div')
    document.body.append(container)
    container.innerHTML = renderToString(<Page view={view} initial={initial} />)
    expect(container.innerHTML).toBe('<p>Once</p>')
    seen = []
    // React prints where they differ, and a test that prints fails.
    const { unmount } = render(<Page view={view} initial={initial} />, { container, hydrate: true })
    report(' upon')
    await onScreen('Once upon')
    expectNoFlicker(seen)
    unmount()
    container.remove()
    end()
  })

  it('replaces what the first attempt has said by what the second says', async () => {
    const { view, report, reports, end } = await paying()
    render(<Page view={view} />)
    report('the first')
    await onScreen('the first')
    await act(async () => end({ fail: true }))
    await onScreen('nothing yet')
    await eventually(() => expect(reports).toHaveLength(2))
    report('another')
    await onScreen('another')
    report(' one')
    await onScreen('another one')
    const texts = seen.filter((text, nth) => text !== seen[nth - 1])
    expect(texts).toEqual([null, 'the first', null, 'another', 'another one'])
    end()
  })

  it('has no stream without something pending, nor without a session, and ends it with the wait', async () => {
    const { view, report, end, load, open, asked } = await paying()
    const { rerender } = render(<Page view={{ pending: [], tag: view.tag }} />)
    rerender(<Page view={{ pending: ['pay'], tag: null }} />)
    expect([open(), asked()]).toEqual([0, 0])
    expect(seen).toEqual([null, null])
    rerender(<Page view={view} />)
    expect([open(), asked()]).toEqual([1, 1])
    report('nearly there')
    await onScreen('nearly there')
    rerender(<Page view={{ ...view }} />)
    expect(asked()).toBe(1)
    rerender(<Page view={{ pending: [], tag: view.tag }} />)
    expect([open(), seen.at(-1)]).toEqual([0, null])
    // The next wait begins without the text of the last one.
    seen = []
    rerender(<Page view={view} />)
    expect(seen[0]).toBe(null)
    await onScreen('nearly there')
    await act(async () => end())
    const paid = await load()
    expect(paid.pending).toEqual([])
    rerender(<Page view={paid} />)
    expect([open(), seen.at(-1)]).toEqual([0, null])
  })

  it('shows nothing of one session in another, not for one render', async () => {
    const { view, report, end } = await paying()
    const { rerender } = render(<Page view={view} />)
    report('of Ada')
    await onScreen('of Ada')
    const before = seen.length
    rerender(<Page view={{ ...view, tag: 'that-of-eve' }} />)
    expect(seen.slice(before)[0]).toBe(null)
    end()
  })

  it('closes its stream while the page is hidden or gone, and goes on without a flicker when shown again', async () => {
    const { view, report, end, open } = await paying()
    const { unmount } = render(<Page view={view} />)
    report('Once')
    await onScreen('Once')
    seen = ['Once']
    await show('hidden')
    expect(open()).toBe(0)
    report(' upon')
    await new Promise((resolve) => setTimeout(resolve, 200))
    await show('visible')
    expect(open()).toBe(1)
    await onScreen('Once upon')
    expectNoFlicker(seen)
    unmount()
    expect(open()).toBe(0)
    await show('visible')
    expect(open()).toBe(0)
    end()
  })
})

type FlowPageProps = { view: View; fetch: typeof globalThis.fetch; initial?: Progress | undefined }

/** A page that has its view and its progress from `useFlow`; without `initial` it names no progress. */
function FlowPage({ view, fetch, initial }: FlowPageProps) {
  const flow = useFlow<View>({ url, view, fetch, progress: initial && withProgress(initial) })
  const text = flow.progress.pay?.text ?? null
  seen.push(text)
  return (
    <p>
      {flow.view.pending.length > 0 ? (text ?? 'nothing yet') : 'paid'}
      <button type="button" onClick={() => flow.refresh()}>
        Look
      </button>
    </p>
  )
}

describe('the progress of useFlow', () => {
  it('is there from the first render, grows, and is gone in the very render that shows the result', async () => {
    const { report, end, atServer, load, fetch, open } = await paying()
    report('Once')
    await eventually(async () => expect(await atServer()).toMatchObject({ pay: { text: 'Once' } }))
    const [view, initial] = [await load(), await atServer()]
    expect(renderToString(<FlowPage view={view} fetch={fetch} initial={initial} />)).toContain('<p>Once<')
    seen = []
    render(<FlowPage view={view} fetch={fetch} initial={initial} />)
    expect(seen[0]).toBe('Once')
    report(' upon')
    await onScreen('Once upon')
    expectNoFlicker(seen)
    end()
    await eventually(async () => expect((await load()).pending).toEqual([]))
    const before = seen.length
    await act(async () => screen.getByText('Look').click())
    await onScreen('paid')
    expect(seen.slice(before).filter((text, nth, all) => text !== all[nth - 1])).toEqual([null])
    expect(open()).toBe(0)
  })

  it('is empty on a page that does not name it, which holds no stream for it', async () => {
    const { report, end, view, fetch, asked } = await paying()
    report('Once')
    render(<FlowPage view={view} fetch={fetch} />)
    await act(() => new Promise((resolve) => setTimeout(resolve, 200)))
    expect([asked(), new Set(seen)]).toEqual([0, new Set([null])])
    end()
  })
})
