// A server under test as a process of its own, asked for its use of processor and memory.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../scripts/processes.mjs'
import { here } from './bundle.mjs'

export type Usage = { cpuMicros: number; rssBytes: number }

export type Server = {
  port: number
  /** Processor time since its start, and the memory it holds now. */
  usage(): Promise<Usage>
  stop(): Promise<void>
}

/** A process of Node alone. */
export type NodeServer = Server & {
  /** The bytes of its heap, and of buffers beside it, once all garbage is collected. */
  heldBytes(): Promise<number>
}

export type Program = {
  file: string
  args?: (port: number) => string[]
  env?: Record<string, string>
  cwd?: string
  /** Another Node than the one that runs the bench. */
  node?: string
  /** A folder for the CPU profile that the process leaves when it ends. */
  profile?: string | undefined
}

const startMs = 30_000

/** Starts `file` with `PORT` in its environment; resolves when it accepts connections, rejects with its last words. */
export async function startServer({
  file,
  args,
  env,
  cwd = here,
  node = process.execPath,
  profile,
}: Program): Promise<NodeServer> {
  const port = await freePort()
  const child = fork(file, args?.(port) ?? [], {
    cwd,
    execPath: node,
    env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', PORT: String(port), ...env },
    execArgv: ['--import', `${here}/report.mjs`, ...(profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : [])],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (text: Buffer) => {
      said = `${said}${text}`.slice(-2_000)
    })
  const gone = once(child, 'exit')
  async function ask<Answer extends object>(what: 'usage' | 'held'): Promise<Answer> {
    child.send(what)
    const [answer] = await Promise.race([once(child, 'message'), gone])
    if (typeof answer !== 'object') throw new Error(`The server has ended.\n${said}`)
    return answer as Answer
  }
  const server: NodeServer = {
    port,
    usage: () => ask<Usage>('usage'),
    heldBytes: async () => (await ask<{ heldBytes: number }>('held')).heldBytes,
    async stop() {
      if (child.connected) child.send('stop')
      const patience = setTimeout(() => child.kill('SIGKILL'), 5_000)
      await gone
      clearTimeout(patience)
    },
  }
  const until = Date.now() + startMs
  while (!(await accepts(port))) {
    if (child.exitCode === null && Date.now() < until) await sleep(50)
    else {
      await server.stop()
      throw new Error(`The server did not start.\n${said}`)
    }
  }
  return server
}

/** True if a server accepts connections on `port`. */
export async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
