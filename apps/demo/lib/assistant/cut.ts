// Texts that are too long, cut where a reader would.

import { bytesOf } from '../../flows/assistant/limits.ts'

const sentences = new Intl.Segmenter(undefined, { granularity: 'sentence' })
const characters = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** The text in pieces of at most `length` characters (UTF-16), cut behind spaces if there are some. */
export function cutAt(text: string, length: number): string[] {
  const pieces: string[] = []
  let rest = text
  while (rest.length > length) {
    const space = rest.lastIndexOf(' ', length - 1)
    const end = space > 0 ? space + 1 : beforePair(rest, length)
    pieces.push(rest.slice(0, end))
    rest = rest.slice(end)
  }
  return rest === '' ? pieces : [...pieces, rest]
}

/** The place at or before `index` that is not within a pair of surrogates. */
const beforePair = (text: string, index: number): number =>
  /[\ud800-\udbff]/.test(text[index - 1] ?? '') && index > 1 ? index - 1 : index

/** The first whole sentences of the text within `bytes` of UTF-8; of a first sentence that is longer, what fits. */
export function sentencesWithin(text: string, bytes: number): string {
  if (bytesOf(text) <= bytes) return text
  return within(sentences, text, bytes).trim() || charactersWithin(text, bytes)
}

/** The beginning of the text within `bytes` of UTF-8, in whole characters; one that does not fit leaves nothing. */
export const charactersWithin = (text: string, bytes: number): string =>
  bytesOf(text) <= bytes ? text : within(characters, text, bytes).trim()

function within(segmenter: Intl.Segmenter, text: string, bytes: number): string {
  let [end, taken] = [0, 0]
  // A character takes a byte or more, so what lies beyond is not looked at.
  for (const { segment, index } of segmenter.segment(text.slice(0, bytes + 1))) {
    taken += bytesOf(segment)
    if (taken > bytes) break
    end = index + segment.length
  }
  return text.slice(0, end)
}
