// The progress of a session's effects, as the server tells it while they are under way.

import type { Progress } from '../wire.ts'
import { browserEnvironment, type Environment } from './environment.ts'

/** Either `effects`, the attempts under way, or all of the others but `value`, which is there only where it is new. */
type Message = {
  effects?: Readonly<Record<string, string>>
  effect: string
  attempt: string
  at: number
  text: string
  value?: unknown
}

/** `initial` is what the page shows already: what comes goes on there. */
export type FollowOptions = { initial?: Progress; environment?: Environment }

/**
 * Calls `listener` with the progress of the session at `url`, and again whenever there is more, until the returned
 * function is called. While the page is hidden there is no stream; when it is shown again, all there is comes again. A
 * connection that was lost is made again, and goes on where it was.
 */
export function followProgress(
  url: string,
  listener: (progress: Progress) => void,
  { initial = {}, environment: { document, EventSource } = browserEnvironment }: FollowOptions = {},
): () => void {
  const ended = new AbortController()
  let known = initial
  let source: InstanceType<NonNullable<typeof EventSource>> | undefined

  function onMessage({ data }: { data: string }): void {
    const { effects, effect, attempt, at, text, value }: Message = JSON.parse(data)
    const before = known[effect]
    const { text: had, value: last } = before && before.attempt === attempt ? before : { text: '', value }
    // After a gap all there is comes again.
    if (at > had.length) update()
    else {
      known = effects
        ? Object.fromEntries(Object.entries(known).filter(([id, { attempt }]) => effects[id] === attempt))
        : { ...known, [effect]: { attempt, text: had + text.slice(had.length - at), value: value ?? last } }
      listener(known)
    }
  }

  function update(): void {
    source?.close()
    if (!EventSource || document?.visibilityState !== 'visible' || ended.signal.aborted) return
    source = new EventSource(`${url}/progress`)
    source.onmessage = onMessage
    // A browser connects again unless it was refused, perhaps by a server that is stopping: then its stream is closed.
    source.onerror = () => {
      const longestMs = 8_000
      if (source?.readyState) setTimeout(update, longestMs * Math.random())
    }
  }

  document?.addEventListener('visibilitychange', update, ended)
  update()
  return () => {
    ended.abort()
    update()
  }
}
