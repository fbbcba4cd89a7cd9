// The store in memory: for tests and for trying things out. It forgets everything when the process ends.

import type { Check, Due, Found, SessionId, Store } from './store.ts'

export type MemoryStoreOptions = { clock?: () => number }

type Row = {
  found: Exclude<Found, undefined>
  expiresAt: number
  dueAt?: number | undefined
  claimableAt?: number | undefined
}

/**
 * A `Store` that lives in this process. `clock` returns milliseconds since the Unix epoch; expiry, the agenda and leases go by it.
 *
 * Bytes are copied in and out, so a caller can neither change what is stored nor see it change.
 */
export function memoryStore({ clock = Date.now }: MemoryStoreOptions = {}): Store {
  const rows = new Map<SessionId, Row>()

  function alive(id: SessionId): Row | undefined {
    const row = rows.get(id)
    if (row && row.expiresAt <= clock()) rows.delete(id)
    return rows.get(id)
  }

  return {
    name: 'memory',

    async read(id, known) {
      const found = alive(id)?.found
      if (typeof found !== 'object') return found
      const { epoch, revision } = found.position
      return known?.epoch === epoch && known.revision === revision ? 'unchanged' : copy(found)
    },

    async commit(id, expected, { bytes, revision, epoch = 0, ttlMs, dueAt }) {
      const found = alive(id)?.found
      const asExpected =
        typeof found === 'object'
          ? found.position.revision === expected && found.position.epoch === epoch
          : found === undefined && expected === 0
      if (!asExpected) return { committed: false, current: copy(found) }

      const stored = { bytes: bytes.slice(), position: { epoch, revision } }
      rows.set(id, { found: stored, expiresAt: clock() + ttlMs, dueAt, claimableAt: dueAt })
      return { committed: true, now: clock() }
    },

    async remove(id, tombstoneMs) {
      const existed = typeof alive(id)?.found === 'object'
      rows.set(id, { found: 'removed', expiresAt: clock() + tombstoneMs })
      return existed
    },

    async claimDue(limit, leaseMs) {
      const now = clock()
      const claimable: { id: SessionId; row: Row; at: number }[] = []
      for (const [id, row] of rows) {
        if (row.expiresAt <= now) rows.delete(id)
        else if (row.claimableAt !== undefined && row.claimableAt <= now)
          claimable.push({ id, row, at: row.claimableAt })
      }
      claimable.sort((a, b) => a.at - b.at)
      return claimable.slice(0, limit).map(({ id, row, at }): Due => {
        row.claimableAt = now + leaseMs
        return { id, dueAt: row.dueAt ?? at, leaseUntil: row.claimableAt }
      })
    },

    async now() {
      return clock()
    },

    async diagnose() {
      return [forgets]
    },
  }
}

const forgets: Check = {
  name: 'persistence',
  status: 'warn',
  detail: 'sessions are kept in this process and end with it; no other process sees them',
  advice: 'use redisStore or postgresStore for sessions that matter',
}

function copy(found: Found): Found {
  return typeof found === 'object' ? { bytes: found.bytes.slice(), position: { ...found.position } } : found
}
