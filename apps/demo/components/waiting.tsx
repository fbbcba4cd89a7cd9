'use client'
// The page while the server works: it moves on by itself, with or without JavaScript.

import { useEffect } from 'react'

const pollMs = 1500

export function Waiting({ refresh }: { refresh: () => unknown }) {
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
        This takes a few seconds. The page moves on by itself.
      </p>
    </>
  )
}
