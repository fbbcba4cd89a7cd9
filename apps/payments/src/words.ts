// The words of the provider's pages in the language of their reader. An English text is its own key.
import arabic from '../words/ar.json' with { type: 'json' }
import german from '../words/de.json' with { type: 'json' }

export type Text = keyof typeof german

export type Words = {
  lang: string
  dir: 'ltr' | 'rtl'
  /** For `Intl`. */
  locale: string
  texts: Readonly<Record<Text, string>> | undefined
}

const languages = {
  en: { lang: 'en', dir: 'ltr', locale: 'en-GB', texts: undefined },
  de: { lang: 'de', dir: 'ltr', locale: 'de-DE', texts: german },
  ar: { lang: 'ar', dir: 'rtl', locale: 'ar-u-nu-latn', texts: arabic },
} satisfies Readonly<Record<string, Words>>

/** The words for a person: in the language that the shop says they read, else in the one their browser prefers. */
export function wordsFor(said: string | null, accepted: string | undefined): Words {
  for (const tag of [said ?? '', ...preferred(accepted ?? '')]) {
    const [lang = ''] = tag.toLowerCase().split('-')
    if (Object.hasOwn(languages, lang)) return languages[lang as keyof typeof languages]
  }
  return languages.en
}

/** The languages in an `Accept-Language` header, the best first (RFC 9110, section 12.5.4). */
function preferred(header: string): string[] {
  const entries = header.split(',', 32).map((entry) => {
    const [tag = '', ...parameters] = entry.split(';').map((part) => part.trim())
    const quality = parameters.find((parameter) => parameter.startsWith('q='))
    return { tag, quality: quality === undefined ? 1 : Number(quality.slice(2)) || 0 }
  })
  return entries
    .filter(({ quality }) => quality > 0)
    .sort((one, other) => other.quality - one.quality)
    .map(({ tag }) => tag)
}

/** A text, with values in the place of names in braces. */
export const said = ({ texts }: Words, text: Text, values: Readonly<Record<string, string>> = {}): string =>
  (texts?.[text] ?? text).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '')
