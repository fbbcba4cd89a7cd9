// Migrates a stored record from an older version of a flow to the current one, in memory.

import { DogearError } from '../../errors.ts'
import { ownData } from '../../plain-data.ts'
import type { Flow } from '../define.ts'
import { refusePromise } from '../foreign.ts'
import type { Persisted } from '../machine.ts'
import { type StepDraft, together } from '../step-drafts.ts'
import { checkContext, toDrafts, toEffects, toTimers, toVisited } from './check-migrated.ts'
import { liftDrafts, renamedStep } from './lift.ts'
import type { Migrating, MigrationRule, Migrations, Older, OlderEffect, OlderTimer, Resume } from './migration.ts'
import { renameEffects } from './renames.ts'

/** The part of a flow that migrating needs. */
export type Evolving = Pick<Flow, 'version' | 'oldest' | 'migrations' | 'context' | 'maxBytes'>

/** The part of a record that a migration sees or changes. */
export type OlderRecord = {
  version: number
  revision: number
  snapshot: Persisted
  visited: readonly string[]
  drafts: Readonly<Record<string, StepDraft>>
  timers: readonly OlderTimer[]
  effects: readonly (OlderEffect & { generation: number })[]
  entries: Readonly<Record<string, number>>
}

/** Where migrations send a person: to step `to`. `stay`: past none before it; `given`: the last one set the state. */
export type Wish = { to: string | undefined; stay: boolean; given: boolean }
type Migrated<R> = { record: R; wish: Wish }

/**
 * Runs the chain of migrations from the version of `record` to that of the flow. The given record is not changed; the
 * new one keeps its version until it is written. Throws `newer_version` if this process does not know its version yet,
 * `record_unreadable` with the cause if a migration throws or returns what cannot be kept.
 */
export function migrate<R extends OlderRecord>(flow: Evolving, record: R): Migrated<R> {
  const { version } = record
  if (version > flow.version) {
    const message = `the session is of version ${version}, this process knows ${flow.version}`
    throw new DogearError('newer_version', message, { retryAfterMs: 5_000 })
  }
  if (version < flow.oldest) {
    const message = `the session is of version ${version}, this process knows ${flow.oldest} to ${flow.version}`
    throw new DogearError('record_unreadable', message)
  }
  let lifted: Migrated<R> = { record, wish: { to: undefined, stay: true, given: false } }
  for (let from = version; from < flow.version; from++) {
    const before = lifted
    lifted = attempt(`the migration from version ${from} failed`, () => liftOnce(flow, flow.migrations[from], before))
  }
  if (version < flow.version) {
    const { context } = lifted.record.snapshot
    const what = `the migrations from version ${version} gave a context that is none of version ${flow.version}`
    attempt(what, () => checkContext(flow.context, context))
  }
  return lifted
}

function liftOnce<R extends OlderRecord>(
  { maxBytes }: Evolving,
  migration: Migrations[number] | undefined,
  { record, wish }: Migrated<R>,
): Migrated<R> {
  if (!migration) throw new TypeError('it is missing')
  const rule: MigrationRule = typeof migration === 'function' ? { migrate: migration } : migration
  checkContext(rule.from, record.snapshot.context)
  const before = JSON.stringify(record.snapshot.value)
  const kept = {
    ...record,
    visited: record.visited.map((step) => renamedStep(rule, step)),
    drafts: liftDrafts(rule, record.drafts),
    ...renameEffects(rule, record),
  }
  const next: Migrating | undefined = refusePromise('it', rule.migrate(toOlder(kept)))
  if (next?.value === undefined) throw new TypeError('it returned no state')
  const { value, context = kept.snapshot.context, historyValue = kept.snapshot.historyValue } = next
  const { visited = kept.visited, drafts = {}, timers = kept.timers } = next
  const all = { value, context, historyValue, visited, drafts, timers }
  const data = ownData(all, maxBytes)
  const snapshot: Persisted = { ...record.snapshot, value: data.value, context: data.context }
  if (data.historyValue !== undefined) snapshot.historyValue = data.historyValue
  const lifted = {
    ...record,
    snapshot,
    visited: toVisited(data.visited),
    drafts: toDrafts(kept.drafts, data.drafts),
    timers: toTimers(data.timers, record.revision + 1),
    ...toEffects(kept, next.effects),
  }

  const { resume = 'first-incomplete' } = rule
  const said = typeof resume === 'function' ? refusePromise('"resume"', resume(toOlder(lifted))) : resume
  const to = wish.to === undefined ? undefined : renamedStep(rule, wish.to)
  return { record: lifted, wish: { ...toWish(said, to, wish.stay), given: JSON.stringify(data.value) !== before } }
}

function toOlder({ snapshot, visited, drafts, timers, effects }: OlderRecord): Older {
  const { status, value, context, historyValue } = snapshot
  const all = Object.fromEntries(Object.entries(drafts).map(([step, draft]) => [step, together(draft)]))
  return structuredClone({ status, value, context, historyValue, visited, drafts: all, timers, effects })
}

// A later migration may not know the step an earlier one put in, so a person stays only if all of them say so.
function toWish(said: Resume, to: string | undefined, stay: boolean): { to: string | undefined; stay: boolean } {
  if (typeof said !== 'string' || said === '') throw new TypeError('"resume" named no step')
  if (said === 'stay') return { to, stay }
  return said === 'first-incomplete' ? { to, stay: false } : { to: said, stay: true }
}

function attempt<T>(what: string, run: () => T): T {
  try {
    return run()
  } catch (cause) {
    throw new DogearError('record_unreadable', what, { cause })
  }
}
