'use client'
// The page while the server works: it moves on by itself, with or without JavaScript.

import { useEffect } from 'react'
import { useWords } from './words.tsx'

const pollMs = 1500

export function Waiting({ refresh }: { refresh: () => unknown }) {
  const { t } = useWords()
  useEffect(() => {
    const timer = setInterval(refresh, pollMs)
    return () => clearInterval(timer)
  }, [refresh])

  return (
    <>
      <noscript>
        <meta httpEquiv="refresh" content="2" />
      </noscript>
      <p className="lede" role="status">
        {t('This takes a few seconds. The page moves on by itself.')}
      </p>
    </>
  )
}
