// One event stream to one browser: its messages, its heartbeat, its end.

import type { Position } from '../wire.ts'

export type EventStreamOptions = {
  /** The request's own: aborted when the browser goes away. */
  signal: AbortSignal
  /** Called at every heartbeat. The stream ends if it rejects twice in a row. */
  check: () => Promise<void>
  /** The browser's pause before it connects again, in milliseconds. */
  retryMs: number
  heartbeatMs?: number
  lifeMs?: number
}

export type EventStream = {
  body: ReadableStream<Uint8Array>
  /** Sends the session's position, unless it is the one sent last. */
  send(position: Position): void
  /** Ends the stream. Calling it twice is harmless. */
  end(): void
  /** Calls `cleanup` when the stream ends, or at once if it has ended. */
  onEnd(cleanup: () => void): void
}

// A browser with so many unread messages, heartbeats included, has stopped reading.
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
      // The reader cancelled it, which also ends up here.
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
        // One failure may be a brief outage. After two, access can no longer be taken for granted.
        failures += 1
        if (failures >= maxFailures) end()
      },
    )
  }

  // Next does not always call `cancel`, and not every request has a signal that aborts: either ends the stream.
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
    send({ epoch, revision, mark }) {
      const data = JSON.stringify({ epoch, revision, mark })
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
