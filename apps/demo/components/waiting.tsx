'use client'
// The page while the server works: it moves on by itself, with or without JavaScript.

import { useEffect } from 'react'
import type { Text } from '../words/words.ts'
import { useWords } from './words.tsx'

const pollMs = 1500

type WaitingProps = { refresh: () => unknown; text?: Text }

export function Waiting({ refresh, text = 'This takes a few seconds. The page moves on by itself.' }: WaitingProps) {
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
        {t(text)}
      </p>
    </>
  )
}
