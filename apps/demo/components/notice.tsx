'use client'
// A banner for what a person has to know before going on.

import { type ReactNode, useEffect, useRef } from 'react'
import { messageFor } from '../lib/problems.ts'

/** `cause` is what brought it up; with every new one the banner is brought into view, as it is far from the button. */
export function Notice({ code, cause, children }: { code: string | undefined; cause?: unknown; children?: ReactNode }) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (cause) box.current?.focus()
  }, [cause])

  if (!code) return null
  const { title, text, tone } = messageFor(code)
  return (
    <div
      ref={box}
      tabIndex={-1}
      className={tone === 'wrong' ? 'notice wrong' : 'notice'}
      role={tone === 'wrong' ? 'alert' : 'status'}
    >
      <h2>{title}</h2>
      <p>{text}</p>
      {children}
    </div>
  )
}
