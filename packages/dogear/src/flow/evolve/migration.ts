// The types of a migration from one version of a flow to the next.

import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { FormDraft } from '../../wire.ts'
import type { MachineEvent, Persisted } from '../machine.ts'

/** An event delayed until `dueAt`. That of an `after` has `xstate.after.<delay>.<state id>` as its id and type. */
export type OlderTimer = { id: string; event: MachineEvent; dueAt: number; generation: number; fired?: true }
/** An effect under way, or settled while its state stays active. Its idempotency key `effectId` never changes. */
export type OlderEffect = { id: string; effectId: string; src: string; input: unknown; settled?: true }

// biome-ignore-start lint/suspicious/noExplicitAny: only the migration's author knows an old shape.
/**
 * A copy of the older state, which a migration may edit. `visited` are the steps the person has been at, in order;
 * `drafts` are the values typed but not submitted, by step, of all its forms together. The `renames`, `steps` and
 * `draft` rules were applied.
 */
export type Older<Context = any> = {
  status: Persisted['status']
  value: any
  context: Context
  historyValue?: any
  visited: readonly string[]
  drafts: Readonly<Record<string, FormDraft>>
  timers: readonly OlderTimer[]
  effects: readonly OlderEffect[]
}
// biome-ignore-end lint/suspicious/noExplicitAny: as above

/**
 * The result of a migration. Members left out stay as they were. `drafts` are merged over the existing ones: null takes
 * one away, unnamed ones stay. `timers` replace all. `effects` may give the existing ones, found by their `effectId`,
 * another id, src or input: none is lost, none is started again.
 */
export type Migrating = {
  value: unknown
  context?: unknown
  historyValue?: unknown
  visited?: readonly string[]
  drafts?: Readonly<Record<string, Partial<FormDraft> | null>>
  timers?: readonly (Omit<OlderTimer, 'generation'> & { generation?: number })[]
  effects?: readonly OlderEffect[]
}

/** Where a person goes on: at the step named, at the first unanswered one, or where the migration left them. */
export type Resume = 'first-incomplete' | 'stay' | (string & {})

/** The values typed at a step, all or some; null stands for a field taken out. */
export type LooseDraft = { step: string; values: Readonly<Record<string, unknown>> }

// biome-ignore-start lint/suspicious/noExplicitAny: without `from`, the context may be anything.
type Shape<From extends StandardSchemaV1, Input = StandardSchemaV1.InferInput<From>> = unknown extends Input
  ? any
  : Input
// biome-ignore-end lint/suspicious/noExplicitAny: as above

/**
 * A migration with its rules. `from`, the schema of the older context, types `old.context`; a context it refuses is not
 * migrated. `renames` maps old ids of invokes, or names of actors, to new ones: what is under way goes on, under its
 * idempotency key; null drops it on purpose. `steps` maps old step ids to new ones. `draft` lifts the values typed at a
 * step, also on pages from before the deploy. `resume` ('first-incomplete') says where to go on if the state is gone or
 * a step not seen lies before it.
 */
export type MigrationRule<From extends StandardSchemaV1 = StandardSchemaV1> = {
  from?: From
  renames?: Readonly<Record<string, string | null>>
  steps?: Readonly<Record<string, string>>
  draft?: (draft: LooseDraft) => Partial<LooseDraft> | undefined
  migrate: (old: Older<Shape<From>>) => Migrating
  resume?: Resume | ((state: Older) => Resume)
}

/**
 * From one version to the next. Pure: it runs in any process, whenever an older record is read, always with the same
 * result. If it throws, the record stays as it is; if it never ends, nothing can stop it.
 */
// biome-ignore lint/suspicious/noExplicitAny: without `from`, the context may be anything.
export type Migration = ((old: Older) => Migrating) | MigrationRule<any>

/** From a version to the next one: `{ 1: from1To2 }`. */
export type Migrations = Readonly<Record<number, Migration>>

/**
 * Lifts an event's payload to the next version: with a `type` if the event has a new name, undefined if it cannot be
 * carried over. The payload comes from outside, unchecked; the result is checked.
 */
// biome-ignore lint/suspicious/noExplicitAny: as for migrations.
export type Lift = (payload: any) => object | undefined

/** By version and event type: `{ 1: { 'name.given': (payload) => … } }`. Other events stay as they are. */
export type Lifts = Readonly<Record<number, Readonly<Record<string, Lift>>>>
