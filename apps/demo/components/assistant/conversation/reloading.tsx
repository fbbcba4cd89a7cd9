'use client'
// The page of an answer that comes, where no script runs: it loads itself anew, unless a person is typing.

import { assistantPages as pages } from '../../../flows/assistant/pages.ts'
import { stepUrl } from '../../../lib/view.ts'
import { useWords } from '../../words.tsx'

const here = stepUrl(pages, 'conversation')

export function Reloading({ still }: { still: boolean }) {
  const { t } = useWords()
  return (
    <noscript>
      {still ? (
        <p>
          <a href={here}>{t('See how far the answer is')}</a>
        </p>
      ) : (
        <>
          <meta httpEquiv="refresh" content="2" />
          <p>
            <a href={`${here}?still=1#newest`}>{t('Ask the next question meanwhile')}</a>
          </p>
        </>
      )}
    </noscript>
  )
}
