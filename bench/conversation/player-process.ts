// A player as a process of its own, told over its channel what to do.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { here } from '../bundle.mjs'
import type { Order, Played, Resumed } from './player.ts'

export type PlayerProcess = {
  play(conversations: number): Promise<void>
  /** The milliseconds that it took to find each conversation again. */
  resume(): Promise<number[]>
  stop(): Promise<void>
}

/** Starts `file`; resolves when it is ready, rejects with its last words. */
export async function startPlayer(file: string, env: Record<string, string>): Promise<PlayerProcess> {
  const child = fork(file, [], {
    cwd: here,
    env: { ...process.env, NODE_ENV: 'production', ...env },
    execArgv: ['--import', `${here}/report.mjs`],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (text: Buffer) => {
      said = `${said}${text}`.slice(-2_000)
    })
  const gone = once(child, 'exit')
  async function heard<Answer>(): Promise<Answer> {
    const [answer] = await Promise.race([once(child, 'message'), gone.then(() => [undefined])])
    if (answer === undefined) throw new Error(`The player has ended.\n${said}`)
    return answer as Answer
  }
  const told = <Answer>(order: Order): Promise<Answer> => {
    const answer = heard<Answer>()
    child.send(order)
    return answer
  }
  await heard<'ready'>()
  return {
    play: async (conversations) => void (await told<Played>({ play: conversations })),
    resume: async () => (await told<Resumed>({ resume: true })).ms,
    async stop() {
      if (child.connected) child.send('stop')
      const patience = setTimeout(() => child.kill('SIGKILL'), 5_000)
      await gone
      clearTimeout(patience)
    },
  }
}
