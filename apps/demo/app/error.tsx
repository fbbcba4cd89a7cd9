'use client'
// The page in place of one that failed.

import { useEffect } from 'react'
import { Unavailable, unavailableTitle } from '../components/unavailable.tsx'

export default function ErrorPage({ retry }: { error: unknown; retry: () => void }) {
  // A title of its own would stand beside that of the page that failed.
  useEffect(() => {
    document.title = `${unavailableTitle} – Marginalia`
  }, [])
  return <Unavailable retry={retry} />
}
