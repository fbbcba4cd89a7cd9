// A Redis that loses sessions while an archive stands behind it: it is emptied, or evicts them for want of memory.

import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { isEarlier } from '../packages/dogear/src/position.ts'
import type { Written } from './append-only-file.ts'
import { openArchive } from './archive.ts'
import { groupBy } from './group-by.ts'
import type { Position } from './journal.ts'
import { type Loss, nameOf } from './losses.ts'

const nameOfVersion = ({ session, position }: Written): string => nameOf(session, position)

/** Longer than a commit rests before it is archived. */
const settledMs = 1_800

/** Each session that is lost has what was archived of it, and all that was committed since is gone. */
const emptied =
  (empty: (client: Redis) => Promise<unknown>): Loss =>
  async ({ redis }) => {
    const { archive, close } = await openArchive()
    const client = new Redis(redis.port, '127.0.0.1')
    const positionOf = async (session: string): Promise<Position | undefined> => {
      const found = await archive.get(session)
      return typeof found === 'object' ? found.position : undefined
    }
    return {
      archive,
      port: redis.port,
      async lose() {
        // A session that was never archived would be gone, and nobody would be left.
        await sleep(settledMs)
        const before = await redis.lives()
        await empty(client)
        const [written, lives] = [await redis.written(), await redis.lives()]
        const ended = ({ session, life }: Written) => life === (before.get(session) ?? 0) && lives.get(session) !== life
        // An archiver that was at work may write what comes back in a moment. The log says in the end what has.
        return written.filter(ended).map(nameOfVersion)
      },
      async written() {
        const lives = await redis.lives()
        const chains = [...groupBy(await redis.written(), ({ session }) => session)]
        const kept = chains.map(async ([session, versions]) => {
          const isThere = versions.at(-1)?.life === lives.get(session)
          return withoutLost(versions, isThere ? 'there' : await positionOf(session))
        })
        return (await Promise.all(kept)).flat()
      },
      async close() {
        client.disconnect()
        await close()
      },
    }
  }

/** FLUSHALL under load. */
export const flushed: Loss = emptied((client) => client.flushall())

/** The memory is at its limit for a moment. With `volatile-lru` the agenda and the backlog stay, as nothing ends them. */
export const evicted = (policy: 'volatile-lru' | 'allkeys-lru'): Loss =>
  emptied(async (client) => {
    const number = async (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(await client.info())?.[1])
    const evictedBefore = await number('evicted_keys')
    await client.config('SET', 'maxmemory-policy', policy)
    await client.config('SET', 'maxmemory', (await number('used_memory')) - 10_000)
    const patience = AbortSignal.timeout(400)
    while ((await number('evicted_keys')) < evictedBefore + 10 && !patience.aborted) await sleep(5)
    await client.config('SET', 'maxmemory', 0)
  })

/**
 * The versions of one session that were kept, each once. Of a life that ended, those up to the version that came back in
 * the next one; of the last life those up to `last`, the archived one, if it has ended, too.
 */
function withoutLost(versions: readonly Written[], last: Position | 'there' | undefined): Written[] {
  const lives = [...groupBy(versions, ({ life }) => life).values()]
  const kept = lives.flatMap((here, at) => {
    const next = lives[at + 1]?.[0]
    if (!next && last === 'there') return here
    const end = here.findLastIndex((version) =>
      next ? nameOfVersion(version) === nameOfVersion(next) : last && !isEarlier(last as Position, version.position),
    )
    return here.slice(0, end + 1)
  })
  const seen = new Set<string>()
  return kept.filter((version) => !seen.has(nameOfVersion(version)) && seen.add(nameOfVersion(version)))
}
