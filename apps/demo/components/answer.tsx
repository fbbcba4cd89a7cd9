'use client'
// One answer as a row to read before the whole is sent, with the link that changes it.

import type { ReactNode } from 'react'
import { Link } from './link.tsx'
import { toChange } from './use-changing.ts'
import { useWords } from './words.tsx'

type AnswerProps = {
  label: string
  /** Where it can be changed. */
  href: string
  /** Completes "Change" for a screen reader: `name`. */
  what: string
  children: ReactNode
}

export function Answer({ label, href, what, children }: AnswerProps) {
  const { t } = useWords()
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
      <dd className="change">
        <Link href={toChange(href)}>
          {t('Change')}
          <span className="visually-hidden"> {what}</span>
        </Link>
      </dd>
    </div>
  )
}

/** The lines of an answer, such as an address; empty ones are left out. */
export function Lines({ of }: { of: readonly (string | undefined)[] }) {
  return of.filter(Boolean).map((line, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the lines of an answer are in a fixed order and may repeat.
    <span key={index}>
      <bdi>{line}</bdi>
      <br />
    </span>
  ))
}
