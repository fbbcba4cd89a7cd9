// The one seam between an engine at work, or what serves it, with the log of its application.

import { quiet, type Report } from '../foreign.ts'
import { type LogLine, levelOf, type Noted, toErrorLine } from './line.ts'

/** Notes a line for the application's log. Neither throws nor waits. */
export type Log = (noted: Noted) => void

/** The log that `write` keeps, perhaps with a logger of its own; without one, lines go nowhere. */
export function createLog(write: ((line: LogLine) => unknown) | undefined): Log {
  if (!write) return () => {}
  const told = quiet(write as (line: unknown) => unknown)
  return (noted) => told({ level: levelOf(noted), ...noted })
}

/** Tells both of an error: the log in its own words, the application's `report` as it was thrown. */
export function reportTo(log: Log, report: Report): Report {
  return (error) => {
    log(toErrorLine(error))
    report(error)
  }
}
