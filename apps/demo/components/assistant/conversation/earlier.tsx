'use client'
// The questions that are no longer on the page: how many, and what they came to.

import type { AssistantView } from '../../../flows/assistant/flow.ts'
import { assistantPages as pages } from '../../../flows/assistant/pages.ts'
import { stepUrl } from '../../../lib/view.ts'
import { Link } from '../../link.tsx'
import { useWords } from '../../words.tsx'
import { AnswerText } from './answer-text.tsx'

export function Earlier({ context: { moved, summary } }: Pick<AssistantView, 'context'>) {
  const { t } = useWords()
  const { exchanges: count } = moved
  if (count === 0) return null
  return (
    <div className="earlier">
      <p>
        <Link href={stepUrl(pages, 'earlier')}>
          {count === 1 ? t('One earlier question') : t('{count} earlier questions', { count })}
        </Link>
      </p>
      {summary !== '' && (
        <details className="quiet-details">
          <summary>{t('What was said before, in short')}</summary>
          <AnswerText text={summary} />
        </details>
      )}
    </div>
  )
}
