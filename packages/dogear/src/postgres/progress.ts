// The progress of effects on Postgres: a row for each entry, beside the record.

import type { SessionId, Store } from '../store/store.ts'
import type { Query } from './database.ts'
import { fromBytea, fromNow, toBytea } from './values.ts'

export type Progress = Required<Pick<Store, 'addProgress' | 'progressOf'>>

/** `forget` drops all of a session whose tombstone stands. */
export function postgresProgress(query: Query, schema: string): Progress & { forget(id: SessionId): Promise<unknown> } {
  const text = statements(`"${schema}".sessions`, `"${schema}".progress`)
  return {
    async addProgress(id, entry, { keep, ttlMs }) {
      const rows = await query(text.add, [toBytea(id), toBytea(entry), keep, ttlMs])
      return rows.length > 0
    },
    async progressOf(id, after = '0') {
      const rows = await query(text.of, [toBytea(id), after])
      return rows.map(({ seq, text }) => ({ at: String(seq), text: fromBytea(text) }))
    },
    forget: (id) => query(text.forget, [toBytea(id)]),
  }
}

function statements(sessions: string, progress: string): Record<'add' | 'of' | 'forget', string> {
  return {
    // $1 id, $2 text, $3 entries to keep, $4 time they live in ms. The lock lets writers of a session have their
    // numbers in the order in which readers see them.
    add: `
      with there as (
        select id from ${sessions} where id = $1::bytea and bytes is not null and expires_at > clock_timestamp()
        for no key update
      ), older as (
        select seq from ${progress} where id = $1::bytea order by seq desc offset greatest($3::int - 1, 0)
      ), dropped as (
        delete from ${progress} where id = $1::bytea and seq in (select seq from older)
      )
      insert into ${progress} (id, text, until) select id, $2::bytea, ${fromNow('$4')} from there returning seq`,

    // $1 id, $2 number of the last one known. All live as long as the newest.
    of: `
      select seq, text from ${progress} where id = $1::bytea and seq > $2::bigint
        and exists (select from ${progress} where id = $1::bytea and until > clock_timestamp())
      order by seq`,

    // $1 id. A statement of its own, after that of the tombstone: within that one it would not see entries whose
    // writers the tombstone had to wait for.
    forget: `delete from ${progress} where id = $1::bytea`,
  }
}
