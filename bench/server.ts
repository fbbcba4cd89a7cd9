// A server under test as a process of its own, asked for its use of processor and memory.

import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../scripts/processes.mjs'
import { here } from './bundle.mjs'
import { startChild } from './child.ts'

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
  /** Sends it a message; resolves with its next one. */
  ask<Answer>(what: string): Promise<Answer>
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
  /** Options of Node. */
  flags?: string[]
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
  flags = [],
}: Program): Promise<NodeServer> {
  const port = await freePort()
  const child = startChild(file, {
    args: args?.(port) ?? [],
    env: { NEXT_TELEMETRY_DISABLED: '1', PORT: String(port), ...env },
    cwd,
    node,
    flags: profile ? [...flags, '--cpu-prof', `--cpu-prof-dir=${profile}`] : flags,
  })
  const ask = <Answer>(what: string): Promise<Answer> => {
    const answer = child.heard<Answer>()
    child.process.send(what)
    return answer
  }
  const server: NodeServer = {
    port,
    ask,
    usage: () => ask<Usage>('usage'),
    heldBytes: async () => (await ask<{ heldBytes: number }>('held')).heldBytes,
    stop: child.stop,
  }
  const until = Date.now() + startMs
  while (!(await accepts(port))) {
    if (child.process.exitCode === null && Date.now() < until) await sleep(50)
    else {
      await server.stop()
      throw new Error(`The server did not start.\n${child.said()}`)
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
