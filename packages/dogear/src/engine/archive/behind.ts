// An archive put behind the engine's store.

import type { Records } from '../../codec/records.ts'
import type { Flow } from '../../flow/define.ts'
import type { Archive } from '../../store/archive.ts'
import type { SessionId, Store } from '../../store/store.ts'
import { keptMs, owes } from '../../turn/lifetime.ts'
import type { Effect, Result, SessionRecord } from '../../turn/record.ts'
import type { Turn } from '../../turn/take-turn.ts'
import { refuseWiring } from '../../wiring.ts'
import { guardStore } from '../guarded-store.ts'
import { createOwnerIndex } from '../owner-index.ts'
import { nextMark } from '../run-turn.ts'
import type { StoreClock } from '../store-clock.ts'
import { archivedStore } from './archived-store.ts'
import { type Archiver, createArchiver } from './archiver.ts'
import { guardArchive } from './guarded-archive.ts'
import { intend } from './intents.ts'
import type { ArchiveParts, Hot } from './restore.ts'

export type Behind = {
  /** Both as one. Its calls have no deadline. */
  store: Store
  archiver: Archiver
  /**
   * Archives a turn whose effects may not begin before that, nor its caller be answered; undefined for all others. A
   * session that is over is archived as well, but nobody waits for it. Resolves to the results of effects that have
   * one, by their ids: as they began before with other parameters, their actors must not be called.
   */
  kept(flow: Flow, id: SessionId, turn: Turn): Promise<ReadonlyMap<string, Result>> | undefined
  /** True if an effect of the record may only begin once the record is archived. */
  isAwaited(flow: Flow, record: SessionRecord): boolean
}

export type BehindOptions = {
  store: Store
  archive: Archive
  records: Records
  flows: ReadonlyMap<string, Flow>
  clock: () => StoreClock
  deadlineMs: number
  tombstoneMs: number
  onError: (error: unknown) => void
}

/** Throws `TypeError` for a store without a backlog: an archive would hear of nothing. */
export function putBehind(options: BehindOptions): Behind {
  const { archive, records, flows, deadlineMs, tombstoneMs, onError } = options
  const isHot = [options.store.claimDirty, options.store.settle, options.store.lifeOf, options.store.lag].every(Boolean)
  refuseWiring(
    'createEngine was given what cannot work',
    isHot ? [] : [`archive: the ${options.store.name} store keeps no backlog for it; use redisStore, or no archive`],
  )
  const hot = options.store as Hot
  const now = (): number => options.clock().now()
  const parts: ArchiveParts = { hot, archive, records, flows, now }
  const guarded = { hot: guardStore(hot, deadlineMs) as Hot & Store, archive: guardArchive(archive, deadlineMs) }
  const index = createOwnerIndex({ store: guarded.archive, clock: { now } })
  const archiver = createArchiver({
    ...{ ...parts, ...guarded, nextMark, tombstoneMs, onError },
    file: async (id, record) => {
      const flow = flows.get(record.flow)
      if (flow) await index.file(flow, id, record)
    },
  })
  /** Archives the record, and then what its `effects` begin with. */
  async function keep(id: SessionId, record: SessionRecord, effects: readonly Effect[]) {
    await archiver.keep(id, record)
    const results = await intend(guarded.archive, { session: id, effects, forMs: keptMs(record, now()) })
    for (const result of results.values()) if (!result.ok) onError(result.error)
    return results
  }
  const mustWait = (flow: Flow, src: string): boolean => (flow.effects[src]?.durability ?? 'archived') === 'archived'

  return {
    store: archivedStore(parts),
    archiver,
    kept(flow, id, { changed, record, after }) {
      if (!changed) return undefined
      const awaited = after.effects.filter(({ src }) => mustWait(flow, src))
      if (awaited.length > 0) return keep(id, record, awaited)
      if (record.snapshot.status !== 'active' && !owes(record)) archiver.keep(id, record).catch(onError)
      return undefined
    },
    isAwaited: (flow, { effects }) => effects.some(({ src, settled }) => !settled && mustWait(flow, src)),
  }
}
