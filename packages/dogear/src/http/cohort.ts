// Cohorts of requests: those whose bodies came in the same turn of the event loop.

// The one of the module, not the global: no test that holds the clock still holds requests up.
import { setImmediate } from 'node:timers'

/** Requests of one cohort. More wait for the next turn of the event loop, so that the first answers can leave. */
const largest = 64

const waiting: (() => void)[] = []

/**
 * Calls `go`, which must not throw, once all has come that this turn of the event loop brings.
 *
 * The requests of a cohort pass every stage side by side, so that its code and data are in the caches of the processor
 * for all but the first of them (Larus and Parkes, "Using Cohort Scheduling to Enhance Server Performance", 2002).
 * `docs/performance.md` says what that saves. A request that comes alone waits for microseconds.
 */
export function inCohort(go: () => void): void {
  if (waiting.push(go) === 1) setImmediate(start)
}

function start(): void {
  const cohort = waiting.splice(0, largest)
  if (waiting.length > 0) setImmediate(start)
  for (const go of cohort) go()
}
