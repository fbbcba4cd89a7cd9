// Brings a session that the fast store does not have back from the archive.

import type { Records } from '../../codec/records.ts'
import { isDogearError } from '../../errors.ts'
import type { Flow } from '../../flow/define.ts'
import type { Archive } from '../../store/archive.ts'
import type { Found, SessionId, Store, Stored } from '../../store/store.ts'
import type { SessionRecord } from '../../turn/record.ts'
import { keepMs } from './keeping.ts'

/** A store with a backlog, which an archive can stand behind. */
export type Hot = Store & Required<Pick<Store, 'claimDirty' | 'settle' | 'lifeOf' | 'lag'>>

export type ArchiveParts = {
  hot: Hot
  archive: Archive
  records: Records
  flows: ReadonlyMap<string, Flow>
  /** The store's clock, in milliseconds since the Unix epoch. */
  now: () => number
}

/**
 * The session as it stands after it was created again in the fast store: by this call or, if another process was
 * faster, by that one. Undefined if the archive has none either; `removed` if it was destroyed.
 *
 * A record that only expired comes back at the position it had. If the store may have lost later ones, it comes back
 * with the next epoch, so that a page that saw more is told. Rejects if the store or the archive fails: it is not known
 * then whether there is such a session.
 */
export async function restore(parts: ArchiveParts, id: SessionId): Promise<Found> {
  const { hot, archive, records, flows, now } = parts
  const archived = await archive.get(id)
  if (archived === undefined || archived === 'removed') return archived
  const { bytes, position, dueAt, ttlMs, life } = archived
  const here = await hot.lifeOf(id)
  // Rejects while the key service is away: the next epoch must not be skipped for that.
  const record = await readableIn(records, id, archived)
  const isWhole = here.settled && here.life === life
  // A record that cannot be read is not changed: it is what its reader has to be told of.
  const stored = isWhole || !record ? { bytes, position } : await withNextEpoch(parts, id, record)
  const keptFor = isWhole ? Math.min(ttlMs, keepMs(record && flows.get(record.flow), dueAt, now())) : ttlMs
  const entry = { bytes: stored.bytes, ...stored.position, ttlMs: keptFor, dueAt, dirty: !isWhole, poke: true }
  const result = await hot.commit(id, 0, entry)
  return result.committed ? stored : result.current
}

const withNextEpoch = ({ records }: ArchiveParts, id: SessionId, record: SessionRecord): Promise<Stored> | Stored =>
  records.write(id, { ...record, epoch: record.epoch + 1 }, Number.POSITIVE_INFINITY)

/**
 * The record that is stored; undefined if this process cannot read it. Rejects with `store_unavailable` if a key
 * service does not answer: it may do so soon.
 */
export async function readableIn(records: Records, id: SessionId, stored: Stored): Promise<SessionRecord | undefined> {
  try {
    return await records.read(id, stored)
  } catch (error) {
    if (isDogearError(error) && error.code === 'store_unavailable') throw error
    return undefined
  }
}
