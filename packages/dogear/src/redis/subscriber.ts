// The one connection a store has for messages: made when somebody wants a channel, mended when it is lost, closed when nobody does.

import type { Cluster, Redis } from 'ioredis'
import { sleep } from '../time.ts'
import type { RedisClient } from './scripts.ts'
import { connected } from './when-ready.ts'

/**
 * `message` is called for every message of a wanted channel. `covered` is called with channels of which every message comes through
 * from now on, but perhaps none before; of a user who may not subscribe, again and again.
 */
export type LinkEvents = { message(channel: string, text: string): void; covered(channels: readonly string[]): void }

/**
 * `lingerMs`: how long the connection outlives the last wish. `lookMs`: how often it is looked whether it is still alive. `answerMs`: how
 * long an answer may take.
 */
export type LinkOptions = { lingerMs?: number; lookMs?: number; answerMs?: number }

export type Link = { want(channel: string): void; leave(channel: string): void }

const settings = {
  lazyConnect: true,
  // The next connection is made here: in a cluster it may go to another node, and watchers have to be told.
  retryStrategy: () => null,
  autoResubscribe: false,
} as const
const pauseMs = { first: 50, longest: 1000 }

/**
 * A link beside the caller's `client`, with the same credentials. It ends with the client, and keeps no process alive.
 *
 * In a cluster it goes to any one node: what is published reaches them all.
 */
export function createLink(
  client: RedisClient,
  { message, covered }: LinkEvents,
  { lingerMs = 5000, lookMs = 15_000, answerMs = 5000 }: LinkOptions = {},
): Link {
  const wanted = new Set<string>()
  let current: { close(): void; change(): void } | undefined
  let running = false
  let failures = 0
  let lingering: NodeJS.Timeout | undefined

  const close = (): void => current?.close()

  async function run(): Promise<void> {
    if (running) return
    running = true
    client.on('end', close)
    while (wanted.size > 0) {
      await attend().catch(() => {})
      if (wanted.size > 0) await sleep(Math.min(pauseMs.longest, pauseMs.first * 2 ** failures++))
    }
    client.off('end', close)
    running = false
  }

  /** One connection, from its beginning to its end. */
  async function attend(): Promise<void> {
    const connection = await newConnection(client, answerMs)
    const ended = new Promise((resolve) => connection.once('end', resolve))
    connection.on('message', message)
    await connection.connect()
    connection.stream.unref()
    const change = subscriptionsOf(connection)
    const looking = setInterval(() => void look(connection), lookMs).unref()
    current = { close: () => connection.disconnect(), change: () => void change() }
    if (wanted.size === 0 || client.status === 'end') close()
    else void change()
    await ended
    clearInterval(looking)
    current = undefined
  }

  /** What makes `connection` subscribe to all that is wanted, and to nothing else. */
  function subscriptionsOf(connection: Redis): () => Promise<void> {
    const subscribed = new Set<string>()
    let changing = false

    async function change(): Promise<void> {
      for (;;) {
        const surplus = [...subscribed].filter((channel) => !wanted.has(channel))
        const missing = [...wanted].filter((channel) => !subscribed.has(channel))
        if (surplus.length + missing.length === 0) return
        if (surplus.length > 0) await connection.unsubscribe(...surplus)
        for (const channel of surplus) subscribed.delete(channel)
        if (missing.length > 0) await connection.subscribe(...missing)
        for (const channel of missing) subscribed.add(channel)
        failures = 0
        covered(missing)
      }
    }

    return async () => {
      if (changing) return
      changing = true
      try {
        await change()
      } catch (error) {
        if ((error as Error).message.startsWith('NOPERM')) covered([...wanted])
        connection.disconnect()
      } finally {
        changing = false
      }
    }
  }

  /** A connection may be dead without a word, or lead to a node that has left the cluster. */
  async function look(connection: Redis): Promise<void> {
    const alive = belongs(client, connection) && (await connection.ping().catch(() => undefined))
    if (!alive) connection.disconnect()
  }

  return {
    want(channel) {
      clearTimeout(lingering)
      wanted.add(channel)
      if (current) current.change()
      else void run()
    },

    leave(channel) {
      wanted.delete(channel)
      current?.change()
      if (wanted.size > 0) return
      clearTimeout(lingering)
      lingering = setTimeout(close, lingerMs).unref()
    },
  }
}

/** A connection like the client's own, or like one of its nodes'; not yet connected. Each of its calls is given `answerMs` milliseconds. */
export async function newConnection(client: RedisClient, answerMs: number): Promise<Redis> {
  if (client.status === 'end') throw new Error('the client is closed')
  await connected(client)
  const nodes = client.isCluster ? (client as Cluster).nodes('master') : [client as Redis]
  const node = nodes[Math.floor(Math.random() * nodes.length)]
  if (!node) throw new Error('no node of the cluster is known')
  const connection = node.duplicate({ ...settings, commandTimeout: answerMs })
  // Whoever waits for the connection learns of it by other ways; without a listener ioredis prints it.
  connection.on('error', () => {})
  return connection
}

function belongs(client: RedisClient, { options: { host, port } }: Redis): boolean {
  if (!client.isCluster) return true
  return (client as Cluster).nodes('master').some(({ options }) => options.host === host && options.port === port)
}
