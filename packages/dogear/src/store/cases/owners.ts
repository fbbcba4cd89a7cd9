// Conformance: an owner's sessions are listed exactly as long as they live.

import { expect } from 'vitest'
import { type Case, create, inTime, minute, pass, readRecord, weirdStrings } from './bench.ts'

export const owners: Case[] = [
  {
    title: 'lists the sessions of an owner, those that live longest first, and of nobody else',
    async run({ store: { directory } }) {
      await directory.add('ada', 'second', 2 * minute)
      await directory.add('ada', 'third', minute)
      await directory.add('ada', 'first', 3 * minute)
      await directory.add('bob', 'other', minute)
      expect(await directory.list('ada', 10)).toEqual(['first', 'second', 'third'])
      expect(await directory.list('ada', 2)).toEqual(['first', 'second'])
      expect(await directory.list('ada', 0)).toEqual([])
      expect(await directory.list('bob', 10)).toEqual(['other'])
      expect(await directory.list('nobody', 10)).toEqual([])
    },
  },
  {
    title: 'lists a session once, however often it is added, and at its newest end',
    async run({ store: { directory } }) {
      await directory.add('ada', 'a', minute)
      await directory.add('ada', 'b', 2 * minute)
      await directory.add('ada', 'a', 3 * minute)
      expect(await directory.list('ada', 10)).toEqual(['a', 'b'])
    },
  },
  {
    title: 'lists every session of many that are added at once',
    async run({ store: { directory } }) {
      const ids = Array.from({ length: 50 }, (_, i) => `session-${i}`)
      await Promise.all(ids.map((id) => directory.add('ada', id, minute)))
      expect((await directory.list('ada', 100)).toSorted()).toEqual(ids.toSorted())
    },
  },
  {
    title: 'takes a session off the list of one owner',
    async run({ store: { directory } }) {
      for (const owner of ['ada', 'bob']) for (const id of ['a', 'b']) await directory.add(owner, id, minute)
      await directory.drop('ada', 'a')
      await directory.drop('ada', 'a')
      await directory.drop('nobody', 'a')
      expect(await directory.list('ada', 10)).toEqual(['b'])
      expect((await directory.list('bob', 10)).toSorted()).toEqual(['a', 'b'])
      await directory.drop('ada', 'b')
      expect(await directory.list('ada', 10)).toEqual([])
    },
  },
  {
    title: 'lists nothing past its time, and it takes nothing else along',
    async run(bench) {
      const { directory } = bench.store
      await directory.add('ada', 'short', 20)
      await directory.add('ada', 'long', minute)
      await directory.add('bob', 'short', 20)
      await pass(bench, 20)
      expect(await directory.list('ada', 10)).toEqual(['long'])
      expect(await directory.list('ada', 1)).toEqual(['long'])
      expect(await directory.list('bob', 10)).toEqual([])
    },
  },
  {
    title: 'keeps a session on the list for as long as it was last added for',
    run: (bench) =>
      inTime(bench, async (spanMs, owner) => {
        const { directory } = bench.store
        await directory.add(owner, 'prolonged', spanMs)
        await directory.add(owner, 'prolonged', minute)
        await directory.add(owner, 'shortened', minute)
        await directory.add(owner, 'shortened', spanMs)
        expect(await directory.list(owner, 10)).toEqual(['prolonged', 'shortened'])
        await pass(bench, spanMs)
        expect(await directory.list(owner, 10)).toEqual(['prolonged'])
      }),
  },
  {
    title: 'keeps a whole list for as long as its longest entry, whatever is added after it',
    run: (bench) =>
      inTime(bench, async (spanMs, owner) => {
        const { directory } = bench.store
        await directory.add(owner, 'long', minute)
        await directory.add(owner, 'short', spanMs)
        await pass(bench, spanMs)
        await directory.drop(owner, 'short')
        expect(await directory.list(owner, 10)).toEqual(['long'])
      }),
  },
  {
    title: 'tells owners and sessions apart, whatever they are called',
    async run({ store }) {
      const { directory } = store
      for (const [i, owner] of weirdStrings.entries()) {
        await directory.add(owner, `session-${i}`, minute)
        await directory.add('ada', owner, minute)
      }
      for (const [i, owner] of weirdStrings.entries()) expect(await directory.list(owner, 10)).toEqual([`session-${i}`])
      expect((await directory.list('ada', 100)).toSorted()).toEqual(weirdStrings.toSorted())
    },
  },
  {
    title: 'keeps sessions, owners and codes of one name apart',
    async run({ store }) {
      await create(store, 'same')
      await store.directory.add('same', 'same', minute)
      expect(await store.directory.putCode('same', 'value', minute)).toBe(true)
      expect(await store.directory.tryCode('same', 5)).toBe('value')
      await store.remove('same', minute)
      expect(await store.directory.list('same', 10)).toEqual(['same'])
      await store.directory.dropCode('same')
      expect(await store.directory.list('same', 10)).toEqual(['same'])
      await create(store, 'other')
      await store.directory.drop('same', 'other')
      expect((await readRecord(store, 'other')).position.revision).toBe(1)
    },
  },
]
