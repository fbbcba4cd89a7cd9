// Texts that are too long, cut where a reader would.

/** The end of a text that was longer. */
export const goesOn = ' […]'
const goesOnBytes = 6

const encoder = new TextEncoder()
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
  const fitting = unitsWithin(text, bytes)
  if (fitting === text.length) return text
  return wholeUpTo(sentences, text, fitting).trim() || wholeUpTo(characters, text, fitting).trim()
}

/** As `sentencesWithin`, with `goesOn` at the end of what was cut. */
export function beginningWithin(text: string, bytes: number): string {
  const whole = sentencesWithin(text, bytes)
  return whole === text ? text : sentencesWithin(text, bytes - goesOnBytes) + goesOn
}

/** The beginning of the text within `bytes` of UTF-8, in whole characters; one that does not fit leaves nothing. */
export function charactersWithin(text: string, bytes: number): string {
  const fitting = unitsWithin(text, bytes)
  return fitting === text.length ? text : wholeUpTo(characters, text, fitting).trim()
}

/** The UTF-16 units at the beginning of the text that take at most `bytes` of UTF-8 together. */
const unitsWithin = (text: string, bytes: number): number => {
  // A unit takes a byte or more, so that `bytes` units are all that can fit.
  const beginning = text.slice(0, bytes + 1)
  return encoder.encodeInto(beginning, new Uint8Array(bytes)).read
}

/** The segments before `end`, whole ones only. The segmenter looks around `end`, and passes over what is before it. */
const wholeUpTo = (segmenter: Intl.Segmenter, text: string, end: number): string =>
  text.slice(0, segmenter.segment(text).containing(end)?.index ?? end)
