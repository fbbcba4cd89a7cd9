// Waits for a connection that is being made, so that the first request after a start does not fail.

import { sleep } from '../time.ts'
import type { RedisClient } from './options.ts'

const pending = new Set(['wait', 'connecting', 'connect'])
const endings = ['ready', 'close', 'end']
const patienceMs = 2000

/**
 * Resolves when `client` is ready or waiting is pointless: no attempt to connect is under way, the current attempt
 * failed, or two seconds have passed. The next command then fails with the reason.
 */
export async function whenReady(client: RedisClient): Promise<void> {
  if (!pending.has(client.status)) return
  // The events say all that the rejection does.
  if (client.status === 'wait') client.connect().catch(() => {})
  const ended = new AbortController()
  const end = (): void => ended.abort()
  for (const event of endings) client.on(event, end)
  await sleep(patienceMs, ended.signal, { holds: true })
  for (const event of endings) client.off(event, end)
}
