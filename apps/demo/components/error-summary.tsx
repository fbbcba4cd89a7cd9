'use client'
// The list of errors on top of the page, with a link to each field.

import type { Step } from 'dogear/react'
import { type MouseEvent, useEffect } from 'react'
import { useWords } from './words.tsx'

export function ErrorSummary({ errors, alert }: Pick<Step, 'errors' | 'alert'>) {
  const { t, any } = useWords()
  const prefix = t('Error: {title}', { title: '' })
  const entries = Object.entries(errors)
  const text = entries.map(([, message]) => message).join('\n')

  useEffect(() => {
    if (text === '') return
    const title = document.title.startsWith(prefix) ? document.title.slice(prefix.length) : document.title
    document.title = prefix + title
    return () => {
      // The next page may have set its own title by now.
      if (document.title === prefix + title) document.title = title
    }
  }, [text, prefix])

  if (entries.length === 0) return null
  return (
    <div {...alert} className="notice wrong" role="alert" aria-labelledby="error-summary-title">
      <h2 id="error-summary-title">{t('There is a problem')}</h2>
      <ul>
        {entries.map(([field, message]) => (
          <li key={field}>
            <a href={`#${field}`} onClick={(event) => focusField(event, field)}>
              {any(message)}
            </a>
          </li>
        ))}
      </ul>
    </div>
  )
}

function focusField(event: MouseEvent, id: string) {
  const field = document.getElementById(id)
  if (!field) return
  event.preventDefault()
  field.closest('.field')?.scrollIntoView({ block: 'start' })
  field.focus({ preventScroll: true })
}
