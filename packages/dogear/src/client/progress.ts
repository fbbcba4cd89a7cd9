// The progress of a session's effects, as the server tells it while they are under way.

import type { Progress } from '../wire.ts'
import { browserEnvironment, type Environment } from './environment.ts'

type Message =
  | { effects: Readonly<Record<string, string>> }
  | { effects?: never; effect: string; attempt: string; at: number; text: string; value?: unknown }

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
  let source: { close(): void } | undefined

  /** False after a gap. */
  function take(message: Message): boolean {
    if (message.effects) {
      const { effects } = message
      known = Object.fromEntries(Object.entries(known).filter(([id, { attempt }]) => effects[id] === attempt))
      return true
    }
    const { effect, attempt, at, text } = message
    const before = known[effect]?.attempt === attempt ? known[effect] : { text: '', value: undefined }
    const { value = before.value } = message
    if (at > before.text.length) return false
    known = { ...known, [effect]: { attempt, text: before.text + text.slice(before.text.length - at), value } }
    return true
  }

  function update(): void {
    source?.close()
    source = undefined
    if (!EventSource || document?.visibilityState !== 'visible' || ended.signal.aborted) return
    const opened = new EventSource(`${url}/progress`)
    source = opened
    opened.onmessage = ({ data }) => {
      if (take(JSON.parse(data) as Message)) listener(known)
      else update()
    }
  }

  document?.addEventListener('visibilitychange', update, ended)
  update()
  return () => {
    ended.abort()
    update()
  }
}
