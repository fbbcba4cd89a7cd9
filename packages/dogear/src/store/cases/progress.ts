// Conformance: the progress of effects, beside the record, in order, for a while.

import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import type { Hint, Store } from '../store.ts'
import { at, type Case, create, entry, eventually, minute, pass, weirdStrings } from './bench.ts'

type WithProgress = Required<Pick<Store, 'addProgress' | 'progressOf'>>
const whole = { keep: 100, ttlMs: minute }

function progressOf(store: Store): WithProgress {
  const { addProgress, progressOf } = store
  if (!addProgress || !progressOf) throw new Error('there is no progress: skip "progress"')
  return { addProgress: addProgress.bind(store), progressOf: progressOf.bind(store) }
}
const texts = (entries: { text: string }[]) => entries.map(({ text }) => text)

export const progress: Case[] = [
  {
    title: 'keeps progress in the order in which it was added, and goes on after any entry',
    about: 'progress',
    async run({ store, another = store }) {
      await create(store, 'a')
      const here = progressOf(store)
      const said = Array.from({ length: 20 }, (_, nth) => `${nth}`)
      for (const text of said) expect(await here.addProgress('a', text, whole)).toBe(true)
      const there = progressOf(another)
      const all = await there.progressOf('a')
      expect(texts(all)).toEqual(said)
      for (const [nth, { at }] of all.entries()) {
        expect(texts(await there.progressOf('a', at))).toEqual(said.slice(nth + 1))
      }
      expect(await there.progressOf('b')).toEqual([])
    },
  },
  {
    title: 'loses no progress of many who add at once',
    about: 'progress',
    async run({ store, another = store }) {
      await create(store, 'a')
      const said = Array.from({ length: 40 }, (_, nth) => `${nth}`)
      await Promise.all(said.map((text, nth) => progressOf(nth % 2 ? store : another).addProgress('a', text, whole)))
      const all = await progressOf(store).progressOf('a')
      expect(texts(all).sort()).toEqual([...said].sort())
      expect(all.map(({ at }) => at)).toEqual([...new Set(all.map(({ at }) => at))])
    },
  },
  {
    title: 'keeps the newest progress alone, as much as it is told',
    about: 'progress',
    async run({ store }) {
      await create(store, 'a')
      const { addProgress, progressOf: of } = progressOf(store)
      for (let nth = 0; nth < 9; nth++) await addProgress('a', `${nth}`, { keep: 4, ttlMs: minute })
      expect(texts(await of('a'))).toEqual(['5', '6', '7', '8'])
      const [first] = await of('a')
      expect(texts(await of('a', first?.at))).toEqual(['6', '7', '8'])
    },
  },
  {
    title: 'forgets progress when its time is up, and lets none outlive its session',
    about: 'progress',
    async run(bench) {
      const { store } = bench
      const { addProgress, progressOf: of } = progressOf(store)
      expect(await addProgress('a', 'early', whole)).toBe(false)
      expect(await of('a')).toEqual([])
      await create(store, 'a')
      await addProgress('a', 'soon gone', { keep: 100, ttlMs: 30 })
      await pass(bench, 31)
      expect(await of('a')).toEqual([])
      await addProgress('a', 'kept', whole)
      await store.remove('a', minute)
      expect(await of('a')).toEqual([])
      expect(await addProgress('a', 'late', whole)).toBe(false)
      expect(await of('a')).toEqual([])
    },
  },
  {
    title: 'leaves no progress of a session behind that is removed while many add to it',
    about: 'progress',
    async run({ store, another = store }) {
      for (let round = 0; round < 10; round++) {
        const id = `session-${round}`
        await create(store, id)
        const adding = [store, another, store, another].map(async (one) => {
          let added = 0
          while (await progressOf(one).addProgress(id, `${added}`, whole)) added++
          return added
        })
        await progressOf(store).addProgress(id, 'first', whole)
        await store.remove(id, minute)
        const ends = await Promise.allSettled(adding)
        expect(ends.filter(({ status }) => status === 'rejected')).toEqual([])
        expect(await progressOf(another).progressOf(id)).toEqual([])
      }
    },
  },
  {
    title: 'adds progress without ageing the position, and takes any text and id',
    about: 'progress',
    async run({ store }) {
      const { addProgress, progressOf: of } = progressOf(store)
      for (const id of weirdStrings) {
        await create(store, id)
        for (const text of [...weirdStrings, 'x'.repeat(64 * 1024)]) await addProgress(id, text, whole)
        expect(texts(await of(id))).toEqual([...weirdStrings, 'x'.repeat(64 * 1024)])
        expect(await store.read(id, at(1))).toBe('unchanged')
        expect(await store.commit(id, at(1), entry(2))).toMatchObject({ committed: true })
      }
    },
  },
  {
    title: 'tells watchers that there is more progress, or that they should look',
    about: 'progress',
    async run(bench) {
      const { store, another = store } = bench
      if (!store.watch) return
      await create(store, 'a')
      const hints: Hint[] = []
      const stop = store.watch('a', (hint) => hints.push(hint))
      // Until the watch has begun, it may miss some.
      for (let nth = 0; nth < 100 && !hints.includes('progress'); nth++) {
        await progressOf(another).addProgress('a', `${nth}`, whole)
        await sleep(10)
      }
      await eventually(bench, () => hints.includes('progress'))
      stop()
    },
  },
]
