// The archive on Postgres: sessions that came from another store, in the table of all sessions.

import type { Archive, Archived } from '../store/archive.ts'
import type { SessionId } from '../store/store.ts'
import type { Position } from '../wire.ts'
import type { Query } from './database.ts'
import { atMs, fromBytea, fromNow, inMs, toBytea, toPosition, toStored } from './values.ts'

export function postgresArchive(query: Query, schema: string): Pick<Archive, 'put' | 'get'> {
  const text = statements(`"${schema}".sessions`)
  return {
    async put(sessions, graceMs = 0) {
      if (sessions.size === 0) return new Map()
      // Two callers lock the same rows in the same order.
      const all = [...sessions].sort(([a], [b]) => Buffer.compare(toBytea(a), toBytea(b)))
      const written = await query(text.put, [...toArrays(all), graceMs])
      if (written.length === all.length) return new Map()
      const taken = new Set(written.map(({ id }) => fromBytea(id)))
      const others = all.filter(([id]) => !taken.has(id)).map(([id]) => toBytea(id))
      const there = await query(text.inTheWay, [others])
      return new Map(
        there.flatMap((row): [SessionId, Position | 'removed'][] => {
          const id = fromBytea(row.id)
          const found = row.removed ? 'removed' : toPosition(row)
          return isAt(sessions.get(id), found) ? [] : [[id, found]]
        }),
      )
    },

    async get(id) {
      const [row] = await query(text.get, [toBytea(id)])
      if (!row || row.removed) return row && 'removed'
      const dueAt = row.due_at === null ? undefined : Number(row.due_at)
      return { ...toStored(row), dueAt, ttlMs: Math.max(1, Number(row.ttl_ms)), life: String(row.life) }
    },
  }
}

const isAt = (session: Archived | undefined, found: Position | 'removed'): boolean =>
  found !== 'removed' &&
  session?.position.mark === found.mark &&
  session.position.revision === found.revision &&
  session.position.epoch === found.epoch

/** One array per column. */
function toArrays(all: readonly [SessionId, Archived][]): unknown[][] {
  const sessions = all.map(([, session]) => session)
  return [
    all.map(([id]) => toBytea(id)),
    sessions.map(({ position }) => position.epoch),
    sessions.map(({ position }) => position.revision),
    sessions.map(({ position }) => Buffer.from(position.mark, 'base64url')),
    sessions.map(({ bytes }) => toBytea(bytes)),
    sessions.map(({ ttlMs }) => ttlMs),
    sessions.map(({ dueAt }) => (dueAt === undefined ? null : Math.ceil(dueAt))),
    sessions.map(({ life }) => life),
  ]
}

function statements(sessions: string): Record<'put' | 'inTheWay' | 'get', string> {
  return {
    // $1 id, $2 epoch, $3 revision, $4 mark, $5 bytes, $6 time left in ms, $7 due in ms, $8 life: one array each; $9
    // grace in ms
    put: `
      insert into ${sessions} as s
        (id, epoch, revision, mark, bytes, expires_at, sweep_at, due_at, claimable_at, life)
      select id, epoch, revision, mark, bytes, ${fromNow('ttl_ms')}, ${fromNow('ttl_ms')}, ${atMs('due_ms')},
        ${atMs('due_ms')} + $9::double precision * interval '1 millisecond', life
      from unnest($1::bytea[], $2::bigint[], $3::bigint[], $4::bytea[], $5::bytea[], $6::double precision[],
        $7::double precision[], $8::text[]) as given (id, epoch, revision, mark, bytes, ttl_ms, due_ms, life)
      on conflict (id) do update set epoch = excluded.epoch, revision = excluded.revision, mark = excluded.mark,
        bytes = excluded.bytes, expires_at = excluded.expires_at, sweep_at = least(s.sweep_at, excluded.expires_at),
        due_at = excluded.due_at, claimable_at = excluded.claimable_at, life = excluded.life
      where s.expires_at <= clock_timestamp()
        or (s.bytes is not null and (excluded.epoch, excluded.revision) > (s.epoch, s.revision))
      returning id`,

    // $1 ids
    inTheWay: `
      select id, epoch, revision, mark, bytes is null as removed from ${sessions}
      where id = any($1::bytea[]) and expires_at > clock_timestamp()`,

    // $1 id
    get: `
      select epoch, revision, mark, bytes, bytes is null as removed, ${inMs('due_at')} as due_at, life,
        (extract(epoch from expires_at - clock_timestamp()) * 1000)::float8 as ttl_ms
      from ${sessions} where id = $1::bytea and expires_at > clock_timestamp()`,
  }
}
