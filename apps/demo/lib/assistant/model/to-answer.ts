// The text of a model as an answer: bounded, with the passages it rests on.

import type { Answer } from '../../../flows/assistant/context.ts'
import { answerBytes } from '../../../flows/assistant/limits.ts'
import { beginningWithin } from '../cut.ts'
import { withoutCards } from '../without-cards.ts'

const mostPassages = 4
const citation = / ?\[(\d{1,6}(?:\s*[,;]\s*\d{1,6})*)\]/g

/**
 * The answer with the numbers, out of those that were `sent`, that it cites; citations of anything else are taken out.
 * Undefined for a text that says nothing, or whose citations are all made up.
 */
export function toAnswer(given: string, sent: readonly number[]): Answer | undefined {
  const plain = given.replace(/[^\P{C}\n\t\p{Cf}]/gu, '').trim()
  const cited = numbersIn(plain)
  const known = cited.filter((number) => sent.includes(number))
  if (cited.length > 0 && known.length === 0) return undefined
  const short = beginningWithin(withCitations(plain, sent), answerBytes)
  const passages = [...new Set(numbersIn(short))].slice(0, mostPassages)
  const text = withoutCards(withCitations(short, passages), answerBytes)
  return /[\p{L}\p{N}]/u.test(text.replace(citation, '')) ? { text, passages } : undefined
}

const numbersIn = (text: string): number[] =>
  [...text.matchAll(citation)].flatMap(([, numbers = '']) => numbers.split(/[,;]/).map(Number))

/** The text with those citations only, each in brackets of its own. */
const withCitations = (text: string, numbers: readonly number[]): string =>
  text.replace(citation, (whole, list: string) => {
    const kept = list
      .split(/[,;]/)
      .map(Number)
      .filter((number) => numbers.includes(number))
    return kept.length === 0 ? '' : `${whole.startsWith(' ') ? ' ' : ''}${kept.map((number) => `[${number}]`).join('')}`
  })
