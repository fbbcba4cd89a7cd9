// Writes the backlog of the fast store to the archive: many turns, one row.

import { DogearError } from '../../errors.ts'
import type { Archived } from '../../store/archive.ts'
import type { Dirty, SessionId, Stored } from '../../store/store.ts'
import { keptMs } from '../../turn/lifetime.ts'
import { descend } from '../../turn/position.ts'
import type { SessionRecord } from '../../turn/record.ts'
import { dueAt } from '../../turn/timers.ts'
import type { Position } from '../../wire.ts'
import { keepMs } from './keeping.ts'
import { type ArchiveParts, readableIn, restore } from './restore.ts'

export type Archiver = {
  /**
   * Archives what has been on the backlog for a second, at most `limit` sessions. Resolves to the number it looked at.
   * Any number of processes may do so at once. Rejects if the store or the archive fails; all that was not archived
   * stays on the backlog.
   */
  write(limit: number): Promise<number>
  /**
   * Brings sessions back whose time has come by the archive, and which the fast store, or its agenda, does not have: a
   * worker finds them there then. Resolves to their number.
   */
  revive(limit: number): Promise<number>
  /** Archives this record now, before its caller goes on. Rejects if it is not in the archive. */
  keep(id: SessionId, record: SessionRecord): Promise<void>
}

export type ArchiverOptions = ArchiveParts & {
  /** The mark of another commit of a session. */
  nextMark: (id: SessionId) => string
  /** Lists a session for its owner, in the directory of the archive. */
  file: (id: SessionId, record: SessionRecord) => Promise<unknown>
  tombstoneMs: number
  onError: (error: unknown) => void
}

/** How long a commit rests on the backlog, so that the turns of a second are written as one. */
const restMs = 1_000
/**
 * How long a claim hides a session from other archivers, and from this one after a write that failed. Some times longer
 * than a write may take; where it ends before that, the session is written twice, which its position makes harmless.
 */
const claimMs = 10_000
/** How much later than its due time a session is on the agenda of the archive: the fast store has it on its own. */
const graceMs = 5_000
const mostTries = 3

export function createArchiver(options: ArchiverOptions): Archiver {
  const { hot, archive, records, flows, now, nextMark, file, tombstoneMs, onError } = options

  const keepFor = (record: SessionRecord | undefined, due: number | undefined): number | undefined =>
    record && keepMs(flows.get(record.flow), due, now())

  /** Puts sessions and settles them. `recordOf` reads the record of one; undefined for what cannot be read. */
  async function put(
    sessions: ReadonlyMap<SessionId, Archived>,
    recordOf: (id: SessionId, stored: Stored) => Promise<SessionRecord | undefined>,
  ): Promise<void> {
    const inTheWay = await archive.put(sessions, graceMs)
    const settled = [...sessions].map(async ([id, session]) => {
      const there = inTheWay.get(id)
      const record = await recordOf(id, session)
      if (there === 'removed') return void (await hot.remove(id, tombstoneMs))
      // A record that cannot be read here stays on the backlog, for a process that can.
      if (there) return record && overtake(id, { session, record, there })
      if (record?.owner) await file(id, record)
      await hot.settle(id, session.position, keepFor(record, session.dueAt))
    })
    await Promise.all(settled)
  }

  /**
   * The fast store went on behind the archive: it had lost what was archived. People have seen its state since, so that
   * gets an epoch of its own. A commit in between makes this one fail, and both are archived later.
   */
  async function overtake(
    id: SessionId,
    { session, record, there }: { session: Archived; record: SessionRecord; there: Position },
  ): Promise<void> {
    const next = {
      ...record,
      epoch: Math.max(record.epoch, there.epoch) + 1,
      revision: record.revision + 1,
      mark: nextMark(id),
      lineage: descend(record),
    }
    const { bytes, position } = await records.write(id, next, Number.POSITIVE_INFINITY)
    const { ttlMs, dueAt } = session
    await hot.commit(id, session.position, { bytes, ...position, ttlMs, dueAt, dirty: true, poke: true })
    // It is not at this position any more, so this ends the claim, and the next look archives it.
    await hot.settle(id, session.position)
  }

  /** A session that is not there any more: it was destroyed, it expired, or the store dropped it unarchived. */
  async function letGo({ id, found }: Dirty): Promise<void> {
    if (found === 'removed') await archive.remove(id, tombstoneMs)
    // One that was dropped comes back with the next epoch, and is archived as such.
    else if (typeof (await restore(options, id)) === 'object') return
    await hot.settle(id, undefined)
  }

  /** True if the session was missing in the fast store, or on its agenda. */
  async function backOnAgenda(id: SessionId): Promise<boolean> {
    const found = await hot.read(id)
    if (found === undefined) return (await restore(options, id)) !== undefined
    return (await hot.reschedule?.(id, false)) ?? false
  }

  return {
    async write(limit) {
      const claimed = await hot.claimDirty(limit, claimMs, restMs)
      const sessions = new Map(
        claimed.flatMap(({ id, found, dueAt, ttlMs, life }): [SessionId, Archived][] =>
          typeof found === 'object' ? [[id, { ...found, dueAt, ttlMs, life }]] : [],
        ),
      )
      await put(sessions, (id, stored) => readableIn(records, id, stored))
      const gone = claimed.filter(({ found }) => typeof found !== 'object')
      await Promise.all(gone.map((one) => letGo(one).catch(onError)))
      return claimed.length
    },

    async revive(limit) {
      const due = await archive.claimDue(limit, claimMs)
      const revived = await Promise.all(due.map(({ id }) => backOnAgenda(id)))
      return revived.filter(Boolean).length
    },

    async keep(id, record) {
      const { life } = await hot.lifeOf(id)
      const more = { dueAt: dueAt(record), ttlMs: keptMs(record, now()), life }
      let session: Archived = { ...(await records.write(id, record, Number.POSITIVE_INFINITY)), ...more }
      for (let tries = 0; tries < mostTries; tries++) {
        const there = (await archive.put(new Map([[id, session]]), graceMs)).get(id)
        if (!there) return void (await hot.settle(id, session.position, keepFor(record, session.dueAt)))
        if (there === 'removed') break
        await overtake(id, { session, record: await records.read(id, session), there })
        const found = await hot.read(id)
        if (typeof found !== 'object') break
        session = { ...session, ...found }
      }
      throw new DogearError('store_unavailable', 'the session is not in the archive yet', { retryAfterMs: 2_000 })
    },
  }
}
