// One event stream to one browser: positions out, a sign of life now and then, and one end, whoever brings it about.

import type { Position } from '../wire.ts'

export type EventStreamOptions = {
  /** The request's own: aborted when the browser goes away. */
  signal: AbortSignal
  /** Called at every sign of life; the stream ends if it rejects twice in a row. */
  check: () => Promise<void>
  /** How long the browser waits before it connects again, in milliseconds. */
  retryMs: number
  heartbeatMs?: number
  lifeMs?: number
}

export type EventStream = {
  body: ReadableStream<Uint8Array>
  /** Tells the browser where the session is, unless it was told just that. */
  send(position: Position): void
  /** Ends it; harmless to repeat. */
  end(): void
  /** Calls `cleanup` when it ends, or at once if it has ended. */
  onEnd(cleanup: () => void): void
}

// Who has not taken these many is not reading. A position and a sign of life count the same.
const maxUnread = 64
const maxFailures = 2

export function createEventStream(options: EventStreamOptions): EventStream {
  const { signal, check, retryMs, heartbeatMs = 15_000, lifeMs = 3_600_000 } = options
  const encoder = new TextEncoder()
  const cleanups = new Set<() => void>()
  let controller!: ReadableStreamDefaultController<Uint8Array>
  let over = false
  let failures = 0
  let last = ''

  function end(): void {
    if (over) return
    over = true
    clearInterval(heartbeat)
    clearTimeout(life)
    signal.removeEventListener('abort', end)
    for (const cleanup of cleanups) cleanup()
    cleanups.clear()
    try {
      controller.close()
    } catch {
      // Cancelled by its reader, which is one of the ways this is called.
    }
  }

  function write(text: string): void {
    if (over) return
    if ((controller.desiredSize ?? 0) <= 0) end()
    else controller.enqueue(encoder.encode(text))
  }

  function beat(): void {
    write(':\n\n')
    if (over) return
    check().then(
      () => {
        failures = 0
      },
      () => {
        // A service that stumbles once may keep its listeners; whoever cannot be checked again may not.
        failures += 1
        if (failures >= maxFailures) end()
      },
    )
  }

  // Next does not always call `cancel`, and a signal may not be there to abort: either is enough.
  const body = new ReadableStream<Uint8Array>(
    {
      start(given) {
        controller = given
      },
      cancel: end,
    },
    { highWaterMark: maxUnread },
  )
  const heartbeat = setInterval(beat, heartbeatMs)
  const life = setTimeout(end, lifeMs)
  heartbeat.unref()
  life.unref()
  signal.addEventListener('abort', end)
  if (signal.aborted) end()
  write(`retry: ${retryMs}\n\n`)

  return {
    body,
    send({ epoch, revision }) {
      const data = JSON.stringify({ epoch, revision })
      if (data === last) return
      last = data
      write(`data: ${data}\n\n`)
    },
    end,
    onEnd(cleanup) {
      if (over) cleanup()
      else cleanups.add(cleanup)
    },
  }
}
