// One connection to one server, for the messages of some channels: from its opening to its end.

import type { Redis } from 'ioredis'
import type { Channels } from './channels.ts'

/**
 * `received` is called for every message of a subscribed channel. `subscribed`: only messages from now on are sure to
 * arrive. `refused`: the user has no right to them. `moved`: some channel is another server's now. `ended`: with the
 * channels the link had.
 */
export type LinkEvents = {
  received(channel: string, text: string): void
  subscribed(channels: readonly string[]): void
  refused(channels: readonly string[]): void
  moved(): void
  ended(channels: readonly string[]): void
}

/** `belongs`: the server is still one of the client's. `probeMs`: between two pings. `answerMs`: for an answer. */
export type LinkOptions = { channels: Channels; belongs: () => boolean; probeMs: number; answerMs: number }

export type Link = { add(channel: string): void; remove(channel: string): void; close(): void }

const settings = {
  lazyConnect: true,
  // The subscriber reconnects instead of ioredis: perhaps to another server, and watchers must learn of the gap.
  retryStrategy: () => null,
  autoResubscribe: false,
  enableAutoPipelining: false,
  // The names of shard channels are keys to ioredis, and have the prefix already.
  keyPrefix: '',
} as const

/** Opens one beside `node`, with the same credentials. It keeps no process alive. */
export function openLink(
  node: Redis,
  { received, subscribed, refused, moved, ended }: LinkEvents,
  { channels, belongs, probeMs, answerMs }: LinkOptions,
): Link {
  const wanted = new Set<string>()
  const present = new Set<string>()
  const connection = node.duplicate({ ...settings, commandTimeout: answerMs })
  const close = (): void => connection.disconnect()
  let updating = true

  // Errors are in rejected commands or followed by the event `end`; without a listener ioredis prints them.
  connection.on('error', () => {})
  connection.on(channels.event, received)
  connection.on('moved', moved)
  connection.once('end', () => {
    clearInterval(probing)
    ended([...wanted])
  })
  const probing = setInterval(() => void probe(), probeMs).unref()
  void connection.connect().then(
    () => {
      connection.stream.unref()
      updating = false
      void update()
    },
    () => {},
  )

  /** Makes the subscriptions equal to `wanted`. */
  async function update(): Promise<void> {
    if (updating) return
    updating = true
    try {
      for (;;) {
        const surplus = [...present].filter((channel) => !wanted.has(channel))
        const missing = [...wanted].filter((channel) => !present.has(channel))
        if (surplus.length + missing.length === 0) break
        // A server refuses to end what has gone to another, and has ended it by itself.
        if (surplus.length > 0) await Promise.allSettled(channels.unsubscribe(connection, surplus))
        for (const channel of surplus) present.delete(channel)
        if (missing.length > 0) await Promise.all(channels.subscribe(connection, missing))
        for (const channel of missing) present.add(channel)
        subscribed(missing)
      }
    } catch (error) {
      if ((error as Error).message.startsWith('NOPERM')) refused([...wanted])
      close()
    } finally {
      updating = false
    }
  }

  /** Closes a connection that is dead, or whose server has left the cluster: neither raises an event. */
  async function probe(): Promise<void> {
    const alive = belongs() && (await connection.ping().catch(() => undefined))
    if (!alive) close()
  }

  return {
    add(channel) {
      wanted.add(channel)
      void update()
    },
    remove(channel) {
      wanted.delete(channel)
      void update()
    },
    close,
  }
}
