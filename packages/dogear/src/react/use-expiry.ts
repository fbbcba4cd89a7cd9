// The time left until something expires, by the server's clock, without asking it again.

'use client'

import { useEffect, useRef, useState } from 'react'

/** `leftMs` is null for what does not expire. `warn`: it is time to say so. */
export type Expiry = { readonly leftMs: number | null; readonly warn: boolean }

/** `now` is the server's time of rendering, in Unix milliseconds; `warnMs` how long before the end to warn (2 min). */
export type UseExpiryOptions = { now: number; warnMs?: number | undefined }

const secondMs = 1000
// The longest a timer can wait.
const longestMs = 2 ** 31 - 1

/**
 * The time left until `expiresAt`: of a view, or of anything else that has one, such as a hold's timer.
 *
 * Counted from `now` by how much time has passed, so the visitor's clock does not matter. Renders once when the warning
 * is due, then every second.
 */
export function useExpiry(
  { expiresAt }: { expiresAt: number | null },
  { now, warnMs = 120_000 }: UseExpiryOptions,
): Expiry {
  const origin = useRef({ now: Number.NaN, at: 0 })
  const [passed, setPassed] = useState({ now, ms: 0 })
  const leftMs = expiresAt === null ? null : Math.max(0, expiresAt - now - (passed.now === now ? passed.ms : 0))

  useEffect(() => {
    if (origin.current.now !== now) origin.current = { now, at: performance.now() }
    if (expiresAt === null) return
    let timer: ReturnType<typeof setTimeout>
    const look = () => {
      clearTimeout(timer)
      const ms = performance.now() - origin.current.at
      const left = expiresAt - now - ms
      if (ms >= secondMs) setPassed({ now, ms })
      if (left > 0)
        timer = setTimeout(look, Math.min(left > warnMs ? left - warnMs : Math.min(left, secondMs), longestMs))
    }
    look()
    // Timers of hidden pages and of computers asleep are late.
    document.addEventListener('visibilitychange', look)
    return () => {
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', look)
    }
  }, [expiresAt, now, warnMs])

  return { leftMs, warn: leftMs !== null && leftMs <= warnMs }
}
