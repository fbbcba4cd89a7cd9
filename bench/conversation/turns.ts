// The conversation that every contender keeps: forty questions with their answers, the rules by which it stays lean.

export type Exchange = { question: string; answer: string }

/** The document that the questions are about, as a session knows it; its text is elsewhere. */
export type Source = { hash: string; title: string; bytes: number }

export const turns = 40
/** Past so many exchanges, all but the last `kept` are condensed. */
export const most = 6
export const kept = 3
/** The characters of a summary. */
const summaryLength = 1_200

export const source: Source = {
  hash: 'b94d27b9934d3eb08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde',
  title: 'Lease of the flat on the third floor.pdf',
  bytes: 482_113,
}

const words = (
  'the lease tenant landlord rent month floor balcony notice writing party contract deposit repair heating water ' +
  'cost year euro day working first last third term clause page section agreed paid due before after during unless ' +
  'without with either both may must shall not only garden cellar key door window owner house rule night guest pet ' +
  'noise share bill meter power lift stairs roof paint wall damage claim court law date sign copy annex list of to in'
).split(' ')

/** The same numbers from 0 to 1 in every process: mulberry32. */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function prose(characters: number, next: () => number): string {
  let text = ''
  while (text.length < characters) text += `${text && ' '}${words[Math.floor(next() * words.length)]}`
  return text
}

/** The exchange of a turn, from 0 on: a question of 80 characters, an answer of three sentences, 600 characters. */
export function exchangeOf(turn: number): Exchange {
  const next = numbers(turn + 1)
  const sentence = (nth: number) => `${turn + 1}.${nth} ${prose(195, next)} [${nth}].`
  return { question: `${turn + 1}: ${prose(76, next)}?`, answer: [1, 2, 3].map(sentence).join(' ') }
}

/** The summary with these exchanges in it: the beginning of each answer, the oldest ones left out in the end. */
export function condensed(summary: string, exchanges: readonly Exchange[]): string {
  return [summary, ...exchanges.map(({ answer }) => `${answer.slice(0, 80)}.`)].join('\n').slice(-summaryLength)
}
