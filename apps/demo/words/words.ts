// The words of the shop in one language. An English text is its own key, so that the pages can be read.

import { createElement, Fragment, type ReactNode } from 'react'
import type german from './de.json'

/** Every text of the shop that has a translation. */
export type Text = keyof typeof german

export type Lang = 'en' | 'de' | 'ar'
export type Dir = 'ltr' | 'rtl'

/** The texts of a language by their English; undefined for English itself. */
export type Texts = Readonly<Record<string, string>> | undefined

/** The languages, each by its own name, and how numbers and dates are written in it. */
export const languages: Readonly<Record<Lang, { name: string; dir: Dir; locale: string }>> = {
  en: { name: 'English', dir: 'ltr', locale: 'en-GB' },
  de: { name: 'Deutsch', dir: 'ltr', locale: 'de-DE' },
  // The digits of codes, cards and phone numbers, which stand beside the others.
  ar: { name: 'العربية', dir: 'rtl', locale: 'ar-u-nu-latn' },
}

type Values = Readonly<Record<string, string | number>>

export type Words = {
  lang: Lang
  /** For `Intl`. */
  locale: string
  /** A text, with values in the place of names in braces. */
  t: (text: Text, values?: Values) => string
  /** As `t`, with elements in it. */
  rich: (text: Text, values: Readonly<Record<string, ReactNode>>) => ReactNode
  /** Several texts, one after the other. */
  sentences: (texts: readonly Text[]) => string
  /** A text that may have been put into words already, or be a person's own: then it stays as it is. */
  any: (text: string) => string
}

const inBraces = /\{(\w+)\}/

export function wordsOf(lang: Lang, texts: Texts): Words {
  const any = (text: string): string => (texts && Object.hasOwn(texts, text) ? (texts[text] ?? text) : text)
  return {
    lang,
    locale: languages[lang].locale,
    any,
    sentences: (all) => all.map(any).join(' '),
    t: (text, values = {}) => any(text).replace(new RegExp(inBraces, 'g'), (_, name) => String(values[name])),
    rich: (text, values) =>
      any(text)
        .split(inBraces)
        // Every second part is a name.
        .map((part, index) => (index % 2 === 0 ? part : createElement(Fragment, { key: part }, values[part]))),
  }
}
