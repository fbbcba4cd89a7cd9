// The live updates of one session: one visible tab holds a stream, sends hints to the others.

import { samePosition } from '../position.ts'
import type { Position, View } from '../wire.ts'
import type { DraftStatus } from './drafts.ts'
import type { Environment } from './environment.ts'
import { createQuestion } from './leaving.ts'
import { comparePositions } from './position.ts'

type Deps = {
  url: string
  /** False: no stream; the server is asked when the page is shown again and every 30 seconds. */
  stream: boolean
  getSnapshot(): { readonly view: View; readonly draft: DraftStatus }
  subscribe(listener: () => void): () => void
  refresh(): Promise<void>
  /** Told that the session's cookie came with a request. */
  kept(): void
  /** Resolves once all requests made so far are answered. */
  settled(): Promise<unknown>
}

/** A hint from one tab to the others: the position the session has reached, or null for an unknown one. */
type HintMessage = Position | null

const checkMs = 30_000
const reopenMs = 1_000
const longestMs = 30_000
// The answer to a request of this page comes about when the hint of its commit does.
const ownMs = 500

const pause = (ms: number): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, ms))

/** Returns a function that begins to follow and returns the end of it. Several may follow at once. */
export function createLive(deps: Deps, environment: Environment): () => () => void {
  const { url, refresh } = deps
  const known = () => deps.getSnapshot().view
  const { document, navigator, EventSource, BroadcastChannel } = environment
  const locks = deps.stream ? navigator?.locks : undefined
  /** Also names the lock and the channel of the tabs that share it. */
  const streamUrl = `${url}/stream`
  const ask = createQuestion(environment)
  // Also for what is still on its way after its page.
  deps.subscribe(() => ask(deps.getSnapshot().draft))
  let watchers = 0
  let away = false
  let watched: AbortController | undefined
  /** Ended when the page is hidden, and when the session is another one. */
  let shown: AbortController | undefined
  let { tag } = known()
  /** To the other tabs, while the page is shown. */
  let channel: InstanceType<NonNullable<typeof BroadcastChannel>> | undefined
  /** The last hint; where there may be a gap, the position known then. */
  let last: Position = known()

  /** Asks the server, unless the position is known or comes with the answer to a request of this page. */
  async function onHint(hint: HintMessage): Promise<void> {
    if (!hint) return refresh()
    // Hints come in the order of the commits. One that goes back says that the store may have lost what is known.
    const inOrder = comparePositions(hint, last) >= 0
    last = hint
    // News of another device must not wait for a request that hangs.
    await Promise.race([deps.settled(), pause(ownMs)])
    if (samePosition(hint, known()) || (inOrder && comparePositions(hint, known()) < 0)) return
    await refresh()
    // Once more, because that call may have shared a request that left before the change.
    if (comparePositions(hint, known()) > 0) await refresh()
  }

  /** Holds the stream until the signal ends it. A broken stream may mean that access ended: ask the server. */
  function lead(signal: AbortSignal, Source: NonNullable<typeof EventSource>): Promise<void> {
    return new Promise((done) => {
      let failures = 0
      let source: InstanceType<typeof Source>
      function open(): void {
        last = known()
        source = new Source(streamUrl)
        source.onmessage = ({ data }) => {
          failures = 0
          deps.kept()
          const position = JSON.parse(data) as Position
          channel?.postMessage(position)
          void onHint(position)
        }
        source.onerror = async () => {
          source.close()
          await refresh()
          await pause(Math.min(longestMs, reopenMs * 2 ** failures++) * (0.5 + Math.random()))
          if (!signal.aborted) open()
        }
      }
      signal.addEventListener('abort', () => {
        source.close()
        done()
      })
      open()
    })
  }

  /** Follows only while the page is visible: a stream, lock or channel would bar it from the back/forward cache. */
  function update(): void {
    const visible = watchers > 0 && !away && document?.visibilityState === 'visible'
    const before = tag
    tag = known().tag
    if (shown && visible && tag === before) return
    // Another session in this browser concerns all its tabs.
    if (tag !== before) {
      last = known()
      channel?.postMessage(null)
    }
    shown?.abort()
    shown = visible ? new AbortController() : undefined
    if (shown) show(shown.signal)
  }

  function show(signal: AbortSignal): void {
    if (!locks || !EventSource || !BroadcastChannel) {
      const timer = setInterval(refresh, checkMs)
      environment.addEventListener('focus', refresh, { signal })
      signal.addEventListener('abort', () => clearInterval(timer))
      return
    }
    channel = new BroadcastChannel(streamUrl)
    channel.onmessage = ({ data }) => void onHint(data)
    signal.addEventListener('abort', () => {
      channel?.close()
      channel = undefined
    })
    if (tag !== null) locks.request(streamUrl, { signal }, () => lead(signal, EventSource)).catch(() => {})
  }

  function begin(at: NonNullable<typeof document>): AbortController {
    const ended = new AbortController()
    const onTurn = ({ type, persisted }: Event & { persisted?: boolean }) => {
      away = type === 'pagehide'
      update()
      if (shown && (persisted || type === 'visibilitychange')) void refresh()
    }
    at.addEventListener('visibilitychange', onTurn, ended)
    for (const type of ['pagehide', 'pageshow']) environment.addEventListener(type, onTurn, ended)
    environment.addEventListener('popstate', refresh, ended)
    ended.signal.addEventListener('abort', deps.subscribe(update))
    return ended
  }

  return () => {
    let stopped = false
    watchers++
    if (document) watched ??= begin(document)
    update()
    return () => {
      if (stopped) return
      stopped = true
      watchers--
      update()
      if (watchers > 0) return
      watched?.abort()
      watched = undefined
      away = false
    }
  }
}
