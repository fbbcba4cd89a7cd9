// The part of an answer that is shown while it is written: it only ever grows, and belongs to its question.

import type { EffectProgress } from 'dogear/client'

/** `run` names one call of the effect, with all its attempts; `past` is the one that answered the question before. */
export type HeldAnswer = { id: number; text: string; run: string | undefined; past: string | undefined }

/** The run in `7.2`, the second attempt of the seventh. */
const runOf = (said: EffectProgress | undefined): string | undefined => said?.attempt.split('.')[0]

/**
 * The answer to question `id`, given what was held before and what the effect has `said`. View and progress come by two
 * streams, so either may be ahead of the other by a question. Another attempt begins from nothing: what there was stays
 * until it has come as far.
 */
export function heldAnswer(before: HeldAnswer | undefined, id: number, said: EffectProgress | undefined): HeldAnswer {
  const run = runOf(said)
  const same = before?.id === id
  const held: HeldAnswer =
    before === undefined || same
      ? { id, text: before?.text ?? '', run: before?.run ?? run, past: before?.past }
      : { id, text: '', run: run === before.run ? undefined : run, past: before.run }
  if (held.run === undefined && run !== held.past) held.run = run
  if (said && run !== undefined && run === held.run && said.text.length > held.text.length) held.text = said.text
  const changed = !same || held.text !== before.text || held.run !== before.run
  return changed ? held : before
}
