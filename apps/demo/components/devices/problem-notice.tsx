'use client'
// The banner for a problem with a link, a code, a device or a saved session.

import type { FocusProps } from 'dogear/react'
import { deviceMessage } from '../../lib/devices/problems.ts'
import { useWords } from '../words.tsx'

/** With an `alert` the banner takes the focus. */
export function ProblemNotice({ code, alert }: { code: string; alert?: FocusProps }) {
  const { t } = useWords()
  const { title, text } = deviceMessage(code)
  return (
    <div className="notice wrong" role="alert" {...alert}>
      <h2>{t(title)}</h2>
      <p>{t(text)}</p>
    </div>
  )
}
