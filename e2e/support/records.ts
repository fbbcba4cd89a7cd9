// Reads every session in Redis, and watches that no build writes one whose version it does not know.
import { setTimeout as pause } from 'node:timers/promises'
import { createEngine } from 'dogear'
import { recommendedRedisOptions, redisStore } from 'dogear/redis'
import { Redis } from 'ioredis'

export type StoredSession = {
  version: number
  /** The state in which the person is, as the machine names it. */
  state: unknown
  status: string
  context: Readonly<Record<string, unknown>>
  /** Everything, in hexadecimal. */
  bytes: string
}

export type Records = {
  all(): Promise<Map<string, StoredSession>>
  /** Ends the watch; resolves to the faults it saw. */
  stop(): Promise<string[]>
}

export function watchRecords(url: string, keys: string): Records {
  const client = new Redis(url, recommendedRedisOptions)
  client.on('error', () => {})
  const store = redisStore(client)
  const { codec } = createEngine({ store, flows: [], keys })
  const newest = new Map<string, { version: number; revision: number }>()
  const wrong: string[] = []
  let stopped = false

  async function all(): Promise<Map<string, StoredSession>> {
    const found = new Map<string, StoredSession>()
    let cursor: string | undefined
    do {
      const batch = await store.scan(cursor, 200)
      for (const { id, stored } of batch.found) {
        if (!stored) continue
        const { version, revision, snapshot } = await codec.decode(stored.bytes, {
          session: id,
          position: stored.position,
        })
        note(id, { version, revision })
        const { value: state, status, context } = snapshot
        const bytes = Buffer.from(stored.bytes).toString('hex')
        found.set(id, { version, state, status, context: context as StoredSession['context'], bytes })
      }
      cursor = batch.cursor
    } while (cursor !== undefined)
    for (const id of newest.keys()) if (!found.has(id)) wrong.push(`session ${id} is gone`)
    return found
  }

  function note(id: string, now: { version: number; revision: number }): void {
    const known = newest.get(id)
    if (known && now.version < known.version)
      wrong.push(`session ${id} went from version ${known.version} to ${now.version}`)
    if (known && now.revision < known.revision) wrong.push(`session ${id} went back to revision ${now.revision}`)
    newest.set(id, now)
  }

  async function look(): Promise<void> {
    while (!stopped) {
      await all()
      await pause(100)
    }
  }
  const looking = look()

  return {
    all,
    async stop() {
      stopped = true
      await looking
      client.disconnect()
      return [...new Set(wrong)]
    },
  }
}
