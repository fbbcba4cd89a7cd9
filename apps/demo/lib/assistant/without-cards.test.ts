// Numbers of payment cards in what a model says: masked in the answer, and while it is written.

import { maskCardNumbers } from 'dogear'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answerBytes, bytesOf } from '../../flows/assistant/limits.ts'
import { makeShelf, reader, serveAssistant, settled } from './assistant.fixture.ts'
import type { Model } from './model/model.ts'
import { toAnswer } from './model/to-answer.ts'
import { pdfOf } from './pdf.fixture.ts'
import { maskedParts, withoutCards } from './without-cards.ts'

const card = '4242 4242 4242 4242'
const masked = '•••• •••• •••• 4242'

/** The text as it was told, given in these parts. */
function told(parts: readonly string[]): string {
  let text = ''
  const tell = maskedParts((part) => {
    text += part
  })
  for (const part of parts) tell(part)
  return text
}

it('a conversation goes on over answer, summary and title with card numbers, and keeps none of them', async () => {
  const { shelf, remove } = makeShelf()
  const model: Model = async ({ onText = () => {} }) => {
    onText(`Charge ${card} `)
    return `Charge ${card} [1].`
  }
  const engine = serveAssistant(shelf, model, { effectWaitMs: 0 })
  try {
    const person = await reader(
      engine,
      shelf,
      await pdfOf([['Charge whom you like.']], { title: card }),
      'Of cards.pdf',
    )
    expect((await person.read()).context.extract?.title).toBe(masked)
    for (let turn = 1; turn <= 3; turn++) {
      const text = `${turn}: ${'which card is it, '.repeat(40)}?`
      expect(await person.send({ type: 'question.asked', text })).toBe('applied')
      const { context } = await settled(person)
      expect(context.trouble).toBeNull()
      expect(context.exchanges.at(-1)?.answer).toBe(`Charge ${masked} [1].`)
    }
    expect((await settled(person)).context.summary).toBe(`Charge ${masked} [1].`)
  } finally {
    await engine.close(0)
    remove()
  }
})

describe('an answer', () => {
  it.each([
    [`Charge ${card} [1].`, `Charge ${masked} [1].`],
    // A citation of nothing that was sent is taken out, and leaves a number.
    ['Charge 4242 4242 [9] 4242 4242 [1].', `Charge ${masked} [1].`],
    [`${card}`, masked],
  ])('that says %j is %j', (given, text) => {
    expect(toAnswer(given, [1])?.text).toBe(text)
  })

  it('of numbers alone takes no more than it may', () => {
    const given = `${`Charge ${card} [1]. `.repeat(100)}`
    const text = toAnswer(given, [1])?.text ?? ''
    expect(bytesOf(text)).toBeLessThanOrEqual(answerBytes)
    expect(maskCardNumbers(text)).toBe(text)
  })

  it('that is cut where a number ends holds none', () => {
    const text = withoutCards(`${'ﬁ'.repeat(3)} ${card.replaceAll(' ', '')}x${'y'.repeat(50)} ${card}`, 30)
    expect(maskCardNumbers(text)).toBe(text)
    expect(bytesOf(text)).toBeLessThanOrEqual(30)
  })
})

describe('while it is written', () => {
  it('a number is masked however it comes, and told once it has ended', () => {
    expect(told(['Charge 4242 42', '42 4242', ' 4242', ' or not.'])).toBe(`Charge ${masked} or not.`)
    expect(told(['Charge ', card])).toBe('Charge ')
    expect(told(['In 18', '43 it was new.'])).toBe('In 1843 it was new.')
    expect(told(['A4242424242424242', 'x is a part.'])).toBe('A4242424242424242x is a part.')
  })

  it('what was told is how the masked text begins, wherever it is cut', () => {
    const piece = fc.oneof(fc.constantFrom(card, '5555555555554444', ' in 1843 ', '+49 30 1', 'x'), fc.lorem())
    fc.assert(
      fc.property(fc.array(piece), fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1 }), (pieces, lengths) => {
        const text = pieces.join(' ')
        const parts: string[] = []
        for (let [at, nth] = [0, 0]; at < text.length; nth++) {
          const length = lengths[nth % lengths.length] ?? 1
          parts.push(text.slice(at, at + length))
          at += length
        }
        const whole = maskCardNumbers(text)
        const said = told(parts)
        expect(whole.startsWith(said)).toBe(true)
        expect(whole.slice(said.length)).toMatch(/^(?:[\d•].*)?$/su)
        expect(maskCardNumbers(said)).toBe(said)
      }),
    )
  })
})
