// A private PgBouncer for one test: on a random loopback port, in front of a PostgreSQL, deleted afterwards.
import { chownSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { failure } from './output.mjs'
import { freePort, leash, startUntil } from './processes.mjs'
import { unprivileged } from './services.mjs'
import { ensureTools, findPgbouncer } from './tools.mjs'

/**
 * Starts a PgBouncer in transaction mode in front of the Postgres at `target`, to which it keeps two connections.
 *
 * @param {{ target: string }} options
 * @returns {Promise<import('./services.mjs').Service>}
 */
export async function startPgbouncer({ target }) {
  ensureTools(['pgbouncer'])
  const binary = findPgbouncer()
  if (!binary) throw failure('No PgBouncer was found, and DOGEAR_TEST_PGBOUNCER_URL was not used.')
  const { hostname, port: targetPort, username, password, pathname } = new URL(target)
  const [user, port, database] = [unprivileged(), await freePort(), pathname.slice(1) || 'postgres']
  const folder = mkdtempSync(join(tmpdir(), 'dogear-pgbouncer-'))
  const to = {
    ...{ host: hostname, port: targetPort || 5432, dbname: database, user: decodeURIComponent(username) },
    ...(password ? { password: decodeURIComponent(password) } : {}),
  }
  const settings = {
    ...{ listen_addr: '127.0.0.1', listen_port: port, unix_socket_dir: '', auth_type: 'any' },
    ...{ pool_mode: 'transaction', default_pool_size: 2, max_client_conn: 200 },
    // The pool of `pg` asks for it at the start of every connection (recommendedPoolOptions).
    ignore_startup_parameters: 'statement_timeout',
  }
  const lines = (/** @type {object} */ values) => Object.entries(values).map(([name, value]) => `${name} = ${value}`)
  const there = Object.entries(to).map(([name, value]) => `${name}='${value}'`)
  const file = join(folder, 'pgbouncer.ini')
  const text = ['[databases]', `${database} = ${there.join(' ')}`, '[pgbouncer]', ...lines(settings)].join('\n')
  writeFileSync(file, `${text}\n`)
  for (const path of [folder, file]) if (user.uid && user.gid) chownSync(path, user.uid, user.gid)
  const start = (/** @type {(line: string) => void} */ onLine) =>
    leash(binary, [file], { cwd: folder, ...user, stopSignal: 'SIGTERM', removeAfter: folder, onLine })
  const server = await startUntil(start, { name: 'PgBouncer', ready: /process up/ })
  return { url: `postgres://dogear@127.0.0.1:${port}/${database}`, process: server, stop: server.stop }
}
