// One session sealed anew with the key that seals now.

import { recordsOf } from '../codec/records.ts'
import { keyIdOf } from '../codec/sealed.ts'
import type { Engine } from '../engine/engine.ts'
import { nextMark } from '../engine/run-turn.ts'
import type { Entry, SessionId } from '../store/store.ts'
import { keptMs } from '../turn/lifetime.ts'
import { descend } from '../turn/position.ts'
import { dueAt } from '../turn/timers.ts'

const mostTries = 5

/**
 * Writes the session again as it is, one revision on, so that an archive takes it; no page is told. A turn in between
 * has sealed it, too. Resolves to false if others were always faster. Rejects if the record cannot be read.
 */
export async function reseal({ store, codec, sealsWith }: Engine, id: SessionId): Promise<boolean> {
  const records = recordsOf(codec)
  for (let tries = 0; tries < mostTries; tries++) {
    const found = await store.read(id)
    if (typeof found !== 'object' || keyIdOf(found.bytes) === sealsWith) return true
    const record = await records.read(id, found)
    const next = { ...record, revision: record.revision + 1, mark: nextMark(id), lineage: descend(record) }
    const { bytes, position } = await records.write(id, next, Number.POSITIVE_INFINITY)
    const due = dueAt(record)
    const entry: Entry = { bytes, ...position, ttlMs: keptMs(record, await store.now()) }
    if (due !== undefined) entry.dueAt = due
    const { committed } = await store.commit(id, found.position, entry)
    if (committed) return true
  }
  return false
}
