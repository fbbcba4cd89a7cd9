// The time left until something ends, by the server's clock, in a machine that may sleep.

'use client'

import { useEffect, useLayoutEffect, useState, useSyncExternalStore } from 'react'
import { clockOf, documentAgeMs } from '../client/clock.ts'
import type { FlowHandle } from './use-flow.ts'

/** `leftMs` is null for what does not end. `warn`: it is time to say so. `over`: the server is asked if it agrees. */
export type Expiry = { readonly leftMs: number | null; readonly warn: boolean; readonly over: boolean }

/**
 * `timer` is the delay of an `after`, or the id of a raised event; without it the end of the session is meant.
 * `warnMs` is how long before the end to warn (2 min). `every`: the time is shown all along, so render every second.
 */
export type UseExpiryOptions = {
  timer?: string | undefined
  warnMs?: number | undefined
  every?: boolean | undefined
}

/** A step page, or the result of `useFlow` with the server's clock when the page was rendered. */
export type Timed = { readonly flow: Pick<FlowHandle, 'view' | 'client' | 'refresh'>; readonly now: number }

const secondMs = 1000
const askAgainMs = 2000
const never = () => () => {}

/**
 * The time left until the session or one of its timers ends, by the server's clock: as it was when the page was
 * rendered, and as every answer tells it since. The visitor's own clocks may be wrong, stop or be set.
 *
 * Renders once when the warning is due, then every second. Once it is over the server is asked until it agrees.
 */
export function useExpiry(step: Timed, { timer, ...options }: UseExpiryOptions = {}): Expiry {
  const { view } = step.flow
  // XState calls the timer of an `after` by its delay and its state.
  const isMeant = ({ id }: { id: string }) => id === timer || id.startsWith(`xstate.after.${timer}.`)
  const ends = timer ? view.timers.find(isMeant)?.dueAt : view.expiresAt
  return useTimeLeft(step, ends ?? null, options)
}

/** The same for the time `endsAt`; null for never. */
export function useTimeLeft(
  { flow: { client, refresh }, now: rendered }: Timed,
  endsAt: number | null,
  { warnMs = 120_000, every = false }: Omit<UseExpiryOptions, 'timer'>,
): Expiry {
  const [now, setNow] = useState(rendered)
  const { heard } = client
  const isFirst = useSyncExternalStore(
    never,
    () => false,
    () => true,
  )
  // A page that the server renders later comes without a document, and is taken as it comes.
  const [inDocument] = useState(isFirst)

  // Before the page is painted: what the server rendered, or a page that was kept, may be old.
  useLayoutEffect(() => {
    const clock = clockOf(heard, rendered, inDocument ? documentAgeMs() : 0)
    clock.atLeast(rendered)
    setNow((shown) => (Math.abs(clock.now() - shown) < secondMs ? shown : clock.now()))
  }, [heard, rendered, inDocument])

  useEffect(() => {
    if (endsAt === null) return
    const clock = clockOf(heard, rendered, inDocument ? documentAgeMs() : 0)
    const ended = new AbortController()
    const { signal } = ended
    let next: ReturnType<typeof setTimeout>
    let askedAt = 0

    function look(): void {
      clearTimeout(next)
      const asking = clock.check(refresh)
      if (asking) return void asking.then(() => signal.aborted || look())
      const at = clock.now()
      const left = (endsAt as number) - at
      setNow((shown) => (every || left <= warnMs || (endsAt as number) - shown <= warnMs ? at : shown))
      if (left <= 0 && at - askedAt >= askAgainMs) {
        askedAt = at
        void refresh()
      }
      // A sleep is noticed within a second of its end.
      next = setTimeout(look, Math.min(secondMs, left > warnMs ? left - warnMs : left > 0 ? left : secondMs))
    }

    look()
    document.addEventListener('visibilitychange', look, { signal })
    for (const type of ['pageshow', 'focus']) window.addEventListener(type, look, { signal })
    return () => {
      ended.abort()
      clearTimeout(next)
    }
  }, [endsAt, warnMs, every, heard, rendered, inDocument, refresh])

  const leftMs = endsAt === null ? null : Math.max(0, endsAt - now)
  return { leftMs, warn: leftMs !== null && leftMs <= warnMs, over: leftMs === 0 }
}
