// The progress of a flow's effects on its handle, for the pages that name it.

'use client'

import { useEffect, useState } from 'react'
import { followProgress } from '../client/progress.ts'
import type { Progress } from '../wire.ts'
import type { FlowHandle, FollowsProgress } from './use-flow.ts'

const none: Progress = {}

/**
 * For `progress` of `useFlow`, whose `progress` is then that of the effects under way, by their ids in `view.pending`.
 * A stream of its own is held while there is something pending and the page is shown; it moves no session.
 * `initial` is what `readProgress` read on the server for this page: it is shown at once, and goes on where it ends.
 */
export const withProgress =
  (initial: Progress = none): FollowsProgress =>
  (handle) =>
    useReported(handle, initial)

function useReported(handle: FlowHandle, initial: Progress): FlowHandle {
  const { url } = handle.client
  const { pending, tag } = handle.view
  // Progress is that of one wait: what another session has said, or an earlier effect, is never shown.
  const wait = pending[0] && tag && url + tag
  const [held, hold] = useState([wait, initial] as const)
  const progress = wait && held[0] === wait ? held[1] : none

  // biome-ignore lint/correctness/useExhaustiveDependencies: only another wait begins another stream.
  useEffect(() => {
    if (wait) return followProgress(url, (progress) => hold([wait, progress]), { initial: progress })
    hold((held) => (held[0] ? [wait, none] : held))
  }, [wait])

  return { ...handle, progress }
}
