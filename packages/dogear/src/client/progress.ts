// The progress of a session's effects, as the server tells it while they are under way.

import { browserEnvironment, type Environment } from './environment.ts'

/** `text` is all that an attempt has said so far, `value` its last value, undefined before the first. */
export type EffectProgress = { readonly text: string; readonly value: unknown }

/** By the ids of effects, as in `pending` of a view; only those that have reported something. */
export type Progress = Readonly<Record<string, EffectProgress>>

type Message =
  | { effects: Readonly<Record<string, number>> }
  | { effects?: never; effect: string; attempt: number; at: number; text: string; value?: unknown }

type Known = Record<string, EffectProgress & { attempt: number }>

/**
 * Calls `listener` with the progress of the session at `url`, and again whenever there is more, until the returned
 * function is called. While the page is hidden there is no stream; when it is shown again, all there is comes again. A
 * connection that was lost is made again, and goes on where it was.
 */
export function followProgress(
  url: string,
  listener: (progress: Progress) => void,
  { document, EventSource }: Environment = browserEnvironment,
): () => void {
  const ended = new AbortController()
  let known: Known = {}
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
