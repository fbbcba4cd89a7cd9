// Waits for a connection that is being made, so that the first request after a start does not fail.

import { sleep } from '../time.ts'
import type { RedisClient } from './scripts.ts'

const underWay = new Set(['wait', 'connecting', 'connect'])
const endings = ['ready', 'close', 'end']
const patienceMs = 2000

/** One wait per client, however many calls share it: each has listeners on the client. */
const waits = new WeakMap<RedisClient, Promise<void>>()

/**
 * Resolves when `client` is ready or when there is no point in waiting: no attempt is under way, the one under way ended, or
 * two seconds went by. The command that follows then tells what is wrong.
 */
export async function connected(client: RedisClient): Promise<void> {
  if (!underWay.has(client.status)) return
  const wait = waits.get(client) ?? settled(client).finally(() => waits.delete(client))
  waits.set(client, wait)
  await wait
}

async function settled(client: RedisClient): Promise<void> {
  // The attempt's own rejection says no more than the events.
  if (client.status === 'wait') client.connect().catch(() => {})
  const ended = new AbortController()
  const end = (): void => ended.abort()
  for (const event of endings) client.on(event, end)
  await sleep(patienceMs, ended.signal, { holds: true })
  for (const event of endings) client.off(event, end)
}
