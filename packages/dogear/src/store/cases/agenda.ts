// Conformance: due sessions are claimed in order, by one caller at a time, never after their end.

import { expect } from 'vitest'
import { at, type Case, create, entry, inTime, minute, pass, readRecord } from './bench.ts'

export const agenda: Case[] = [
  {
    title: 'hands out only what is due, the earliest first',
    async run({ store }) {
      const now = await store.now()
      await create(store, 'later', { dueAt: now + minute })
      await create(store, 'third', { dueAt: now - 10 })
      await create(store, 'first', { dueAt: now - 3000 })
      await create(store, 'second', { dueAt: now - 200 })
      await create(store, 'never')
      const claimed = await store.claimDue(10, minute)
      expect(claimed.map(({ id, dueAt }) => ({ id, dueAt }))).toEqual([
        { id: 'first', dueAt: now - 3000 },
        { id: 'second', dueAt: now - 200 },
        { id: 'third', dueAt: now - 10 },
      ])
    },
  },
  {
    title: 'hands out the latest first where that is asked for, and each only once',
    async run({ store }) {
      const now = await store.now()
      const ids = Array.from({ length: 25 }, (_, i) => `due-${i}`)
      for (const [i, id] of ids.entries()) await create(store, id, { dueAt: now - minute + i })
      await create(store, 'later', { dueAt: now + minute })
      const claim = async (
        ...more: Parameters<typeof store.claimDue> extends [number, number, ...infer M] ? M : never
      ) => (await store.claimDue(4, minute, ...more)).map(({ id }) => id)
      expect(await claim(undefined, 'latest')).toEqual(['due-24', 'due-23', 'due-22', 'due-21'])
      expect(await claim(new Set(['due-20', 'due-18']), 'latest')).toEqual(['due-19', 'due-17', 'due-16', 'due-15'])
      expect(await claim(undefined, 'earliest')).toEqual(['due-0', 'due-1', 'due-2', 'due-3'])
      expect(await claim(undefined, 'latest')).toEqual(['due-20', 'due-18', 'due-14', 'due-13'])
    },
  },
  {
    title: 'hands out what becomes due, not before its time',
    run: (bench) =>
      inTime(bench, async (spanMs, id) => {
        const dueAt = (await bench.store.now()) + spanMs
        await create(bench.store, id, { dueAt })
        expect(await bench.store.claimDue(10, minute)).toEqual([])
        await pass(bench, spanMs)
        expect(await bench.store.claimDue(10, minute)).toMatchObject([{ id, dueAt }])
      }),
  },
  {
    title: 'hands out no more than the limit, and the rest to the next caller',
    async run({ store }) {
      const now = await store.now()
      const ids = Array.from({ length: 25 }, (_, i) => `due-${i}`)
      for (const [i, id] of ids.entries()) await create(store, id, { dueAt: now - minute + i })
      const batches: string[][] = []
      for (let i = 0; i < 4; i++) batches.push((await store.claimDue(10, minute)).map(({ id }) => id))
      expect(batches).toEqual([ids.slice(0, 10), ids.slice(10, 20), ids.slice(20), []])
    },
  },
  {
    title: 'hands out the record with a claim as a read finds it, if it hands it out',
    async run({ store }) {
      const now = await store.now()
      await create(store, 'first', { dueAt: now - 3 })
      await store.commit('first', at(1), entry(2, 'newer', { dueAt: now - 2, epoch: 1 }))
      await create(store, 'second', { dueAt: now - 1 })
      const claimed = await store.claimDue(10, minute)
      expect(claimed.map(({ id }) => id)).toEqual(['first', 'second'])
      for (const { id, stored } of claimed) if (stored) expect(await store.read(id)).toEqual(stored)
    },
  },
  {
    title: 'says until when a claim holds',
    async run({ store }) {
      const before = await store.now()
      await create(store, 'a', { dueAt: before - 1 })
      const [claimed] = await store.claimDue(1, minute)
      const after = await store.now()
      expect(claimed?.leaseUntil).toBeGreaterThanOrEqual(before + minute)
      expect(claimed?.leaseUntil).toBeLessThanOrEqual(after + minute)
    },
  },
  {
    title: 'hides a claimed session until the lease is up, then hands it out again with its own due time',
    run: (bench) =>
      inTime(bench, async (spanMs, id) => {
        const dueAt = (await bench.store.now()) - 5000
        // Sessions of an attempt that was too slow are due again too.
        const claim = async (leaseMs: number) =>
          (await bench.store.claimDue(10, leaseMs)).filter((due) => due.id === id)
        await create(bench.store, id, { dueAt })
        expect(await claim(spanMs)).toMatchObject([{ id, dueAt }])
        expect(await claim(spanMs)).toEqual([])
        await pass(bench, spanMs + 1)
        expect(await claim(minute)).toMatchObject([{ id, dueAt }])
      }),
  },
  {
    title: 'moves a session on the agenda with the commit that says so',
    async run({ store }) {
      const now = await store.now()
      await create(store, 'a', { dueAt: now + minute })
      await store.commit('a', at(1), entry(2, 'sooner', { dueAt: now - 7 }))
      expect(await store.claimDue(10, minute)).toMatchObject([{ id: 'a', dueAt: now - 7 }])
      await store.commit('a', at(2), entry(3, 'later', { dueAt: now + minute }))
      expect(await store.claimDue(10, minute)).toEqual([])
    },
  },
  {
    title: 'takes a session off the agenda with a commit that names no time',
    async run({ store }) {
      await create(store, 'a', { dueAt: (await store.now()) - 1 })
      await store.commit('a', at(1), entry(2))
      expect(await store.claimDue(10, minute)).toEqual([])
    },
  },
  {
    title: 'leaves the agenda alone when a commit is lost',
    async run({ store }) {
      const now = await store.now()
      await create(store, 'due', { dueAt: now - 1 })
      await create(store, 'not-due')
      await store.commit('due', at(5), entry(6))
      await store.commit('not-due', at(5), entry(6, 'lost', { dueAt: now - 1 }))
      expect((await store.claimDue(10, minute)).map(({ id }) => id)).toEqual(['due'])
    },
  },
  {
    title: 'ends a lease with a commit, whoever makes it',
    async run({ store }) {
      const now = await store.now()
      await create(store, 'a', { dueAt: now - 2 })
      expect(await store.claimDue(10, minute)).toHaveLength(1)
      await store.commit('a', at(1), entry(2, 'due again', { dueAt: now - 1 }))
      expect(await store.claimDue(10, minute)).toMatchObject([{ id: 'a', dueAt: now - 1 }])
    },
  },
  {
    title: 'fences a caller whose lease ran out: its commit is lost to the one that took over',
    async run(bench) {
      const { store } = bench
      await create(store, 'a', { dueAt: (await store.now()) - 1 })
      const [stale] = await store.claimDue(1, 20)
      const seen = await readRecord(store, 'a')
      await pass(bench, 21)
      const [next] = await store.claimDue(1, minute)
      expect([stale?.id, next?.id]).toEqual(['a', 'a'])
      expect(await store.commit('a', seen.position, entry(2, 'successor'))).toMatchObject({ committed: true })
      const late = await store.commit('a', seen.position, entry(2, 'zombie'))
      expect(late).toEqual({ committed: false, current: await store.read('a') })
    },
  },
  {
    title: 'never shares a session among concurrent callers, and leaves none behind',
    async run({ store }) {
      const now = await store.now()
      const ids = Array.from({ length: 40 }, (_, i) => `shared-${i}`)
      await Promise.all(ids.map((id, i) => create(store, id, { dueAt: now - minute + i })))
      const batches = await Promise.all(Array.from({ length: 10 }, () => store.claimDue(7, minute)))
      for (let i = 0; i < ids.length; i++) batches.push(await store.claimDue(7, minute))
      const claimed = batches.flat().map(({ id }) => id)
      expect(claimed.toSorted()).toEqual(ids.toSorted())
    },
  },
  {
    title: 'takes a removed session off the agenda, leased or not',
    async run(bench) {
      const { store } = bench
      const dueAt = (await store.now()) - 1
      await create(store, 'leased', { dueAt })
      await store.claimDue(10, 20)
      await create(store, 'waiting', { dueAt })
      await store.remove('leased', minute)
      await store.remove('waiting', minute)
      await pass(bench, 21)
      expect(await store.claimDue(10, minute)).toEqual([])
    },
  },
  {
    title: 'does not hand out what expired, however much of it there is, and finds what is behind it',
    async run(bench) {
      const { store } = bench
      const dueAt = (await store.now()) - minute
      const dead = Array.from({ length: 30 }, (_, i) => `dead-${i}`)
      await Promise.all(dead.map((id, i) => create(store, id, { dueAt: dueAt + i, ttlMs: 20 })))
      await create(store, 'alive', { dueAt: dueAt + 100 })
      await pass(bench, 21)
      const claimed: string[] = []
      for (let i = 0; i < 40; i++) claimed.push(...(await store.claimDue(1, minute)).map(({ id }) => id))
      expect(claimed).toEqual(['alive'])
    },
  },
  {
    title: 'keeps no due time of an earlier life',
    async run(bench) {
      const { store } = bench
      await create(store, 'expired', { dueAt: (await store.now()) - 1, ttlMs: 20 })
      await create(store, 'removed', { dueAt: (await store.now()) - 1 })
      await store.remove('removed', 20)
      await pass(bench, 21)
      await create(store, 'expired')
      await create(store, 'removed')
      expect(await store.claimDue(10, minute)).toEqual([])
    },
  },
  {
    title: 'hands a claim that was given back out again, at the time that was said and with its own due time',
    async run({ store }) {
      const now = await store.now()
      await create(store, 'now', { dueAt: now - 5000 })
      await create(store, 'later', { dueAt: now - 4000 })
      const [first, second] = await store.claimDue(10, minute)
      expect(await store.defer('now', now - 1, first?.leaseUntil ?? 0)).toBe(true)
      expect(await store.defer('later', now + minute, second?.leaseUntil ?? 0)).toBe(true)
      expect(await store.claimDue(10, minute)).toMatchObject([{ id: 'now', dueAt: now - 5000 }])
    },
  },
  {
    title: 'hands a claim that was put off out again when that time has come',
    run: (bench) =>
      inTime(bench, async (spanMs, id) => {
        const { store } = bench
        const dueAt = (await store.now()) - 5000
        const claim = async () => (await store.claimDue(10, minute)).filter((due) => due.id === id)
        await create(store, id, { dueAt })
        const [claimed] = await claim()
        expect(await store.defer(id, (await store.now()) + spanMs, claimed?.leaseUntil ?? 0)).toBe(true)
        expect(await claim()).toEqual([])
        await pass(bench, spanMs)
        expect(await claim()).toMatchObject([{ id, dueAt }])
      }),
  },
  {
    title: 'gives back no claim that has ended, be it by a commit, a removal or its time',
    async run(bench) {
      const { store } = bench
      const now = await store.now()
      const ids = ['committed', 'off', 'removed', 'lapsed'] as const
      for (const [i, id] of ids.entries()) await create(store, id, { dueAt: now - 9 + i })
      const ends = new Map((await store.claimDue(10, 20)).map(({ id, leaseUntil }) => [id, leaseUntil]))
      await store.commit('committed', at(1), entry(2, 'due again', { dueAt: now - 1 }))
      await store.commit('off', at(1), entry(2, 'not due'))
      await store.remove('removed', minute)
      await pass(bench, 21)
      expect((await store.claimDue(10, minute)).map(({ id }) => id).toSorted()).toEqual(['committed', 'lapsed'])
      for (const id of ids) expect(await store.defer(id, now, ends.get(id) ?? 0), id).toBe(false)
      expect(await store.defer('never', now, now)).toBe(false)
      expect(await store.claimDue(10, minute)).toEqual([])
    },
  },
  {
    title: 'passes over the sessions it is told to, however many are before the others, and leaves them to the next',
    async run({ store }) {
      const now = await store.now()
      const except = Array.from({ length: 60 }, (_, i) => `not-mine-${i}`)
      await Promise.all(except.map((id, i) => create(store, id, { dueAt: now - minute + i })))
      await create(store, 'mine', { dueAt: now - 1 })
      expect(await store.claimDue(1, minute, new Set([...except, 'absent']))).toMatchObject([{ id: 'mine' }])
      expect(await store.claimDue(100, minute, new Set(except))).toEqual([])
      expect((await store.claimDue(100, minute, new Set())).map(({ id }) => id)).toEqual(except)
    },
  },
  {
    title: 'never hands a session out with a time before its due time, even one between two milliseconds',
    async run({ store }) {
      const dueAt = Math.floor(await store.now()) - 4000.6
      await create(store, 'between', { dueAt })
      const [claimed] = await store.claimDue(1, minute)
      expect(claimed?.dueAt).toBeGreaterThanOrEqual(dueAt)
      expect(claimed?.dueAt).toBeLessThan(dueAt + 1)
    },
  },
  {
    title: 'claims nothing for a limit of nothing',
    async run({ store }) {
      await create(store, 'a', { dueAt: (await store.now()) - 1 })
      expect(await store.claimDue(0, minute)).toEqual([])
      expect(await store.claimDue(1, minute)).toHaveLength(1)
    },
  },
]
