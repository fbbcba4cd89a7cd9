// The worker's other loop: it writes the backlog to the archive.

import { sleep } from '../../time.ts'
import type { Archiver } from './archiver.ts'

const batch = 200
const pauseMs = 1_000
const maxPauseMs = 30_000

/** The result of a look at the backlog and at the agenda of the archive; `isLast`: not much was left. */
type Looked = { written: number; revived: number; isLast: boolean }

/** Writes a part of the backlog, and brings sessions back whose time has come. Rejects as the archiver does. */
export async function archiveSome(archiver: Archiver): Promise<Looked> {
  const written = await archiver.write(batch)
  const revived = await archiver.revive(batch)
  return { written, revived, isLast: written < batch && revived < batch }
}

/**
 * Writes until `signal` aborts, with a pause whenever there is nothing more to write. A failure is reported, and the
 * next attempt waits for longer each time, up to half a minute: what was not archived stays on the backlog, where it is
 * safe, and a database that is in trouble is not pressed.
 */
export async function keepArchiving(
  archiver: Archiver,
  { signal, onError }: { signal: AbortSignal; onError: (error: unknown) => void },
): Promise<void> {
  let failures = 0
  while (!signal.aborted) {
    try {
      const { isLast } = await archiveSome(archiver)
      failures = 0
      if (isLast) await sleep(pauseMs * (0.75 + Math.random() / 2), signal)
    } catch (error) {
      onError(error)
      await sleep(Math.min(maxPauseMs, pauseMs * 2 ** ++failures) * (0.5 + Math.random() / 2), signal)
    }
  }
}
