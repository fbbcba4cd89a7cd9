// The passages that a question is about: ranked by BM25 (Robertson and Zaragoza, The Probabilistic Relevance Framework,
// 2009, with its usual constants).

import type { Passage } from '../passages.ts'
import { emptyWords } from './empty-words.ts'

const [k1, b] = [1.2, 0.75]

/** Scripts that put no space between words: each two letters count as one. */
const unspaced = /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]{2,}/gu

/** The words of a text, in small letters and without accents. */
export function wordsOf(text: string): string[] {
  const plain = text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
  const pairs = (plain.match(unspaced) ?? []).flatMap((run) =>
    Array.from({ length: run.length - 1 }, (_, index) => run.slice(index, index + 2)),
  )
  return [...(plain.replace(unspaced, ' ').match(/[\p{L}\p{N}]+/gu) ?? []), ...pairs]
}

/** The passages that have a word of the question, best first. Words that say nothing of a subject do not count. */
export function rank(question: string, passages: readonly Passage[]): Passage[] {
  const sought = new Set(wordsOf(question).filter((word) => !emptyWords.has(word)))
  const texts = passages.map((passage) => ({ passage, words: wordsOf(passage.text) }))
  const average = texts.reduce((total, { words }) => total + words.length, 0) / Math.max(1, texts.length)
  const counted = texts.map(({ passage, words }) => {
    const counts = new Map<string, number>()
    for (const word of words) if (sought.has(word)) counts.set(word, (counts.get(word) ?? 0) + 1)
    return { passage, counts, norm: k1 * (1 - b + (b * words.length) / average) }
  })
  const weights = new Map(
    [...sought].map((word) => {
      const found = counted.filter(({ counts }) => counts.has(word)).length
      return [word, Math.log(1 + (texts.length - found + 0.5) / (found + 0.5))]
    }),
  )
  const scored = counted.map(({ passage, counts, norm }) => {
    let score = 0
    for (const [word, count] of counts) score += ((weights.get(word) ?? 0) * count * (k1 + 1)) / (count + norm)
    return { passage, score }
  })
  return scored
    .filter(({ score }) => score > 0)
    .sort((one, other) => other.score - one.score || one.passage.n - other.passage.n)
    .map(({ passage }) => passage)
}
