// The time that is left: told in time, by the server's clock, and at the price of next to no renders.

import { act, render, screen } from '@testing-library/react'
import { renderToString } from 'react-dom/server'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { useExpiry } from './use-expiry.ts'

const now = Date.UTC(2026, 0, 1)
const minute = 60_000
let renders = 0

beforeEach(() => {
  renders = 0
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] })
})
afterEach(() => vi.useRealTimers())

type LeftProps = { expiresAt: number | null; now?: number; warnMs?: number }

function Left({ expiresAt, now: at = now, ...options }: LeftProps) {
  const { leftMs, warn } = useExpiry({ expiresAt }, { now: at, ...options })
  renders++
  return <p data-testid="left">{`${leftMs} ${warn}`}</p>
}

const left = () => screen.getByTestId('left').textContent
const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms))

describe('useExpiry', () => {
  it('shows the same on the server and first in the browser', () => {
    expect(renderToString(<Left expiresAt={now + 5 * minute} />)).toContain('300000 false')
  })

  it('warns two minutes before, whatever the clock of the visitor says', async () => {
    vi.setSystemTime(0)
    render(<Left expiresAt={now + 5 * minute} />)
    await pass(3 * minute - 1)
    expect([left(), renders]).toEqual(['300000 false', 1])
    await pass(1)
    expect([left(), renders]).toEqual(['120000 true', 2])
  })

  it('counts the seconds from then on, to nothing, and stops', async () => {
    render(<Left expiresAt={now + 3 * minute} />)
    await pass(minute + 1000)
    expect(left()).toBe('119000 true')
    await pass(2 * minute)
    expect(left()).toBe('0 true')
    const before = renders
    await pass(10 * minute)
    expect(renders).toBe(before)
  })

  it('warns as early as it is told to', async () => {
    render(<Left expiresAt={now + 5 * minute} warnMs={4 * minute} />)
    await pass(minute)
    expect(left()).toBe('240000 true')
  })

  it('begins anew when it is prolonged, and goes by what has passed since the page was rendered', async () => {
    const { rerender } = render(<Left expiresAt={now + 3 * minute} />)
    await pass(2 * minute)
    expect(left()).toBe('60000 true')
    rerender(<Left expiresAt={now + 32 * minute} />)
    expect(left()).toBe('1800000 false')
    await pass(28 * minute)
    expect(left()).toBe('120000 true')
  })

  it('goes by what the server says last', async () => {
    const { rerender } = render(<Left expiresAt={now + 10 * minute} />)
    await pass(minute)
    rerender(<Left expiresAt={now + 10 * minute} now={now + 7 * minute} />)
    expect(left()).toBe(`${3 * minute} false`)
    await pass(minute)
    expect(left()).toBe(`${2 * minute} true`)
  })

  it('catches up when a page is shown whose timers were asleep', async () => {
    render(<Left expiresAt={now + 60 * minute} />)
    vi.spyOn(performance, 'now').mockReturnValue(59 * minute)
    act(() => void document.dispatchEvent(new Event('visibilitychange')))
    expect(left()).toBe(`${minute} true`)
    vi.restoreAllMocks()
  })

  it('waits longer than a timer can', async () => {
    render(<Left expiresAt={now + 90 * 24 * 60 * minute} />)
    await pass(2 ** 31)
    expect(left()).toBe(`${90 * 24 * 60 * minute - (2 ** 31 - 1)} false`)
  })

  it('has nothing to say of what does not expire, and nothing to do once it is gone', async () => {
    const { rerender, unmount } = render(<Left expiresAt={null} />)
    expect(left()).toBe('null false')
    rerender(<Left expiresAt={now + 3 * minute} />)
    unmount()
    const before = renders
    await pass(10 * minute)
    expect(renders).toBe(before)
  })
})
