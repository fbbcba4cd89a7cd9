// The wait after a submission, and the connection, as a page can say them.

import { act, renderHook } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { useBusy } from './use-busy.ts'
import { useOnline } from './use-online.ts'

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => vi.useRealTimers())

describe('a page that is busy', () => {
  const start = () =>
    renderHook(({ busy, leaving }) => useBusy({ busy }, leaving), { initialProps: { busy: false, leaving: false } })
  const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms))

  it('says that it saves, then that it opens the next page, until that is there', () => {
    const { result, rerender } = start()
    expect(result.current).toEqual({ phase: null, slow: false })
    rerender({ busy: true, leaving: false })
    expect(result.current).toEqual({ phase: 'saving', slow: false })
    rerender({ busy: false, leaving: true })
    expect(result.current).toEqual({ phase: 'opening', slow: false })
    rerender({ busy: false, leaving: false })
    expect(result.current).toEqual({ phase: null, slow: false })
  })

  it('says after ten seconds of both that it is slow, and no longer than that lasts', async () => {
    const { result, rerender } = start()
    rerender({ busy: true, leaving: false })
    await pass(6000)
    rerender({ busy: false, leaving: true })
    await pass(3999)
    expect(result.current.slow).toBe(false)
    await pass(1)
    expect(result.current).toEqual({ phase: 'opening', slow: true })
    rerender({ busy: false, leaving: false })
    expect(result.current).toEqual({ phase: null, slow: false })
  })
})

it('a page knows that its browser has no network', () => {
  const online = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(true)
  const { result } = renderHook(() => useOnline())
  expect(result.current).toBe(true)
  online.mockReturnValue(false)
  act(() => void window.dispatchEvent(new Event('offline')))
  expect(result.current).toBe(false)
  online.mockReturnValue(true)
  act(() => void window.dispatchEvent(new Event('online')))
  expect(result.current).toBe(true)
  online.mockRestore()
})
