'use client'
// A page about the session as a whole: it follows other devices, and is replaced when the session is gone.

import type { View } from 'dogear'
import { positionText, samePosition } from 'dogear/client'
import { useFlow } from 'dogear/react'
import { useRouter } from 'next/navigation'
import { type ReactNode, useEffect, useState } from 'react'
import type { FlowPages } from '../../lib/flow-pages.ts'
import { SessionGone } from '../session-gone.tsx'

export function SessionPage({ pages, view, children }: { pages: FlowPages; view: View; children: ReactNode }) {
  const shown = useFlow<View>({ url: pages.url, view }).view
  const { gone } = shown
  const [goneAtFirst] = useState(gone)
  const router = useRouter()
  // Typed values may have been saved after the server rendered this page, but before its scripts ran.
  const behind = gone === null && !samePosition(shown, view)
  const position = positionText(shown)
  // biome-ignore lint/correctness/useExhaustiveDependencies: refresh once per position, not again before its answer.
  useEffect(() => {
    if (behind) router.refresh()
  }, [behind, position, router])

  if (gone) return <SessionGone pages={pages} gone={gone} live={goneAtFirst === null} />
  return children
}
