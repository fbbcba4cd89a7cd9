// Conformance: of any number of writers, exactly one commits each revision.

import { expect } from 'vitest'
import type { CommitResult, Store } from '../store.ts'
import { at, bytesOf, type Case, create, entry, minute, readRecord, textOf } from './bench.ts'

const manyWriters = 50

function winners(results: readonly CommitResult[]): number[] {
  return results.flatMap((result, i) => (result.committed ? [i] : []))
}

/** Adds one to a session's number, retrying with the winner's record as an engine does. Returns the new revision. */
async function increment(store: Store, id: string): Promise<number> {
  let found = await store.read(id)
  for (let attempt = 0; attempt < 1000; attempt++) {
    if (typeof found !== 'object') throw new Error(`the record went away: ${found}`)
    const { revision } = found.position
    const result = await store.commit(id, found.position, entry(revision + 1, String(Number(textOf(found)) + 1)))
    if (result.committed) return revision + 1
    found = result.current
  }
  throw new Error('no commit was ever accepted')
}

export const writers: Case[] = [
  {
    title: 'lets exactly one of many concurrent creates win, and shows the others its record',
    async run({ store }) {
      for (let round = 0; round < 3; round++) {
        const tries = Array.from({ length: manyWriters }, (_, i) =>
          store.commit(`r${round}`, 0, entry(1, `writer ${i}`)),
        )
        const results = await Promise.all(tries)
        expect(winners(results)).toHaveLength(1)
        const record = await store.read(`r${round}`)
        expect(textOf(record)).toBe(`writer ${winners(results)[0]}`)
        for (const result of results) if (!result.committed) expect(result.current).toEqual(record)
      }
    },
  },
  {
    title: 'lets exactly one of many concurrent commits win, and shows the others its record',
    async run({ store }) {
      await create(store, 'a')
      for (let revision = 1; revision <= 3; revision++) {
        const next = (i: number) => entry(revision + 1, `writer ${i} of ${revision}`)
        const results = await Promise.all(
          Array.from({ length: manyWriters }, (_, i) => store.commit('a', at(revision), next(i))),
        )
        expect(winners(results)).toHaveLength(1)
        const record = await store.read('a')
        expect(textOf(record)).toBe(`writer ${winners(results)[0]} of ${revision}`)
        for (const result of results) if (!result.committed) expect(result.current).toEqual(record)
      }
    },
  },
  {
    title: 'loses no acknowledged write of many writers, and repeats no revision',
    async run({ store }) {
      await create(store, 'counter', { bytes: bytesOf('0') })
      const written = await Promise.all(
        Array.from({ length: 8 }, async () => {
          const mine: number[] = []
          for (let i = 0; i < 5; i++) mine.push(await increment(store, 'counter'))
          return mine
        }),
      )
      const revisions = written.flat().sort((a, b) => a - b)
      expect(revisions).toEqual(Array.from({ length: 40 }, (_, i) => i + 2))
      const record = await readRecord(store, 'counter')
      expect({ text: textOf(record), ...record.position }).toEqual({ text: '40', ...at(41) })
    },
  },
  {
    title: 'changes nothing when the expected revision is another one',
    async run({ store }) {
      await create(store, 'a')
      await store.commit('a', at(1), entry(2, 'two'))
      const before = await readRecord(store, 'a')
      for (const revision of [0, 1, 3, 99]) {
        const expected = revision === 0 ? 0 : at(revision)
        const result = await store.commit('a', expected, entry(revision + 1, 'wrong'))
        expect(result, `expected ${revision}`).toEqual({ committed: false, current: before })
        expect(await store.read('a'), `expected ${revision}`).toEqual(before)
      }
    },
  },
  {
    title: 'does not update what does not exist',
    async run({ store }) {
      expect(await store.commit('a', at(1), entry(2))).toEqual({ committed: false, current: undefined })
      expect(await store.read('a')).toBeUndefined()
    },
  },
  {
    title: 'refuses a commit from another epoch, even at the same revision',
    async run({ store }) {
      await store.commit('a', 0, entry(1, 'restored', { epoch: 2 }))
      const before = await readRecord(store, 'a')
      for (const epoch of [0, 1, 3]) {
        const result = await store.commit('a', at(1, epoch), entry(2, 'other epoch', { epoch }))
        expect(result, `epoch ${epoch}`).toEqual({ committed: false, current: before })
      }
      expect(await store.read('a')).toEqual(before)
      expect(await store.commit('a', at(1, 2), entry(2, 'same epoch', { epoch: 2 }))).toMatchObject({ committed: true })
      expect((await readRecord(store, 'a')).position).toEqual(at(2, 2))
    },
  },
  {
    title: 'refuses a commit that continues another one than is stored, at the same epoch and revision',
    async run({ store }) {
      await store.commit('a', 0, entry(1, 'stored', { mark: 'stored00' }))
      const before = await readRecord(store, 'a')
      for (const mark of ['lost0000', 'Stored00', 'stored01', 'AAAAAAAA']) {
        const result = await store.commit('a', { ...at(1), mark }, entry(2, 'continues another'))
        expect(result, mark).toEqual({ committed: false, current: before })
      }
      expect(await store.read('a')).toEqual(before)
      const next = await store.commit('a', before.position, entry(2, 'continues it', { mark: '__-_--09' }))
      expect(next).toMatchObject({ committed: true })
      expect((await readRecord(store, 'a')).position).toEqual({ ...at(2), mark: '__-_--09' })
    },
  },
  {
    title: 'goes on from an epoch to a later one',
    async run({ store }) {
      await create(store, 'a')
      expect(await store.commit('a', at(1), entry(2, 'restored', { epoch: 4 }))).toMatchObject({ committed: true })
      expect((await readRecord(store, 'a')).position).toEqual(at(2, 4))
    },
  },
  {
    title: 'a removal and a commit at the same time end in one of two orders, never in both',
    async run({ store }) {
      for (let round = 0; round < 10; round++) {
        const id = `race-${round}`
        await create(store, id)
        const [result, existed] = await Promise.all([store.commit(id, at(1), entry(2)), store.remove(id, minute)])
        expect(existed).toBe(true)
        expect(await store.read(id)).toBe('removed')
        if (!result.committed) expect(result.current).toBe('removed')
      }
    },
  },
]
