// The data keys of a key service: one a day in each process, those of others as they are met.

import { createSecretKey, randomBytes } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { DogearError } from '../errors.ts'
import { settleWithin } from '../time.ts'
import type { KeyService } from './key-service.ts'
import type { RecordKey } from './record-key.ts'

export type DataKeys = {
  /** The data key that seals now. A promise before the first one is there. */
  current(): RecordKey | Promise<RecordKey>
  /** The data key in `wrapped`; a promise where the service has to be asked. Undefined if it is none of its own. */
  open(wrapped: Uint8Array): RecordKey | undefined | Promise<RecordKey | undefined>
}

/** `deadlineMs`: how long the service is waited for. `now` in milliseconds. */
export type DataKeyOptions = { deadlineMs: number; now?: () => number }

const keyBytes = 32
const lastsMs = 24 * 3_600_000
/** How long the last key serves on before the service is asked again, where it did not answer. */
const againMs = 60_000
/**
 * A process makes one a day, so a fleet of 100 that is deployed daily makes 9,000 in the longest usual life of a
 * session (90 days). All of them take about 8 MB.
 */
const remembered = 10_000
/** Calls of the service under way; the others wait in line, within their deadline. */
const mostAtOnce = 32

/**
 * The data keys of `service`. Rejects with `store_unavailable` while it does not answer and no key is at hand; a key
 * that is at hand serves on. Nothing but the service keeps what opens them.
 */
export function createDataKeys(service: KeyService, { deadlineMs, now = Date.now }: DataKeyOptions): DataKeys {
  // Bounded by size: `max` would take the memory of all of them at once, where a process starts.
  const known = new LRUCache<string, { key: RecordKey } | Promise<RecordKey | undefined>>({
    maxSize: remembered,
    sizeCalculation: () => 1,
  })
  const enter = createLine(mostAtOnce)
  let sealing: { key: RecordKey; until: number } | undefined
  let making: Promise<RecordKey> | undefined

  async function asked<T>(what: string, call: () => Promise<T>): Promise<T> {
    const { turn, leave } = enter()
    try {
      return await settleWithin(deadlineMs, turn.then(call), () => {
        throw new Error(`no answer within ${deadlineMs} ms`)
      })
    } catch (cause) {
      const message = `the key service "${service.id}" failed to ${what} a data key`
      throw new DogearError('store_unavailable', message, { cause, retryAfterMs: 2_000 })
    } finally {
      leave()
    }
  }

  async function make(): Promise<RecordKey> {
    const dataKey = randomBytes(keyBytes)
    const wrapped = Uint8Array.from(await asked('wrap', async () => checkWrapped(await service.wrap(dataKey))))
    const key = { id: service.id, wrapped, secret: createSecretKey(dataKey) }
    dataKey.fill(0)
    known.set(nameOf(wrapped), { key })
    sealing = { key, until: now() + lastsMs }
    return key
  }

  async function unwrap(wrapped: Uint8Array, name: string): Promise<RecordKey | undefined> {
    try {
      const dataKey = await asked('unwrap', async () => checkDataKey(await service.unwrap(wrapped)))
      const key = dataKey && { id: service.id, wrapped, secret: createSecretKey(dataKey) }
      if (key) known.set(name, { key })
      else known.delete(name)
      return key
    } catch (error) {
      known.delete(name)
      throw error
    }
  }

  return {
    current() {
      if (sealing && now() < sealing.until) return sealing.key
      making ??= make().finally(() => {
        making = undefined
      })
      if (!sealing) return making
      sealing.until = now() + againMs
      making.catch(() => {})
      return sealing.key
    },
    open(wrapped) {
      const name = nameOf(wrapped)
      const found = known.get(name)
      if (found) return found instanceof Promise ? found : found.key
      // A copy: the bytes belong to a record, which would be kept for as long as the key.
      const opening = unwrap(Uint8Array.from(wrapped), name)
      known.set(name, opening)
      return opening
    },
  }
}

/** Lets `most` in at once, the others in the order of their coming. Leaving before the turn gives up the place. */
function createLine(most: number): () => { turn: Promise<void>; leave(): void } {
  const waiting = new Set<() => void>()
  let inside = 0
  return () => {
    let isInside = false
    let begin = () => {}
    const turn = new Promise<void>((resolve) => {
      begin = () => {
        isInside = true
        inside++
        waiting.delete(begin)
        resolve()
      }
    })
    if (inside < most) begin()
    else waiting.add(begin)
    return {
      turn,
      leave() {
        waiting.delete(begin)
        if (isInside) inside--
        const [next] = waiting
        if (isInside) next?.()
      },
    }
  }
}

const nameOf = (wrapped: Uint8Array): string => Buffer.from(wrapped).toString('latin1')

function checkWrapped(wrapped: unknown): Uint8Array {
  if (wrapped instanceof Uint8Array && wrapped.length > 0 && wrapped.length <= 0xffff) return wrapped
  throw new TypeError('wrap must give 1 to 65,535 bytes')
}

function checkDataKey(dataKey: unknown): Uint8Array | undefined {
  if (dataKey === undefined || (dataKey instanceof Uint8Array && dataKey.length === keyBytes)) return dataKey
  throw new TypeError(`unwrap must give the ${keyBytes} bytes that were wrapped, or undefined`)
}
