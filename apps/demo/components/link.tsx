// Links inside the shop. They are not prefetched: a page depends on the session, so an early copy would soon be wrong.

import NextLink, { type LinkProps } from 'next/link'
import type { ReactNode } from 'react'

type Props = Omit<LinkProps, 'prefetch'> & { children: ReactNode }

export function Link(props: Props & { className?: string }) {
  return <NextLink {...props} prefetch={false} />
}

export function ButtonLink(props: Props) {
  return <Link className="button" {...props} />
}

export function BackLink(props: Props) {
  return <Link className="back-link" {...props} />
}
