// The hook for what the effects of a session report before their results.

'use client'

import { useEffect, useState } from 'react'
import { followProgress } from '../client/progress.ts'
import type { Progress, View } from '../wire.ts'

const none: Progress = {}

/**
 * The progress of the effects under way, by their ids in `view.pending`: `useProgress(flow)` takes what `useFlow`
 * takes. A stream of its own is held while there is something pending and the page is shown; it moves no session.
 * `initial` is what `readProgress` read on the server for this page: it is shown at once, and goes on where it ends.
 */
export function useProgress({
  url,
  view: { pending, tag },
  initial = none,
}: {
  url: string
  view: Pick<View, 'pending' | 'tag'>
  initial?: Progress
}): Progress {
  // Progress is that of one wait: what another session has said, or an earlier effect, is never shown.
  const wait = tag !== null && pending.length > 0 && url + tag
  const [held, hold] = useState([wait, initial] as const)
  const progress = wait && held[0] === wait ? held[1] : none

  // biome-ignore lint/correctness/useExhaustiveDependencies: only another wait begins another stream.
  useEffect(() => {
    if (wait) return followProgress(url, (progress) => hold([wait, progress]), { initial: progress })
    hold((held) => (held[0] ? [wait, none] : held))
  }, [wait])

  return progress
}
