// Waiting for what a fault takes some time to bring about.

import { setTimeout as sleep } from 'node:timers/promises'

/** Resolves once `holds`; rejects after half a minute. */
export async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  const patience = AbortSignal.timeout(30_000)
  while (!(await holds())) {
    patience.throwIfAborted()
    await sleep(20)
  }
}
