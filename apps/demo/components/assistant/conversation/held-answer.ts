// The part of an answer that is shown while it is written: it only ever grows, and belongs to its question.

import type { EffectProgress } from 'dogear/client'
import type { AnswerProgress } from '../../../lib/assistant/answer-progress.ts'

export type HeldAnswer = { id: number; text: string }

/**
 * The answer to question `id`, given what was held before and what the effect has `said`. View and progress come by two
 * streams, and either may be ahead of the other by several questions. Another attempt begins from nothing: the text
 * that there was stays until it has come as far.
 */
export function heldAnswer(before: HeldAnswer | undefined, id: number, said: EffectProgress | undefined): HeldAnswer {
  const held = before?.id === id ? before : { id, text: '' }
  const { question } = (said?.value ?? {}) as Partial<AnswerProgress>
  return said && question === id && said.text.length > held.text.length ? { id, text: said.text } : held
}
