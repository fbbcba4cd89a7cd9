// The doctor of a Postgres: it asks for everything that would lose, refuse or delay sessions.

import { agenda, clock, fail, ok, reachable, unreachable, warn } from '../store/checks.ts'
import type { Check } from '../store/store.ts'
import type { Database, Row } from './database.ts'
import { toFailure } from './failure.ts'
import { newestSchema } from './migrate.ts'
import { fromBytea } from './values.ts'

const oldestMajor = 14
const manyDead = 10_000

/**
 * The checks of `schema`, a validated identifier; changes nothing in it. A question that cannot be answered does not
 * stop the others. `local` is this machine's clock, in milliseconds since the Unix epoch.
 */
export async function diagnose(database: Database, schema: string, local: () => number = Date.now): Promise<Check[]> {
  const [sentAt, began] = [local(), performance.now()]
  let server: Row | undefined
  try {
    ;[server] = await database.query(
      `select current_setting('server_version_num')::int as version, pg_is_in_recovery() as standby,
        (extract(epoch from clock_timestamp()) * 1000)::float8 as now`,
    )
  } catch (error) {
    return [unreachable(textOf(error))]
  }
  const checks = [
    reachable(performance.now() - began),
    version(Number(server?.version)),
    role(server?.standby === true),
    clock('Postgres', Number(server?.now), { sentAt, answeredAt: local() }),
  ]
  return [...checks, ...(await looked(['schema', 'agenda', 'dead-rows'], () => tables(database, schema)))]
}

function version(number: number): Check {
  const detail = `${Math.floor(number / 10_000)}.${number % 10_000}`
  if (number >= oldestMajor * 10_000) return ok('version', detail)
  const advice = `run Postgres ${oldestMajor} or later`
  return fail('version', `${detail}, and ${oldestMajor} is the oldest that works`, advice)
}

function role(standby: boolean): Check {
  if (!standby) return ok('role', 'primary')
  return fail('role', 'this is a standby: it refuses writes', 'connect to the primary')
}

async function tables(database: Database, schema: string): Promise<Check[]> {
  const [there] = await database.query('select to_regclass($1::text) is not null as ledger', [`"${schema}".migrations`])
  const advice = 'it is made on first use, by a user who may create it'
  if (!there?.ledger) return [warn('schema', `"${schema}" is not there yet`, advice)]
  const [applied] = await database.query(`select max(number) as number from "${schema}".migrations`)
  return [
    schemaVersion(Number(applied?.number)),
    ...(await looked(['agenda'], () => agendaOf(database, schema))),
    ...(await looked(['dead-rows'], () => deadRows(database, schema))),
  ]
}

function schemaVersion(number: number): Check {
  const detail = `version ${number}, this release knows ${newestSchema}`
  if (number === newestSchema) return ok('schema', `version ${number}`)
  if (number > newestSchema) return warn('schema', detail, 'bring this process up to the release that migrated it')
  return warn('schema', detail, 'it is migrated on next use, by a user who may alter it')
}

async function agendaOf(database: Database, schema: string): Promise<Check[]> {
  const [row] = await database.query(
    // A session whose effect a process works on is due for a look at its lease, and not late.
    `select count(*)::int as size,
        (extract(epoch from clock_timestamp() - min(due_at) filter (where not held)) * 1000)::float8 as lag,
        (array_agg(id order by due_at) filter (where not held))[1] as oldest
      from (
        select id, due_at, exists (
          select from "${schema}".leases as l where l.id = s.id and l.until > clock_timestamp()
        ) as held
        from "${schema}".sessions as s where due_at is not null and expires_at > clock_timestamp()
      ) as scheduled`,
  )
  return [agenda(Number(row?.size), Number(row?.lag ?? 0), row?.oldest ? fromBytea(row.oldest) : undefined)]
}

/** Processes that use the store delete rows past their expiry; autovacuum removes deleted rows. */
async function deadRows(database: Database, schema: string): Promise<Check[]> {
  const [row] = await database.query(
    `select (select count(*)::int from "${schema}".sessions where expires_at <= clock_timestamp()) as expired,
        coalesce(max(n_dead_tup), 0)::int as dead, coalesce(max(n_live_tup), 0)::int as live
      from pg_stat_user_tables where schemaname = $1::text and relname = 'sessions'`,
    [schema],
  )
  const [expired, dead, live] = [Number(row?.expired), Number(row?.dead), Number(row?.live)]
  const detail = `${expired} expired and ${dead} dead beside ${live} live`
  if (expired > manyDead)
    return [warn('dead-rows', detail, 'let a process use this store: whichever does deletes what expired')]
  if (dead > Math.max(manyDead, live)) return [warn('dead-rows', detail, 'see why autovacuum does not keep up')]
  return [ok('dead-rows', detail)]
}

async function looked(names: readonly string[], look: () => Promise<Check[]>): Promise<Check[]> {
  try {
    return await look()
  } catch (error) {
    const advice = 'let this user read the schema, or look by other means'
    return names.map((name) => warn(name, `could not look: ${textOf(error)}`, advice))
  }
}

function textOf(error: unknown): string {
  const { message, code } = toFailure(error).cause as Error & { code?: string }
  return message || code || 'no reason given'
}
