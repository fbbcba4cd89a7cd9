// The bench's end of the process that makes the load.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Order, Slice } from './process.ts'

export type Load = {
  /** Carries an order out; rejects if a server answered with an error or lost an update. */
  tell(order: Order): Promise<Slice | undefined>
  stop(): void
}

const patienceMs = 30_000
const silent = [{ error: 'A request was not answered.' }]

export function startLoad(file: string): Load {
  const child = fork(file, { env: { ...process.env, NODE_ENV: 'production' } })
  const gone = once(child, 'exit').then(() => [{ error: 'The process that makes the load has ended.' }])
  return {
    async tell(order) {
      child.send(order)
      const late = sleep(patienceMs + (order.order === 'play' ? order.ms : 0), silent, { ref: false })
      const [{ slice, error }] = await Promise.race([once(child, 'message'), gone, late])
      if (error) throw new Error(error)
      return slice
    },
    stop: () => child.disconnect(),
  }
}
