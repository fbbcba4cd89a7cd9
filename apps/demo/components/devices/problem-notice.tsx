// The banner for a problem with a link, a code, a device or a saved session.

import type { FocusProps } from 'dogear/react'
import { deviceMessage } from '../../lib/devices/problems.ts'

/** With an `alert` the banner takes the focus. */
export function ProblemNotice({ code, alert }: { code: string; alert?: FocusProps }) {
  const { title, text } = deviceMessage(code)
  return (
    <div className="notice wrong" role="alert" {...alert}>
      <h2>{title}</h2>
      <p>{text}</p>
    </div>
  )
}
