// The hook for what the effects of a session report before their results.

'use client'

import { useEffect, useState } from 'react'
import { followProgress, type Progress } from '../client/progress.ts'
import type { View } from '../wire.ts'

const none: Progress = {}

/**
 * The progress of the effects under way, by their ids in `view.pending`: `useProgress(flow)` takes what `useFlow`
 * takes. A stream of its own is held while there is something pending and the page is shown; it moves no session.
 */
export function useProgress({ url, view }: { url: string; view: Pick<View, 'pending' | 'tag'> }): Progress {
  const [progress, setProgress] = useState(none)
  const { pending, tag } = view
  const waits = tag !== null && pending.length > 0

  // biome-ignore lint/correctness/useExhaustiveDependencies: another session is told apart by its tag.
  useEffect(() => {
    if (!waits) return
    setProgress(none)
    return followProgress(url, setProgress)
  }, [url, tag, waits])

  return waits ? progress : none
}
