// A process of Node that the bench starts, listens to, ends.

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { here } from './bundle.mjs'

export type Child = {
  process: ChildProcess
  /** The next message it sends; rejects with its last words if it ends instead. */
  heard<Answer>(): Promise<Answer>
  /** The end of everything it printed. */
  said(): string
  /** Asks it to end, insists after five seconds; resolves when it has gone. */
  stop(): Promise<void>
}

export type ChildOptions = {
  args?: string[]
  env?: Record<string, string> | undefined
  cwd?: string
  /** Another Node than the one that runs the bench. */
  node?: string
  /** Options of Node. */
  flags?: string[]
}

/** Starts `file` as in production. It ends with the bench. */
export function startChild(
  file: string,
  { args = [], env = {}, cwd = here, node = process.execPath, flags = [] }: ChildOptions,
): Child {
  const child = fork(file, args, {
    cwd,
    execPath: node,
    env: { ...process.env, NODE_ENV: 'production', ...env },
    execArgv: ['--import', `${here}/report.mjs`, ...flags],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (text: Buffer) => {
      said = `${said}${text}`.slice(-2_000)
    })
  const gone = once(child, 'exit')
  return {
    process: child,
    async heard<Answer>() {
      const [answer] = await Promise.race([once(child, 'message'), gone.then(() => [undefined])])
      if (answer === undefined) throw new Error(`The process has ended.\n${said}`)
      return answer as Answer
    },
    said: () => said,
    async stop() {
      if (child.connected) child.send('stop')
      const patience = setTimeout(() => child.kill('SIGKILL'), 5_000)
      await gone
      clearTimeout(patience)
    },
  }
}
