// Waits for a connection that is being made, so that the first request after a start does not fail.

import { settleWithin, sleep } from '../time.ts'
import type { RedisClient } from './options.ts'

const pending = new Set(['wait', 'connecting', 'connect'])
const endings = ['ready', 'close', 'end']
const patienceMs = 2000
const pauseMs = 100
const askMs = 500

/**
 * Resolves when `client` is ready or waiting is pointless: no attempt to connect is under way, the current attempt
 * failed, or two seconds have passed. Resolves to the error that tells why it is not ready, where that is known.
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
  // In many pauses: a process that is busy at its start reads what has come between two of them.
  for (let waited = 0; waited < patienceMs && !ended.signal.aborted; waited += pauseMs)
    await sleep(pauseMs, ended.signal, { holds: true })
  for (const event of endings) client.off(event, end)
  client.off('error', note)
  // The check of ioredis has been waiting for the end of the loading, or for an answer.
  if (reason === undefined && !client.isCluster && client.status === 'connect' && (await isLoading(client)))
    return new Error('LOADING')
  return reason
}

/** True if Redis says so, which it does while it loads. It is not known of one that is silent. */
const isLoading = (client: { info(section: string): Promise<string> }): Promise<boolean> =>
  settleWithin(askMs, client.info('persistence'), () => '').then(
    (said) => /^loading:1\b/m.test(said),
    () => false,
  )
