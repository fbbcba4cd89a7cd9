'use client'
// The page in place of one that failed.

import { useEffect } from 'react'
import { Unavailable } from '../components/unavailable.tsx'
import { useWords } from '../components/words.tsx'
import { unavailableTitle } from '../lib/outage.ts'

export default function ErrorPage({ retry }: { error: unknown; retry: () => void }) {
  // A title of its own would stand beside that of the page that failed.
  const { t } = useWords()
  const title = t(unavailableTitle)
  useEffect(() => {
    document.title = `${title} – Marginalia`
  }, [title])
  return <Unavailable retry={retry} />
}
