// The two published methods against their formulas.
import { expect, test } from 'vitest'
import { bm25 } from './bm25.ts'
import { lexRank, similarities } from './lexrank.ts'
import { piecesOf, sentencesOf, tokensOf, wordsOf } from './sentences.ts'

test('BM25 is what its formula says', () => {
  const texts = [
    ['rent', 'month', 'rent'],
    ['rent', 'floor', 'room', 'door', 'key'],
    ['notice', 'writing'],
    ['key', 'key'],
  ]
  const average = 12 / 4
  const part = (rarity: number, count: number, length: number) =>
    (rarity * count * 2.2) / (count + 1.2 * (0.25 + (0.75 * length) / average))
  const rent = Math.log(1 + 2.5 / 2.5)
  const month = Math.log(1 + 3.5 / 1.5)
  const expected = [part(rent, 2, 3) + part(month, 1, 3), part(rent, 1, 5), 0, 0]
  for (const [index, score] of bm25(['rent', 'month', 'month', 'absent'], texts).entries())
    expect(score).toBeCloseTo(expected[index] ?? Number.NaN, 12)
})

const sentences = [
  'the bridge over the river is closed',
  'repair takes a year',
  'a year of repair closed the river bridge',
  'bananas ripen',
  '',
].map(wordsOf)

test('LexRank is a distribution that a step of the walk leaves as it is', () => {
  const table = similarities(sentences)
  const ranks = lexRank(table)
  expect(ranks.reduce((sum, rank) => sum + rank, 0)).toBeCloseTo(1, 6)
  const neighbours = (index: number) =>
    ranks.flatMap((_, other) => (other !== index && (table[index]?.[other] ?? 0) > 0.1 ? [other] : []))
  for (const [index, rank] of ranks.entries()) {
    const walked = ranks.reduce((sum, other, from) => {
      const all = neighbours(from)
      if (all.length === 0) return sum + other / ranks.length
      return all.includes(index) ? sum + other / all.length : sum
    }, 0)
    expect(rank).toBeCloseTo(0.15 / ranks.length + 0.85 * walked, 6)
  }
  expect(ranks.indexOf(Math.max(...ranks))).toBe(2)
  expect(ranks[3]).toBe(Math.min(...ranks))
})

test('a sentence resembles itself fully, and one without a common word not at all', () => {
  const table = similarities(sentences)
  expect(table[0]?.[0]).toBeCloseTo(1, 12)
  expect(table[0]?.[3]).toBe(0)
  expect(table[1]?.[2]).toBe(table[2]?.[1])
})

test('words lose their endings and those that say nothing', () => {
  expect(wordsOf("What are the tenant's duties, studies and bridges?")).toEqual(['tenant', 'duty', 'study', 'bridge'])
  expect(wordsOf('This bus class, gas')).toEqual(['bus', 'class', 'gas'])
})

test('sentences end at a line break, and keep their marks', () => {
  expect(sentencesOf('One.  Two [1]\nthree. [2] [3] Four? [4]')).toEqual([
    'One.',
    'Two [1]',
    'three. [2] [3]',
    'Four? [4]',
  ])
  expect(sentencesOf('[1] alone')).toEqual(['[1] alone'])
  expect(sentencesOf(' \n ')).toEqual([])
})

test('the pieces of a text are the text', () => {
  const text = '“The rent is 900 euros.” [2] 家賃は毎月です。 👩‍👩‍👧 end'
  expect(piecesOf(text).join('')).toBe(text)
  expect(piecesOf(text).length).toBeGreaterThan(8)
  expect(piecesOf('')).toEqual([])
  expect(tokensOf('four five')).toBe(3)
})
