// Effects under way whose invoke or actor has another name since a deploy: they go on, under their key.

import { invokes } from '../activities.ts'
import type { Machine } from '../machine.ts'
import type { Book } from './check-migrated.ts'
import type { MigrationRule, OlderEffect } from './migration.ts'

/** The effects after the renaming of one migration. One that starts again counts on from its starts before. */
export function renameEffects<E extends OlderEffect>(
  { renames = {} }: MigrationRule,
  { effects, entries }: Book<E>,
): Book<E> {
  const nameOf = (name: string) => (Object.hasOwn(renames, name) ? (renames[name] as string | null) : name)
  const renamed = effects.flatMap((effect) => {
    const [id, src] = [nameOf(effect.id), nameOf(effect.src)]
    return id === null || src === null ? [] : [{ ...effect, id, src }]
  })
  const counted = { ...entries }
  for (const [name, count] of Object.entries(entries)) {
    const id = nameOf(name)
    if (id !== null) counted[id] = Math.max(count, counted[id] ?? 0)
  }
  return { effects: renamed, entries: counted }
}

/**
 * The effects under names the machine has. An invoke and its actor often have one name: where only one of them has
 * another now, the renaming means that one.
 */
export function underKnownNames<E extends OlderEffect>(
  machine: Machine,
  before: readonly E[],
  after: readonly E[],
): E[] {
  const hasActor = (src: string) => Object.hasOwn(machine.implementations.actors, src)
  return after.map((effect) => {
    const old = before.find(({ effectId }) => effectId === effect.effectId)
    if (!old) return effect
    const id = !invokes(machine, effect.id) && invokes(machine, old.id) ? old.id : effect.id
    const src = !hasActor(effect.src) && hasActor(old.src) ? old.src : effect.src
    return { ...effect, id, src }
  })
}
