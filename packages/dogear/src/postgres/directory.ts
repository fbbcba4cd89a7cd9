// The directory in Postgres: one row for each listed session or code, one statement per call.

import type { Directory } from '../store/store.ts'
import type { Query } from './database.ts'
import { fromBytea, fromNow, toBytea } from './values.ts'

/** The directory in `schema`, a validated identifier. Its calls reject with the errors of `query`. */
export function postgresDirectory(query: Query, schema: string): Directory {
  const text = statements(schema)
  return {
    async add(owner, id, ttlMs) {
      await query(text.add, [toBytea(owner), toBytea(id), ttlMs])
    },

    async list(owner, limit) {
      const rows = await query(text.list, [toBytea(owner), limit])
      return rows.map(({ id }) => fromBytea(id))
    },

    async drop(owner, id) {
      await query(text.drop, [toBytea(owner), toBytea(id)])
    },

    async putCode(code, value, ttlMs) {
      return (await query(text.putCode, [toBytea(code), toBytea(value), ttlMs])).length > 0
    },

    async tryCode(code, maxTries) {
      const [row] = await query(text.tryCode, [toBytea(code), maxTries])
      return row?.value ? fromBytea(row.value) : undefined
    },

    async dropCode(code) {
      await query(text.dropCode, [toBytea(code)])
    },
  }
}

function statements(schema: string): Readonly<Record<keyof Directory, string>> {
  const [owners, codes] = [`"${schema}".owners`, `"${schema}".codes`]
  return {
    // $1 owner, $2 id, $3 time to be listed in ms
    add: `
      insert into ${owners} (owner, id, expires_at) values ($1::bytea, $2::bytea, ${fromNow('$3')})
      on conflict (owner, id) do update set expires_at = excluded.expires_at`,

    // $1 owner, $2 limit
    list: `
      select id from ${owners} where owner = $1::bytea and expires_at > clock_timestamp()
      order by expires_at desc limit $2::int`,

    // $1 owner, $2 id
    drop: `delete from ${owners} where owner = $1::bytea and id = $2::bytea`,

    // $1 code, $2 value, $3 ttl in ms
    putCode: `
      insert into ${codes} as c (code, value, expires_at) values ($1::bytea, $2::bytea, ${fromNow('$3')})
      on conflict (code) do update set value = excluded.value, tries = 0, expires_at = excluded.expires_at
      where c.expires_at <= clock_timestamp()
      returning 1`,

    // $1 code, $2 most tries
    //
    // Concurrent tries wait for each other at the row, and each counts on from the one before.
    tryCode: `
      update ${codes} set tries = tries + 1, value = case when tries < $2::int then value end
      where code = $1::bytea and value is not null and expires_at > clock_timestamp()
      returning value`,

    // $1 code
    dropCode: `delete from ${codes} where code = $1::bytea`,
  }
}
