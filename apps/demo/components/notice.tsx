'use client'
// A banner for what a person has to know before going on.

import type { Step } from 'dogear/react'
import type { ReactNode } from 'react'
import type { FlowPages } from '../lib/flow-pages.ts'
import { messageFor } from '../lib/problems.ts'
import { useWords } from './words.tsx'

type NoticeProps = {
  code: string | null | undefined
  /** Where the focus goes when a new refusal comes, far from the button. */
  alert?: Step['alert']
  pages: Pick<FlowPages, 'noun' | 'messages'>
  /** True if nothing the person did has caused it. */
  byItself?: boolean
  children?: ReactNode
}

/** The id of a notice that nobody caused. It stands below what is being filled in, and the note in view leads to it. */
export const byItselfId = 'by-itself'

export function Notice({ code, alert, pages, byItself = false, children }: NoticeProps) {
  const { t, sentences } = useWords()
  if (!code) return null
  const { title, text, tone } = messageFor(code, pages)
  return (
    <div
      {...(byItself ? { id: byItselfId, tabIndex: -1 } : alert)}
      className={['notice', tone === 'wrong' && 'wrong', byItself && 'by-itself'].filter(Boolean).join(' ')}
      role={tone === 'wrong' ? 'alert' : 'status'}
    >
      <h2>{t(title)}</h2>
      <p>{sentences(text)}</p>
      {children}
    </div>
  )
}
