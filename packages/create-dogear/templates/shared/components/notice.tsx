import type { ReactNode } from 'react'

/** A page that is none of a step: it says what is the matter, and what to do. */
export function Notice({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main>
      <title>{`${title} – Bookbinding workshop`}</title>
      <p className="above">Bookbinding workshop</p>
      <h1>{title}</h1>
      {children}
    </main>
  )
}
