// A Redis that is emptied, with an archive behind it.

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

/** FLUSHALL under load. Each session has what was archived of it, and all that was committed since is lost. */
export const flushed: Loss = async ({ redis }) => {
  const { archive, close } = await openArchive()
  /** By life and session, the position that was archived when that life ended. */
  const archived: Map<string, Position>[] = []

  return {
    archive,
    port: redis.port,
    async lose() {
      // A session that was never archived would be gone, and nobody would be left.
      await sleep(settledMs)
      const life = archived.length
      const client = new Redis(redis.port, '127.0.0.1')
      await client.flushall().finally(() => client.disconnect())
      const ended = (await redis.written()).filter((version) => version.life === life)
      const positions = new Map<string, Position>()
      for (const [session] of groupBy(ended, (version) => version.session)) {
        const found = await archive.get(session)
        if (typeof found === 'object') positions.set(session, found.position)
      }
      archived.push(positions)
      // An archiver that was at work may write what comes back in a moment. The log says in the end what has.
      return ended.map(nameOfVersion)
    },
    async written() {
      const sessions = groupBy(await redis.written(), ({ session }) => session)
      return [...sessions].flatMap(([session, versions]) =>
        withoutLost(versions, (life) => archived[life]?.get(session), archived.length),
      )
    },
    close,
  }
}

/**
 * The versions of one session that were kept, each once. Of a life that ended, those up to the version that came back
 * in a later one; up to the archived one, if nobody asked for the session again.
 */
function withoutLost(
  versions: readonly Written[],
  archivedIn: (life: number) => Position | undefined,
  lives: number,
): Written[] {
  const kept: Written[] = []
  for (let life = 0; life <= lives; life++) {
    const here = versions.filter((version) => version.life === life)
    const next = versions.find((version) => version.life > life)
    const at = archivedIn(life)
    const last = here.findLastIndex((version) =>
      next ? nameOfVersion(version) === nameOfVersion(next) : at && !isEarlier(at, version.position),
    )
    kept.push(...(life === lives ? here : here.slice(0, last + 1)))
  }
  const seen = new Set<string>()
  return kept.filter((version) => !seen.has(nameOfVersion(version)) && seen.add(nameOfVersion(version)))
}
