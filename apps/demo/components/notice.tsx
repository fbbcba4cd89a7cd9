// A banner for what a person has to know before going on.

import type { ReactNode } from 'react'
import { messageFor } from '../lib/problems.ts'

export function Notice({ code, children }: { code: string | undefined; children?: ReactNode }) {
  if (!code) return null
  const { title, text, tone } = messageFor(code)
  return (
    <div className={tone === 'wrong' ? 'notice wrong' : 'notice'} role={tone === 'wrong' ? 'alert' : 'status'}>
      <h2>{title}</h2>
      <p>{text}</p>
      {children}
    </div>
  )
}
