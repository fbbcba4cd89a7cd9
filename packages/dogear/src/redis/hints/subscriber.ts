// The channels that are listened to: each on a connection to its server, again when that is lost or has become another.

import type { Cluster } from 'ioredis'
import { sleep } from '../../time.ts'
import type { RedisClient } from '../options.ts'
import { primaryOf } from '../slots.ts'
import { primariesOf } from '../topology.ts'
import { whenReady } from '../when-ready.ts'
import { channelsOf } from './channels.ts'
import { type Link, openLink } from './link.ts'

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

const pauseMs = { first: 50, longest: 1000 }
// A reshard moves many slots one after the other.
const settlesMs = 200

/**
 * A subscriber beside the caller's `client`, with the same credentials. It ends with the client, and keeps no process
 * alive.
 *
 * In a cluster it connects to the primaries whose shard channels somebody wants.
 */
export function createSubscriber(
  client: RedisClient,
  { received, mayHaveMissed }: SubscriberEvents,
  { lingerMs = 5000, probeMs = 15_000, answerMs = 5000 }: SubscriberOptions = {},
): Subscriber {
  const channels = channelsOf(client)
  const wanted = new Map<string, Link | undefined>()
  const links = new Map<string, Link>()
  let failures = 0
  let placing = false
  let listening = false
  let lingering: NodeJS.Timeout | undefined
  let refreshing: NodeJS.Timeout | undefined

  const close = (): void => {
    for (const link of links.values()) link.close()
  }

  /** Listens to the client as long as there is something to do. */
  function listen(): void {
    const should = wanted.size + links.size > 0 || placing
    if (should === listening) return
    listening = should
    const change = should ? client.on.bind(client) : client.off.bind(client)
    change('end', close)
    // An event of clusters: the slots have been looked up.
    change('refresh', route)
  }

  function refresh(): void {
    clearTimeout(refreshing)
    refreshing = setTimeout(() => client.isCluster && (client as Cluster).refreshSlotsCache(), settlesMs).unref()
  }

  /** Gives every channel to the link of its server; those whose server is not known have none. */
  function route(): void {
    for (const [channel, link] of wanted) {
      const right = linkFor(channel)
      if (link === right) continue
      link?.remove(channel)
      right?.add(channel)
      wanted.set(channel, right)
    }
    void place()
  }

  function linkFor(channel: string): Link | undefined {
    const node = client.status === 'end' ? undefined : primaryOf(client, channel)
    if (!node) return undefined
    const address = `${node.options.host}:${node.options.port}`
    const known = links.get(address)
    if (known) return known
    const belongs = () => primariesOf(client).some(({ options: { host, port } }) => `${host}:${port}` === address)
    const ended = (lost: readonly string[]): void => {
      if (links.get(address) === link) links.delete(address)
      failures++
      for (const one of lost) if (wanted.get(one) === link) wanted.set(one, undefined)
      void place()
      listen()
    }
    const subscribed = (some: readonly string[]): void => {
      failures = 0
      mayHaveMissed(some)
    }
    const events = { received, subscribed, refused: mayHaveMissed, moved: refresh, ended }
    const link = openLink(node, events, { channels, belongs, probeMs, answerMs })
    links.set(address, link)
    return link
  }

  /** Goes on until every channel has a link. */
  async function place(): Promise<void> {
    if (placing) return
    placing = true
    listen()
    while ([...wanted.values()].includes(undefined)) {
      if (failures > 0) {
        refresh()
        await sleep(Math.min(pauseMs.longest, pauseMs.first * 2 ** (failures - 1)))
      }
      await whenReady(client)
      route()
      if ([...wanted.values()].includes(undefined)) failures++
    }
    placing = false
    listen()
  }

  return {
    subscribe(channel) {
      clearTimeout(lingering)
      wanted.set(channel, undefined)
      void place()
    },

    unsubscribe(channel) {
      wanted.get(channel)?.remove(channel)
      wanted.delete(channel)
      if (wanted.size > 0) return
      clearTimeout(lingering)
      lingering = setTimeout(close, lingerMs).unref()
    },
  }
}
