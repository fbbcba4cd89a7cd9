import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { samePosition } from '../position.ts'
import type { Position } from '../wire.ts'
import { agreesWithModel, runCase, storeCases, testStore } from './conformance.ts'
import { memoryStore } from './memory.ts'
import { type Bug, isCaught, planted } from './planted.fixture.ts'
import type { Found, SessionId, Store } from './store.ts'

const later = 10 ** 12

const positionIn = (found: Found | 'unchanged'): Position | 0 => (typeof found === 'object' ? found.position : 0)

/** Stores with one bug each, and the promise that has to break. `model`: the model has to notice too. */
const bugs: Bug[] = [
  {
    name: 'no compare-and-set',
    caughtBy: 'lets exactly one of many concurrent commits win, and shows the others its record',
    model: true,
    plant: (store) => ({
      async commit(id, _expected, entry) {
        for (let current = await store.read(id); ; current = await store.read(id)) {
          const result = await store.commit(id, positionIn(current), entry)
          if (result.committed || result.current === 'removed') return result
        }
      },
    }),
  },
  {
    name: 'compares first and sets later',
    caughtBy: 'loses no acknowledged write of many writers, and repeats no revision',
    plant: (store) => ({
      async commit(id, expected, entry) {
        const found = positionIn(await store.read(id))
        const same = found === 0 ? expected === 0 : expected !== 0 && samePosition(found, expected)
        if (!same) return store.commit(id, expected, entry)
        return store.commit(id, positionIn(await store.read(id)), entry)
      },
    }),
  },
  {
    name: 'ignores the epoch',
    caughtBy: 'refuses a commit from another epoch, even at the same revision',
    model: true,
    plant: (store) => ({
      async commit(id, expected, entry) {
        const found = positionIn(await store.read(id))
        if (found === 0 || expected === 0) return store.commit(id, expected, entry)
        return store.commit(id, { ...expected, epoch: found.epoch }, { ...entry, epoch: found.epoch })
      },
    }),
  },
  {
    name: 'takes another commit of the same revision for the one it knew',
    caughtBy: 'refuses a commit that continues another one than is stored, at the same epoch and revision',
    model: true,
    plant: (store) => ({
      async commit(id, expected, entry) {
        const found = positionIn(await store.read(id))
        if (found === 0 || expected === 0) return store.commit(id, expected, entry)
        return store.commit(id, { ...expected, mark: found.mark }, entry)
      },
    }),
  },
  {
    name: 'says unchanged of another commit of the same revision',
    caughtBy: 'says unchanged for exactly the position it holds',
    model: true,
    plant: (store) => ({
      async read(id, known) {
        const found = positionIn(await store.read(id))
        return store.read(id, known && found !== 0 ? { ...known, mark: found.mark } : known)
      },
    }),
  },
  {
    name: 'forgets the mark of what it is given',
    caughtBy: 'reads back the bytes and the position that were committed',
    plant: (store) => ({ commit: (id, expected, entry) => store.commit(id, expected, { ...entry, mark: 'AAAAAAAA' }) }),
  },
  {
    name: 'tells the loser nothing',
    caughtBy: 'lets exactly one of many concurrent creates win, and shows the others its record',
    model: true,
    plant: (store) => ({
      async commit(id, expected, entry) {
        const result = await store.commit(id, expected, entry)
        return result.committed ? result : { committed: false, current: undefined }
      },
    }),
  },
  {
    name: 'drops the lifetime',
    caughtBy: 'forgets a record when its time is up, and lets it be created again',
    plant: (store) => ({ commit: (id, expected, entry) => store.commit(id, expected, { ...entry, ttlMs: later }) }),
  },
  {
    name: 'keeps the lifetime of the first commit',
    caughtBy: 'gives every commit its own lifetime, longer or shorter',
    plant: (store, clock) => {
      const ends = new Map<SessionId, number>()
      return {
        commit(id, expected, entry) {
          if (expected === 0) ends.set(id, clock() + entry.ttlMs)
          return store.commit(id, expected, { ...entry, ttlMs: (ends.get(id) ?? later) - clock() })
        },
      }
    },
  },
  {
    name: 'extends the lifetime when read',
    caughtBy: 'does not let a read extend a life',
    plant: (store) => ({
      async read(id, known) {
        const found = await store.read(id)
        if (typeof found !== 'object') return found
        await store.commit(id, found.position, { bytes: found.bytes, ...found.position, ttlMs: later })
        return store.read(id, known)
      },
    }),
  },
  {
    name: 'creates over a tombstone',
    caughtBy: 'writes nothing over a tombstone',
    model: true,
    plant: (store) => ({ remove: (id) => store.remove(id, 0) }),
  },
  {
    name: 'says unchanged by revision alone',
    caughtBy: 'says unchanged for exactly the position it holds',
    model: true,
    plant: (store) => ({
      async read(id, known) {
        const found = await store.read(id)
        return known && typeof found === 'object' && found.position.revision === known.revision ? 'unchanged' : found
      },
    }),
  },
  {
    name: 'ignores leases',
    caughtBy: 'never shares a session among concurrent callers, and leaves none behind',
    model: true,
    plant: (store) => ({ claimDue: (limit) => store.claimDue(limit, 0) }),
  },
  {
    name: 'never gives a lease back',
    caughtBy: 'hides a claimed session until the lease is up, then hands it out again with its own due time',
    plant: (store) => ({ claimDue: (limit) => store.claimDue(limit, later) }),
  },
  {
    name: 'gives back what was committed since',
    caughtBy: 'gives back no claim that has ended, be it by a commit, a removal or its time',
    model: true,
    plant: (store) => {
      const ends = new Map<SessionId, number>()
      return {
        async claimDue(limit, leaseMs, except) {
          const claimed = await store.claimDue(limit, leaseMs, except)
          for (const { id, leaseUntil } of claimed) ends.set(id, leaseUntil)
          return claimed
        },
        defer: (id, at) => store.defer(id, at, ends.get(id) ?? 0),
      }
    },
  },
  {
    name: 'gives back at once, whatever the time',
    caughtBy: 'hands a claim that was put off out again when that time has come',
    model: true,
    plant: (store, clock) => ({ defer: (id, _, leaseUntil) => store.defer(id, clock(), leaseUntil) }),
  },
  {
    name: 'never gives a claim back',
    caughtBy: 'hands a claim that was given back out again, at the time that was said and with its own due time',
    model: true,
    plant: () => ({ defer: async () => true }),
  },
  {
    name: 'looks no further than the sessions it passes over',
    caughtBy: 'passes over the sessions it is told to, however many are before the others, and leaves them to the next',
    plant: (store) => ({
      async claimDue(limit, leaseMs, except) {
        const claimed = await store.claimDue(limit, leaseMs)
        const others = claimed.filter(({ id }) => except?.has(id))
        for (const { id, dueAt, leaseUntil } of others) await store.defer(id, dueAt, leaseUntil)
        return claimed.filter(({ id }) => !except?.has(id))
      },
    }),
  },
  {
    name: 'hands out before the due time',
    caughtBy: 'never hands a session out with a time before its due time, even one between two milliseconds',
    plant: (store) => ({
      async claimDue(...args) {
        const claimed = await store.claimDue(...args)
        return claimed.map((due) => ({ ...due, dueAt: Math.floor(due.dueAt) }))
      },
    }),
  },
  {
    name: 'leaves the agenda as it was',
    caughtBy: 'moves a session on the agenda with the commit that says so',
    plant: (store) => ({
      commit: (id, expected, { dueAt, ...entry }) =>
        store.commit(id, expected, expected === 0 && dueAt !== undefined ? { ...entry, dueAt } : entry),
    }),
  },
  {
    name: 'puts lost commits on the agenda',
    caughtBy: 'leaves the agenda alone when a commit is lost',
    model: true,
    plant: (store) => {
      const ghosts = new Map<SessionId, number>()
      return {
        async commit(id, expected, entry) {
          const result = await store.commit(id, expected, entry)
          if (!result.committed && entry.dueAt !== undefined) ghosts.set(id, entry.dueAt)
          return result
        },
        async claimDue(limit, leaseMs) {
          const extra = [...ghosts].map(([id, dueAt]) => ({ id, dueAt, leaseUntil: dueAt + leaseMs }))
          ghosts.clear()
          return [...(await store.claimDue(limit, leaseMs)), ...extra]
        },
      }
    },
  },
  {
    name: 'keeps the callers bytes',
    caughtBy: 'shares no bytes with its callers',
    plant: (store) => {
      const kept = new Map<SessionId, Uint8Array>()
      return {
        async commit(id, expected, entry) {
          const result = await store.commit(id, expected, entry)
          if (result.committed) kept.set(id, entry.bytes)
          return result
        },
        async read(id, known) {
          const found = await store.read(id, known)
          return typeof found === 'object' ? { ...found, bytes: kept.get(id) ?? found.bytes } : found
        },
      }
    },
  },
]

