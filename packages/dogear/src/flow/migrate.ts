// Lifts a stored snapshot from an older version of a flow to the current one, in memory.

import { DogearError } from '../errors.ts'
import type { Persisted } from './machine.ts'

/** What a migration receives and returns. `historyValue` only matters to machines with history states; left out, it stays. */
export type Migrating = { value: unknown; context: unknown; historyValue?: unknown }
// biome-ignore lint/suspicious/noExplicitAny: only the author of a migration knows the shape of a version long gone.
export type Migration = (old: any) => Migrating

/** From a version to the next one: `{ 1: liftsFrom1To2 }`. */
export type Migrations = Readonly<Record<number, Migration>>

/**
 * Runs the chain of migrations from `from` to `to` over a copy of a snapshot, which they may edit. Throws `newer_version` if
 * the record is of a version this process does not know, `record_unreadable` if a migration throws or returns no state.
 */
export function migrate(
  migrations: Migrations,
  snapshot: Persisted,
  { from, to }: { from: number; to: number },
): Persisted {
  if (from > to) {
    throw new DogearError('newer_version', `the session is of version ${from}, this process knows ${to}`, {
      retryAfterMs: 5_000,
    })
  }
  let lifted = from < to ? structuredClone(snapshot) : snapshot
  for (let version = from; version < to; version++) {
    const { value, context, historyValue } = lifted
    try {
      const next = migrations[version]?.({ value, context, historyValue })
      if (next?.value === undefined) throw new TypeError('it returned no state')
      lifted = { ...lifted, value: next.value, context: next.context, historyValue: next.historyValue ?? historyValue }
    } catch (error) {
      throw new DogearError('record_unreadable', `the migration from version ${version} failed`, { cause: error })
    }
  }
  return lifted
}
