// The store in memory as an archive, for tests.

import { isEarlier, samePosition } from '../position.ts'
import type { Position } from '../wire.ts'
import type { Archive } from './archive.ts'
import { copy, type Row } from './memory-row.ts'
import type { SessionId } from './store.ts'

/** `alive` gives the row of a session; `write` replaces it. */
export function memoryArchive(
  clock: () => number,
  alive: (id: SessionId) => Row | undefined,
  write: (id: SessionId, row: Row) => void,
): Pick<Archive, 'put' | 'get'> {
  return {
    async put(sessions, graceMs = 0) {
      const inTheWay = new Map<SessionId, Position | 'removed'>()
      for (const [id, { bytes, position, dueAt, ttlMs, life }] of sessions) {
        const found = alive(id)?.found
        const there = typeof found === 'object' ? found.position : found
        const due = { dueAt, claimableAt: dueAt === undefined ? undefined : dueAt + graceMs }
        if (there === undefined || (there !== 'removed' && isEarlier(there, position)))
          write(id, { found: copy({ bytes, position }), expiresAt: clock() + ttlMs, ...due, life })
        else if (there === 'removed' || !samePosition(there, position)) inTheWay.set(id, there)
      }
      return inTheWay
    },
    async get(id) {
      const row = alive(id)
      if (typeof row?.found !== 'object') return row?.found
      return { ...copy(row.found), dueAt: row.dueAt, ttlMs: row.expiresAt - clock(), life: row.life ?? '' }
    },
  }
}
