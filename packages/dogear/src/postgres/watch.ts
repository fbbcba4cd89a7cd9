// Watching sessions in Postgres: one query, repeated, for all that a process watches.

import type { Hint, SessionId, Store } from '../store/store.ts'
import { sleep } from '../time.ts'
import type { Position } from '../wire.ts'
import type { Query } from './database.ts'
import { fromBytea, toBytea, toPosition } from './values.ts'

/**
 * A watched session. `seen` is how it was at the last look: null if it was not there, undefined before the first.
 * `progress` is the number of its last entry of progress then.
 */
type Watched = {
  seen?: Position | 'removed' | null
  progress?: string
  listeners: Set<{ listener: (hint: Hint) => void }>
}

/**
 * The member `watch` of a store: looks every `pollMs` milliseconds, as long as anyone watches. Postgres commits
 * transactions that NOTIFY one after the other, each waiting for the disk, and LISTEN needs a connection that no pooler
 * shares; so it is asked instead, once for all sessions of the process.
 *
 * A look compares what is there with what was there at the last one, so a look that fails loses nothing.
 */
export function createWatch(query: Query, schema: string, pollMs: number): NonNullable<Store['watch']> {
  const sessions = new Map<SessionId, Watched>()
  let polling = false

  async function look(): Promise<void> {
    const asked = [...sessions]
    const rows = await query(positions(schema), [asked.map(([id]) => toBytea(id))])
    const found = new Map(rows.map((row) => [fromBytea(row.id), row] as const))
    for (const [id, watched] of asked) {
      const row = found.get(id)
      const now = row ? (row.removed ? 'removed' : toPosition(row)) : null
      const progress = String(row?.progress ?? '')
      const { seen: before, progress: known } = watched
      Object.assign(watched, { seen: now, progress })
      if (before === undefined || !same(now, before)) notify(watched, now ?? undefined)
      if (progress !== '' && progress !== known) notify(watched, 'progress')
    }
  }

  async function poll(): Promise<void> {
    if (polling) return
    polling = true
    while (sessions.size > 0) {
      await sleep(pollMs)
      if (sessions.size > 0) await look().catch(() => {})
    }
    polling = false
  }

  return (id, listener) => {
    const watched: Watched = sessions.get(id) ?? { listeners: new Set() }
    const watcher = { listener }
    watched.listeners.add(watcher)
    // The others are told once more: a hint may be doubled.
    delete watched.seen
    sessions.set(id, watched)
    void poll()
    return () => {
      watched.listeners.delete(watcher)
      if (watched.listeners.size === 0 && sessions.get(id) === watched) sessions.delete(id)
    }
  }
}

/** Calls each listener in a microtask of its own, so that one that throws does not stop the others. */
function notify({ listeners }: Watched, hint: Hint): void {
  for (const watcher of listeners) queueMicrotask(() => listeners.has(watcher) && watcher.listener(hint))
}

const same = (a: Position | 'removed' | null, b: Position | 'removed' | null): boolean =>
  JSON.stringify(a) === JSON.stringify(b)

// $1 ids
const positions = (schema: string): string => `
  select id, epoch, revision, mark, bytes is null as removed,
    (select max(seq) from "${schema}".progress as p where p.id = s.id) as progress
  from "${schema}".sessions as s
  where id = any($1::bytea[]) and expires_at > clock_timestamp()`
