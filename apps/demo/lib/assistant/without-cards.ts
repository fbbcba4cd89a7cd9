// Texts that an effect has from a document or a model, without the numbers of payment cards: a session keeps none.

import { maskCardNumbers } from 'dogear'
import { sentencesWithin } from './cut.ts'

/** The text with card numbers masked, within `bytes` of UTF-8. */
export function withoutCards(text: string, bytes: number): string {
  for (let given = text; ; ) {
    const masked = maskCardNumbers(given)
    if (masked === given) return given
    // A mask takes more bytes than the digits; and digits that were part of a longer word may end it now.
    given = sentencesWithin(masked, bytes)
  }
}

/** The end of a text that the next part may make a card number of. */
const open = /\p{N}[\p{N}\p{Zs}\p{Pd}\t]*$/u
/** The letters before a number that tell if it is one of a card. */
const contextLength = 3

/** Tells a text, part by part, with card numbers masked. Digits are told once it is known what they are part of. */
export function maskedParts(tell: (text: string) => void): (part: string) => void {
  let [before, held] = ['', '']
  return (part) => {
    held += part
    const end = open.exec(held)?.index ?? held.length
    const known = held.slice(0, end)
    held = held.slice(end)
    if (known === '') return
    const masked = maskCardNumbers(before + known)
    // Letters of other scripts may have changed along with the number.
    tell(masked.startsWith(before) ? masked.slice(before.length) : maskCardNumbers(known))
    before = (before + known).slice(-contextLength)
  }
}
