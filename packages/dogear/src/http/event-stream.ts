// One event stream to one browser: its messages, its heartbeat, its end.

import type { Position } from '../wire.ts'
import type { Messages, Reader } from './exchange.ts'

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

export interface EventStream extends Messages {
  /** Sends the session's position, unless it is the one sent last. */
  send(position: Position): void
  /** Sends a message; a browser that connects again tells its `id`, if it has one. */
  message(data: unknown, id?: string): void
  /** Calls `cleanup` when the stream ends, or at once if it has ended. */
  onEnd(cleanup: () => void): void
}

// A browser with so many unread messages, heartbeats included, has stopped reading.
const maxUnread = 64
const maxFailures = 2

export function createEventStream(options: EventStreamOptions): EventStream {
  const { signal, check, retryMs, heartbeatMs = 15_000, lifeMs = 3_600_000 } = options
  const cleanups = new Set<() => void>()
  /** The messages from before there was a reader. */
  const early: string[] = []
  let reader: Reader | undefined
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
    reader?.close()
  }

  function write(text: string): void {
    if (over) return
    if (!reader) early.push(text)
    else if (reader.unread() >= maxUnread) end()
    else reader.write(text)
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

  const heartbeat = setInterval(beat, heartbeatMs)
  const life = setTimeout(end, lifeMs)
  heartbeat.unref()
  life.unref()
  signal.addEventListener('abort', end)
  if (signal.aborted) end()
  write(`retry: ${retryMs}\n\n`)

  return {
    open(given) {
      reader = given
      for (const text of early) given.write(text)
      if (over) given.close()
    },
    send({ epoch, revision, mark }) {
      const data = JSON.stringify({ epoch, revision, mark })
      if (data === last) return
      last = data
      write(`data: ${data}\n\n`)
    },
    message(data, id) {
      write(`${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`)
    },
    end,
    onEnd(cleanup) {
      if (over) cleanup()
      else cleanups.add(cleanup)
    },
  }
}
