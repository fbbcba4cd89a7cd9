// A private Redis and a private PostgreSQL for one test run: on random loopback ports, deleted afterwards.
import { execFileSync, spawnSync } from 'node:child_process'
import { chownSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { failure } from './output.mjs'
import { freePort, leash, startUntil } from './processes.mjs'
import { clusterSettings, formCluster } from './redis-cluster.mjs'
import { ensureTools, findPostgres, findRedis } from './tools.mjs'

/**
 * @typedef {object} Service
 * @property {string} url
 * @property {import('./processes.mjs').Leashed} process
 * @property {() => Promise<void>} stop
 */

/**
 * Starts a Redis that allows DEBUG. With a `folder` it keeps every write there; without one its data ends with it.
 *
 * @param {{ port?: number, folder?: string }} [options]
 * @returns {Promise<Service>}
 */
export async function startRedis({ port, folder: kept } = {}) {
  ensureTools(['redis'])
  const binary = findRedis()
  if (!binary) throw failure('No redis-server was found, and DOGEAR_TEST_REDIS_URL was not used.')
  const major = Number(/v=(\d+)/.exec(execFileSync(binary, ['--version'], { encoding: 'utf8' }))?.[1])
  if (major < 7)
    throw failure(
      `Redis 7 or newer is needed, and ${binary} is Redis ${major}: install a newer one or set DOGEAR_TEST_REDIS_URL.`,
    )
  const folder = kept ?? mkdtempSync(join(tmpdir(), 'dogear-redis-'))
  const listen = port ?? (await freePort())
  const settings = {
    port: listen,
    bind: '127.0.0.1',
    dir: folder,
    save: '',
    appendonly: kept ? 'yes' : 'no',
    ...(kept ? { appendfsync: 'always' } : {}),
    'enable-debug-command': 'local',
  }
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)])
  const process = await startUntil(
    (onLine) => leash(binary, args, { cwd: folder, ...(kept ? {} : { removeAfter: folder }), onLine }),
    {
      name: 'redis-server',
      ready: /ready to accept connections/i,
    },
  )
  return { url: `redis://127.0.0.1:${listen}`, process, stop: process.stop }
}

/**
 * Starts a Redis Cluster of three primaries with a replica each, on six ports from `port` on. Its data ends with it.
 *
 * @param {{ port: number, nodeTimeoutMs?: number }} options `nodeTimeoutMs`: see `clusterSettings`
 */
export async function startRedisCluster({ port, nodeTimeoutMs }) {
  ensureTools(['redis'])
  const binary = findRedis()
  if (!binary) throw failure('No redis-server was found.')
  const busPorts = await freePortsBeside(port, 6)
  const servers = await Promise.all(
    busPorts.map(async (busPort, at) => {
      const own = port + at
      const folder = mkdtempSync(join(tmpdir(), 'dogear-cluster-'))
      const settings = {
        ...{ port: own, bind: '127.0.0.1', dir: folder, save: '', appendonly: 'no' },
        ...clusterSettings({ busPort, ...(nodeTimeoutMs && { nodeTimeoutMs }) }),
      }
      const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)])
      const process = await startUntil((onLine) => leash(binary, args, { cwd: folder, removeAfter: folder, onLine }), {
        name: `redis-server on port ${own}`,
        ready: /ready to accept connections/i,
      })
      return { port: own, busPort, process }
    }),
  )
  await formCluster(servers)
  const [one, two, three] = servers.map((server) => `127.0.0.1:${server.port}`)
  return {
    url: `redis+cluster://${one},${two},${three}`,
    servers,
    stop: async () => void (await Promise.all(servers.map((server) => server.process.stop()))),
  }
}

/** So many free ports, none of them among as many from `port` on, which are about to be used. */
async function freePortsBeside(/** @type {number} */ port, /** @type {number} */ count) {
  /** @type {Set<number>} */
  const ports = new Set()
  while (ports.size < count) {
    const one = await freePort()
    if (one < port || one >= port + count) ports.add(one)
  }
  return [...ports]
}

/** PostgreSQL and PgBouncer refuse to run as root; then each runs as its own user, or as nobody. */
export function unprivileged() {
  if (process.getuid?.() !== 0) return {}
  for (const user of ['postgres', 'nobody']) {
    const id = (/** @type {string} */ flag) =>
      Number(spawnSync('id', [flag, user], { encoding: 'utf8' }).stdout.trim() || Number.NaN)
    const [uid, gid] = [id('-u'), id('-g')]
    if (uid > 0 && gid > 0) return { uid, gid }
  }
  throw failure(
    'PostgreSQL and PgBouncer do not run as root, and there is no user postgres or nobody: ' +
      'run this as another user or set DOGEAR_TEST_POSTGRES_URL and DOGEAR_TEST_PGBOUNCER_URL.',
  )
}

/**
 * Starts a PostgreSQL with an empty database, without durability: a crash costs no more than a test run. With a
 * certificate, in PEM, it speaks TLS too.
 *
 * @param {{ certificate?: { key: Buffer, cert: Buffer } }} [options]
 * @returns {Promise<Service>}
 */
export async function startPostgres({ certificate } = {}) {
  ensureTools(['postgres'])
  const binaries = findPostgres()
  if (!binaries) throw failure('No PostgreSQL was found, and DOGEAR_TEST_POSTGRES_URL was not used.')
  const user = unprivileged()
  const folder = mkdtempSync(join(tmpdir(), 'dogear-postgres-'))
  if (user.uid && user.gid) chownSync(folder, user.uid, user.gid)
  const env = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' }
  const data = join(folder, 'data')
  const own = (/** @type {string} */ name) => join(folder, name)

  const init = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync']
  const created = spawnSync(join(binaries, 'initdb'), init, { cwd: folder, env, ...user, encoding: 'utf8' })
  if (created.status !== 0) throw failure(`initdb failed:\n${created.error?.message ?? created.stderr}`)

  const port = await freePort()
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    max_connections: 200,
    ...(certificate && { ssl: 'on', ssl_cert_file: own('cert.pem'), ssl_key_file: own('key.pem') }),
  }
  if (certificate) {
    for (const [name, pem] of /** @type {const} */ ([
      ['cert.pem', certificate.cert],
      ['key.pem', certificate.key],
    ])) {
      writeFileSync(own(name), pem, { mode: 0o600 })
      if (user.uid && user.gid) chownSync(own(name), user.uid, user.gid)
    }
  }
  const args = ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
  const start = (/** @type {(line: string) => void} */ onLine) =>
    leash(join(binaries, 'postgres'), args, {
      cwd: folder,
      env,
      ...user,
      stopSignal: 'SIGQUIT',
      removeAfter: folder,
      onLine,
    })
  const server = await startUntil(start, { name: 'PostgreSQL', ready: /ready to accept connections/ })
  return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, process: server, stop: server.stop }
}
