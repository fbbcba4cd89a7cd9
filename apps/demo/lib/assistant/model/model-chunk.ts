// A part of a streamed completion, as the OpenAI protocol has it.

import { z } from 'zod'

const Chunk = z.object({
  choices: z
    .array(
      z.object({
        delta: z.object({ content: z.string().nullish() }).optional(),
        finish_reason: z.string().nullish(),
      }),
    )
    .max(16),
  usage: z.unknown().optional(),
})

/** Ends of an answer that is not whole: the limit of the model, or a filter. */
const cuts: readonly string[] = ['length', 'content_filter']

/**
 * The text that a part adds, and if it is the last one; of one that is, also if the model had more to say. Undefined
 * for what is no part of a completion.
 */
export function textOf(data: string): { text: string; last: boolean; cut: boolean } | undefined {
  let json: unknown
  try {
    json = JSON.parse(data)
  } catch {
    return undefined
  }
  const { success, data: chunk } = Chunk.safeParse(json)
  if (!success) return undefined
  const [choice] = chunk.choices
  // The part that only tells the usage has no choice.
  if (!choice) return chunk.usage ? { text: '', last: false, cut: false } : undefined
  const { finish_reason: end } = choice
  return { text: choice.delta?.content ?? '', last: end != null, cut: cuts.includes(end ?? '') }
}
