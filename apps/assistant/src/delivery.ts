// Sends a reply as slowly as it was told, with a halt, or not to its end.
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { within } from '../../gate.ts'
import type { Misbehaviour } from './misbehaviour.ts'
import type { Reply } from './replies.ts'

/** Resolves when everything was sent, or the caller has gone. One that is held goes on once `released` resolves. */
export async function deliver(
  response: ServerResponse,
  { type, parts }: Reply,
  { slow = 0, hold, cut = Number.POSITIVE_INFINITY, released }: Misbehaviour & { released: Promise<void> },
): Promise<void> {
  if (response.destroyed) return
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).flushHeaders()
  let left = cut
  try {
    for (const [nth, part] of parts.entries()) {
      if (nth === hold) await within(released, gone.signal)
      if (slow > 0) await sleep(slow, undefined, { signal: gone.signal })
      const bytes = Buffer.from(part)
      if (bytes.length >= left) return cutOff(response, bytes.subarray(0, left))
      left -= bytes.length
      if (!response.write(bytes)) await once(response, 'drain', { signal: gone.signal })
    }
    if (hold !== undefined && hold >= parts.length) await within(released, gone.signal)
    response.end()
  } catch (error) {
    if (!gone.signal.aborted) throw error
  }
}

/** Ends the connection in the middle of the body, once the caller has been sent these bytes. */
function cutOff(response: ServerResponse, bytes: Buffer): void {
  const destroy = () => response.socket?.destroySoon()
  if (bytes.length === 0) destroy()
  else response.write(bytes, destroy)
}
