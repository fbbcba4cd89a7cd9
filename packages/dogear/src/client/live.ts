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

/** Returns a function that begins to follow and returns the end of it. Several may follow at once. */
export function createLive(deps: Deps, environment: Environment): () => () => void {
  const { url, refresh } = deps
  const known = () => deps.getSnapshot().view
  const { document, navigator, EventSource, BroadcastChannel } = environment
  const locks = deps.stream ? navigator?.locks : undefined
  const name = `dogear ${url}`
  const ask = createQuestion(environment)
  // Also for what is still on its way after its page.
  deps.subscribe(() => ask(deps.getSnapshot().draft))
  let watchers = 0
  let away = false
  let watched: AbortController | undefined
  /** Ended when the page is hidden, and when the session is another one. */
  let shown: AbortController | undefined
  let { tag } = known()
  let sendHint: (hint: HintMessage) => void = () => {}
  /** The last hint; where there may be a gap, the position known then. */
  let last: Position = known()

  /** Asks the server, unless the position is known or comes with the answer to a request of this page. */
  async function onHint(hint: HintMessage): Promise<void> {
    if (!hint) return refresh()
    // Hints come in the order of the commits. One that goes back says that the store may have lost what is known.
    const inOrder = comparePositions(hint, last) >= 0
    last = hint
    await deps.settled()
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
      let timer: ReturnType<typeof setTimeout>
      function open(): void {
        last = known()
        source = new Source(`${url}/stream`)
        source.onmessage = ({ data }) => {
          failures = 0
          deps.kept()
          const position = JSON.parse(data) as Position
          sendHint(position)
          void onHint(position)
        }
        source.onerror = async () => {
          source.close()
          const waitMs = Math.min(longestMs, reopenMs * 2 ** failures++) * (0.5 + Math.random())
          await refresh()
          if (!signal.aborted) timer = setTimeout(open, waitMs)
        }
      }
      signal.addEventListener('abort', () => {
        source.close()
        clearTimeout(timer)
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
      sendHint(null)
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
    const channel = new BroadcastChannel(name)
    channel.onmessage = ({ data }) => void onHint(data)
    sendHint = (hint) => channel.postMessage(hint)
    signal.addEventListener('abort', () => {
      channel.close()
      sendHint = () => {}
    })
    if (tag !== null) locks.request(name, { signal }, () => lead(signal, EventSource)).catch(() => {})
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
