// The wait after a submission, for the words that say so.

'use client'

import { useEffect, useState } from 'react'

/** `saving`: a submission has no answer yet; `opening`: it was accepted, and the next page is on its way. */
export type Busy = { readonly phase: 'saving' | 'opening' | null; readonly slow: boolean }

/** `leaving`: the page has asked for the next one. `slow` after `slowMs` (ten seconds) of both phases together. */
export function useBusy({ busy }: { busy: boolean }, leaving: boolean, slowMs = 10_000): Busy {
  const phase = busy ? 'saving' : leaving ? 'opening' : null
  const waits = phase !== null
  const [slow, setSlow] = useState(false)
  useEffect(() => {
    if (!waits) return
    const timer = setTimeout(() => setSlow(true), slowMs)
    return () => {
      clearTimeout(timer)
      setSlow(false)
    }
  }, [waits, slowMs])
  return { phase, slow }
}
