// Apps and workers under a supervisor that restarts every process that dies.

import { join } from 'node:path'
import { root } from '../scripts/bootstrap.mjs'
import { bundled } from '../scripts/bundled.mjs'
import { type Leashed, leash } from '../scripts/processes.mjs'

export type Role = 'app' | 'worker'
export type Settings = Readonly<Record<string, string | number>>

export type Member = {
  readonly role: Role
  /** The port it listens on, or listened on before it died. */
  readonly port: number
  /** How often it died and was started again. */
  readonly restarts: number
  /** How many faults its own hooks have had. */
  readonly faults: number
  signal(name: NodeJS.Signals): void
  /** Resolves when it is up, again if need be. */
  ready(): Promise<void>
  stop(): Promise<void>
}

export type MemberOptions = {
  role: Role
  settings: Settings
  /** Only until its first restart. */
  crashAt?: string
  /** From its first restart until its second. */
  thenAt?: string
}

/** Starts one process and restarts it when it dies, after its crash points without one. Resolves once it is ready. */
export async function startMember({ role, settings, crashAt = '', thenAt = '' }: MemberOptions): Promise<Member> {
  let process: Leashed | undefined
  let port = 0
  let restarts = 0
  let faults = 0
  let stopping = false
  let up: Promise<void>

  async function live(crash: string): Promise<void> {
    const { promise, resolve, reject } = withResolvers()
    const env = {
      ...globalThis.process.env,
      ...strings(settings),
      CRASH_AT: crash,
      WORKER: role === 'worker' ? '1' : '',
    }
    const onLine = (line: string) => {
      if (line === 'astray') faults++
      const found = /^ready (\d+)$/.exec(line)
      if (found) {
        port = Number(found[1])
        resolve()
      }
    }
    const app = bundled(join(root, 'faults', 'app.ts'))
    const child = await leash(globalThis.process.execPath, [app], { cwd: root, env, onLine })
    process = child
    void child.exited.then(({ code }) => {
      if (stopping) return resolve()
      if (code !== null && code !== 0) return reject(new Error(`a ${role} ended by itself:\n${child.lastLines()}`))
      restarts++
      up = live(restarts === 1 ? thenAt : '')
      up.then(resolve, reject)
    })
    await promise
  }

  up = live(crashAt)
  await up
  return {
    role,
    get port() {
      return port
    },
    get restarts() {
      return restarts
    },
    get faults() {
      return faults
    },
    signal(name) {
      try {
        process?.kill(name)
      } catch {
        // It died in the meantime: nothing left to signal.
      }
    },
    ready: () => up,
    async stop() {
      stopping = true
      await up.catch(() => {})
      try {
        process?.kill('SIGKILL')
      } catch {
        // Gone already.
      }
      await process?.exited
    },
  }
}

export type Fleet = { members: Member[]; apps: Member[]; kills(): number; faults(): number; stop(): Promise<void> }

export async function startFleet(members: readonly MemberOptions[]): Promise<Fleet> {
  const started = await Promise.all(members.map(startMember))
  return {
    members: started,
    apps: started.filter(({ role }) => role === 'app'),
    kills: () => started.reduce((sum, { restarts }) => sum + restarts, 0),
    faults: () => started.reduce((sum, member) => sum + member.faults, 0),
    stop: async () => void (await Promise.all(started.map((member) => member.stop()))),
  }
}

function strings(settings: Settings): Record<string, string> {
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)]))
}

function withResolvers(): { promise: Promise<void>; resolve: () => void; reject: (error: Error) => void } {
  let resolve: () => void = () => {}
  let reject: (error: Error) => void = () => {}
  const promise = new Promise<void>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}
