// A part of the progress of an effect, with the rule that joins parts to a whole.

/**
 * `text` goes on at the length `at` of the text before it; `value` takes the place of the value before it. `effect` is
 * the id of the effect in its state, as in `pending` of a view. A part at 0 holds all the text there was.
 */
export type ProgressPart = {
  effect: string
  effectId: string
  attempt: number
  at: number
  text: string
  value?: unknown
}

export const partText = (part: ProgressPart): string => JSON.stringify(part)

/** The part in an entry; undefined for one of a release to come, which may have others. */
export function partOf(text: string): ProgressPart | undefined {
  try {
    const part = JSON.parse(text) as Partial<ProgressPart> | null
    const { effect, effectId, attempt, at, text: more } = part ?? {}
    const names = [effect, effectId, more].every((name) => typeof name === 'string')
    return names && [attempt, at].every(Number.isSafeInteger) ? (part as ProgressPart) : undefined
  } catch {
    return undefined
  }
}

/**
 * The parts of one attempt as one, from 0 on. An overlap is there once; a part after a gap is left out, as the whole
 * comes again.
 */
export function wholeOf(parts: readonly ProgressPart[]): ProgressPart | undefined {
  const [first] = parts
  if (!first) return undefined
  let text = ''
  let value: unknown
  for (const part of parts) {
    if (part.at <= text.length) text += part.text.slice(text.length - part.at)
    value = part.value ?? value
  }
  return { ...first, at: 0, text, ...(value !== undefined && { value }) }
}
