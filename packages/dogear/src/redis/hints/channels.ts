// The channels of hints: one for each partition; in a cluster a shard channel, which only its own servers carry.

import type { Redis } from 'ioredis'
import type { RedisClient } from '../options.ts'
import { clientPrefixOf } from '../slots.ts'

/** `publish` is the command for the scripts; the others are what a connection is asked for, or tells of. */
export type Channels = {
  readonly publish: 'PUBLISH' | 'SPUBLISH'
  readonly event: 'message' | 'smessage'
  subscribe(connection: Redis, channels: readonly string[]): Promise<unknown>[]
  unsubscribe(connection: Redis, channels: readonly string[]): Promise<unknown>[]
  /** The channel's whole name. A shard channel is in the slot of the keys only with what ioredis puts before them. */
  nameOf(channel: string): string
}

const usual: Channels = {
  publish: 'PUBLISH',
  event: 'message',
  subscribe: (connection, channels) => [connection.subscribe(...channels)],
  unsubscribe: (connection, channels) => [connection.unsubscribe(...channels)],
  nameOf: (channel) => channel,
}

/** Those of a cluster take Redis 7 and one call for each channel, as every channel is in another slot. */
export function channelsOf(client: RedisClient): Channels {
  if (!client.isCluster) return usual
  const prefix = clientPrefixOf(client)
  return {
    publish: 'SPUBLISH',
    event: 'smessage',
    subscribe: (connection, channels) => channels.map((channel) => connection.ssubscribe(channel)),
    unsubscribe: (connection, channels) => channels.map((channel) => connection.sunsubscribe(channel)),
    nameOf: (channel) => prefix + channel,
  }
}
