// Conformance: records expire by the store's clock, together with their data; tombstones stand until theirs is up.

import { expect } from 'vitest'
import { at, type Bench, type Case, create, entry, inTime, minute, pass, textOf } from './bench.ts'

export const lifetime: Case[] = [
  {
    title: 'forgets a record when its time is up, and lets it be created again',
    async run(bench) {
      const { store } = bench
      await create(store, 'a', { ttlMs: 20 })
      await pass(bench, 20)
      expect(await store.read('a')).toBeUndefined()
      expect(await store.read('a', at(1))).toBeUndefined()
      expect(await store.commit('a', at(1), entry(2))).toEqual({ committed: false, current: undefined })
      expect(await store.commit('a', 0, entry(1, 'again'))).toMatchObject({ committed: true })
      expect(textOf(await store.read('a'))).toBe('again')
    },
  },
  {
    title: 'lets exactly one of many recreate what expired',
    async run(bench) {
      await create(bench.store, 'a', { ttlMs: 20 })
      await pass(bench, 20)
      const tries = Array.from({ length: 20 }, (_, i) => bench.store.commit('a', 0, entry(1, `writer ${i}`)))
      const results = await Promise.all(tries)
      const record = await bench.store.read('a')
      expect(results.filter((result) => result.committed)).toHaveLength(1)
      for (const result of results) if (!result.committed) expect(result.current).toEqual(record)
    },
  },
  {
    title: 'has not destroyed anything when it destroys what expired',
    async run(bench) {
      await create(bench.store, 'a', { ttlMs: 20 })
      await pass(bench, 20)
      expect(await bench.store.remove('a', minute)).toBe(false)
    },
  },
  {
    title: 'gives every commit its own lifetime, longer or shorter',
    run: (bench) =>
      inTime(bench, async (spanMs, id) => {
        await create(bench.store, id, { ttlMs: spanMs })
        expect(await bench.store.commit(id, at(1), entry(2))).toMatchObject({ committed: true })
        await pass(bench, spanMs)
        expect(textOf(await bench.store.read(id))).toBe('revision 2')
        await bench.store.commit(id, at(2), entry(3, 'short', { ttlMs: 20 }))
        await pass(bench, 20)
        expect(await bench.store.read(id)).toBeUndefined()
      }),
  },
  {
    title: 'does not let a read extend a life',
    run: (bench) => expiresDespite(bench, (id) => bench.store.read(id)),
  },
  {
    title: 'does not let a lost commit extend a life',
    run: (bench) => expiresDespite(bench, (id) => bench.store.commit(id, at(7), entry(8))),
  },
  {
    title: 'does not let a claim extend a life',
    run: (bench) => expiresDespite(bench, () => bench.store.claimDue(10, minute)),
  },
  {
    title: 'removes a record, and says whether there was one',
    async run({ store }) {
      await create(store, 'a')
      expect(await store.remove('a', minute)).toBe(true)
      expect(await store.read('a')).toBe('removed')
      expect(await store.remove('a', minute)).toBe(false)
      expect(await store.remove('nobody', minute)).toBe(false)
    },
  },
  {
    title: 'writes nothing over a tombstone',
    async run({ store }) {
      await create(store, 'a')
      await store.remove('a', minute)
      expect(await store.commit('a', 0, entry(1))).toEqual({ committed: false, current: 'removed' })
      expect(await store.commit('a', at(1), entry(2))).toEqual({ committed: false, current: 'removed' })
      await store.remove('never-there', minute)
      expect(await store.commit('never-there', 0, entry(1))).toEqual({ committed: false, current: 'removed' })
      expect(await store.read('a')).toBe('removed')
    },
  },
  {
    title: 'forgets a tombstone when its time is up',
    async run(bench) {
      await create(bench.store, 'a')
      await bench.store.remove('a', 20)
      await pass(bench, 20)
      expect(await bench.store.read('a')).toBeUndefined()
      expect(await bench.store.commit('a', 0, entry(1, 'anew'))).toMatchObject({ committed: true })
    },
  },
  {
    title: 'renews a tombstone with every removal',
    run: (bench) =>
      inTime(bench, async (spanMs, id) => {
        await create(bench.store, id)
        await bench.store.remove(id, spanMs)
        await bench.store.remove(id, minute)
        await pass(bench, spanMs)
        expect(await bench.store.read(id)).toBe('removed')
      }),
  },
  {
    title: 'says with every commit what time it was on its clock',
    async run(bench) {
      const { store } = bench
      await create(store, 'a')
      for (let revision = 1; revision <= 3; revision++) {
        const before = await store.now()
        const result = await store.commit('a', at(revision), entry(revision + 1))
        const after = await store.now()
        if (!result.committed) throw new Error('the commit was lost')
        expect(Number.isInteger(result.now)).toBe(true)
        expect(result.now).toBeGreaterThanOrEqual(before)
        expect(result.now).toBeLessThanOrEqual(after)
        await pass(bench, 5)
      }
    },
  },
  {
    title: 'has a clock that goes forward',
    async run(bench) {
      const began = await bench.store.now()
      expect(Number.isInteger(began)).toBe(true)
      await pass(bench, 20)
      expect(await bench.store.now()).toBeGreaterThanOrEqual(began + 20)
    },
  },
]

/** Creates a session that is due, does something in the middle of its life, and sees it expire on time all the same. */
async function expiresDespite(bench: Bench, meanwhile: (id: string) => Promise<unknown>): Promise<void> {
  await create(bench.store, 'a', { ttlMs: 60, dueAt: (await bench.store.now()) - 1 })
  await pass(bench, 20)
  await meanwhile('a')
  await pass(bench, 40)
  expect(await bench.store.read('a')).toBeUndefined()
}
