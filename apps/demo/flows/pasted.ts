// Text as a person sees it, wherever it was pasted from, by the Unicode properties of its characters.

const ignorable = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu
// Joiners, variants and parts of an emoji show in the characters around them.
const unseen =
  /(?![\p{Join_Control}\p{Variation_Selector}\p{Emoji_Component}])[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu
const edges = /^[\p{White_Space}\p{Cf}\p{Default_Ignorable_Code_Point}]+|[\p{White_Space}\p{Join_Control}]+$/gu
const lineBreaks = /\r\n|[\r\u0085\p{Zl}\p{Zp}]/gu
const controls = /(?!\p{White_Space})\p{Cc}/gu

/** `text` without invisible marks and without space at its edges; its line breaks stay. Empty if nothing is to see. */
export function seenLines(text: string): string {
  return text.replace(lineBreaks, '\n').replace(controls, '').replace(unseen, '').replace(edges, '').normalize('NFC')
}

/** The same as one line, with single spaces of the plain kind. */
export function seen(text: string): string {
  return seenLines(text).replace(/\p{White_Space}+/gu, ' ')
}

/** The number of characters as a person counts them: a letter with its accents is one, and so is an emoji. */
export function lengthSeen(text: string): number {
  return [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)].length
}

/**
 * `text` as others look it up or dial it: nothing invisible, and the plain kind of every digit, letter, hyphen and
 * space. Japanese keyboards write the hyphens of a number as length marks, hence `Extender`.
 */
export function plain(text: string): string {
  return seen(text.replace(ignorable, '').normalize('NFKC'))
    .replace(/\p{Nd}/gu, (digit) => String(valueOfDigit(digit)))
    .replace(/[\p{Dash}\p{Extender}]/gu, '-')
}

/** The value of a decimal digit of any script. The digits of a script follow each other, from 0 to 9. */
function valueOfDigit(digit: string): number {
  let before = 0
  while (/\p{Nd}/u.test(String.fromCodePoint((digit.codePointAt(0) ?? 0) - before - 1))) before++
  return before % 10
}
