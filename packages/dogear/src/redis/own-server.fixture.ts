// Redis servers for tests that stop, freeze or cluster them: each its own process on its own port, gone with the test.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Cluster, Redis } from 'ioredis'

export type OwnServer = {
  port: number
  start(): Promise<void>
  /** Ends the process at once, as a crash would. */
  kill(): Promise<void>
  signal(name: NodeJS.Signals): void
  /** Kills it and deletes its files. */
  close(): Promise<void>
}

/** A Redis that has appended every write to its log before it answers, so that a killed one comes back complete. */
export async function ownServer(extra: readonly string[] = []): Promise<OwnServer> {
  const [port, folder] = [await freePort(), await mkdtemp(join(tmpdir(), 'dogear-own-redis-'))]
  const settings = ['--bind', '127.0.0.1', '--port', `${port}`, '--dir', folder, '--save', '']
  const args = [...settings, '--appendonly', 'yes', '--appendfsync', 'always', ...extra]
  let child: ChildProcess | undefined

  async function start(): Promise<void> {
    child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = once(child, 'exit').then(() => Promise.reject(new Error('redis-server ended before it was ready')))
    await Promise.race([ended, readyOf(child)])
    ended.catch(() => {})
  }

  async function kill(): Promise<void> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }

  async function close(): Promise<void> {
    await kill()
    await rm(folder, { recursive: true, force: true })
  }

  await start()
  return { port, start, kill, signal: (name) => void child?.kill(name), close }
}

async function readyOf(child: ChildProcess): Promise<void> {
  let said = ''
  for await (const chunk of child.stdout ?? []) {
    said += chunk
    if (/ready to accept connections/i.test(said)) break
  }
  child.stdout?.resume()
}

export type OwnCluster = { client: Cluster; close(): Promise<void> }

/** Three primaries that share the slots, and a client of them. */
export async function ownCluster(options: ConstructorParameters<typeof Cluster>[1]): Promise<OwnCluster> {
  const servers = await Promise.all(
    Array.from({ length: 3 }, async () =>
      ownServer(['--cluster-enabled', 'yes', '--cluster-port', `${await freePort()}`]),
    ),
  )
  const nodes = servers.map(({ port }) => new Redis(port))
  const [first] = servers
  const ids = await Promise.all(nodes.map((node) => node.cluster('MYID')))
  for (const [i, node] of nodes.entries()) {
    await node.call('CLUSTER', 'ADDSLOTSRANGE', ((16384 * i) / 3) | 0, (((16384 * (i + 1)) / 3) | 0) - 1)
    await node.call('CLUSTER', 'SET-CONFIG-EPOCH', i + 1)
  }
  const [, busPort] = String(await nodes[0]?.cluster('NODES')).match(/@(\d+)/) ?? []
  for (const node of nodes.slice(1)) await node.call('CLUSTER', 'MEET', '127.0.0.1', first?.port ?? 0, busPort ?? 0)
  for (const node of nodes) {
    while (!(await settled(node, ids as string[]))) await sleep(50)
    await node.quit()
  }

  const client = new Cluster([{ host: '127.0.0.1', port: first?.port ?? 0 }], options)
  return {
    client,
    async close() {
      client.disconnect()
      await Promise.all(servers.map((server) => server.close()))
    },
  }
}

async function settled(node: Redis, ids: readonly string[]): Promise<boolean> {
  const nodes = String(await node.cluster('NODES'))
  const info = String(await node.cluster('INFO'))
  return info.includes('cluster_state:ok') && ids.every((id) => nodes.includes(id))
}

/** A port nobody listens on. */
export async function freePort(): Promise<number> {
  const server: Server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}
