// The time that is left: told in time, by the server's clock, whatever the clocks of the visitor do.

import { act, render, screen } from '@testing-library/react'
import { renderToString } from 'react-dom/server'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { browser, flowUrl, order } from '../../fixtures/order.ts'
import { createFlowClient } from '../client/index.ts'
import { jsonCodec } from '../codec/codec.ts'
import { createEngine } from '../engine/engine.ts'
import { createHttp } from '../http/index.ts'
import { memoryStore } from '../store/memory.ts'
import type { View } from '../wire.ts'
import { type UseExpiryOptions, useExpiry } from './use-expiry.ts'

const start = Date.UTC(2026, 0, 1)
const minute = 60_000
const hour = 60 * minute
let renders = 0
/** The server's clock, the visitor's clock, and the one that only counts how long the machine was awake. */
const clocks = { server: start, date: start, steady: 0 }

beforeEach(() => {
  renders = 0
  Object.assign(clocks, { server: start, date: start, steady: 0 })
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  vi.spyOn(Date, 'now').mockImplementation(() => clocks.date)
  vi.spyOn(performance, 'now').mockImplementation(() => clocks.steady)
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

/** A page in front of the real server, whose clock is its own; `asked` counts its requests. */
async function page() {
  const clock = () => clocks.server
  const engine = createEngine({ store: memoryStore({ clock }), flows: [order], codec: jsonCodec(), clock })
  const network = browser(createHttp({ engine }))
  const view: View = await (await network(flowUrl)).json()
  const sent = { requests: 0, reachable: true, tripMs: 0 }
  const fetch: typeof globalThis.fetch = async (input, init) => {
    sent.requests++
    if (!sent.reachable) throw new TypeError('Failed to fetch')
    const response = await network(input, init)
    // The answer is under way while all clocks go on.
    for (const name of ['server', 'date', 'steady'] as const) clocks[name] += sent.tripMs
    return response
  }
  return { client: createFlowClient<View>({ url: flowUrl, view, fetch }), view, sent }
}

type LeftProps = {
  on: Awaited<ReturnType<typeof page>>
  endsAt: number | null
  now?: number
  timerId?: string
} & UseExpiryOptions

function Left({ on: { client, view }, endsAt, now = start, timerId = 'hold', ...options }: LeftProps) {
  const timers = endsAt === null ? [] : [{ id: timerId, dueAt: endsAt }]
  const flow = { view: { ...view, timers, expiresAt: endsAt }, client, refresh: client.refresh }
  const { leftMs, warn, over } = useExpiry({ flow, now }, options)
  renders++
  return <p data-testid="left">{`${leftMs} ${over ? 'over' : warn ? 'warns' : 'quiet'}`}</p>
}

const left = () => screen.getByTestId('left').textContent
/** Time goes by, a second at a time as far as this page can tell. */
async function pass(ms: number) {
  for (let passed = 0; passed < ms; passed += 1000) {
    const step = Math.min(1000, ms - passed)
    for (const name of ['server', 'date', 'steady'] as const) clocks[name] += step
    await act(() => vi.advanceTimersByTimeAsync(step))
  }
}
const sleepless = (ms: number) => {
  for (const name of ['server', 'date', 'steady'] as const) clocks[name] += ms
}
/** The machine sleeps: its steady clock and its timers stand still. */
const sleep = (ms: number) => {
  clocks.server += ms
  clocks.date += ms
}

describe('useExpiry', () => {
  it('counts the time a page was on its way, and asks the server if that was long', async () => {
    const on = await page()
    clocks.steady = 3000
    const requested = { requestStart: clocks.steady } as PerformanceNavigationTiming
    vi.spyOn(performance, 'getEntriesByType').mockReturnValue([requested])
    // The server takes its time before it renders, too.
    sleepless(2000)
    const now = clocks.server
    const container = document.createElement('div')
    container.innerHTML = renderToString(<Left on={on} endsAt={now + 5 * minute} now={now} />)
    sleepless(4000)
    document.body.append(container)
    expect(container.textContent).toBe('300000 quiet')
    render(<Left on={on} endsAt={now + 5 * minute} now={now} every />, { container, hydrate: true })
    expect(left()).toBe('294000 quiet')
    // The request under way is shared.
    await act(() => on.client.refresh())
    expect([left(), on.sent.requests]).toEqual(['296000 quiet', 1])
    await pass(1000)
    expect([left(), on.sent.requests]).toEqual(['295000 quiet', 1])
  })

  it.each([
    ['the id of a raised event', 'hold', 'hold', '300000 quiet'],
    ['the delay of an `after`', 'hold', 'xstate.after.hold.order.review', '300000 quiet'],
    ['another delay', 'hold', 'xstate.after.holding.order.review', 'null quiet'],
  ])('knows a timer by %s', async (_, timer, timerId, shown) => {
    render(<Left on={await page()} endsAt={start + 5 * minute} timer={timer} timerId={timerId} />)
    expect(left()).toBe(shown)
  })

  it('shows the same on the server and first in the browser', async () => {
    expect(renderToString(<Left on={await page()} endsAt={start + 5 * minute} />)).toContain('300000 quiet')
  })

  it('warns two minutes before, then counts the seconds, and renders no more than that', async () => {
    render(<Left on={await page()} endsAt={start + 5 * minute} />)
    await pass(3 * minute - 1000)
    expect([left(), renders]).toEqual(['300000 quiet', 1])
    await pass(1000)
    expect(left()).toBe('120000 warns')
    // React may render once more to find that nothing changed.
    expect(renders).toBeLessThanOrEqual(3)
    await pass(minute)
    expect(left()).toBe('60000 warns')
  })

  it('shows every second where it is asked to, also of a timer', async () => {
    render(<Left on={await page()} endsAt={start + 5 * minute} timer="hold" every />)
    await pass(3000)
    expect(left()).toBe('297000 quiet')
  })

  it('asks the server once it is over, again and again until it agrees, and not ten times a second', async () => {
    const on = await page()
    const { rerender } = render(<Left on={on} endsAt={start + 3 * minute} />)
    await pass(3 * minute)
    expect([left(), on.sent.requests]).toEqual(['0 over', 1])
    await pass(10_000)
    expect(on.sent.requests).toBeGreaterThanOrEqual(5)
    expect(on.sent.requests).toBeLessThanOrEqual(7)
    rerender(<Left on={on} endsAt={null} />)
    const before = on.sent.requests
    await pass(minute)
    expect([left(), on.sent.requests]).toEqual(['null quiet', before])
  })

  it('begins anew when it is prolonged', async () => {
    const on = await page()
    const { rerender } = render(<Left on={on} endsAt={start + 3 * minute} />)
    await pass(2 * minute)
    expect(left()).toBe('60000 warns')
    rerender(<Left on={on} endsAt={start + 32 * minute} />)
    expect(left()).toBe(`${30 * minute} quiet`)
    await pass(28 * minute)
    expect(left()).toBe('120000 warns')
  })

  it('does nothing any more once it is gone', async () => {
    render(<Left on={await page()} endsAt={start + 3 * minute} />).unmount()
    const before = renders
    await pass(4 * minute)
    expect(renders).toBe(before)
  })
})

describe('whatever the clocks of the visitor do', () => {
  it.each([-7 * hour, 5 * hour])('goes by that of the server: wrong by %d ms from the start', async (wrong) => {
    clocks.date += wrong
    const on = await page()
    render(<Left on={on} endsAt={start + 5 * minute} every />)
    expect(left()).toBe('300000 quiet')
    await pass(3 * minute)
    expect([left(), on.sent.requests]).toEqual(['120000 warns', 0])
  })

  it.each([
    [59 * minute, `${minute - 1000} warns`],
    [hour, '0 over'],
    [9 * hour, '0 over'],
  ])('is right within a second of waking after %d ms', async (ms, shown) => {
    render(<Left on={await page()} endsAt={start + hour} />)
    sleep(ms)
    await pass(1000)
    expect(left()).toBe(shown)
  })

  it.each([
    ['visibilitychange', document],
    ['pageshow', window],
    ['focus', window],
  ] as const)('is right at once when the page is shown again: %s', async (event, target) => {
    render(<Left on={await page()} endsAt={start + hour} />)
    sleep(59 * minute)
    await act(async () => {
      target.dispatchEvent(new Event(event))
      await new Promise(setImmediate)
    })
    expect(left()).toBe(`${minute} warns`)
  })

  it('is right after waking without a network, which may take a while to come back', async () => {
    const on = await page()
    on.sent.reachable = false
    render(<Left on={on} endsAt={start + hour} />)
    sleep(59 * minute)
    await pass(2000)
    expect(left()).toBe(`${minute - 2000} warns`)
  })

  it.each([-3 * hour, 3 * hour])('never warns of a clock that is set by %d ms', async (by) => {
    const on = await page()
    render(<Left on={on} endsAt={start + hour} />)
    clocks.date += by
    await pass(5000)
    expect([left(), renders, on.sent.requests]).toEqual([`${hour} quiet`, 1, 1])
    await pass(57 * minute)
    expect(left()).toBe(`${hour} quiet`)
    await pass(minute)
    expect(left()).toMatch(/ warns$/)
  })

  it('takes an answer that was long under way for what it was when it left', async () => {
    const on = await page()
    render(<Left on={on} endsAt={start + hour} every />)
    on.sent.tripMs = 20_000
    await act(() => on.client.refresh())
    await pass(1000)
    expect(left()).toBe(`${hour - 21_000} quiet`)
  })

  it('is not set back by a page that the browser had kept', async () => {
    const on = await page()
    const { rerender } = render(<Left on={on} endsAt={start + hour} every />)
    await pass(10_000)
    rerender(<Left key="kept" on={on} endsAt={start + hour} every />)
    expect(left()).toBe(`${hour - 10_000} quiet`)
  })

  it('is right after an hour in which its tab was hidden and its timers slept', async () => {
    render(<Left on={await page()} endsAt={start + 2 * hour} />)
    for (const name of ['server', 'date', 'steady'] as const) clocks[name] += 2 * hour - minute
    act(() => void document.dispatchEvent(new Event('visibilitychange')))
    expect(left()).toBe(`${minute} warns`)
  })
})
