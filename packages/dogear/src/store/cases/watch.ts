// Conformance: whoever watches a session hears what others do to it, or that it should look.

import { expect } from 'vitest'
import type { Hint, Store } from '../store.ts'
import { at, type Bench, type Case, create, entry, eventually, minute } from './bench.ts'

type Watcher = { hints: Hint[]; listener: (hint: Hint) => void }

const about = 'watch'
const mostPokes = 100

export const watch: Case[] = [
  {
    title: 'tells a watcher the position of a commit that pokes, whoever makes it',
    about,
    async run(bench) {
      const { store, another = store } = bench
      await another.commit('a', 0, entry(1, 'one', { epoch: 3 }))
      const watcher = newWatcher()
      const stop = watchOf(store)('a', watcher.listener)
      const revision = await pokedUntilTold(bench, 'a', watcher, { epoch: 3 })
      expect(watcher.hints).toContainEqual(at(revision, 3))
      stop()
    },
  },
  {
    title: 'tells a watcher of a removal, whoever makes it',
    about,
    async run(bench) {
      const { store, another = store } = bench
      await create(store, 'a')
      const watcher = newWatcher()
      const stop = watchOf(store)('a', watcher.listener)
      await pokedUntilTold(bench, 'a', watcher)
      await another.remove('a', minute)
      await eventually(bench, () => watcher.hints.includes('removed'))
      stop()
    },
  },
  {
    title: 'leads who looks whenever it is told to the newest record, from the moment it watches',
    about,
    async run(bench) {
      const { store, another = store } = bench
      for (let round = 0; round < 20; round++) {
        const id = `session-${round}`
        await create(store, id)
        let seen = 1
        const stop = watchOf(store)(id, () => {
          void store.read(id).then((found) => {
            if (typeof found === 'object') seen = Math.max(seen, found.position.revision)
          })
        })
        await another.commit(id, at(1), entry(2, undefined, { poke: true }))
        await another.commit(id, at(2), entry(3, undefined, { poke: true }))
        await eventually(bench, () => seen === 3)
        stop()
      }
    },
  },
  {
    title: 'tells a watcher nothing once it has stopped, and goes on telling the others',
    about,
    async run(bench) {
      const { store, another = store } = bench
      await create(store, 'a')
      const [stopped, rest] = [newWatcher(), newWatcher()]
      const stops = [watchOf(store)('a', stopped.listener), watchOf(store)('a', stopped.listener)]
      const stop = watchOf(store)('a', rest.listener)
      const revision = await pokedUntilTold(bench, 'a', rest)
      expect(told(stopped, revision)).toBe(true)
      for (const stop of [...stops, ...stops]) stop()
      const before = stopped.hints.length
      await another.commit('a', at(revision), entry(revision + 1, undefined, { poke: true }))
      await eventually(bench, () => told(rest, revision + 1))
      expect(stopped.hints.length).toBe(before)
      stop()
    },
  },
  {
    title: 'stops one of two watches by the same listener, and goes on with the other',
    about,
    async run(bench) {
      const { store } = bench
      await create(store, 'a')
      const watcher = newWatcher()
      const [first, second] = [watchOf(store)('a', watcher.listener), watchOf(store)('a', watcher.listener)]
      first()
      first()
      await pokedUntilTold(bench, 'a', watcher)
      second()
    },
  },
  {
    title: 'tells each of many watchers of its own session and of no other',
    about,
    async run(bench) {
      const { store } = bench
      const sessions = Array.from({ length: 300 }, (_, i) => ({ id: `session-${i}`, epoch: i, watcher: newWatcher() }))
      await Promise.all(sessions.map(({ id, epoch }) => create(store, id, { epoch })))
      const stops = sessions.map(({ id, watcher }) => watchOf(store)(id, watcher.listener))
      await Promise.all(sessions.map(({ id, epoch, watcher }) => pokedUntilTold(bench, id, watcher, { epoch })))
      for (const stop of stops) stop()
      for (const { epoch, watcher } of sessions) {
        const others = watcher.hints.filter(
          (hint) => hint !== undefined && (typeof hint === 'string' || hint.epoch !== epoch),
        )
        expect(others, `told to the watcher of session ${epoch}`).toEqual([])
      }
    },
  },
  {
    title: 'watches and stops watching again and again',
    about,
    async run(bench) {
      const { store } = bench
      await create(store, 'a')
      for (let i = 0; i < 200; i++) watchOf(store)(i % 2 ? 'a' : `session-${i % 20}`, () => {})()
      const watcher = newWatcher()
      const stop = watchOf(store)('a', watcher.listener)
      await pokedUntilTold(bench, 'a', watcher)
      stop()
    },
  },
]

function newWatcher(): Watcher {
  const hints: Hint[] = []
  return { hints, listener: (hint) => void hints.push(hint) }
}

function watchOf(store: Store): NonNullable<Store['watch']> {
  if (!store.watch) throw new Error('This store has no watch: skip it by that name, and say why')
  return store.watch
}

function told({ hints }: Watcher, revision: number): boolean {
  return hints.some((hint) => typeof hint === 'object' && hint.revision === revision)
}

function missed({ hints }: Watcher): number {
  return hints.filter((hint) => hint === undefined).length
}

/** Commits with a poke, from revision 1 on, until a watcher gets a position: the first ones may only say to look. */
async function pokedUntilTold(bench: Bench, id: string, watcher: Watcher, { epoch = 0 } = {}): Promise<number> {
  const { store, another = store } = bench
  for (let revision = 2; revision < mostPokes; revision++) {
    const heard = missed(watcher)
    const result = await another.commit(id, at(revision - 1, epoch), entry(revision, undefined, { epoch, poke: true }))
    expect(result.committed).toBe(true)
    await eventually(bench, () => told(watcher, revision) || missed(watcher) > heard)
    if (told(watcher, revision)) return revision
  }
  throw new Error('a watcher was never told a position')
}
