// `dogear worker`: fires timers and takes over effects until it is told to stop.

import { startWorker } from '../../engine/worker.ts'
import type { Config } from '../define-config.ts'
import { errorLine, type Output, span } from '../output.ts'

export type WorkerCommandOptions = { concurrency: number; idleMs: number; drainMs: number }

/** Works until `stopped` resolves to a reason; then finishes its turns, gives effects `drainMs` and releases what is left of them. */
export async function work(
  { engine, store }: Config,
  options: WorkerCommandOptions,
  { out, stopped }: { out: Output; stopped: Promise<string> },
): Promise<number> {
  const { concurrency, idleMs, drainMs } = options
  const began = performance.now()
  let errors = 0
  const onError = (error: unknown): void => {
    errors++
    out.note(errorLine(error))
  }
  // The timers of worker and engine do not hold the process.
  const alive = setInterval(() => {}, 2 ** 30)
  const worker = startWorker({ engine, store, concurrency, idleMs, onError })
  const flows = [...engine.flows.keys()]
  out.line(
    `worker started: ${store.name} store, flows ${flows.join(', ')}, concurrency ${concurrency}, idle ${idleMs} ms`,
  )

  const reason = await stopped
  await worker.stop()
  await engine.close(drainMs).catch(onError)
  clearInterval(alive)
  const ranMs = Math.round(performance.now() - began)
  out.line(`worker stopped: ${reason} after ${span(ranMs)}, sessions woken ${worker.woken}, errors ${errors}`)
  if (out.json)
    out.document({ store: store.name, flows, concurrency, idleMs, reason, ranMs, woken: worker.woken, errors })
  return 0
}
