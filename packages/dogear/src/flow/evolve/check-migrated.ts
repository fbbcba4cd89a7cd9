// Checks the result of a migration, part by part. Every refusal is a `TypeError` that names the part.

import type { StandardSchemaV1 } from '@standard-schema/spec'
import { refusePromise } from '../foreign.ts'
import type { StepDraft } from '../step-drafts.ts'
import type { Migrating, OlderEffect, OlderTimer } from './migration.ts'
import { isRecord } from './state-value.ts'

/** Throws if the schema refuses the context. The output of the schema is not used: the context stays as it is. */
export function checkContext(schema: StandardSchemaV1 | undefined, context: unknown): void {
  const result = refusePromise('the schema of the context', schema?.['~standard'].validate(context))
  if (!result?.issues) return
  const issues = result.issues.map(({ message, path = [] }) => {
    const keys = path.map((part) => String(typeof part === 'object' ? part.key : part))
    return `context${keys.map((key) => `.${key}`).join('')}: ${message}`
  })
  throw new TypeError(issues.join('\n'))
}

export function toVisited(visited: unknown): readonly string[] {
  if (!Array.isArray(visited) || visited.some((step) => typeof step !== 'string'))
    throw new TypeError('"visited" is no list of steps')
  return [...new Set<string>(visited)]
}

/** The drafts after those a migration gave took the place of theirs, whatever form they were typed into. */
export function toDrafts(
  drafts: Readonly<Record<string, StepDraft>>,
  given: NonNullable<Migrating['drafts']>,
): Record<string, StepDraft> {
  const changed = Object.entries(given).flatMap(([step, draft]): [string, StepDraft][] => {
    if (draft === null) return []
    const { values, issues = [], at } = draft ?? {}
    if (!isRecord(values) || !Array.isArray(issues)) throw new TypeError(`the draft of "${step}" has no values`)
    if (at !== undefined && !(isRecord(at) && Object.values(at).every(Number.isSafeInteger)))
      throw new TypeError(`the draft of "${step}" has times that are none`)
    return [[step, at ? { values, issues, at } : { values, issues }]]
  })
  const untouched = Object.entries(drafts).filter(([step]) => !Object.hasOwn(given, step))
  return Object.fromEntries([...untouched, ...changed])
}

/** The timers a migration returned. Those it made are armed by the revision `generation`. */
export function toTimers(timers: NonNullable<Migrating['timers']>, generation: number): readonly OlderTimer[] {
  if (!Array.isArray(timers)) throw new TypeError('"timers" is no list')
  const ids = new Set<string>()
  return timers.map((timer: NonNullable<Migrating['timers']>[number]) => {
    const { id, event, dueAt } = timer
    if (typeof id !== 'string' || typeof event?.type !== 'string' || !Number.isFinite(dueAt))
      throw new TypeError(`the timer "${String(id)}" has no id, no event or no deadline`)
    if (ids.has(id)) throw new TypeError(`there are two timers "${id}"`)
    ids.add(id)
    return { ...timer, dueAt: Math.ceil(dueAt), generation: timer.generation ?? generation }
  })
}

export type Book<E> = { effects: readonly E[]; entries: Readonly<Record<string, number>> }

/** The effects with the names and inputs a migration gave them. They stay under way, under their idempotency keys. */
export function toEffects<E extends OlderEffect & { generation: number }>(
  { effects, entries }: Book<E>,
  given: readonly OlderEffect[] | undefined,
): Book<E> {
  if (given === undefined) return { effects, entries }
  if (!Array.isArray(given)) throw new TypeError('"effects" is no list')
  const stray = given.find(({ effectId }) => !effects.some((effect) => effect.effectId === effectId))
  if (stray)
    throw new TypeError(`the effect "${String(stray.id)}" is none of those there were; only a state can start one`)
  const renamed = effects.map((effect): E => {
    const { id, src, input } = given.find(({ effectId }) => effectId === effect.effectId) ?? effect
    if (typeof id !== 'string' || typeof src !== 'string') throw new TypeError('an effect has no id or no src')
    return { ...effect, id, src, input: structuredClone(input) }
  })
  if (new Set(renamed.map(({ id }) => id)).size < renamed.length) throw new TypeError('two effects have one id')
  // An effect started again under its new id needs a generation that is new, or a late result would count.
  const counted = renamed.map(({ id, generation }): [string, number] => [id, Math.max(generation, entries[id] ?? 0)])
  return { effects: renamed, entries: { ...entries, ...Object.fromEntries(counted) } }
}
