'use client'
// The list of errors on top of the page, with a link to each field.

import type { Step } from 'dogear/react'
import { type MouseEvent, useEffect } from 'react'

export function ErrorSummary({ errors, alert }: Pick<Step, 'errors' | 'alert'>) {
  const entries = Object.entries(errors)
  const text = entries.map(([, message]) => message).join('\n')

  useEffect(() => {
    if (text === '') return
    const title = document.title.replace(/^Error: /, '')
    document.title = `Error: ${title}`
    return () => {
      // The next page may have set its own title by now.
      if (document.title === `Error: ${title}`) document.title = title
    }
  }, [text])

  if (entries.length === 0) return null
  return (
    <div {...alert} className="notice wrong" role="alert" aria-labelledby="error-summary-title">
      <h2 id="error-summary-title">There is a problem</h2>
      <ul>
        {entries.map(([field, message]) => (
          <li key={field}>
            <a href={`#${field}`} onClick={(event) => focusField(event, field)}>
              {message}
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
