// The language of a request: the one a person has chosen, else the one their browser asks for.

import type { Catalogue, ChooseMessages } from 'dogear/http'
import arabic from '../words/ar.json' with { type: 'json' }
import german from '../words/de.json' with { type: 'json' }
import arabicLibrary from '../words/library.ar.json' with { type: 'json' }
import germanLibrary from '../words/library.de.json' with { type: 'json' }
import { type Lang, languages, type Text } from '../words/words.ts'

export const languageCookie = 'lang'

// A text that a language lacks does not compile, be it one of the shop or one of the library.
type Translation = Catalogue & { texts: Readonly<Record<Text, string>> }

const translations: Readonly<Record<Exclude<Lang, 'en'>, Translation>> = {
  de: { lang: 'de', dir: 'ltr', texts: german, ...germanLibrary },
  ar: { lang: 'ar', dir: 'rtl', texts: arabic, ...arabicLibrary },
}

/** The language called `value`, which a cookie or a form may have made up. */
export const toLang = (value: unknown): Lang | undefined =>
  typeof value === 'string' && Object.hasOwn(languages, value) ? (value as Lang) : undefined

export const messages: ChooseMessages = ({ headers }, accepts) => {
  const [, chosen] = new RegExp(`(?:^|; )${languageCookie}=(\\w+)`).exec(headers.get('cookie') ?? '') ?? []
  const lang = toLang(chosen) ?? accepts<Lang>(['en', 'de', 'ar'])
  return lang === 'en' ? { lang, dir: 'ltr' } : translations[lang]
}

/** The texts of a language, for its pages; none for English. */
export const textsOf = (lang: Lang): Readonly<Record<Text, string>> | undefined =>
  lang === 'en' ? undefined : translations[lang].texts
