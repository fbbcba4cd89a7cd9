// Lengths of time and ages in words, and other names that the words of a language make.

import type { Words } from '../words/words.ts'

type InWords = Pick<Words, 'locale' | 't'>

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const

const counted = (count: number, unit: string, { locale }: Pick<Words, 'locale'>): string =>
  new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(count)

/** A length of time, never more than there is: `45 seconds`, `14 minutes`, `30 days`. */
export function lengthOf(ms: number, words: InWords): string {
  // A larger unit is used only from two of it on, because 110 seconds must not become one minute.
  const [unit, size] = units.find(([, each]) => ms >= 2 * each) ?? units[3]
  return counted(Math.max(1, Math.floor(ms / size)), unit, words)
}

/** How long ago something was, in its largest whole unit: `just now`, `3 minutes ago`. */
export function ageOf(ms: number, { locale, t }: InWords): string {
  const found = units.find(([unit, size]) => unit !== 'second' && ms >= size)
  if (!found) return t('just now')
  const [unit, size] = found
  return new Intl.RelativeTimeFormat(locale, { numeric: 'always' }).format(-Math.floor(ms / size), unit)
}

/** The age of a person: `8 years`. */
export const yearsOf = (years: number, words: InWords): string => counted(years, 'year', words)

/** The label that the flow gives a card, in words. */
export function cardLabel(label: string, { t }: InWords): string {
  const [, last4] = /^Card ending (\d{4})$/.exec(label) ?? []
  return last4 === undefined ? t('Card') : t('Card ending {last4}', { last4 })
}
