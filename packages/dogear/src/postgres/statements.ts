// The SQL a running store sends about sessions; every time in it is the database's own.

import { atMs, fromNow, inMs } from './values.ts'

export type Statements = Readonly<
  Record<
    | 'read'
    | 'commit'
    | 'commitWithLeases'
    | 'remove'
    | 'traces'
    | 'claimDue'
    | 'claimLatest'
    | 'defer'
    | 'hold'
    | 'now',
    string
  >
>

/** The statements for `schema`, which becomes part of the text and so must be a validated identifier. */
export function statements(schema: string): Statements {
  const [sessions, leases, progress] = ['sessions', 'leases', 'progress'].map((table) => `"${schema}".${table}`)
  // $1 id, $2 epoch, $3 revision, $4 mark, $5 bytes, $6 ttl in ms, $7 due in ms; expected, null to create: $8 epoch,
  // $9 revision, $10 mark
  //
  // "for update" waits for an earlier writer and then sees what it wrote; a plain select would see the state before.
  const commit = (more: string) => `
      with found as materialized (
        select epoch, revision, mark, bytes, expires_at from ${sessions} where id = $1::bytea for update
      ), current as materialized (
        select epoch, revision, mark, bytes from found where expires_at > clock_timestamp()
      ), written as (
        insert into ${sessions} as s (id, epoch, revision, mark, bytes, expires_at, sweep_at, due_at, claimable_at)
        select $1::bytea, $2::bigint, $3::bigint, $4::bytea, $5::bytea, ends.at, ends.at, due.at, due.at
        from (select ${atMs('$7')} as at) as due, (select ${fromNow('$6')} as at) as ends
        where case when $9::bigint is null then not exists (select from current)
          else exists (select from current where bytes is not null
            and epoch = $8::bigint and revision = $9::bigint and mark = $10::bytea) end
        on conflict (id) do update set epoch = excluded.epoch, revision = excluded.revision, mark = excluded.mark,
          bytes = excluded.bytes, expires_at = excluded.expires_at,
          sweep_at = least(s.sweep_at, excluded.expires_at), due_at = excluded.due_at,
          claimable_at = excluded.claimable_at
        where $9::bigint is not null or s.expires_at <= clock_timestamp()
        returning 1
      )${more}
      select exists (select from written) as committed, ${inMs('clock_timestamp()')} as now, epoch is not null as found,
        epoch, revision, mark, bytes, bytes is null as removed
      from (select) as one left join current on not exists (select from written)`

  // $1 limit, $2 lease in ms, $3 ids to pass over
  //
  // The clock is asked in a query of its own: a condition on a time that changes cannot use the index of the agenda.
  const claim = (order: 'asc' | 'desc') => `
      with due as materialized (
        select id, claimable_at from ${sessions}
        where claimable_at <= (select clock_timestamp()) and expires_at > clock_timestamp()
          and id <> all($3::bytea[])
        order by claimable_at ${order} limit $1::int for update skip locked
      ), leased as (
        update ${sessions} as s set claimable_at = ${fromNow('$2')} from due where s.id = due.id
        returning s.id, s.due_at, s.claimable_at as lease_until, due.claimable_at as since, epoch, revision, mark, bytes
      )
      select id, ${inMs('due_at')} as due_at, ${inMs('lease_until')} as lease_until, epoch, revision, mark, bytes
      from leased order by since ${order}`

  return {
    // $1 id, $2 known epoch, $3 known revision, $4 known mark
    read: `
      select epoch, revision, mark, bytes is null as removed, known, case when known then null else bytes end as bytes
      from ${sessions}, lateral (
        select coalesce(
          epoch = $2::bigint and revision = $3::bigint and mark = $4::bytea and bytes is not null, false
        ) as known
      ) as k
      where id = $1::bytea and expires_at > clock_timestamp()`,

    commit: commit(''),

    // The same, and $11 leases as JSON, their texts in hex
    commitWithLeases: commit(`, leased as (
        insert into ${leases} (id, key, token, until)
        select $1::bytea, decode(key, 'hex'), decode(token, 'hex'), ${fromNow('for_ms')}
        from written, json_to_recordset($11::json) as taken (key text, token text, for_ms double precision)
        on conflict (id, key) do update set token = excluded.token, until = excluded.until
      )`),

    // $1 id, $2 time the tombstone stands in ms
    remove: `
      with current as materialized (
        select bytes, expires_at from ${sessions} where id = $1::bytea for update
      ), existed as materialized (
        select exists (select from current where bytes is not null and expires_at > clock_timestamp()) as existed
      ), written as (
        insert into ${sessions} (id, epoch, revision, expires_at, sweep_at)
        select $1::bytea, 0, 0, ends.at, ends.at from existed, (select ${fromNow('$2')} as at) as ends
        on conflict (id) do update set epoch = 0, revision = 0, bytes = null, expires_at = excluded.expires_at,
          sweep_at = excluded.sweep_at, due_at = null, claimable_at = null
      ), freed as (
        delete from ${leases} where id = $1::bytea
      )
      select existed from existed`,

    // $1 id
    traces: `
      select exists (select from ${sessions} where id = $1::bytea and bytes is not null) as record,
        exists (select from ${sessions} where id = $1::bytea and due_at is not null) as agenda,
        exists (select from ${leases} where id = $1::bytea) as leases,
        exists (select from ${progress} where id = $1::bytea) as progress`,

    claimDue: claim('asc'),
    claimLatest: claim('desc'),

    // $1 id, $2 time from which it can be claimed in ms, $3 end of the claim in ms
    defer: `
      update ${sessions} set claimable_at = ${atMs('$2')}
      where id = $1::bytea and claimable_at = ${atMs('$3')} and expires_at > clock_timestamp()
      returning 1`,

    // $1 id, $2 key, $3 token, $4 time it lasts in ms, $5 known epoch, $6 known revision, $7 known mark
    hold: `
      insert into ${leases} as l (id, key, token, until)
      values ($1::bytea, $2::bytea, $3::bytea, ${fromNow('$4')})
      on conflict (id, key) do update set token = excluded.token, until = excluded.until
      where l.token = excluded.token or l.until <= clock_timestamp()
      returning exists (select from ${sessions}
        where id = $1::bytea and epoch = $5::bigint and revision = $6::bigint and mark = $7::bytea
          and bytes is not null and expires_at > clock_timestamp()) as unchanged`,

    now: `select ${inMs('clock_timestamp()')} as now`,
  }
}
