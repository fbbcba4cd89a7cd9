// The store in memory, which forgets everything when the process ends.

import { samePosition } from '../position.ts'
import { aFunction, optional, problemsOf, refuseWiring } from '../wiring.ts'
import type { Archive } from './archive.ts'
import { warn } from './checks.ts'
import { memoryArchive } from './memory-archive.ts'
import { type Backlog, memoryBacklog } from './memory-backlog.ts'
import { memoryDirectory } from './memory-directory.ts'
import { memoryProgress, type Progress } from './memory-progress.ts'
import { copy, type Row } from './memory-row.ts'
import type { Due, Hint, SessionId } from './store.ts'

export type MemoryStoreOptions = { clock?: () => number }

type Watcher = { listener: ((hint: Hint) => void) | undefined }

/**
 * A `Store` that lives in this process. `clock` returns milliseconds since the Unix epoch; expiry, the agenda and
 * leases go by it.
 *
 * Bytes are copied in and out, so a caller can neither change what is stored nor see it change.
 */
export function memoryStore(
  options: MemoryStoreOptions = {},
): Archive & Backlog & Progress & Required<Pick<Archive, 'tracesOf'>> {
  refuseWiring('memoryStore was given what cannot work', problemsOf(options, { clock: optional(aFunction) }))
  const { clock = Date.now } = options
  const rows = new Map<SessionId, Row>()
  const leases = new Map<string, { token: string; until: number }>()
  const watchers = new Map<SessionId, Set<Watcher>>()

  function alive(id: SessionId): Row | undefined {
    const row = rows.get(id)
    if (row && row.expiresAt <= clock()) rows.delete(id)
    return rows.get(id)
  }

  const { mark: markDirty, ...backlog } = memoryBacklog(clock, alive)
  const { forget, ...progress } = memoryProgress(clock, {
    exists: (id) => typeof alive(id)?.found === 'object',
    told: (id) => poke(id, 'progress'),
  })

  // Like any other store, it calls listeners only after the call that changed something has returned.
  function poke(id: SessionId, hint: Hint): void {
    for (const watcher of watchers.get(id) ?? []) queueMicrotask(() => watcher.listener?.(hint))
  }

  return {
    name: 'memory',
    directory: memoryDirectory(clock),

    async read(id, known) {
      const found = alive(id)?.found
      if (typeof found !== 'object') return found
      return samePosition(found.position, known) ? 'unchanged' : copy(found)
    },

    async commit(id, expected, entry) {
      const { bytes, revision, epoch = 0, mark, ttlMs, dueAt, dirty, poke: told = false, leases: taken = [] } = entry
      const found = alive(id)?.found
      const asExpected =
        expected === 0 ? found === undefined : typeof found === 'object' && samePosition(found.position, expected)
      if (!asExpected) return { committed: false, current: copy(found) }

      const position = { epoch, revision, mark }
      const stored = { bytes: new Uint8Array(bytes), position }
      rows.set(id, { found: stored, expiresAt: clock() + ttlMs, dueAt, claimableAt: dueAt })
      for (const { key, token, forMs } of taken) leases.set(nameOf(id, key), { token, until: clock() + forMs })
      if (dirty) markDirty(id)
      if (told) poke(id, { ...position })
      return { committed: true, now: clock() }
    },

    async remove(id, tombstoneMs) {
      const existed = typeof alive(id)?.found === 'object'
      rows.set(id, { found: 'removed', expiresAt: clock() + tombstoneMs })
      forget(id)
      for (const name of leases.keys()) if (name.startsWith(nameOf(id))) leases.delete(name)
      if (existed) poke(id, 'removed')
      return existed
    },

    async claimDue(limit, leaseMs, except, order) {
      const now = clock()
      const claimable: { id: SessionId; row: Row; at: number }[] = []
      for (const [id, row] of rows) {
        const at = row.claimableAt
        if (row.expiresAt <= now) rows.delete(id)
        else if (at !== undefined && at <= now && !except?.has(id)) claimable.push({ id, row, at })
      }
      for (const [name, { until }] of leases) if (until <= now) leases.delete(name)
      claimable.sort((a, b) => (order === 'latest' ? b.at - a.at : a.at - b.at))
      return claimable.slice(0, limit).map(({ id, row, at }): Due => {
        row.claimableAt = now + leaseMs
        const due: Due = { id, dueAt: row.dueAt ?? at, leaseUntil: row.claimableAt }
        return typeof row.found === 'object' ? { ...due, stored: copy(row.found) } : due
      })
    },

    async defer(id, at, leaseUntil) {
      const row = alive(id)
      if (row?.claimableAt === undefined || row.claimableAt !== leaseUntil) return false
      row.claimableAt = at
      return true
    },

    async hold(id, key, token, forMs, known) {
      const name = nameOf(id, key)
      const held = leases.get(name)
      if (held && held.until > clock() && held.token !== token) return false
      leases.set(name, { token, until: clock() + forMs })
      const found = known && alive(id)?.found
      return typeof found === 'object' && samePosition(found.position, known) ? 'unchanged' : true
    },

    ...backlog,
    ...progress,
    ...memoryArchive(clock, alive, (id, row) => rows.set(id, row)),

    async tracesOf(id) {
      const row = rows.get(id)
      return {
        record: typeof row?.found === 'object',
        agenda: row?.dueAt !== undefined,
        backlog: !(await backlog.lifeOf(id)).settled,
        leases: [...leases.keys()].some((name) => name.startsWith(nameOf(id))),
        progress: (await progress.progressOf(id)).length > 0,
      }
    },

    now: async () => clock(),

    async scan(cursor, limit) {
      if (cursor !== undefined && !cursor.startsWith('>')) throw new TypeError('This cursor is none of a memory store')
      const ids = [...rows.keys()].sort()
      const from = cursor === undefined ? 0 : ids.filter((id) => id <= cursor.slice(1)).length
      const to = from + Math.max(1, limit)
      const found = ids.slice(from, to).flatMap((id) => {
        const row = alive(id)
        if (typeof row?.found !== 'object') return []
        return [{ id, stored: copy(row.found), ttlMs: row.expiresAt - clock() }]
      })
      if (to >= ids.length) return { found, cursor: undefined, done: 1 }
      return { found, cursor: `>${ids[to - 1]}`, done: to / ids.length }
    },

    watch(id, listener) {
      const watcher: Watcher = { listener }
      const those = watchers.get(id) ?? new Set()
      watchers.set(id, those.add(watcher))
      return () => {
        watcher.listener = undefined
        those.delete(watcher)
        if (those.size === 0 && watchers.get(id) === those) watchers.delete(id)
      }
    },

    diagnose: async () => [
      warn('persistence', forgets, 'use redisStore, postgresStore or dynamodbStore for sessions that matter'),
    ],
  }
}

/** The name of a lease; of no key, what the names of all leases of the session begin with. */
const nameOf = (id: SessionId, key = ''): string => `${JSON.stringify(id)}${key}`

const forgets = 'sessions are kept in this process and end with it; no other process sees them'
