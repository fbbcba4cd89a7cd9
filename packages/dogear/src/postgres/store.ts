// The store on Postgres: one row per session, one statement per commit.

import { DogearError } from '../errors.ts'
import type { Archive } from '../store/archive.ts'
import type { CommitResult, Lease } from '../store/store.ts'
import { sleep } from '../time.ts'
import { refuseWiring } from '../wiring.ts'
import { postgresArchive } from './archive.ts'
import { type PostgresClient, type Row, toDatabase } from './database.ts'
import { postgresDirectory } from './directory.ts'
import { diagnose } from './doctor.ts'
import { toFailure, wasRolledBack } from './failure.ts'
import { migrate } from './migrate.ts'
import { type PostgresStoreOptions, postgresProblems } from './options.ts'
import { postgresProgress } from './progress.ts'
import { createReclaim } from './reclaim.ts'
import { scan } from './scan.ts'
import { statements } from './statements.ts'
import { fromBytea, toBytea, toColumns, toStored } from './values.ts'
import { createWatch } from './watch.ts'

/** The store on Postgres, alone or as the archive behind another one. */
export interface PostgresStore extends Archive {
  /** Brings the schema up to date now instead of on first use. Safe to call from any number of processes at once. */
  prepare(): Promise<void>
}

const mostAttempts = 5
const mostRepeats = 30

/**
 * A `Store` on Postgres 14 or later, through the caller's pool of `pg` or PGlite, which stays the caller's to close.
 * See `recommendedPoolOptions` for the pool's settings.
 *
 * `read` and `commit` are one statement each, even if the commit is lost. Expired rows count as absent, and are
 * deleted by and by. A statement that Postgres rolled back, as it may where a stricter isolation level is the default,
 * is tried again as read committed. The backlog mark has no effect, as the row is in Postgres already. Failures of the
 * service are `store_unavailable` and hold no session data.
 *
 * Pokes are not sent: watchers hear of every commit at the next look.
 */
export function postgresStore(client: PostgresClient, options: PostgresStoreOptions = {}): PostgresStore {
  refuseWiring('postgresStore was given what cannot work', postgresProblems(client, options))
  const { schema = 'dogear', pollMs = 1_000, reclaimMs = 10_000 } = options
  const database = toDatabase(client)
  const text = statements(schema)
  const { forget, ...progress } = postgresProgress(query, schema)
  let prepared: Promise<void> | undefined

  async function prepare(): Promise<void> {
    prepared ??= migrate(database, schema)
    try {
      await prepared
    } catch (error) {
      prepared = undefined
      throw toFailure(error)
    }
  }

  async function attempt(statement: string, params: unknown[] = []): Promise<Row[]> {
    await prepare()
    for (let tries = 1; ; tries++) {
      try {
        return tries === 1 ? await database.query(statement, params) : await readCommitted(statement, params)
      } catch (error) {
        if (tries === mostRepeats || !wasRolledBack(error)) throw toFailure(error)
        await sleep(Math.random() * Math.min(100, 2 ** tries))
      }
    }
  }

  /** Statements are made for this level, where no other transaction ends one but by a deadlock. */
  async function readCommitted(statement: string, params: unknown[]): Promise<Row[]> {
    let rows: Row[] = []
    await database.transaction(async (query) => {
      rows = await query(statement, params)
    })
    return rows
  }

  const reclaim = createReclaim(attempt, schema, reclaimMs)
  function query(statement: string, params: unknown[] = []): Promise<Row[]> {
    reclaim()
    return attempt(statement, params)
  }

  return {
    name: 'postgres',
    durability: 'archived',
    prepare,

    async read(id, known) {
      const [row] = await query(text.read, [toBytea(id), ...toColumns(known)])
      if (!row) return undefined
      if (row.removed) return 'removed'
      return row.known ? 'unchanged' : toStored(row)
    },

    async commit(id, expected, entry): Promise<CommitResult> {
      const { bytes, revision, epoch = 0, mark, ttlMs, dueAt, leases = [] } = entry
      const due = dueAt === undefined ? null : Math.ceil(dueAt)
      // The statement can neither see nor overwrite a row that was created after it began. Another attempt sees it.
      const written = [...toColumns({ epoch, revision, mark }), toBytea(bytes), ttlMs, due]
      const values = [toBytea(id), ...written, ...toColumns(expected === 0 ? undefined : expected)]
      for (let attempt = 0; attempt < mostAttempts; attempt++) {
        const [row] =
          leases.length > 0
            ? await query(text.commitWithLeases, [...values, toJson(leases)])
            : await query(text.commit, values)
        if (row?.committed) return { committed: true, now: Number(row.now) }
        if (row?.found) return { committed: false, current: row.removed ? 'removed' : toStored(row) }
        if (expected !== 0) return { committed: false, current: undefined }
      }
      const message = 'Postgres did not settle who created a session.'
      throw new DogearError('store_unavailable', message, { retryAfterMs: 1000 })
    },

    async remove(id, tombstoneMs) {
      const [row] = await query(text.remove, [toBytea(id), tombstoneMs])
      await forget(id)
      return row?.existed === true
    },

    async claimDue(limit, leaseMs, except = new Set(), order = 'earliest') {
      const others = [...except].map(toBytea)
      const statement = order === 'latest' ? text.claimLatest : text.claimDue
      const rows = await query(statement, [limit, Math.ceil(leaseMs), others])
      return rows.map((row) => {
        const { id, due_at, lease_until } = row
        return { id: fromBytea(id), dueAt: Number(due_at), leaseUntil: Number(lease_until), stored: toStored(row) }
      })
    },

    async defer(id, at, leaseUntil) {
      return (await query(text.defer, [toBytea(id), Math.ceil(at), leaseUntil])).length > 0
    },

    async hold(id, key, token, forMs, known) {
      const lease = [toBytea(key), toBytea(token), forMs]
      const [row] = await query(text.hold, [toBytea(id), ...lease, ...toColumns(known)])
      return row?.unchanged ? 'unchanged' : row !== undefined
    },

    async tracesOf(id) {
      const [row] = await query(text.traces, [toBytea(id)])
      const { record, agenda, leases, progress } = row ?? {}
      return {
        record: record === true,
        agenda: agenda === true,
        backlog: false,
        leases: leases === true,
        progress: progress === true,
      }
    },

    async now() {
      const [row] = await query(text.now, [])
      return Number(row?.now)
    },

    ...postgresArchive(query, schema),

    ...progress,

    directory: postgresDirectory(query, schema),

    scan: (cursor, limit) => scan(query, schema, { cursor, limit }),

    watch: createWatch(query, schema, pollMs),

    diagnose: () => diagnose(database, schema),
  }
}

function toJson(leases: readonly Lease[]): string {
  const hex = (text: string) => toBytea(text).toString('hex')
  return JSON.stringify(leases.map(({ key, token, forMs }) => ({ key: hex(key), token: hex(token), for_ms: forMs })))
}
