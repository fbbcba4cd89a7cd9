// `dogear worker`: runs the agenda until a signal stops it.

import { startWorker } from '../../engine/worker.ts'
import type { Command } from '../command.ts'
import { errorLine, span } from '../output.ts'

/** After the signal: finishes claimed turns, gives running effects `drainMs`, then releases the leases of the rest. */
export const worker: Command<{ concurrency: number; idleMs: number; drainMs: number }> = {
  name: 'worker',
  summary: 'Fire timers and take over effects until SIGTERM or SIGINT; a second signal ends at once.',
  options: [
    { flags: '--concurrency <n>', text: 'sessions worked on at the same time', count: 32 },
    { flags: '--idle-ms <n>', text: 'pause between two looks at an empty agenda', count: 500 },
    { flags: '--drain-ms <n>', text: 'time that running effects have to finish after the signal', count: 1000 },
  ],
  async run({ engine }, { concurrency, idleMs, drainMs }, { out, stopped }) {
    const began = performance.now()
    let errors = 0
    const onError = (error: unknown): void => {
      errors++
      out.note(errorLine(error))
    }
    const signal = stopped()
    // The timers of worker and engine do not keep the process alive.
    const alive = setInterval(() => {}, 2 ** 30)
    const worker = startWorker({ engine, concurrency, idleMs, onError })
    const store = engine.store.name
    const flows = [...engine.flows.keys()]
    out.line(`worker started: ${store} store, flows ${flows.join(', ')}, concurrency ${concurrency}, idle ${idleMs} ms`)

    const reason = await signal
    await worker.stop()
    await engine.close(drainMs).catch(onError)
    clearInterval(alive)
    const ranMs = Math.round(performance.now() - began)
    const { woken } = worker
    out.line(`worker stopped: ${reason} after ${span(ranMs)}, sessions woken ${woken}, errors ${errors}`)
    if (out.json) out.document({ store, flows, concurrency, idleMs, reason, ranMs, woken, errors })
    return 0
  },
}
