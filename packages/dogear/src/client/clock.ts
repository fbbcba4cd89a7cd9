// The server's clock in a browser whose own clocks may be wrong, be set, or stop while the machine sleeps.

import { type Moment, moment } from './moment.ts'

/** The server's clock as an answer told it: `now` was true at some time between the moments `asked` and `at`. */
export type Told = { readonly now: number; readonly asked: Moment; readonly at: Moment }

/** All that a client has heard of the server's clock; a page that shows time makes a `clock` of it. */
export type Heard = { told?: Told; clock?: Clock }

export type Clock = {
  now(): number
  /** Takes in a time the server's clock has shown; it may show a later one by now. */
  atLeast(now: number): void
  /**
   * Asks the server for the time if this machine's two clocks have parted, as after a sleep, or if the page was slow to
   * come. Undefined if there is no need; else resolves with the answer, or soon without one.
   */
  check(ask: () => Promise<unknown>): Promise<unknown> | undefined
}

const toleranceMs = 1000
// A person is waiting for the page to be right again.
const patienceMs = 500

const by = (a: Moment, b: Moment): [number, number] => [b[0] - a[0], b[1] - a[1]]
// The steady clock stands still while the machine sleeps; the other one is set back by a person or by the network.
const passed = (since: Moment): number => Math.max(...by(since, moment()))

/**
 * The clock of a client; all that show time share it. `rendered` is what the server's showed when it made the page, and
 * `ageMs` how long ago that was at most.
 */
export function clockOf(heard: Heard, rendered: number, ageMs: number): Clock {
  heard.clock ??= createClock(heard, rendered, ageMs)
  return heard.clock
}

/** The milliseconds since the browser asked for this document: no part of it was made before. */
export function documentAgeMs(): number {
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
  return performance.now() - (navigation?.requestStart ?? 0)
}

function createClock(heard: Heard, rendered: number, ageMs: number): Clock {
  // The page may have been on its way for as long. No time is promised that there may not be.
  let base = { now: rendered + ageMs, at: moment() }
  let last: Told | undefined
  let asking: Promise<unknown> | undefined

  function now(): number {
    const known = base.now + passed(base.at)
    const { told } = heard
    if (!told || told === last) return known
    last = told
    // Every time between the two may be true, so what was known before stays if it is one of them.
    const least = told.now + passed(told.at)
    const most = least + Math.max(...by(told.asked, told.at))
    base = { now: Math.min(Math.max(known, least), most), at: moment() }
    return base.now
  }

  return {
    now,
    atLeast(least) {
      base = { now: Math.max(now(), least), at: moment() }
    },
    check(ask) {
      const [date, steady] = by(base.at, moment())
      const isKnown = heard.told !== undefined || ageMs < toleranceMs
      if (asking || (isKnown && Math.abs(date - steady) < toleranceMs)) return asking
      ageMs = 0
      // Until there is an answer, the clock that says it is later counts.
      base = { now: now(), at: moment() }
      asking = Promise.race([ask(), new Promise((resolve) => setTimeout(resolve, patienceMs))]).finally(() => {
        asking = undefined
      })
      return asking
    },
  }
}
