// A fast store with the archive behind it, as one store.

import { backlog, unseenBacklog } from '../../store/checks.ts'
import type { Batch, Found, Store } from '../../store/store.ts'
import { type ArchiveParts, restore } from './restore.ts'

/**
 * The store that an engine with an archive works on. Every commit puts its session on the backlog; a session that the
 * fast store does not have is looked for in the archive, and brought back.
 */
export function archivedStore(parts: ArchiveParts): Store {
  const { hot, archive } = parts
  const bringBack = (id: string): Promise<Found> => restore(parts, id)
  return {
    ...hot,
    durability: 'archived',
    async read(id, known) {
      return (await hot.read(id, known)) ?? bringBack(id)
    },
    async commit(id, expected, entry) {
      const result = await hot.commit(id, expected, { ...entry, dirty: true })
      if (result.committed || result.current || expected === 0) return result
      return { committed: false, current: await bringBack(id) }
    },
    async remove(id, tombstoneMs) {
      // The archive first: what is destroyed there stays so, whatever the fast store loses.
      const existed = await archive.remove(id, tombstoneMs)
      return (await hot.remove(id, tombstoneMs)) || existed
    },
    directory: {
      ...hot.directory,
      async list(owner, limit) {
        const [fast, lasting] = await Promise.all([
          hot.directory.list(owner, limit),
          archive.directory.list(owner, limit),
        ])
        return [...new Set([...fast, ...lasting])].slice(0, limit)
      },
      async drop(owner, id) {
        await Promise.all([hot.directory.drop(owner, id), archive.directory.drop(owner, id)])
      },
    },
    scan: (cursor, limit) => scanBoth(parts, cursor, limit),
    async diagnose() {
      const [fast = [], lasting = []] = await Promise.all([hot.diagnose?.(), archive.diagnose?.()])
      const waiting = await hot.lag().then(backlog, () => unseenBacklog)
      return [...fast, waiting, ...lasting.map((check) => ({ ...check, name: `archive ${check.name}` }))]
    },
  }
}

/** First the sessions of the fast store, then those that only the archive has. */
async function scanBoth({ hot, archive }: ArchiveParts, cursor: string | undefined, limit: number): Promise<Batch> {
  if (!cursor?.startsWith(inArchive)) {
    const batch = await hot.scan(cursor, limit)
    return { ...batch, cursor: batch.cursor ?? inArchive, done: batch.done / 2 }
  }
  const batch = await archive.scan(cursor.slice(inArchive.length) || undefined, limit)
  // All at once, which is one write of a client that pipelines; a record at the position it has here stays there.
  const here = await Promise.all(batch.found.map(({ id, stored }) => hot.read(id, stored?.position)))
  const found = batch.found.filter((_, at) => here[at] === undefined)
  return { found, cursor: batch.cursor && `${inArchive}${batch.cursor}`, done: 0.5 + batch.done / 2 }
}

/** Begins the cursors of sessions that only the archive has. */
const inArchive = 'archive '
