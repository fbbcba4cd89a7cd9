// The page for an address that does not exist.

import type { Metadata } from 'next'
import { ButtonLink, Link } from '../components/link.tsx'

export const metadata: Metadata = { title: 'There is no page at this address – Marginalia' }

export default function NotFound() {
  return (
    <div className="stack measure">
      <h1 tabIndex={-1}>There is no page at this address</h1>
      <p className="lede">If you typed the address, check it. If you followed a link, it may be out of date.</p>
      <div className="actions">
        <ButtonLink href="/checkout">Go to where you stopped</ButtonLink>
        <Link href="/">Home</Link>
      </div>
    </div>
  )
}
