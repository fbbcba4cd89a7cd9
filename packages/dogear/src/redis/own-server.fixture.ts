// Redis servers for tests that stop, freeze or cluster them: each its own process on its own port, gone with the test.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Cluster } from 'ioredis'
import { freePort } from '../../../../scripts/processes.mjs'
import { clusterSettings, formCluster } from '../../../../scripts/redis-cluster.mjs'

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
  // A replica begins to copy at once, where it would wait for others to copy with it.
  const copying = ['--repl-diskless-sync-delay', '0']
  const args = [...settings, ...copying, '--appendonly', 'yes', '--appendfsync', 'always', ...extra]
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

export type ClusterOptions = ConstructorParameters<typeof Cluster>[1]

/** `servers` are the primaries, then the replica of each in the same order, if there are any. */
export type OwnCluster = {
  client: Cluster
  servers: OwnServer[]
  connect(options?: ClusterOptions): Cluster
  close(): Promise<void>
}

/** A node of no cluster yet; again with other ports if somebody else has taken one meanwhile. */
async function clusterServer(
  nodeTimeoutMs: number,
  tries = 5,
): Promise<{ server: OwnServer; port: number; busPort: number }> {
  const busPort = await freePort()
  const settings = Object.entries(clusterSettings({ busPort, nodeTimeoutMs }))
  try {
    const server = await ownServer(settings.flatMap(([name, value]) => [`--${name}`, `${value}`]))
    return { server, port: server.port, busPort }
  } catch (error) {
    if (tries === 0) throw error
    return clusterServer(nodeTimeoutMs, tries - 1)
  }
}

/** Nodes of one cluster, three of them primaries; others in their place if they did not find each other. */
async function formed(count: number, nodeTimeoutMs: number, tries = 2): ReturnType<typeof clusterServers> {
  const made = await clusterServers(count, nodeTimeoutMs)
  try {
    await formCluster(made, { primaries: 3 })
    return made
  } catch (error) {
    await Promise.all(made.map(({ server }) => server.close()))
    if (tries === 0) throw error
    return formed(count, nodeTimeoutMs, tries - 1)
  }
}

const clusterServers = (count: number, nodeTimeoutMs: number) =>
  Promise.all(Array.from({ length: count }, () => clusterServer(nodeTimeoutMs)))

/**
 * Three primaries that share the slots, with `replicas` (none) of each, and a client of them. After `nodeTimeoutMs`
 * (2 s) without a word a node is taken for failed: less makes a busy machine see failures where there are none.
 */
export async function ownCluster(
  options: ClusterOptions,
  { replicas = 0, nodeTimeoutMs = 2000 }: { replicas?: 0 | 1; nodeTimeoutMs?: number } = {},
): Promise<OwnCluster> {
  const made = await formed(3 * (1 + replicas), nodeTimeoutMs)
  const servers = made.map(({ server }) => server)
  const connect = (own: ClusterOptions = options): Cluster =>
    new Cluster(
      made.map(({ port }) => ({ host: '127.0.0.1', port })),
      own,
    )
  const client = connect()
  return {
    ...{ client, servers, connect },
    async close() {
      client.disconnect()
      await Promise.all(servers.map((server) => server.close()))
    },
  }
}
