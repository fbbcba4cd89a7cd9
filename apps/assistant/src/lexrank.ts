// LexRank: how central each sentence of a text is, by those that resemble it.
// G. Erkan, D. R. Radev: LexRank: Graph-based Lexical Centrality as Salience in Text Summarization, JAIR 22 (2004).
import { countsOf } from './bm25.ts'

/** Sentences that resemble each other less than this are no neighbours. */
const THRESHOLD = 0.1
const DAMPING = 0.15
const ROUNDS = 100
const CLOSE_ENOUGH = 1e-7

/** The cosine of every two sentences, given as their words, each word weighed by how rare it is: 0 to 1. */
export function similarities(sentences: readonly (readonly string[])[]): number[][] {
  const counts = sentences.map(countsOf)
  const holding = countsOf(counts.flatMap((count) => [...count.keys()]))
  const weights = counts.map((count) => {
    const weight = new Map<string, number>()
    for (const [word, times] of count)
      weight.set(word, times * Math.log(1 + sentences.length / (holding.get(word) ?? 1)))
    const length = Math.hypot(...weight.values()) || 1
    for (const [word, value] of weight) weight.set(word, value / length)
    return weight
  })
  const table = sentences.map(() => new Array<number>(sentences.length).fill(0))
  for (const [i, one] of weights.entries())
    for (let j = i; j < weights.length; j++) {
      let cosine = 0
      for (const [word, value] of one) cosine += value * (weights[j]?.get(word) ?? 0)
      for (const [a, b] of [
        [i, j],
        [j, i],
      ] as const)
        (table[a] as number[])[b] = cosine
    }
  return table
}

/**
 * The centrality of each sentence in a table of `similarities`; all of them add up to 1. No sentence is its own
 * neighbour, other than in the paper: there a lone one is more central than one at the edge of a group.
 */
export function lexRank(table: readonly (readonly number[])[]): number[] {
  const count = table.length
  const neighbours = table.map((row, index) =>
    row.flatMap((similarity, other) => (similarity > THRESHOLD && other !== index ? [other] : [])),
  )
  let ranks = table.map(() => 1 / count)
  for (let round = 0; round < ROUNDS; round++) {
    const alone = ranks.reduce((sum, rank, index) => (neighbours[index]?.length ? sum : sum + rank), 0)
    const next = table.map(() => (DAMPING + (1 - DAMPING) * alone) / count)
    for (const [index, others] of neighbours.entries())
      for (const other of others)
        next[other] = (next[other] as number) + ((1 - DAMPING) * (ranks[index] as number)) / others.length
    const moved = Math.max(0, ...next.map((rank, index) => Math.abs(rank - (ranks[index] as number))))
    ranks = next
    if (moved < CLOSE_ENOUGH) break
  }
  return ranks
}
