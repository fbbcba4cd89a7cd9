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

/** An order that fails ends its process. The next order has a new one, so that no late answer is taken for its own. */
export function startLoad(file: string): Load {
  const start = () => {
    const process = fork(file, { env: { ...globalThis.process.env, NODE_ENV: 'production' } })
    return {
      process,
      gone: once(process, 'exit').then(() => [{ error: 'The process that makes the load has ended.' }]),
    }
  }
  let child: ReturnType<typeof start> | undefined
  async function tell(order: Order): Promise<unknown> {
    child ??= start()
    const { process, gone } = child
    process.send(order)
    const late = sleep(patienceMs + (order.order === 'play' ? order.ms : 0), silent, { ref: false })
    const [{ result, error }] = await Promise.race([once(process, 'message'), gone, late])
    if (!error) return result
    child = undefined
    process.kill()
    throw new Error(error)
  }
  return {
    open: async (to) => void (await tell({ order: 'open', ...to })),
    play: async (ms, turns) => (await tell({ order: 'play', ms, ...(turns && { turns }) })) as Slice,
    prove: async () => (await tell({ order: 'prove' })) as Proofs,
    close: async () => void (await tell({ order: 'close' })),
    stop: () => child?.process.disconnect(),
  }
}
