// Stores reached by TLS: what crosses the wire tells nothing, and a server that nobody vouches for is told nothing.

import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { Pool } from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import { freePort } from '../../../../scripts/processes.mjs'
import { startPostgres } from '../../../../scripts/services.mjs'
import { certificateFor } from '../../fixtures/certificate.ts'
import { recommendedPoolOptions } from '../postgres/options.ts'
import { postgresStore } from '../postgres/store.ts'
import { recommendedRedisOptions } from '../redis/options.ts'
import { ownServer } from '../redis/own-server.fixture.ts'
import { redisStore } from '../redis/store.ts'
import { at, bytesOf, minute, textOf } from './cases/bench.ts'
import type { Store } from './store.ts'

const [trusted, stranger] = [certificateFor('store.test'), certificateFor('store.test')]
const secret = 'canary-of-ada-lovelace'

/** A way to the port that keeps all that went along it. */
async function tap(port: number) {
  const heard: Buffer[] = []
  const server = createServer((here) => {
    const there = connect(port, '127.0.0.1')
    for (const [one, other] of [[here, there] as const, [there, here] as const]) {
      one.on('data', (chunk: Buffer) => heard.push(chunk))
      one.on('error', () => {})
      one.once('close', () => other.destroy())
      one.pipe(other)
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const text = () => Buffer.concat(heard).toString('latin1')
  return { port: (server.address() as AddressInfo).port, text, close: () => server.close() }
}

type Opened = { store: Store; close(): Promise<unknown> }
/** `tls` undefined: in the clear. */
type Service = {
  ports: Record<'tls' | 'clear', number>
  open(port: number, tls: { ca: Buffer } | undefined): Opened
  close(): Promise<unknown>
}

async function redis(): Promise<Service> {
  const [tlsPort, folder] = [await freePort(), await mkdtemp(join(tmpdir(), 'dogear-redis-tls-'))]
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  await Promise.all([writeFile(key, trusted.key), writeFile(cert, trusted.cert)])
  const files = ['--tls-key-file', key, '--tls-cert-file', cert, '--tls-ca-cert-file', cert]
  const server = await ownServer(['--tls-port', `${tlsPort}`, '--tls-auth-clients', 'no', ...files])
  return {
    ports: { tls: tlsPort, clear: server.port },
    open(port, tls) {
      const client = new Redis({ ...recommendedRedisOptions, ...(tls && { tls }), host: '127.0.0.1', port })
      client.on('error', () => {})
      return { store: redisStore(client), close: async () => client.disconnect() }
    },
    close: () => Promise.all([server.close(), rm(folder, { recursive: true })]),
  }
}

async function postgres(): Promise<Service> {
  const server = await startPostgres({ certificate: trusted })
  const port = Number(new URL(server.url).port)
  return {
    ports: { tls: port, clear: port },
    open(port, tls) {
      const where = { host: '127.0.0.1', port, user: 'postgres', database: 'postgres', ssl: tls ?? false }
      const pool = new Pool({ ...recommendedPoolOptions, ...where })
      pool.on('error', () => {})
      return { store: postgresStore(pool), close: () => pool.end() }
    },
    close: () => server.stop(),
  }
}

describe.each([
  ['Redis', redis],
  ['Postgres', postgres],
])('%s by TLS', async (_, start) => {
  const service = await start()
  afterAll(() => service.close())

  async function written(tls: { ca: Buffer } | undefined, id: string): Promise<string> {
    const wire = await tap(service.ports[tls ? 'tls' : 'clear'])
    const { store, close } = service.open(wire.port, tls)
    try {
      const hints: unknown[] = []
      const stop = store.watch?.(id, (hint) => hints.push(hint))
      const entry = { bytes: bytesOf(secret), ...at(1), ttlMs: minute, poke: true }
      expect(await store.commit(id, 0, entry)).toMatchObject({ committed: true })
      expect(textOf(await store.read(id))).toBe(secret)
      await expect.poll(() => hints.length, { timeout: 10_000 }).toBeGreaterThan(0)
      stop?.()
      return wire.text()
    } finally {
      await close()
      wire.close()
    }
  }

  it('[M46] keeps a session and tells its watchers, and nobody on the way can read a word', async () => {
    const heard = await written({ ca: trusted.cert }, 'session-of-ada')
    expect(heard.length).toBeGreaterThan(1000)
    for (const word of [secret, 'session-of-ada']) expect(heard).not.toContain(word)
  })

  it('shows it all to somebody on the way without TLS, so this test would notice', async () => {
    expect(await written(undefined, 'in-the-clear')).toContain('in-the-clear')
  })

  it('[M46] is told nothing by a client that does not know its authority, which calls that an outage', async () => {
    const wire = await tap(service.ports.tls)
    const { store, close } = service.open(wire.port, { ca: stranger.cert })
    const entry = { bytes: bytesOf(secret), ...at(1), ttlMs: minute }
    await expect(store.commit('nobody', 0, entry)).rejects.toMatchObject({ code: 'store_unavailable' })
    await expect(store.read('nobody')).rejects.toMatchObject({ code: 'store_unavailable' })
    expect(wire.text()).not.toContain(secret)
    await close()
    wire.close()
  })
})
