// The hook in a page: right from the first render, current after every way back, one session for all components.

import { act, render, screen } from '@testing-library/react'
import { Activity, StrictMode } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { asJson, browser, detailsSubmitted, flowUrl, opId, type order, serve } from '../../fixtures/order.ts'
import type { ViewOf } from '../flow/define.ts'
import { type FlowHandle, type UseFlowOptions, useFlow } from './use-flow.ts'

type OrderView = ViewOf<typeof order>

let pages = 0

/** A page of its own: its URL is no other test's, because a page shares its clients by URL. */
async function page() {
  const { http } = serve()
  const url = `${flowUrl}?page=${++pages}`
  const network = browser(http)
  const sent: string[] = []
  const fetch: typeof globalThis.fetch = (input, init) => {
    sent.push(`${init?.method}`)
    return network(String(input).replace(/\?page=\d+/, ''), init)
  }
  const read = async () => (await (await network(flowUrl)).json()) as OrderView
  const elsewhere = async (event: object) => {
    await network(`${flowUrl}/events`, asJson({ opId: opId(), event }))
    return read()
  }
  const noted: Noted = { handles: [], steps: [] }
  const initial = await read()
  const step = (view: OrderView, name = 'step') => <Step options={{ url, view, fetch }} noted={noted} name={name} />
  const latest = () => noted.handles.at(-1) as FlowHandle
  return { initial, elsewhere, sent, step, latest, steps: noted.steps }
}

type Noted = { handles: FlowHandle[]; steps: (string | null)[] }

function Step({ options, noted, name }: { options: UseFlowOptions<OrderView>; noted: Noted; name: string }) {
  const flow = useFlow<typeof order>(options)
  noted.handles.push(flow as unknown as FlowHandle)
  noted.steps.push(flow.view.step)
  return (
    <p data-testid={name} data-draft={flow.draft.state}>
      {flow.view.step}
    </p>
  )
}

const shown = (name = 'step') => screen.getByTestId(name).textContent
const settle = () => act(async () => {})
const comeBack = (event: Event, on: EventTarget = window) =>
  act(async () => {
    on.dispatchEvent(event)
    await new Promise((resolve) => setTimeout(resolve))
  })

describe('useFlow', () => {
  it('shows what the server rendered and asks for nothing', async () => {
    const { step, initial, sent } = await page()
    render(step(initial))
    await settle()
    expect([shown(), sent]).toEqual(['details', []])
  })

  it('follows what is sent, in every component of the page', async () => {
    const { step, initial, latest } = await page()
    render(
      <>
        {step(initial, 'one')}
        {step(initial, 'two')}
      </>,
    )
    await act(() => latest().send(detailsSubmitted))
    expect([shown('one'), shown('two')]).toEqual(['payment', 'payment'])
  })

  it('shows a newer view from the server at once, without a moment of the old one', async () => {
    const { step, initial, elsewhere, steps, sent } = await page()
    const { rerender } = render(step(initial))
    const next = await elsewhere(detailsSubmitted)
    steps.length = 0
    rerender(step(next))
    await settle()
    expect(new Set(steps)).toEqual(new Set(['payment']))
    expect(sent).toEqual([])
  })

  it('shows a page that mounts with a newer view at once, although the client is older', async () => {
    const { step, initial, elsewhere, steps } = await page()
    const { unmount } = render(step(initial))
    unmount()
    const next = await elsewhere(detailsSubmitted)
    steps.length = 0
    render(step(next))
    await settle()
    expect(new Set(steps)).toEqual(new Set(['payment']))
  })

  it('does not fall back to an older view, and asks the server which one is true', async () => {
    const { step, initial, latest, sent } = await page()
    const { rerender } = render(step(initial))
    await act(() => latest().send(detailsSubmitted))
    rerender(step(structuredClone(initial)))
    await settle()
    expect([shown(), sent]).toEqual(['payment', ['POST', 'GET']])
  })

  it.each(['back/forward cache', 'history', 'another tab'])(
    'checks the position on the way back from %s',
    async (from) => {
      const { step, initial, elsewhere, sent } = await page()
      render(step(initial))
      await elsewhere(detailsSubmitted)
      if (from === 'history') await comeBack(new PopStateEvent('popstate'))
      else if (from === 'another tab') await comeBack(new Event('visibilitychange'), document)
      else await comeBack(Object.assign(new Event('pageshow'), { persisted: true }))
      expect([shown(), sent]).toEqual(['payment', ['GET']])
    },
  )

  it('does not check on an ordinary page load', async () => {
    const { step, initial, sent } = await page()
    render(step(initial))
    await comeBack(Object.assign(new Event('pageshow'), { persisted: false }))
    expect(sent).toEqual([])
  })

  it('listens to nothing any more once it is gone', async () => {
    const { step, initial, sent } = await page()
    render(step(initial)).unmount()
    await comeBack(new PopStateEvent('popstate'))
    expect(sent).toEqual([])
  })

  it('is quiet while its route is hidden, and current when it is shown again', async () => {
    const { step, initial, elsewhere, sent } = await page()
    const hidden = (mode: 'visible' | 'hidden') => <Activity mode={mode}>{step(initial)}</Activity>
    const { rerender } = render(hidden('visible'))
    rerender(hidden('hidden'))
    await elsewhere(detailsSubmitted)
    await comeBack(new PopStateEvent('popstate'))
    expect(sent).toEqual([])
    rerender(hidden('visible'))
    await settle()
    await comeBack(new Event('unrelated'))
    expect([shown(), sent]).toEqual(['payment', ['GET']])
  })

  it('works twice as well in Strict Mode', async () => {
    const { step, initial, latest } = await page()
    render(<StrictMode>{step(initial)}</StrictMode>)
    await act(() => latest().send(detailsSubmitted))
    expect(shown()).toBe('payment')
  })

  it('changes sessions with its URL', async () => {
    const [one, two] = [await page(), await page()]
    const ahead = await two.elsewhere(detailsSubmitted)
    const { rerender } = render(one.step(one.initial))
    rerender(two.step(ahead))
    expect(shown()).toBe('payment')
  })

  it('hydrates what the server rendered, even when the page already knows better', async () => {
    const { step, initial, latest } = await page()
    const html = renderToString(step(initial))
    const { unmount } = render(step(initial))
    await act(() => latest().send(detailsSubmitted))
    await act(() => latest().client.saveDraft('payment', { method: 'card' }))
    unmount()
    const root = document.createElement('div')
    document.body.append(root)
    root.innerHTML = html
    const recovered: unknown[] = []
    const hydrated = await act(async () =>
      hydrateRoot(root, step(initial), { onRecoverableError: (error) => recovered.push(error) }),
    )
    expect([root.textContent, recovered]).toEqual(['payment', []])
    act(() => hydrated.unmount())
    root.remove()
  })
})
