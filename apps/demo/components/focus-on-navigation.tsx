'use client'
// After a navigation in the page the focus goes to the new heading, which comes into view on the smallest screen, too.

import { usePathname } from 'next/navigation'
import { useEffect, useRef } from 'react'

export function FocusOnNavigation() {
  const pathname = usePathname()
  const seen = useRef(pathname)
  useEffect(() => {
    if (seen.current === pathname) return
    seen.current = pathname
    document.querySelector<HTMLElement>('main h1')?.focus()
  }, [pathname])
  return null
}
