// The passages of a document: pieces of a page that end with a sentence, numbered from 1.

import { setImmediate } from 'node:timers/promises'
import type { Beside } from './beside.ts'
import { cutAt } from './cut.ts'

/** `n` is the number that answers cite, `page` that of the page it stands on, from 1. */
export type Passage = { n: number; page: number; text: string }
export type Passages = { title: string; pages: number; passages: Passage[] }

/** The part of the name of the file that holds them. */
export const passagesPart = 'passages'

/** The passages that are kept of a document, for its session; undefined if there are none. */
export const readPassagesIn = async (
  beside: Beside,
  { id }: { id: string },
  session: string,
): Promise<Passages | undefined> =>
  (await beside.read({ document: id, part: passagesPart }, session)) as Passages | undefined

/** A passage is complete from here on, in characters. */
const enough = 600
const most = 900

/**
 * The characters of a page that are looked at in one go. The segmenter takes ever longer for each sentence of a longer
 * text: minutes for all of a million characters, and milliseconds in pieces.
 */
const sliceLength = 4_000

const sentences = new Intl.Segmenter(undefined, { granularity: 'sentence' })

/**
 * Cuts the texts of the pages, in their order. Every word stands in exactly one passage. It is done slice by slice, so
 * that this process goes on with the requests of other people in between.
 */
export async function toPassages(pages: readonly string[]): Promise<Passage[]> {
  const passages: Passage[] = []
  for (const [index, page] of pages.entries()) {
    let piece = ''
    const end = () => {
      const text = piece.trim()
      if (text !== '') passages.push({ n: passages.length + 1, page: index + 1, text })
      piece = ''
    }
    for (const slice of slicesOf(page)) {
      for (const part of slice.flatMap((sentence) => cutAt(sentence, most))) {
        if (piece.length >= enough || piece.length + part.length > most) end()
        piece += part
      }
      await setImmediate()
    }
    end()
  }
  return passages
}

/** The sentences of a page, in slices, with one space in place of each gap. A longer sentence is cut behind a word. */
function* slicesOf(page: string): Generator<string[]> {
  let rest = ''
  for (const raw of cutAt(page, sliceLength)) {
    const text = (rest + raw).replace(/[\s\p{Cc}]+/gu, ' ')
    const found = Array.from(sentences.segment(text), ({ segment }) => segment)
    // The last sentence may go on in the next slice; so may the last word of a slice in which none ends.
    if (found.length > 1) {
      rest = found.pop() ?? ''
      yield found
      continue
    }
    const end = text.lastIndexOf(' ')
    rest = end > 0 ? text.slice(end) : ''
    yield [end > 0 ? text.slice(0, end) : text]
  }
  yield [rest]
}
