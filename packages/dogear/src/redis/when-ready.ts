// Waits for a connection that is being made, so that the first request after a start does not fail.

import { sleep } from '../time.ts'
import type { RedisClient } from './options.ts'

const pending = new Set(['wait', 'connecting', 'connect'])
const endings = ['ready', 'close', 'end']
const patienceMs = 2000

/**
 * Resolves when `client` is ready or waiting is pointless: no attempt to connect is under way, the current attempt
 * failed, or two seconds have passed. Resolves to the error that tells why it is not ready, where there is one.
 */
export async function whenReady(client: RedisClient): Promise<unknown> {
  if (!pending.has(client.status)) return undefined
  let reason: unknown
  const note = (error: unknown): void => {
    reason = error
  }
  client.on('error', note)
  // The events say all that the rejection does.
  if (client.status === 'wait') client.connect().catch(() => {})
  const ended = new AbortController()
  const end = (): void => ended.abort()
  for (const event of endings) client.on(event, end)
  await sleep(patienceMs, ended.signal, { holds: true })
  for (const event of endings) client.off(event, end)
  client.off('error', note)
  // The check of ioredis has been waiting for the end of the loading.
  if (reason === undefined && !client.isCluster && client.status === 'connect') return new Error('LOADING')
  return reason
}
