// The passages of a document: pieces of a page that end with a sentence, numbered from 1.

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

const sentences = new Intl.Segmenter(undefined, { granularity: 'sentence' })

/** Cuts the texts of the pages, in their order. Every word stands in exactly one passage. */
export function toPassages(pages: readonly string[]): Passage[] {
  const pieces = pages.flatMap((text, index) => piecesOf(text).map((piece) => ({ page: index + 1, text: piece })))
  return pieces.map((piece, index) => ({ n: index + 1, ...piece }))
}

function piecesOf(page: string): string[] {
  const text = page.replace(/[\s\p{Cc}]+/gu, ' ').trim()
  const pieces: string[] = []
  let piece = ''
  for (const { segment } of sentences.segment(text))
    for (const part of cutAt(segment, most)) {
      if (piece.length >= enough || piece.length + part.length > most) {
        pieces.push(piece)
        piece = ''
      }
      piece += part
    }
  pieces.push(piece)
  return pieces.map((one) => one.trim()).filter((one) => one !== '')
}
