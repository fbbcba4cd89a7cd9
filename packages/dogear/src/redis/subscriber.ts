// One connection for messages: opened for the first channel, reopened when it is lost, closed after the last channel.

import type { Redis } from 'ioredis'
import { sleep } from '../time.ts'
import type { RedisClient } from './options.ts'
import { primariesOf } from './topology.ts'
import { whenReady } from './when-ready.ts'

/**
 * `received` is called for every message of a subscribed channel. `mayHaveMissed` is called after a subscription
 * starts: only messages from then on are sure to arrive. A user without the right to subscribe gets `mayHaveMissed`
 * after every attempt.
 */
export type SubscriberEvents = {
  received(channel: string, text: string): void
  mayHaveMissed(channels: readonly string[]): void
}

/** `lingerMs`: from the last channel to closing. `probeMs`: between two pings. `answerMs`: for an answer. */
export type SubscriberOptions = { lingerMs?: number; probeMs?: number; answerMs?: number }

export type Subscriber = { subscribe(channel: string): void; unsubscribe(channel: string): void }

const settings = {
  lazyConnect: true,
  // `run` reconnects instead of ioredis: in a cluster perhaps to another node, and watchers must learn of the gap.
  retryStrategy: () => null,
  autoResubscribe: false,
  enableAutoPipelining: false,
} as const
const pauseMs = { first: 50, longest: 1000 }

/**
 * A subscriber beside the caller's `client`, with the same credentials. It ends with the client, and keeps no process
 * alive.
 *
 * In a cluster it connects to any one node, since a published message reaches all of them.
 */
export function createSubscriber(
  client: RedisClient,
  { received, mayHaveMissed }: SubscriberEvents,
  { lingerMs = 5000, probeMs = 15_000, answerMs = 5000 }: SubscriberOptions = {},
): Subscriber {
  const wanted = new Set<string>()
  let current: { close(): void; update(): Promise<void> } | undefined
  let running = false
  let failures = 0
  let lingering: NodeJS.Timeout | undefined

  const close = (): void => current?.close()

  async function run(): Promise<void> {
    if (running) return
    running = true
    client.on('end', close)
    while (wanted.size > 0) {
      await connectOnce().catch(() => {})
      if (wanted.size > 0) await sleep(Math.min(pauseMs.longest, pauseMs.first * 2 ** failures++))
    }
    client.off('end', close)
    running = false
  }

  /** Resolves when the connection it opened has ended. */
  async function connectOnce(): Promise<void> {
    const connection = await newConnection(client, answerMs)
    const ended = new Promise((resolve) => connection.once('end', resolve))
    connection.on('message', received)
    await connection.connect()
    connection.stream.unref()
    const probing = setInterval(() => void probe(connection), probeMs).unref()
    current = { close: () => connection.disconnect(), update: subscriptionsOf(connection) }
    if (wanted.size === 0 || client.status === 'end') close()
    else void current.update()
    await ended
    clearInterval(probing)
    current = undefined
  }

  /** Returns a function that makes the subscriptions of `connection` equal to `wanted`. */
  function subscriptionsOf(connection: Redis): () => Promise<void> {
    const subscribed = new Set<string>()
    let updating = false

    return async () => {
      if (updating) return
      updating = true
      try {
        for (;;) {
          const surplus = [...subscribed].filter((channel) => !wanted.has(channel))
          const missing = [...wanted].filter((channel) => !subscribed.has(channel))
          if (surplus.length + missing.length === 0) break
          if (surplus.length > 0) await connection.unsubscribe(...surplus)
          for (const channel of surplus) subscribed.delete(channel)
          if (missing.length > 0) await connection.subscribe(...missing)
          for (const channel of missing) subscribed.add(channel)
          failures = 0
          mayHaveMissed(missing)
        }
      } catch (error) {
        if ((error as Error).message.startsWith('NOPERM')) mayHaveMissed([...wanted])
        connection.disconnect()
      } finally {
        updating = false
      }
    }
  }

  /** Closes a connection that is dead, or whose node has left the cluster: neither raises an event. */
  async function probe(connection: Redis): Promise<void> {
    const { host, port } = connection.options
    const belongs = primariesOf(client).some(({ options }) => options.host === host && options.port === port)
    const alive = belongs && (await connection.ping().catch(() => undefined))
    if (!alive) connection.disconnect()
  }

  return {
    subscribe(channel) {
      clearTimeout(lingering)
      wanted.add(channel)
      if (current) void current.update()
      else void run()
    },

    unsubscribe(channel) {
      wanted.delete(channel)
      void current?.update()
      if (wanted.size > 0) return
      clearTimeout(lingering)
      lingering = setTimeout(close, lingerMs).unref()
    },
  }
}

/** A connection like the client's, not yet opened. Its commands fail after `answerMs` milliseconds. */
export async function newConnection(client: RedisClient, answerMs: number): Promise<Redis> {
  if (client.status === 'end') throw new Error('the client is closed')
  await whenReady(client)
  const nodes = primariesOf(client)
  const node = nodes[Math.floor(Math.random() * nodes.length)]
  if (!node) throw new Error('no node of the cluster is known')
  const connection = node.duplicate({ ...settings, commandTimeout: answerMs })
  // Callers learn of errors from rejected commands or the event `end`; without a listener ioredis prints them.
  connection.on('error', () => {})
  return connection
}
