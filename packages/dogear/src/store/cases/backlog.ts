// Conformance: a session that was committed stays on the backlog until it is settled at the position it is at.

import { expect } from 'vitest'
import type { Store } from '../store.ts'
import { at, type Bench, type Case, create, entry, inTime, minute, pass, readRecord } from './bench.ts'

type WithBacklog = Required<Pick<Store, 'claimDirty' | 'settle' | 'lifeOf' | 'lag'>>

/** The store with the members that the suite was told it has. */
const of = ({ store }: Pick<Bench, 'store'>): Store & WithBacklog => store as Store & WithBacklog

const idsOf = async (claimed: Promise<{ id: string }[]>): Promise<string[]> => (await claimed).map(({ id }) => id)

const about = 'backlog'

export const backlog: Case[] = [
  {
    title: 'hands out what was committed dirty, as it is now, and nothing else',
    about,
    async run(bench) {
      const store = of(bench)
      const dueAt = (await store.now()) + minute
      await create(store, 'clean')
      await create(store, 'dirty', { dirty: true, dueAt })
      await store.commit('dirty', at(1), entry(2, 'newer', { dueAt: dueAt + 5 }))
      const before = await store.now()
      const [one, ...others] = await store.claimDirty(10, minute)
      expect(others).toEqual([])
      expect(one).toMatchObject({ id: 'dirty', found: await readRecord(store, 'dirty'), dueAt: dueAt + 5 })
      expect(one?.since).toBeLessThanOrEqual(before)
      expect(one?.since).toBeGreaterThan(before - minute)
      expect(one?.ttlMs).toBeLessThanOrEqual(minute)
      expect(one?.ttlMs).toBeGreaterThan(minute / 2)
      expect(one?.life).not.toBe('')
    },
  },
  {
    title: 'hands the oldest of the backlog out first, no more than the limit, each to one caller',
    about,
    async run(bench) {
      const store = of(bench)
      const ids = Array.from({ length: 9 }, (_, i) => `dirty-${i}`)
      for (const id of ids) {
        await create(store, id, { dirty: true })
        await pass(bench, 1)
      }
      expect((await idsOf(store.claimDirty(4, minute))).toSorted()).toEqual(ids.slice(0, 4))
      const both = await Promise.all([idsOf(store.claimDirty(4, minute)), idsOf(store.claimDirty(4, minute))])
      expect(both.flat().toSorted()).toEqual(ids.slice(4))
      expect(await store.claimDirty(0, minute)).toEqual([])
    },
  },
  {
    title: 'lets the backlog rest where that is asked for, so that many commits are one piece of work',
    about,
    run: (bench) =>
      inTime(bench, async (spanMs, id) => {
        const store = of(bench)
        await create(store, id, { dirty: true })
        expect(await store.claimDirty(10, minute, spanMs)).toEqual([])
        await pass(bench, spanMs / 2)
        await store.commit(id, at(1), entry(2, 'again', { dirty: true }))
        await pass(bench, spanMs / 2 + 1)
        const claimed = await store.claimDirty(10, minute, spanMs)
        expect(claimed.filter((one) => one.id === id)).toMatchObject([{ found: { position: at(2) } }])
      }),
  },
  {
    title: 'takes a session off the backlog when it is settled at its position, and only then',
    about,
    async run(bench) {
      const store = of(bench)
      await create(store, 'a', { dirty: true })
      await store.claimDirty(10, minute)
      await store.commit('a', at(1), entry(2, 'meanwhile', { dirty: true }))
      expect(await store.settle('a', at(1))).toBe(false)
      expect(await store.settle('a', { ...at(2), mark: at(1).mark })).toBe(false)
      expect(await store.settle('a', { ...at(2), epoch: 1 })).toBe(false)
      expect(await store.settle('a', undefined)).toBe(false)
      expect(await idsOf(store.claimDirty(10, minute))).toEqual(['a'])
      expect(await store.settle('a', at(2))).toBe(true)
      expect(await store.claimDirty(10, minute)).toEqual([])
      await store.commit('a', at(2), entry(3, 'later', { dirty: true }))
      expect(await idsOf(store.claimDirty(10, minute))).toEqual(['a'])
    },
  },
  {
    title: 'hands a claim of the backlog out again when its time is up',
    about,
    run: (bench) =>
      inTime(bench, async (spanMs, id) => {
        const store = of(bench)
        await create(store, id, { dirty: true })
        const claim = async () => (await store.claimDirty(10, spanMs)).filter((one) => one.id === id)
        expect(await claim()).toHaveLength(1)
        expect(await claim()).toEqual([])
        await pass(bench, spanMs + 1)
        expect(await claim()).toHaveLength(1)
      }),
  },
  {
    title: 'lets a settled record live no longer than is said, and an unsettled one as long as its commit said',
    about,
    run: (bench) =>
      inTime(bench, async (spanMs, name) => {
        const store = of(bench)
        const [settled, short, unsettled] = [`settled-${name}`, `short-${name}`, `unsettled-${name}`] as const
        for (const id of [settled, unsettled]) await create(store, id, { dirty: true })
        await create(store, short, { dirty: true, ttlMs: spanMs })
        expect(await store.settle(short, at(1), minute)).toBe(true)
        expect(await store.settle(settled, at(1), spanMs)).toBe(true)
        expect(await store.settle(unsettled, at(9), spanMs)).toBe(false)
        await pass(bench, spanMs + 1)
        expect(await store.read(settled)).toBeUndefined()
        expect(await store.read(short)).toBeUndefined()
        expect(await readRecord(store, unsettled)).toMatchObject({ position: at(1) })
      }),
  },
  {
    title: 'gives a settled record its whole life back with the next commit',
    about,
    async run(bench) {
      const store = of(bench)
      await create(store, 'a', { dirty: true })
      await store.settle('a', at(1), minute / 2)
      await store.commit('a', at(1), entry(2, 'used again', { dirty: true }))
      await pass(bench, 100)
      expect((await store.claimDirty(1, minute))[0]?.ttlMs).toBeGreaterThan(minute / 2)
    },
  },
  {
    title: 'says of a session on the backlog that is not there any more that it is not, and settles it as such',
    about,
    async run(bench) {
      const store = of(bench)
      await create(store, 'expired', { dirty: true, ttlMs: 20 })
      await create(store, 'removed', { dirty: true })
      await store.remove('removed', minute)
      await pass(bench, 21)
      const claimed = await store.claimDirty(10, minute)
      const found = Object.fromEntries(claimed.map(({ id, found }) => [id, found]))
      expect(found).toEqual({ expired: undefined, removed: 'removed' })
      expect(await store.settle('expired', at(1))).toBe(false)
      for (const id of ['expired', 'removed']) expect(await store.settle(id, undefined), id).toBe(true)
      expect(await store.lag()).toMatchObject({ sessions: 0 })
    },
  },
  {
    title: 'has one life for all its processes, and says of a session whether its commits are settled',
    about,
    async run(bench) {
      const store = of(bench)
      const other = of({ store: bench.another ?? store })
      await create(store, 'a', { dirty: true })
      const { life } = await other.lifeOf('a')
      expect(life).not.toBe('')
      expect(await store.lifeOf('a')).toEqual({ life, settled: false })
      const [claimed] = await store.claimDirty(1, minute)
      expect(claimed?.life).toBe(life)
      expect(await other.lifeOf('a')).toEqual({ life, settled: false })
      await other.settle('a', at(1))
      expect(await store.lifeOf('a')).toEqual({ life, settled: true })
      expect(await store.lifeOf('never')).toMatchObject({ settled: true })
    },
  },
  {
    title: 'knows how long its backlog is, and how long the oldest of it has waited',
    about,
    async run(bench) {
      const store = of(bench)
      expect(await store.lag()).toEqual({ sessions: 0, oldestMs: 0 })
      await create(store, 'a', { dirty: true })
      await pass(bench, 50)
      await create(store, 'b', { dirty: true })
      expect((await store.lag()).sessions).toBe(2)
      expect((await store.lag()).oldestMs).toBeGreaterThanOrEqual(50)
    },
  },
]
