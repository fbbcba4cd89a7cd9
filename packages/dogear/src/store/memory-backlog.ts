// The backlog of the store in memory.

import { samePosition } from '../position.ts'
import { copy, type Row } from './memory-row.ts'
import type { Found, SessionId, Store } from './store.ts'

/** The members of a store with a backlog. */
export type Backlog = Required<Pick<Store, 'claimDirty' | 'settle' | 'lifeOf' | 'lag'>>

type Waiting = { since: number; hiddenUntil: number }

/** `alive` gives the row of a session, which may be edited. `mark` puts a session on the backlog. */
export function memoryBacklog(
  clock: () => number,
  alive: (id: SessionId) => Row | undefined,
): Backlog & { mark: (id: SessionId) => void } {
  const waiting = new Map<SessionId, Waiting>()
  const life = `${clock()}.${Math.random()}`

  return {
    mark(id) {
      if (!waiting.has(id)) waiting.set(id, { since: clock(), hiddenUntil: 0 })
    },

    async claimDirty(limit, leaseMs, restMs = 0) {
      const now = clock()
      const due = [...waiting].filter(([, { since, hiddenUntil }]) => since + restMs <= now && hiddenUntil <= now)
      due.sort(([, a], [, b]) => a.since - b.since)
      return due.slice(0, limit).map(([id, one]) => {
        one.hiddenUntil = now + leaseMs
        const row = alive(id)
        const ttlMs = row ? row.expiresAt - now : 0
        return { id, since: one.since, found: copy(row?.found), dueAt: row?.dueAt, ttlMs, life }
      })
    },

    async settle(id, position, keepMs) {
      const row = alive(id)
      const found = row?.found
      const same = position ? typeof found === 'object' && samePosition(found.position, position) : !isRecord(found)
      if (!same) {
        if (waiting.has(id)) waiting.set(id, { since: clock(), hiddenUntil: 0 })
        return false
      }
      waiting.delete(id)
      if (row && isRecord(found) && keepMs !== undefined) row.expiresAt = Math.min(row.expiresAt, clock() + keepMs)
      return true
    },

    async lifeOf(id) {
      return { life, settled: !waiting.has(id) }
    },

    async lag() {
      const oldest = Math.min(...[...waiting.values()].map(({ since }) => since))
      return { sessions: waiting.size, oldestMs: waiting.size > 0 ? Math.max(0, clock() - oldest) : 0 }
    },
  }
}

const isRecord = (found: Found): boolean => typeof found === 'object'
