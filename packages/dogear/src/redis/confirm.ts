// Commits that replicas have to confirm: on a connection of their own, as WAIT holds up what comes after it.

import type { Cluster, Redis } from 'ioredis'
import type { CommitResult } from '../store/store.ts'
import type { Position } from '../wire.ts'
import type { RedisClient } from './options.ts'
import { registerScripts, type Script } from './scripts.ts'
import { clientPrefixOf, primaryOf } from './slots.ts'
import { headOf, positionLength } from './value.ts'
import { whenReady } from './when-ready.ts'

/**
 * Sends the commit of a `position` under `key` by the script it is given. The result says so if it is not known that
 * enough replicas have it.
 */
export type Confirming = (
  key: string,
  position: Position,
  send: (commit: Script) => Promise<CommitResult>,
) => Promise<CommitResult>

type Line = { node: Redis; stream: Redis['stream'] }

/** `replicas`: how many have to confirm, within `waitMs` milliseconds. The connection ends with the client. */
export function createConfirming(client: RedisClient, replicas: number, waitMs: number): Confirming {
  let opened: { own: RedisClient; commit: Script } | undefined

  function open(): { own: RedisClient; commit: Script } {
    const own = client.isCluster
      ? (client as Cluster).duplicate()
      : (client as Redis).duplicate({ enableAutoPipelining: false, lazyConnect: true })
    // Callers learn of errors from rejected commands; without a listener ioredis prints them.
    own.on('error', () => {})
    client.once('end', () => own.disconnect())
    return { own, commit: registerScripts(own).commit }
  }

  /** The connection that a command for `key` goes over now. */
  async function lineOf(own: RedisClient, key: string): Promise<Line | undefined> {
    const node = primaryOf(own, clientPrefixOf(own) + key)
    if (node) await whenReady(node)
    return node && { node, stream: node.stream }
  }

  /**
   * WAIT speaks of what its own connection has written. So the commit has to have gone over `line`, which may have
   * ended since; and its server must have it, which may have sent it on to another one. Never rejects.
   */
  async function isConfirmed(own: RedisClient, key: string, position: Position, line: Line): Promise<boolean> {
    const { node, stream } = line
    // The client of a node knows nothing of the prefix that the one of the cluster has.
    const name = own.isCluster ? clientPrefixOf(own) + key : key
    try {
      const [head, count] = await Promise.all([
        node.getrangeBuffer(name, 0, positionLength - 1),
        node.wait(replicas, waitMs),
      ])
      const now = await lineOf(own, key)
      const isSame = now?.node === node && now.stream === stream
      return isSame && head.equals(headOf(position)) && Number(count) >= replicas
    } catch {
      return false
    }
  }

  return async (key, position, send) => {
    opened ??= open()
    const { own, commit } = opened
    await whenReady(own)
    const line = await lineOf(own, key)
    const result = await send(commit)
    const confirmed = !result.committed || (line && (await isConfirmed(own, key, position, line)))
    return confirmed ? result : { ...result, confirmed: false }
  }
}
