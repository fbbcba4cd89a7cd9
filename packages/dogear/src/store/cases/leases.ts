// Conformance: a lease, kept beside the record, has one holder until it lapses.

import { expect } from 'vitest'
import { at, type Case, create, entry, inTime, minute, pass, weirdStrings } from './bench.ts'

const lease = (token: string, forMs = minute, key = 'charge') => ({ key, token, forMs })

export const leases: Case[] = [
  {
    title: 'gives a free lease to exactly one of many who ask at once',
    async run({ store, another = store }) {
      const asked = Array.from({ length: 20 }, (_, i) =>
        (i % 2 ? store : another).hold('a', 'charge', `process ${i}`, minute),
      )
      expect((await Promise.all(asked)).filter(Boolean)).toHaveLength(1)
    },
  },
  {
    title: 'renews a lease for its holder, and hands it on only when it has lapsed',
    async run(bench) {
      const { store } = bench
      expect(await store.hold('a', 'charge', 'one', 20)).toBe(true)
      expect(await store.hold('a', 'charge', 'one', minute)).toBe(true)
      await pass(bench, 21)
      expect(await store.hold('a', 'charge', 'two', minute)).toBe(false)
      expect(await store.hold('a', 'charge', 'one', 20)).toBe(true)
      await pass(bench, 21)
      expect(await store.hold('a', 'charge', 'two', minute)).toBe(true)
      expect(await store.hold('a', 'charge', 'one', minute)).toBe(false)
    },
  },
  {
    title: 'says with a renewal that the record is still where its holder knows it, and only then',
    run: (bench) =>
      inTime(bench, async (spanMs, id) => {
        const { store } = bench
        const renew = (id: string, revision: number, token = 'one') =>
          store.hold(id, 'charge', token, minute, at(revision))
        expect(await renew(id, 1)).toBe(true)
        await create(store, id, { ttlMs: spanMs })
        expect(await renew(id, 1)).toBe('unchanged')
        expect(await renew(id, 1, 'two')).toBe(false)
        expect(await store.hold(id, 'charge', 'one', minute, { ...at(1), epoch: 1 })).toBe(true)
        await pass(bench, spanMs + 1)
        expect(await renew(id, 1)).toBe(true)
        const other = `${id} other`
        await create(store, other)
        expect(await renew(other, 1)).toBe('unchanged')
        await store.commit(other, at(1), entry(2))
        expect([await renew(other, 1), await renew(other, 2)]).toEqual([true, 'unchanged'])
        await store.remove(other, minute)
        expect(await renew(other, 2)).toBe(true)
      }),
  },
  {
    title: 'lets a holder give its lease up, and nobody else',
    async run({ store }) {
      await store.hold('a', 'charge', 'one', minute)
      expect(await store.hold('a', 'charge', 'two', 0)).toBe(false)
      expect(await store.hold('a', 'charge', 'two', minute)).toBe(false)
      expect(await store.hold('a', 'charge', 'one', 0)).toBe(true)
      expect(await store.hold('a', 'charge', 'two', minute)).toBe(true)
      expect(await store.hold('a', 'mail', 'two', 0)).toBe(true)
    },
  },
  {
    title: 'takes a lease with the commit that says so, from anybody',
    async run(bench) {
      const { store } = bench
      await store.hold('a', 'charge', 'earlier', minute)
      await create(store, 'a', { leases: [lease('one'), lease('one', 20, 'mail')] })
      expect(await store.hold('a', 'charge', 'earlier', minute)).toBe(false)
      expect(await store.hold('a', 'charge', 'one', minute)).toBe(true)
      await pass(bench, 21)
      expect(await store.hold('a', 'mail', 'two', minute)).toBe(true)
    },
  },
  {
    title: 'takes no lease with a commit that is lost',
    async run({ store }) {
      await create(store, 'a', { leases: [lease('one')] })
      await store.commit('a', at(5), entry(6, 'lost', { leases: [lease('two'), lease('two', minute, 'mail')] }))
      expect(await store.hold('a', 'charge', 'one', minute)).toBe(true)
      expect(await store.hold('a', 'mail', 'one', minute)).toBe(true)
    },
  },
  {
    title: 'keeps leases beside the record: none ages a position, moves an agenda or prolongs a life',
    run: (bench) =>
      inTime(bench, async (spanMs, id) => {
        const { store } = bench
        const dueAt = (await store.now()) - 1
        await create(store, id, { dueAt, ttlMs: spanMs })
        const before = await store.read(id)
        expect(await store.hold(id, 'charge', 'one', 10 * minute)).toBe(true)
        expect(await store.hold('no record', 'charge', 'one', minute)).toBe(true)
        expect(await store.read(id)).toEqual(before)
        expect(await store.read('no record')).toBeUndefined()
        expect((await store.claimDue(10, minute)).filter((due) => due.id === id)).toMatchObject([{ dueAt }])
        await pass(bench, spanMs + 1)
        expect(await store.read(id)).toBeUndefined()
        expect(await store.hold(id, 'charge', 'two', minute)).toBe(false)
      }),
  },
  {
    title: 'tells leases apart by session and key, whatever strings they are',
    async run({ store }) {
      const pairs = weirdStrings.flatMap((id) => [`${id}:`, ':x'].map((key) => [id, key] as const))
      for (const [i, [id, key]] of pairs.entries()) expect(await store.hold(id, key, `token ${i}`, minute)).toBe(true)
      for (const [i, [id, key]] of pairs.entries()) {
        expect(await store.hold(id, key, 'another', minute)).toBe(false)
        expect(await store.hold(id, key, `token ${i}`, minute)).toBe(true)
      }
      for (const [i, token] of weirdStrings.entries()) {
        await create(store, `committed ${i}`, { leases: [lease(token, minute, token)] })
        expect(await store.hold(`committed ${i}`, token, `${token}!`, minute)).toBe(false)
        expect(await store.hold(`committed ${i}`, token, token, minute)).toBe(true)
      }
    },
  },
]
