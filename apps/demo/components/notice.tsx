'use client'
// A banner for what a person has to know before going on.

import { type ReactNode, useEffect, useRef } from 'react'
import type { FlowPages } from '../lib/flow-pages.ts'
import { messageFor } from '../lib/problems.ts'

type NoticeProps = {
  code: string | undefined
  cause?: unknown
  pages: Pick<FlowPages, 'noun' | 'messages'>
  /** True if nothing the person did has caused it. */
  byItself?: boolean
  children?: ReactNode
}

/** `cause` is the refusal it belongs to. With every new one the banner scrolls into view, far from the button. */
export function Notice({ code, cause, pages, byItself = false, children }: NoticeProps) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (cause) box.current?.focus()
  }, [cause])

  if (!code) return null
  const { title, text, tone } = messageFor(code, pages)
  return (
    <div
      ref={box}
      tabIndex={-1}
      className={['notice', tone === 'wrong' && 'wrong', byItself && 'by-itself'].filter(Boolean).join(' ')}
      role={tone === 'wrong' ? 'alert' : 'status'}
    >
      <h2>{title}</h2>
      <p>{text}</p>
      {children}
    </div>
  )
}
