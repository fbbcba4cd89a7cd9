// Finds all sessions of a schema: from one id to the next, a page at a time.

import type { Batch, Scanned } from '../store/store.ts'
import type { Query, Row } from './database.ts'
import { fromBytea, toBytea, toStored } from './values.ts'

/** The progress of a scan: `passed` rows, up to the one whose id is `after`. */
type ScanPlace = { passed: number; after: Buffer }

/** Reads a cursor. Throws `TypeError` for what `toCursor` did not write. */
function fromCursor(cursor: string): ScanPlace {
  const [, passed, id] = /^(\d{1,15})\.([\w-]*)$/.exec(cursor) ?? []
  if (passed === undefined || id === undefined) throw new TypeError('This cursor is none of a Postgres store')
  return { passed: Number(passed), after: Buffer.from(id, 'base64url') }
}

const toCursor = ({ passed, after }: ScanPlace): string => `${passed}.${after.toString('base64url')}`

/** The batch after `cursor`, or the first one. Tombstones and expired rows count for `limit`, but are left out. */
export async function scan(
  query: Query,
  schema: string,
  { cursor, limit }: { cursor: string | undefined; limit: number },
): Promise<Batch> {
  const place = cursor === undefined ? undefined : fromCursor(cursor)
  const size = Math.max(1, Math.ceil(limit))
  const [rows, [estimate]] = await Promise.all([
    query(page(schema), [place?.after ?? null, size]),
    query(estimated, [schema]),
  ])
  const found = rows.filter(({ alive }) => alive).map(toScanned)
  const last = rows.at(-1)
  if (!last || rows.length < size) return { found, cursor: undefined, done: 1 }
  const passed = (place?.passed ?? 0) + rows.length
  const done = Math.min(0.99, passed / Math.max(passed, Number(estimate?.rows ?? 0)))
  return { found, cursor: toCursor({ passed, after: toBytea(last.id as Uint8Array) }), done }
}

// $1 id of the last row seen, or null, $2 page size
const page = (schema: string): string => `
  select id, epoch, revision, mark, case when alive then bytes end as bytes, alive,
    (extract(epoch from expires_at - clock_timestamp()) * 1000)::float8 as ttl_ms
  from (
    select *, bytes is not null and expires_at > clock_timestamp() as alive from "${schema}".sessions
    where $1::bytea is null or id > $1::bytea order by id limit $2::int
  ) as page
  order by id`

// $1 schema; the last count that Postgres knows, since a new count would read the whole table
const estimated = `
  select greatest(c.reltuples, s.n_live_tup)::float8 as rows
  from pg_class as c join pg_stat_user_tables as s on s.relid = c.oid
  where s.schemaname = $1::text and s.relname = 'sessions'`

function toScanned(row: Row): Scanned {
  return { id: fromBytea(row.id), stored: toStored(row), ttlMs: Math.max(1, Math.floor(Number(row.ttl_ms))) }
}
