// The attempts at effects that a record waits for, with the names by which pages tell them apart.

import type { SessionRecord } from '../../turn/record.ts'
import { type ProgressPart, wholeOf } from './part.ts'

/** By the ids of effects. */
export type Attempts = Readonly<Record<string, { effectId: string; attempt: number; name: string }>>

/** A name is that of one attempt at one start of its effect: a state that is entered again starts its effect anew. */
export const attemptsIn = ({ effects }: Pick<SessionRecord, 'effects'>): Attempts =>
  Object.fromEntries(
    effects
      .filter(({ settled }) => !settled)
      .map(({ id, effectId, attempt, generation }) => [id, { effectId, attempt, name: `${generation}.${attempt}` }]),
  )

export const namesOf = (attempts: Attempts): Record<string, string> =>
  Object.fromEntries(Object.entries(attempts).map(([id, { name }]) => [id, name]))

/** True for a part of an attempt under way: one of an attempt that was aborted, or has failed, is nobody's. */
export const isCurrent = ({ effect, effectId, attempt }: ProgressPart, attempts: Attempts): boolean =>
  attempts[effect]?.effectId === effectId && attempts[effect].attempt === attempt

/** True if the attempt of the part may have begun after the record was read. */
export const isNew = ({ effect, effectId, attempt }: ProgressPart, attempts: Attempts): boolean =>
  attempts[effect]?.effectId !== effectId || attempt > (attempts[effect]?.attempt ?? 0)

/** The parts of attempts under way, those of each effect as one. */
export function wholesOf(parts: readonly ProgressPart[], attempts: Attempts): ProgressPart[] {
  const shown = parts.filter((part) => isCurrent(part, attempts))
  const effects = [...new Set(shown.map(({ effect }) => effect))]
  return effects.flatMap((effect) => wholeOf(shown.filter((part) => part.effect === effect)) ?? [])
}
