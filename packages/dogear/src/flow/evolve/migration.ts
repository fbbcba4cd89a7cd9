// The types of a migration from one version of a flow to the next.

import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { ViewDraft } from '../../wire.ts'
import type { MachineEvent, Persisted } from '../machine.ts'

/**
 * A delayed event with its absolute deadline. That of an `after` is named `xstate.after.<delay>.<id of the state>`, id
 * and type alike.
 */
export type OlderTimer = { id: string; event: MachineEvent; dueAt: number; generation: number; fired?: true }
/**
 * An effect under way, or settled while its state stays active. `effectId` is its idempotency key, and never changes.
 */
export type OlderEffect = { id: string; effectId: string; src: string; input: unknown; settled?: true }

// biome-ignore-start lint/suspicious/noExplicitAny: only the migration's author knows an old shape.
/**
 * The older state that a migration receives: a copy, which it may edit. `visited` are the steps the person has been at,
 * in order; `drafts` is what was typed and not submitted, by step. The `steps` and `draft` of the migration were
 * applied to both.
 */
export type Older<Context = any> = {
  status: Persisted['status']
  value: any
  context: Context
  historyValue?: any
  visited: readonly string[]
  drafts: Readonly<Record<string, ViewDraft>>
  timers: readonly OlderTimer[]
  effects: readonly OlderEffect[]
}
// biome-ignore-end lint/suspicious/noExplicitAny: as above

/**
 * The result of a migration. Members that are left out stay as they were. `drafts` are put over those there are: null
 * takes one away, and none is lost by not being named. `timers` are all there will be. `effects` may give those there
 * are, told by their `effectId`, another id, src or input: none is lost, and none is started again.
 */
export type Migrating = {
  value: unknown
  context?: unknown
  historyValue?: unknown
  visited?: readonly string[]
  drafts?: Readonly<Record<string, Partial<ViewDraft> | null>>
  timers?: readonly (Omit<OlderTimer, 'generation'> & { generation?: number })[]
  effects?: readonly OlderEffect[]
}

/**
 * Where a person goes on: at the step named, at the first one they owe an answer, or wherever the migration left them.
 */
export type Resume = 'first-incomplete' | 'stay' | (string & {})

/** The values typed at a step, all or some; null stands for a field taken out. */
export type LooseDraft = { step: string; values: Readonly<Record<string, unknown>> }

// biome-ignore-start lint/suspicious/noExplicitAny: without `from`, the context may be anything.
type Shape<From extends StandardSchemaV1, Input = StandardSchemaV1.InferInput<From>> = unknown extends Input
  ? any
  : Input
// biome-ignore-end lint/suspicious/noExplicitAny: as above

/**
 * A migration with more to say. `from` is what a context of the older version is: it types `old.context`, and a context
 * that is not of that shape is not migrated. `steps` are those that go by another id now. `draft` gives what was typed
 * at a step the shape of today, also for pages from before the deploy. `resume` ('first-incomplete') is where a person
 * goes on whose state is not there any more, or who has not been at a step that now lies on their path.
 */
export type MigrationRule<From extends StandardSchemaV1 = StandardSchemaV1> = {
  from?: From
  steps?: Readonly<Record<string, string>>
  draft?: (draft: LooseDraft) => Partial<LooseDraft> | undefined
  migrate: (old: Older<Shape<From>>) => Migrating
  resume?: Resume | ((state: Older) => Resume)
}

/**
 * From one version to the next. Pure: it runs whenever an older record is read, in any process, and must give the same
 * each time. One that throws leaves the record as it is; one that never ends cannot be stopped from outside.
 */
// biome-ignore lint/suspicious/noExplicitAny: without `from`, the context may be anything.
export type Migration = ((old: Older) => Migrating) | MigrationRule<any>

/** From a version to the next one: `{ 1: from1To2 }`. */
export type Migrations = Readonly<Record<number, Migration>>

/**
 * How the payload of an event from a page of one version becomes that of the next: an event with a `type` if it goes by
 * another name, undefined if it cannot be carried over. The payload comes from outside, unchecked; what becomes of it
 * is checked.
 */
// biome-ignore lint/suspicious/noExplicitAny: as for migrations.
export type Lift = (payload: any) => object | undefined

/**
 * From a version to the next one, by the event's type: `{ 1: { 'name.given': (payload) => … } }`. What is not named
 * stays as it is.
 */
export type Lifts = Readonly<Record<number, Readonly<Record<string, Lift>>>>
