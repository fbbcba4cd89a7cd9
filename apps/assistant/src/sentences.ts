// Sentences of a text, their words, their tokens.

const sentenceSegmenter = new Intl.Segmenter('en', { granularity: 'sentence' })
const wordSegmenter = new Intl.Segmenter('en', { granularity: 'word' })
/** Marks such as `[2]` at the beginning of a segment: they belong to the sentence before it. */
const leadingMarks = /^(?:\[\d+\][.,;]?\s*)+/

/** Words that are in any question or text, so that none of them says what it is about. */
const stopWords: ReadonlySet<string> = new Set(
  [
    'a about all also am an and any are as at be because been before being between both but by can could did do does',
    'doing done for from had has have having he her here hers him his how i if in into is it its just let like may me',
    'mean means might more most much must my no nor not of off on one only or other our out over please said same say',
    'says shall she should so some such tell than that the their them then there these they this those to too under up',
    'us very was we were what when where which while who whom whose why will with would you your document text passage',
  ]
    .join(' ')
    .split(' '),
)

/** The sentences of `text`, trimmed, with single spaces. A line break ends a sentence; a `[2]` stays with its own. */
export function sentencesOf(text: string): string[] {
  const sentences: string[] = []
  for (const { segment } of sentenceSegmenter.segment(text)) {
    const sentence = segment.replace(/\s+/g, ' ').trim()
    const marks = leadingMarks.exec(sentence)?.[0] ?? ''
    const before = sentences.length - 1
    if (marks !== '' && before >= 0) sentences[before] += ` ${marks.trim()}`
    const rest = marks !== '' && before < 0 ? sentence : sentence.slice(marks.length)
    if (rest !== '') sentences.push(rest)
  }
  return sentences
}

/**
 * The words of `text` that tell what it is about, in lower case, without stop words of English, as singulars: the
 * "S stemmer" of D. Harman, How effective is suffixing?, JASIS 42 (1991).
 */
export function wordsOf(text: string): string[] {
  return [...wordSegmenter.segment(text.normalize('NFKC').toLowerCase())]
    .filter(({ isWordLike }) => isWordLike)
    .map(({ segment }) => segment.replace(/['’]s$/, ''))
    .filter((word) => !stopWords.has(word))
    .map(singular)
}

function singular(word: string): string {
  if (word.length < 4) return word
  if (/[^ea]ies$/.test(word)) return `${word.slice(0, -3)}y`
  if (/[^aeo]es$/.test(word)) return word.slice(0, -1)
  return /[^us]s$/.test(word) ? word.slice(0, -1) : word
}

/** `text` in pieces of a word each, with the signs and spaces after it: the chunks of a stream. */
export function piecesOf(text: string): string[] {
  const pieces: string[] = []
  for (const { segment, isWordLike } of wordSegmenter.segment(text))
    if (isWordLike || pieces.length === 0) pieces.push(segment)
    else pieces[pieces.length - 1] += segment
  return pieces
}

/** A token is four bytes of UTF-8: the rule of thumb for English, and the same on every machine. */
export const tokensOf = (text: string): number => Math.ceil(Buffer.byteLength(text) / 4)
