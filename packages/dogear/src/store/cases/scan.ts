// Conformance: a scan comes by every session that is there all the while, a batch at a time.

import { expect } from 'vitest'
import type { Batch, Scanned, Store } from '../store.ts'
import { at, bytesOf, type Case, create, entry, inTime, minute, pass, textOf, weirdStrings } from './bench.ts'

const manySessions = 5000
// A driver may give more than was asked for, but not everything.
const mostOverLimit = 4

/** Every batch of a scan of these stores, which take turns. */
async function* batches(stores: readonly Store[], limit: number): AsyncGenerator<Batch> {
  let cursor: string | undefined
  for (let i = 0; i === 0 || cursor !== undefined; i++) {
    const batch = await (stores[i % stores.length] as Store).scan(cursor, limit)
    yield batch
    cursor = batch.cursor
  }
}

async function scanned(store: Store, limit = 100): Promise<Scanned[]> {
  const found: Scanned[] = []
  for await (const batch of batches([store], limit)) found.push(...batch.found)
  return found
}

const idsOf = (found: readonly Scanned[]): string[] => [...new Set(found.map(({ id }) => id))].sort()

/** Creates many, a few hundred at a time. */
async function createMany(store: Store, ids: readonly string[]): Promise<void> {
  for (let i = 0; i < ids.length; i += 250)
    await Promise.all(ids.slice(i, i + 250).map((id) => create(store, id, { bytes: bytesOf(id) })))
}

export const scan: Case[] = [
  {
    title: 'scans nothing where nothing is',
    async run({ store }) {
      expect(await scanned(store)).toEqual([])
      await store.directory.add('owner', 'session', minute)
      await store.directory.putCode('code', 'value', minute)
      expect(await scanned(store)).toEqual([])
    },
  },
  {
    title: 'scans each session as it is: its record and the time it has left',
    async run({ store }) {
      await create(store, 'a', { bytes: bytesOf('one'), ttlMs: minute, dueAt: await store.now() })
      await store.commit('b', 0, entry(8, 'one'))
      await store.commit('b', at(8), entry(9, 'two', { ttlMs: 10 * minute }))
      const found = new Map((await scanned(store)).map((one) => [one.id, one]))
      expect([...found.keys()].sort()).toEqual(['a', 'b'])
      for (const [id, text, ttlMs] of [
        ['a', 'one', minute],
        ['b', 'two', 10 * minute],
      ] as const) {
        const one = found.get(id)
        expect(one?.stored).toEqual(await store.read(id))
        expect(one?.stored && textOf(one.stored)).toBe(text)
        expect(one?.ttlMs).toBeGreaterThan(ttlMs - minute / 2)
        expect(one?.ttlMs).toBeLessThanOrEqual(ttlMs)
      }
    },
  },
  {
    title: 'scans neither what was removed nor what expired',
    async run(bench) {
      for (const id of ['alive', 'removed']) await create(bench.store, id)
      await create(bench.store, 'expired', { ttlMs: 20 })
      await bench.store.remove('removed', minute)
      await bench.store.remove('never-there', minute)
      await pass(bench, 20)
      expect(idsOf(await scanned(bench.store))).toEqual(['alive'])
    },
  },
  {
    title: 'scans sessions of any name',
    async run({ store }) {
      for (const id of weirdStrings) await create(store, id)
      for (const limit of [1, 100]) expect(idsOf(await scanned(store, limit))).toEqual(weirdStrings.toSorted())
    },
  },
  {
    title: 'scans in batches of about the size that is asked for, and says how far it is',
    async run({ store }) {
      const ids = Array.from({ length: 600 }, (_, i) => `session-${i}`)
      await createMany(store, ids)
      const found: Scanned[] = []
      let done = 0
      for await (const batch of batches([store], 50)) {
        expect(batch.found.length).toBeLessThanOrEqual(mostOverLimit * 50)
        expect(batch.done).toBeGreaterThanOrEqual(0)
        expect(batch.done).toBeLessThanOrEqual(1)
        if (batch.cursor !== undefined) expect(batch.done).toBeLessThan(1)
        found.push(...batch.found)
        done = batch.done
      }
      expect(idsOf(found)).toEqual(ids.toSorted())
      expect(done).toBe(1)
    },
  },
  {
    title: 'lets any process go on with a scan',
    async run({ store, another = store }) {
      const ids = Array.from({ length: 300 }, (_, i) => `session-${i}`)
      await createMany(store, ids)
      const found: Scanned[] = []
      for await (const batch of batches([store, another], 20)) found.push(...batch.found)
      expect(idsOf(found)).toEqual(ids.toSorted())
    },
  },
  {
    title: 'refuses a cursor it has not given',
    async run({ store }) {
      for (const cursor of ['', 'x', '0', '{}', '\u0000']) {
        await expect((async () => store.scan(cursor, 10))(), JSON.stringify(cursor)).rejects.toBeInstanceOf(TypeError)
      }
    },
  },
  {
    title: 'does not let a scan extend a life',
    run: (bench) =>
      inTime(bench, async (spanMs, id) => {
        await create(bench.store, id, { ttlMs: spanMs })
        expect(idsOf(await scanned(bench.store))).toContain(id)
        await pass(bench, spanMs)
        expect(await bench.store.read(id)).toBeUndefined()
      }),
  },
  {
    title: 'scans every one of 5,000 sessions that is there all the while, whatever is written, removed and created',
    async run({ store, another = store }) {
      const kept = Array.from({ length: manySessions }, (_, i) => `kept-${i}`)
      const doomed = Array.from({ length: 500 }, (_, i) => `doomed-${i}`)
      await createMany(store, [...kept, ...doomed])

      let over = false
      const revisions = new Map<string, number>()
      async function disturb(): Promise<void> {
        for (let i = 0; !over; i++) {
          const id = kept[(i * 7919) % kept.length] as string
          const revision = revisions.get(id) ?? 1
          revisions.set(id, revision + 1)
          const gone = doomed[i]
          await Promise.all([
            another.commit(id, at(revision), entry(revision + 1, 'x'.repeat((i * 31) % 2000))),
            create(another, `new-${i}`),
            gone !== undefined && another.remove(gone, minute),
          ])
        }
      }

      const disturbed = disturb()
      try {
        const found: Scanned[] = []
        for await (const batch of batches([store], 200)) {
          found.push(...batch.found)
          expect(batch.found.every(({ stored, ttlMs }) => stored !== null && ttlMs > 0)).toBe(true)
        }
        const seen = new Set(found.map(({ id }) => id))
        expect(kept.filter((id) => !seen.has(id))).toEqual([])
      } finally {
        over = true
        await disturbed
      }
    },
  },
]
