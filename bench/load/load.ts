// The bench's end of the process that makes the load.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DialectName } from './dialects.ts'
import type { Order, Slice } from './process.ts'
import type { Proofs } from './proofs.ts'

export type Load = {
  /** Begins sessions, one a connection. All of these reject if a server answers with an error or loses an update. */
  open(to: { port: number; dialect: DialectName; connections: number }): Promise<void>
  /** Plays the open sessions for `ms` milliseconds, or until they have taken `turns` together. */
  play(ms: number, turns?: number): Promise<Slice>
  /** Puts the promises to the test in the first of the open sessions. */
  prove(): Promise<Proofs>
  close(): Promise<void>
  stop(): void
}

const patienceMs = 30_000
const silent = [{ error: 'A request was not answered.' }]

export function startLoad(file: string): Load {
  const child = fork(file, { env: { ...process.env, NODE_ENV: 'production' } })
  const gone = once(child, 'exit').then(() => [{ error: 'The process that makes the load has ended.' }])
  async function tell(order: Order): Promise<unknown> {
    child.send(order)
    const late = sleep(patienceMs + (order.order === 'play' ? order.ms : 0), silent, { ref: false })
    const [{ result, error }] = await Promise.race([once(child, 'message'), gone, late])
    if (error) throw new Error(error)
    return result
  }
  return {
    open: async (to) => void (await tell({ order: 'open', ...to })),
    play: async (ms, turns) => (await tell({ order: 'play', ms, ...(turns && { turns }) })) as Slice,
    prove: async () => (await tell({ order: 'prove' })) as Proofs,
    close: async () => void (await tell({ order: 'close' })),
    stop: () => child.disconnect(),
  }
}
