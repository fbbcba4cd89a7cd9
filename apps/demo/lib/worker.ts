// The worker in this process: it fires price holds and takes over charges of a dead server. It ends before the server.

import 'server-only'
import { startWorker } from 'dogear'
import { singleton } from 'dogear/next'
import { lease } from './composition.ts'
import { report } from './log.ts'
import { shop } from './shop.ts'

/** Starts the worker, once per process; `DOGEAR_WORKER=0` leaves the agenda to other processes. */
export function startDemoWorker(): void {
  singleton('demo.worker', () => {
    const { engine } = shop
    const worker = process.env.DOGEAR_WORKER === '0' ? undefined : startWorker({ engine, ...lease })
    beforeEnding(async () => {
      await worker?.stop()
      await shop.close()
    })
    return worker ?? null
  })
}

/** Runs `stop` before the process ends on a signal. Next's own listener ends the process at once, so it comes last. */
function beforeEnding(stop: () => Promise<void>): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const others = process.listeners(signal)
    process.removeAllListeners(signal)
    process.once(signal, async () => {
      await stop().catch(report)
      for (const listener of others) listener(signal)
    })
  }
}
