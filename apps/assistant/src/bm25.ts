// BM25: how well each of some texts answers a question, by the words they share.
// S. Robertson, H. Zaragoza: The Probabilistic Relevance Framework: BM25 and Beyond, FnTIR 3 (2009), with the inverse
// document frequency that never turns negative, as in Lucene.

const K1 = 1.2
const B = 0.75

/** The score of each of `texts`, given as their words; 0 where no word of `question` occurs. */
export function bm25(question: readonly string[], texts: readonly (readonly string[])[]): number[] {
  const average = texts.reduce((sum, words) => sum + words.length, 0) / texts.length || 1
  const counts = texts.map(countsOf)
  const scores = texts.map(() => 0)
  for (const word of new Set(question)) {
    const holding = counts.filter((count) => count.has(word)).length
    const rarity = Math.log(1 + (texts.length - holding + 0.5) / (holding + 0.5))
    for (const [index, words] of texts.entries()) {
      const count = counts[index]?.get(word) ?? 0
      const length = 1 - B + (B * words.length) / average
      scores[index] = (scores[index] ?? 0) + (rarity * count * (K1 + 1)) / (count + K1 * length)
    }
  }
  return scores
}

/** The number of times that each word occurs. */
export function countsOf(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return counts
}
