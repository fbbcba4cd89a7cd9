// Texts of a model as answers, and texts cut where a reader would cut them.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answerBytes, bytesOf } from '../../../flows/assistant/limits.ts'
import { cutAt, sentencesWithin } from '../cut.ts'
import { toPassages } from '../passages.ts'
import { toAnswer } from './to-answer.ts'

const sent = [1, 2, 3, 4, 5, 6]

describe('an answer', () => {
  it.each<[string, string, string, number[]]>([
    ['has the passages it cites', 'It weaves [2]. And turns [1][2].', 'It weaves [2]. And turns [1][2].', [2, 1]],
    ['may cite several at once', 'It weaves [2, 3; 1].', 'It weaves [2][3][1].', [2, 3, 1]],
    ['cites nothing that was not sent', 'It weaves [2] [77]. In [2024] too [0].', 'It weaves [2]. In too.', [2]],
    ['has four at most', 'A [1] b [2] c [3] d [4] e [5].', 'A [1] b [2] c [3] d [4] e.', [1, 2, 3, 4]],
    ['may cite none', ' The document does not say it.\u0000 ', 'The document does not say it.', []],
    ['keeps its lines and what joins characters', 'A\n\nb 👩‍🔬', 'A\n\nb 👩‍🔬', []],
  ])('%s', (_, given, text, passages) => {
    expect(toAnswer(given, sent)).toEqual({ text, passages })
  })

  it.each(['', '   ', '[1]', '…!?', '\u0000\u0001', 'It weaves [77].'])('is none if it is %j', (given) => {
    expect(toAnswer(given, sent)).toBeUndefined()
  })

  it('that is too long ends with a sentence, says that it went on, and has the passages up to there', () => {
    const text = toAnswer(`${'A sentence of the answer [1]. '.repeat(100)}The end [2].`, sent)
    expect(text?.text.endsWith('answer [1]. […]')).toBe(true)
    expect(bytesOf(text?.text ?? '')).toBeGreaterThan(answerBytes - 40)
    expect(text?.passages).toEqual([1])
  })

  it('takes no more than it may, in whole characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 200, maxLength: 2_000 }), (given) => {
        const text = toAnswer(`a${given}`, sent)?.text ?? ''
        expect(bytesOf(text)).toBeLessThanOrEqual(answerBytes)
        expect(text.isWellFormed()).toBe(true)
      }),
    )
  })
})

describe('a text', () => {
  it('that is cut is whole, in pieces of the length', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'grapheme' }), fc.lorem()),
        fc.integer({ min: 2, max: 20 }),
        (text, length) => {
          const pieces = cutAt(text, length)
          expect(pieces.join('')).toBe(text)
          for (const piece of pieces) {
            expect(piece.length).toBeLessThanOrEqual(length)
            if (text.isWellFormed()) expect(piece.isWellFormed()).toBe(true)
          }
        },
      ),
    )
  })

  it('that is shortened ends with a sentence if one fits, and else with a character', () => {
    expect(sentencesWithin('One. Two. Three.', 10)).toBe('One. Two.')
    expect(sentencesWithin('Unending words', 8)).toBe('Unending')
    expect(sentencesWithin('👩‍🔬👩‍🔬', 12)).toBe('👩‍🔬')
  })
})

describe('passages', () => {
  it('end with a sentence, tell their page, and hold every word once', async () => {
    const sentence = (page: number, index: number) => `Sentence ${index} of page ${page} says what an engine is for.`
    const pages = [1, 2].map((page) => Array.from({ length: 40 }, (_, index) => sentence(page, index)).join('\n '))
    const passages = await toPassages([pages[0] ?? '', ' \n', pages[1] ?? ''])
    expect(passages.map(({ n }) => n)).toEqual(passages.map((_, index) => index + 1))
    expect([...new Set(passages.map(({ page }) => page))]).toEqual([1, 3])
    const text = passages.map((one) => one.text).join(' ')
    expect(text).toBe(pages.join(' ').replace(/\s+/g, ' '))
    for (const one of passages) {
      expect(one.text).toMatch(/\.$/)
      expect(one.text.length).toBeLessThanOrEqual(900)
    }
    expect(passages.filter((one) => one.text.length > 590).length).toBeGreaterThan(4)
  })

  it('hold every word of any text once, also of one that is longer than a slice', async () => {
    const unit = fc.constantFrom(
      'Word',
      'words. ',
      ' ',
      '\n',
      '\r\n',
      '。語',
      'Dr. ',
      '🌸',
      'é',
      '\u0007',
      'x'.repeat(700),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(unit, { maxLength: 4_000, size: 'max' }), async (units) => {
        const passages = await toPassages([units.join('')])
        for (const { text } of passages) {
          expect(text.length).toBeLessThanOrEqual(900)
          expect(text.isWellFormed()).toBe(true)
          expect(text).toBe(text.trim())
          expect(text).not.toMatch(/ {2}/)
        }
        const letters = (text: string) => text.replace(/[\s\p{Cc}]+/gu, '')
        expect(passages.map(({ text }) => letters(text)).join('')).toBe(letters(units.join('')))
      }),
      { numRuns: 40 },
    )
  })

  it('are cut where they would be in one go', async () => {
    const page = Array.from({ length: 400 }, (_, nth) => `Sentence ${nth} is ${'so '.repeat(nth % 40)}long.`).join(' ')
    const [first, ...others] = await toPassages([page])
    for (const { text } of [first, ...others].filter((one) => one !== undefined)) {
      expect(text).toMatch(/^Sentence/)
      expect(text).toMatch(/long\.$/)
    }
  })

  it('of the longest text leave the process to others in between', async () => {
    const sentence = 'The engine weaves patterns as the loom weaves flowers. '
    const text = sentence.repeat(Math.floor(1_000_000 / sentence.length))
    let turns = 0
    let next = setImmediate(function turn() {
      turns++
      next = setImmediate(turn)
    })
    const passages = await toPassages([text])
    clearImmediate(next)
    expect(passages.length).toBeGreaterThan(1_000)
    // So no stretch of it takes more than five thousand characters.
    expect(turns).toBeGreaterThanOrEqual(200)
  })
})
