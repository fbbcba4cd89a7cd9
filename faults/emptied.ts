// A Redis that loses sessions while an archive stands behind it: it is emptied, or evicts them for want of memory.

import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
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

/** The memory is at its limit for a moment. With `volatile-lru` the agenda and the backlog stay: they never expire. */
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
 * The versions of one session that were kept, each once: those of its last life, or up to `last`, the archived one, if
 * that life has ended, too; before them those that led to the version with which that life began, and so on.
 */
export function withoutLost(versions: readonly Written[], last: Position | 'there' | undefined): Written[] {
  const lives = [...groupBy(versions, ({ life }) => life).values()]
  if (last === 'there') return upTo(lives, lives.length - 1)
  return last ? ledTo(lives, lives.length, (version) => version.position.mark === last.mark) : []
}

/** All versions of a life, or those up to its `end`, with those that led to its beginning. */
function upTo(lives: readonly Written[][], life: number, end?: number): Written[] {
  const here = (lives[life] ?? []).slice(0, end)
  const [first] = here
  const before = first ? ledTo(lives, life, (version) => nameOfVersion(version) === nameOfVersion(first)) : []
  // A life that begins with what came back has a copy of it.
  return [...before, ...(before.length > 0 ? here.slice(1) : here)]
}

/** The versions up to one that `is` it, in the newest life before `life` that has it. */
function ledTo(lives: readonly Written[][], life: number, is: (version: Written) => boolean): Written[] {
  for (let at = life - 1; at >= 0; at--) {
    const end = (lives[at] ?? []).findLastIndex(is)
    if (end >= 0) return upTo(lives, at, end + 1)
  }
  return []
}
