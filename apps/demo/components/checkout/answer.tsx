// One answer at the last look, with the way to change it.

import Link from 'next/link'
import type { ReactNode } from 'react'

export function Answer({
  label,
  change,
  what,
  children,
}: {
  label: string
  change: string
  what: string
  children: ReactNode
}) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
      <dd className="change">
        <Link href={`/checkout/${change}`} prefetch={false}>
          Change<span className="visually-hidden"> {what}</span>
        </Link>
      </dd>
    </div>
  )
}
