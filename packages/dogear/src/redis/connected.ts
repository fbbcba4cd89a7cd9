// Waits for a connection that is being made, so that the first request after a start does not fail.

import type { RedisClient } from './scripts.ts'

const underWay = new Set(['wait', 'connecting', 'connect'])
const patienceMs = 2000

/**
 * Resolves when `client` is ready or when there is no point in waiting: no attempt is under way, the one under way ended, or
 * two seconds went by. The command that follows then tells what is wrong.
 */
export async function connected(client: RedisClient): Promise<void> {
  if (!underWay.has(client.status)) return
  if (client.status === 'wait') client.connect().catch(() => {})
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      for (const event of ['ready', 'close', 'end']) client.off(event, done)
      resolve()
    }
    const timer = setTimeout(done, patienceMs)
    for (const event of ['ready', 'close', 'end']) client.on(event, done)
  })
}
