// The banner for a problem with a link, a code, a device or a saved session.

import type { Ref } from 'react'
import { deviceMessage } from '../../lib/devices/problems.ts'

/** With a `box` the banner can take the focus. */
export function ProblemNotice({ code, box }: { code: string; box?: Ref<HTMLDivElement> }) {
  const { title, text } = deviceMessage(code)
  return (
    <div className="notice wrong" role="alert" ref={box} tabIndex={box ? -1 : undefined}>
      <h2>{title}</h2>
      <p>{text}</p>
    </div>
  )
}
