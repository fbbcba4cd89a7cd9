'use client'
// A page that could not be made: whose fault it is, and what to do. Works without JavaScript and without the store.

import { unavailableTitle } from '../lib/outage.ts'
import { Code } from './bidi.tsx'
import { useWords } from './words.tsx'

type UnavailableProps = {
  /** A script that tries again, or the address to try. */
  retry: (() => void) | string
  reference?: string | undefined
}

export function Unavailable({ retry, reference }: UnavailableProps) {
  const { t, rich } = useWords()
  return (
    <div className="stack measure">
      <h1 tabIndex={-1}>{t(unavailableTitle)}</h1>
      <p className="lede">{t('That is our fault. What was saved stays saved.')}</p>
      <p>
        {t('Try again in a moment. If that does not help, come back later: you come to the page where you stopped.')}
      </p>
      {reference && (
        <p>
          {rich('If you write to us about it, name this reference: {reference}', {
            reference: <Code>{reference}</Code>,
          })}
        </p>
      )}
      <div className="actions">
        {typeof retry === 'string' ? (
          <a className="button" href={retry}>
            {t('Try again')}
          </a>
        ) : (
          <button type="button" className="button" onClick={retry}>
            {t('Try again')}
          </button>
        )}
      </div>
    </div>
  )
}
