'use client'
// After a navigation in the page the focus goes to the new heading, as it would to the top of a new document.

import { usePathname } from 'next/navigation'
import { useEffect, useRef } from 'react'

export function FocusOnNavigation() {
  const pathname = usePathname()
  const seen = useRef(pathname)
  useEffect(() => {
    if (seen.current === pathname) return
    seen.current = pathname
    document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true })
  }, [pathname])
  return null
}
