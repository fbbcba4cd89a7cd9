// The slots of a Redis Cluster: the one of a key, the primary that serves it.

import type { Cluster, Redis } from 'ioredis'
import type { RedisClient } from './options.ts'
import { primariesOf } from './topology.ts'

/** The text that ioredis puts before every key; it is part of the key where slots are concerned. */
export const clientPrefixOf = ({ options: { keyPrefix = '' } }: RedisClient): string => String(keyPrefix)

/** The slot of a whole key: CRC-16/XMODEM of its hash tag, or of all of it if it has none. */
export function slotOf(key: string): number {
  const [, tag = key] = /^[^{]*\{([^}]+)\}/.exec(key) ?? []
  let crc = 0
  for (const byte of Buffer.from(tag)) {
    crc ^= byte << 8
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1
  }
  return crc & 0x3fff
}

/** The servers of `key` as the client knows them now, its primary first; the same text for all keys they serve. */
export function serversOf(client: RedisClient, key: string): string {
  if (!client.isCluster) return ''
  return (client as Cluster).slots[slotOf(key)]?.join(' ') ?? ''
}

/** The primary of `key`; undefined while the client knows of none. */
export function primaryOf(client: RedisClient, key: string): Redis | undefined {
  if (!client.isCluster) return client as Redis
  const [address] = serversOf(client, key).split(' ')
  return primariesOf(client).find(({ options: { host, port } }) => `${host}:${port}` === address)
}