describe('the conformance suite', () => {
  for (const bug of bugs) {
    it(`catches a store that ${bug.name.replace(/^no /, 'has no ')}`, async () => {
      expect(await isCaught(bug)).toBe(true)
    })
  }

  for (const bug of bugs.filter(({ model }) => model)) {
    it(`catches a store that ${bug.name.replace(/^no /, 'has no ')} by comparing it with the model`, async () => {
      const steps = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat()), { minLength: 20, maxLength: 60 })
      const property = fc.asyncProperty(steps, (some) => agreesWithModel(planted(bug).store, some))
      const { failed } = await fc.check(property, { numRuns: 300, endOnFailure: true })
      expect(failed).toBe(true)
    })
  }

  it('gives every promise its own title', () => {
    const titles = storeCases.map(({ title }) => title)
    expect(new Set(titles).size).toBe(titles.length)
  })

  it('refuses to skip a title that is none of its own', () => {
    const skip = { 'no such promise': 'because' }
    expect(() => testStore({ name: 'any', make: () => ({ store: memoryStore() }), skip })).toThrow('no such promise')
  })

  it('does not take a store without an optional member for one that has it', async () => {
    const make = (): Store => {
      const { watch, ...store } = memoryStore()
      return store
    }
    const about = storeCases.filter((one) => one.about === 'watch')
    expect(about.length).toBeGreaterThan(0)
    for (const one of about) await expect(runCase(one, make), one.title).rejects.toThrow('no watch')
  })

  it('closes the store of a case that failed', async () => {
    let closed = false
    const failing = { title: 'fails', run: () => Promise.reject(new Error('on purpose')) }
    const close = (): void => {
      closed = true
    }
    await expect(runCase(failing, () => ({ store: memoryStore(), close }))).rejects.toThrow('on purpose')
    expect(closed).toBe(true)
  })
})
