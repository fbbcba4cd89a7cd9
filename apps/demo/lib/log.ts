// The log of this server: one line of JSON for each event, through pino.

import { type LogLine, toErrorLine } from 'dogear'
import { pino } from 'pino'

// Standard output belongs to what the `dogear` command prints.
const logger = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2))

/** Logs a line of Dogear. It holds nothing that a person typed. */
export function log({ name: event, level, ...fields }: LogLine): void {
  logger[level]({ event, ...fields })
}

/** Logs what was done, by ids and figures alone. */
export function note(event: string, fields: Readonly<Record<string, string | number>>): void {
  logger.info({ event, ...fields })
}

/** Logs what somebody has to see to, by ids alone. */
export function warn(event: string, ids: Readonly<Record<string, string>>): void {
  logger.warn({ event, ...ids })
}

// Next loads this module once for routes and once for the worker, so what both must know is kept beside the modules.
const shared = globalThis as { storeIsClosed?: boolean }

/** From now on requests find no store, as they are told: that is no failure. */
export function storeClosed(): void {
  shared.storeIsClosed = true
}

/** Logs a failure by its code and place. Its message may quote what a person typed, and is left out. */
export function report(cause: unknown): void {
  if (!shared.storeIsClosed) log(toErrorLine(cause))
}
