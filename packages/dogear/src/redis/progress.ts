// The progress of effects on Redis: a stream for each session, beside its record.

import type { Store } from '../store/store.ts'
import type { Connection } from './connection.ts'
import { progressHint } from './hints/hints.ts'
import type { RedisKeys } from './keys.ts'
import type { RedisClient } from './options.ts'
import { recordMark } from './value.ts'

/** The most entries of one look. */
const most = 10_000

export function redisProgress(
  client: RedisClient,
  { scripts, channels }: Connection,
  keys: RedisKeys,
): Required<Pick<Store, 'addProgress' | 'progressOf'>> {
  return {
    async addProgress(id, text, { keep, ttlMs }) {
      const channel = channels.nameOf(keys.poke(keys.partitionOf(id)))
      const reply = await scripts.progress(
        [keys.progress(id), keys.session(id)],
        [text, keep, Math.ceil(ttlMs), recordMark, channels.publish, channel, progressHint(id)],
      )
      return reply === 1
    },
    async progressOf(id, after) {
      const from = after === undefined ? '-' : `(${after}`
      const entries = await client.xrange(keys.progress(id), from, '+', 'COUNT', most)
      return entries.map(([at, [, text = '']]) => ({ at, text }))
    },
  }
}
