// A schema of Postgres behind a proxy, in which a trigger notes every version of every session.

import { randomUUID } from 'node:crypto'
import { type PostgresStore, postgresStore, recommendedPoolOptions } from 'dogear/postgres'
import pg from 'pg'
import { startPostgres } from '../scripts/services.mjs'
import type { Written } from './append-only-file.ts'
import type { Settings } from './fleet.ts'
import { type PostgresProxy, startPostgresProxy } from './postgres-proxy.ts'

export type PostgresTown = {
  schema: string
  /** The settings of processes that are to find it, through the proxy. */
  settings: Settings
  proxy: PostgresProxy
  /** A way past the proxy. */
  admin: pg.Pool
  store: PostgresStore
  /** Every version that was committed, in the order of the writes. */
  written(): Promise<Written[]>
  close(): Promise<void>
}

/** In the Postgres that tests were given, or in one of its own. */
export async function openPostgresTown(): Promise<PostgresTown> {
  const given = process.env.DOGEAR_TEST_POSTGRES_URL
  const own = given === undefined ? await startPostgres() : undefined
  const url = new URL(given ?? own?.url ?? '')
  const schema = `faults_${randomUUID().replaceAll('-', '')}`
  const admin = new pg.Pool({ connectionString: url.href, ...recommendedPoolOptions })
  const store = postgresStore(admin, { schema })
  await store.prepare()
  await admin.query(noting(schema))
  const proxy = await startPostgresProxy({ host: url.hostname, port: Number(url.port || 5432) })
  const through = new URL(url)
  through.hostname = '127.0.0.1'
  through.port = `${proxy.port}`
  through.searchParams.set('application_name', schema)
  return {
    ...{ schema, proxy, admin, store },
    settings: { DATABASE_URL: through.href, SCHEMA: schema },
    async written() {
      const { rows } = await admin.query(`select * from "${schema}".noted order by n`)
      return rows.map(({ id, epoch, revision, mark, bytes, due_at, expires_at }) => ({
        session: String(id),
        life: 0,
        position: { epoch: Number(epoch), revision: Number(revision), mark: mark.toString('base64url') },
        bytes: new Uint8Array(bytes),
        agendaAt: due_at?.getTime(),
        agendaKept: false,
        expiresAt: expires_at.getTime(),
      }))
    },
    async close() {
      await proxy.close()
      await admin.query(`set client_min_messages to error; drop schema if exists "${schema}" cascade`)
      await admin.end()
      await own?.stop()
    },
  }
}

/** A lease moves claimable_at alone, and a read nothing at all. */
const noting = (schema: string): string => `
  set search_path to "${schema}";
  create table noted (n bigserial, like sessions);
  create function note() returns trigger language plpgsql as $$
  begin
    if new.bytes is not null and (tg_op = 'INSERT' or old.mark is distinct from new.mark) then
      insert into "${schema}".noted select nextval('"${schema}".noted_n_seq'), new.*;
    end if;
    return null;
  end $$;
  create trigger noting after insert or update on sessions for each row execute function note();
  reset search_path`
