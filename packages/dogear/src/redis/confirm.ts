// Commits that replicas have to confirm: on a connection of their own, as WAIT holds up what comes after it.

import type { Cluster, Redis } from 'ioredis'
import type { RedisClient } from './options.ts'
import { registerScripts, type Script } from './scripts.ts'
import { primariesOf } from './topology.ts'
import { whenReady } from './when-ready.ts'

export type Confirming = {
  /** The commit script, on that connection. */
  commit: Script
  /** True if so many replicas have everything that was committed on it under `key`. Never rejects. */
  isConfirmed(key: string): Promise<boolean>
}

/** `replicas`: how many have to confirm, within `waitMs` milliseconds. The connection ends with the client. */
export function createConfirming(client: RedisClient, replicas: number, waitMs: number): () => Promise<Confirming> {
  let opened: Confirming | undefined
  let own: RedisClient | undefined
  const slots = new Map<string, number>()

  function open(): { own: RedisClient; confirming: Confirming } {
    const duplicate = client.isCluster
      ? (client as Cluster).duplicate()
      : (client as Redis).duplicate({ enableAutoPipelining: false, lazyConnect: true })
    // Callers learn of errors from rejected commands; without a listener ioredis prints them.
    duplicate.on('error', () => {})
    client.once('end', () => duplicate.disconnect())
    const { commit } = registerScripts(duplicate)
    return { own: duplicate, confirming: { commit, isConfirmed } }
  }

  async function isConfirmed(key: string): Promise<boolean> {
    try {
      const node = await nodeOf(own as RedisClient, key)
      return node !== undefined && (await node.wait(replicas, waitMs)) >= replicas
    } catch {
      return false
    }
  }

  /** The very connection that a command for `key` goes over. */
  async function nodeOf(from: RedisClient, key: string): Promise<Redis | undefined> {
    if (!from.isCluster) return from as Redis
    const cluster = from as Cluster
    const tag = /\{(.*?)\}/.exec(key)?.[1] ?? key
    const slot = slots.get(tag) ?? Number(await cluster.cluster('KEYSLOT', key))
    slots.set(tag, slot)
    const name = cluster.slots[slot]?.[0]
    return primariesOf(cluster).find(({ options }) => `${options.host}:${options.port}` === name)
  }

  return async () => {
    if (!opened) {
      const made = open()
      own = made.own
      opened = made.confirming
    }
    if (own) await whenReady(own)
    return opened
  }
}
