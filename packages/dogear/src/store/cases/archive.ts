// Conformance: an archive keeps the latest position it was given of a session, unless that was destroyed.

import { expect } from 'vitest'
import type { Archive, Archived } from '../archive.ts'
import { at, type Bench, bytesOf, type Case, create, inTime, minute, pass, weirdStrings } from './bench.ts'

const of = ({ store }: Pick<Bench, 'store'>): Archive => store as Archive

const about = 'archive'

const kept = (revision: number, more: Partial<Archived> = {}): Archived => ({
  bytes: bytesOf(`revision ${revision}`),
  position: at(revision),
  dueAt: undefined,
  ttlMs: minute,
  life: 'first',
  ...more,
})

export const archive: Case[] = [
  {
    title: 'gives back what was put, with its due time, its life and the time it has left',
    about,
    async run(bench) {
      const store = of(bench)
      const dueAt = Math.floor(await store.now()) + minute
      const put = new Map(weirdStrings.map((id, i) => [id, kept(i + 1, { dueAt: i % 2 ? dueAt + i : undefined })]))
      expect(await store.put(put)).toEqual(new Map())
      for (const [id, one] of put) {
        const found = await store.get(id)
        expect(found, id).toMatchObject({ ...one, ttlMs: expect.any(Number) })
        expect(found, id).toMatchObject({ dueAt: one.dueAt })
        if (typeof found !== 'object') throw new Error('it is not there')
        expect(found.ttlMs).toBeGreaterThan(minute / 2)
        expect(found.ttlMs).toBeLessThanOrEqual(minute)
      }
      expect(await store.get('never')).toBeUndefined()
    },
  },
  {
    title: 'takes a later position, whatever was left out between, and refuses an earlier one or another of the same',
    about,
    async run(bench) {
      const store = of(bench)
      const put = async (one: Archived) => (await store.put(new Map([['a', one]]))).get('a')
      expect(await put(kept(3))).toBeUndefined()
      expect(await put(kept(7, { life: 'second' }))).toBeUndefined()
      expect(await put(kept(7))).toBeUndefined()
      expect(await put(kept(5))).toEqual(at(7))
      const fork = { ...at(7), mark: at(9).mark }
      expect(await put(kept(7, { position: fork, bytes: bytesOf('another') }))).toEqual(at(7))
      expect(await store.get('a')).toMatchObject({ position: at(7), bytes: bytesOf('revision 7') })
      const raised = { ...at(2), epoch: 1 }
      expect(await put(kept(2, { position: raised }))).toBeUndefined()
      expect(await put(kept(8))).toEqual(raised)
      expect(await store.get('a')).toMatchObject({ position: raised })
    },
  },
  {
    title: 'never brings a destroyed session back, and forgets it when its tombstone has stood',
    about,
    run: (bench) =>
      inTime(bench, async (spanMs, name) => {
        const store = of(bench)
        const [a, b, c] = ['a', 'b', 'c'].map((id) => `${name}-${id}`) as [string, string, string]
        await store.put(new Map([[a, kept(1)]]))
        expect(await store.remove(a, spanMs)).toBe(true)
        expect(await store.remove(b, spanMs)).toBe(false)
        const put = new Map([a, b, c].map((id) => [id, kept(2)]))
        expect(await store.put(put)).toEqual(new Map([a, b].map((id) => [id, 'removed'])))
        expect(await store.get(a)).toBe('removed')
        await pass(bench, spanMs + 1)
        expect(await store.get(a)).toBeUndefined()
        expect(await store.put(new Map([[a, kept(1)]]))).toEqual(new Map())
      }),
  },
  {
    title: 'hides what it was given when its time is up',
    about,
    async run(bench) {
      const store = of(bench)
      await store.put(new Map([['a', kept(4, { ttlMs: 30 })]]))
      await pass(bench, 31)
      expect(await store.get('a')).toBeUndefined()
      expect(await store.put(new Map([['a', kept(1)]]))).toEqual(new Map())
      expect(await store.get('a')).toMatchObject({ position: at(1) })
    },
  },
  {
    title: 'has what was put on its agenda, and takes it off with a later position that names no time',
    about,
    async run(bench) {
      const store = of(bench)
      const now = Math.floor(await store.now())
      await store.put(
        new Map([
          ['due', kept(1, { dueAt: now - 3 })],
          ['later', kept(1, { dueAt: now + minute })],
          ['never', kept(1)],
        ]),
      )
      const [claimed, ...others] = await store.claimDue(10, 20)
      expect(others).toEqual([])
      expect(claimed).toMatchObject({ id: 'due', dueAt: now - 3 })
      await store.put(new Map([['due', kept(2)]]))
      await pass(bench, 21)
      expect(await store.claimDue(10, minute)).toEqual([])
    },
  },
  {
    title: 'leaves what is due to the store in front for as long as is said',
    about,
    async run(bench) {
      const store = of(bench)
      const now = Math.floor(await store.now())
      await store.put(new Map([['mine', kept(1, { dueAt: now - minute })]]), minute - 1000)
      await store.put(new Map([['theirs', kept(1, { dueAt: now - minute })]]), 2 * minute)
      expect(await store.get('theirs')).toMatchObject({ dueAt: now - minute })
      expect(await store.claimDue(10, minute)).toMatchObject([{ id: 'mine', dueAt: now - minute }])
    },
  },
  {
    title: 'writes one of two that are put at once, and never mixes them',
    about,
    async run(bench) {
      const store = of(bench)
      const another = of({ store: bench.another ?? store })
      const ids = Array.from({ length: 20 }, (_, i) => `put-${i}`)
      const all = (revision: number, order: readonly string[]) => new Map(order.map((id) => [id, kept(revision)]))
      await Promise.all([store.put(all(5, ids)), another.put(all(6, ids.toReversed())), store.put(all(4, ids))])
      for (const id of ids) expect(await store.get(id)).toMatchObject({ position: at(6), bytes: bytesOf('revision 6') })
      expect(await store.put(new Map())).toEqual(new Map())
    },
  },
  {
    title: 'is a store of its own, whose sessions can be got like those that were put',
    about,
    async run(bench) {
      const store = of(bench)
      await create(store, 'a')
      expect(await store.get('a')).toMatchObject({ position: at(1), life: '' })
    },
  },
]
