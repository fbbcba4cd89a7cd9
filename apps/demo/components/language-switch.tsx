// The choice of the language: a plain form, which leads back to the page it is on.

import { type Lang, languages } from '../words/words.ts'

export function LanguageSwitch({ lang }: { lang: Lang }) {
  const names = Object.values(languages).map(({ name }) => name)
  return (
    <form action="/language" method="post" className="languages" aria-label={names.join(', ')}>
      {Object.entries(languages).map(([code, { name, dir }]) => (
        <button
          key={code}
          type="submit"
          name="lang"
          value={code}
          lang={code}
          dir={dir}
          className="link-button"
          aria-pressed={code === lang}
        >
          {name}
        </button>
      ))}
    </form>
  )
}
