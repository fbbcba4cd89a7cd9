// The answer to a conversation: sentences of what it was given, each with the number of its passage. Pure.
import { bm25 } from './bm25.ts'
import { type Message, type Passage, readConversation } from './conversation.ts'
import { lexRank, similarities } from './lexrank.ts'
import { piecesOf, sentencesOf, tokensOf, wordsOf } from './sentences.ts'

/** `finish` is `length` if the answer was cut at the tokens it may take, in the protocol's words. */
export type Answer = { text: string; finish: 'stop' | 'length' }

/** One to quote, with its words and its passage. */
type Sentence = { text: string; words: string[]; mark: number | undefined }

const QUOTES = 3
const SUMMARY = 5
/** A sentence answers if it holds at least this part of the question's words, and scores this part of the best one. */
const ENOUGH = 1 / 3
const NEAR_BEST = 0.5
/** Two sentences that resemble each other more than this say the same. */
const SAME = 0.6
/** Every two sentences are compared, so of more than these only every second one is looked at, or every third. */
const MOST_COMPARED = 600

const nothing = {
  question: 'None of the passages that I was given says anything about that.',
  noPassages: 'I was given no passages, so there is nothing that I could quote.',
  summary: 'I was given nothing to summarise.',
}

/** The same conversation always has the same answer. It takes at most `maxTokens`, whole sentences if one fits. */
export function answerTo(messages: readonly Message[], maxTokens: number = Number.POSITIVE_INFINITY): Answer {
  const asked = readConversation(messages)
  const sentences = asked.passages.flatMap(toSentences)
  if (asked.kind === 'summary') {
    const chosen = summaryOf(sentences, maxTokens)
    return within(maxTokens, chosen.map(asWritten).join(' ') || nothing.summary)
  }
  if (sentences.length === 0) return within(maxTokens, nothing.noPassages)
  const chosen = quotesFor(asked.question, sentences, maxTokens)
  return within(maxTokens, chosen.map(asQuote).join(' ') || nothing.question)
}

const toSentences = ({ mark, text }: Passage): Sentence[] =>
  sentencesOf(text).map((sentence) => ({ text: sentence, words: wordsOf(sentence), mark }))

const marked = (text: string, { mark }: Sentence): string => (mark === undefined ? text : `${text} [${mark}]`)
const asWritten = (sentence: Sentence): string => marked(sentence.text, sentence)
const asQuote = (sentence: Sentence): string => marked(`“${sentence.text}”`, sentence)

/** The sentences that answer best, in the order in which they were given. */
function quotesFor(question: string, sentences: readonly Sentence[], maxTokens: number): Sentence[] {
  const asked = new Set(wordsOf(question))
  const texts = sentences.map(({ words }) => words)
  const scores = bm25([...asked], texts)
  const fits = sentences.map(
    ({ words }) => new Set(words.filter((word) => asked.has(word))).size / asked.size >= ENOUGH,
  )
  const fitting = ranked(scores).filter((index) => fits[index])
  const best = scores[fitting[0] ?? 0] ?? 0
  const order = fitting.filter((index) => (scores[index] as number) >= best * NEAR_BEST)
  const like = (one: number, other: number) => sentences[one]?.text === sentences[other]?.text
  return choose(order, sentences, { most: QUOTES, maxTokens, write: asQuote, like })
}

/** The most central sentences, none of which says what another one says, in the order in which they were given. */
function summaryOf(all: readonly Sentence[], maxTokens: number): Sentence[] {
  const step = Math.ceil(all.length / MOST_COMPARED)
  const sentences = all.filter((_, index) => index % step === 0)
  const table = similarities(sentences.map(({ words }) => words))
  const like = (one: number, other: number) => (table[one]?.[other] ?? 0) > SAME
  return choose(ranked(lexRank(table)), sentences, { most: SUMMARY, maxTokens, write: asWritten, like })
}

/** Indexes by score, the best first; equal ones in their order. */
const ranked = (scores: readonly number[]): number[] =>
  scores.map((_, index) => index).sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b)

type Choice = {
  most: number
  maxTokens: number
  write: (sentence: Sentence) => string
  like: (one: number, other: number) => boolean
}

function choose(order: readonly number[], sentences: readonly Sentence[], { most, maxTokens, write, like }: Choice) {
  const chosen: number[] = []
  let left = maxTokens
  for (const index of order) {
    if (chosen.length === most) break
    const cost = tokensOf(`${write(sentences[index] as Sentence)} `)
    // The best one is taken even if it does not fit: half an answer is cut, none would be a lie.
    if ((cost > left && chosen.length > 0) || chosen.some((other) => like(index, other))) continue
    chosen.push(index)
    left -= cost
  }
  return chosen.sort((a, b) => a - b).map((index) => sentences[index] as Sentence)
}

function within(maxTokens: number, text: string): Answer {
  if (tokensOf(text) <= maxTokens) return { text, finish: 'stop' }
  let cut = ''
  for (const piece of piecesOf(text)) {
    if (tokensOf(cut + piece) > maxTokens) break
    cut += piece
  }
  return { text: cut, finish: 'length' }
}
