// A text cut to a size keeps whole sentences or whole characters, and as many of them as fit.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { bytesOf } from '../../flows/assistant/limits.ts'
import { charactersWithin, sentencesWithin } from './cut.ts'

/** The segments from the beginning that fit, counted one after the other. */
function counted(granularity: 'grapheme' | 'sentence', text: string, bytes: number): string {
  let fitting = ''
  for (const { segment } of new Intl.Segmenter(undefined, { granularity }).segment(text)) {
    if (bytesOf(fitting + segment) > bytes) break
    fitting += segment
  }
  return fitting === text ? text : fitting.trim()
}

const parts = [
  'a',
  ' ',
  '. ',
  'Ab',
  '3.5',
  '\r\n',
  '? "',
  'é',
  'e\u0301',
  'ß',
  'أ',
  '🧵',
  '👩‍🔬',
  '👨‍👩‍👧‍👦',
  '🇪🇺',
  '🇩🇪',
  '各',
  '。',
  '\ud83e',
  '\u200d',
]
const texts = fc
  .array(fc.oneof(fc.constantFrom(...parts), fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 60 })
  .map((pieces) => pieces.join(''))

it('keeps as many whole characters, and as many whole sentences, as a count from the beginning does', () => {
  fc.assert(
    fc.property(texts, fc.nat(120), (text, bytes) => {
      const characters = counted('grapheme', text, bytes)
      expect(charactersWithin(text, bytes)).toBe(characters)
      expect(sentencesWithin(text, bytes)).toBe(counted('sentence', text, bytes) || characters)
    }),
    { numRuns: 500 },
  )
})

it.each([
  ['One. Two. Three.', 10, 'One. Two.'],
  ['A sentence that is far too long', 10, 'A sentence'],
  ['👨‍👩‍👧‍👦 and more', 8, ''],
  ['fits', 4, 'fits'],
])('cuts %j to %d bytes: %j', (text, bytes, expected) => {
  expect(sentencesWithin(text, bytes)).toBe(expected)
})
