// Conformance: a look for a session in every room of the store.

import { expect } from 'vitest'
import type { SessionId, Store, Traces } from '../store.ts'
import { type Case, create, minute, weirdStrings } from './bench.ts'

const nothing: Traces = { record: false, agenda: false, backlog: false, leases: false, progress: false }

function tracesOf(store: Store): (id: SessionId) => Promise<Traces> {
  if (!store.tracesOf) throw new Error('there is no look for traces: skip "traces"')
  return store.tracesOf.bind(store)
}

/** Leaves something of a session in every room that the store has, and says which. */
async function everywhere(store: Store, id: SessionId): Promise<Traces> {
  await create(store, id, { dueAt: (await store.now()) + minute, dirty: true })
  await store.hold(id, 'charge', 'one', minute)
  await store.hold(id, 'mail', 'one', minute)
  const said = (await store.addProgress?.(id, 'said', { keep: 10, ttlMs: minute })) ?? false
  return { record: true, agenda: true, backlog: store.claimDirty !== undefined, leases: true, progress: said }
}

/** Removes a session, and takes its removal off the backlog, as an archiver does. */
async function remove(store: Store, id: SessionId): Promise<void> {
  await store.remove(id, minute)
  await store.settle?.(id, undefined)
}

export const traces: Case[] = [
  {
    title: 'tells in which rooms something of a session lies, and in which nothing of a removed one',
    about: 'traces',
    async run({ store }) {
      const look = tracesOf(store)
      expect(await look('a')).toEqual(nothing)
      const left = await everywhere(store, 'a')
      expect(await look('a')).toEqual(left)
      expect(await look('b')).toEqual(nothing)
      await remove(store, 'a')
      expect(await look('a')).toEqual(nothing)
      await store.hold('nobody', 'charge', 'one', minute)
      expect(await look('nobody')).toEqual({ ...nothing, leases: true })
      await remove(store, 'nobody')
      expect(await look('nobody')).toEqual(nothing)
    },
  },
  {
    title: 'tells the traces of sessions apart, whatever strings they are',
    about: 'traces',
    async run({ store }) {
      const look = tracesOf(store)
      for (const id of weirdStrings) {
        const left = await everywhere(store, id)
        expect([id, await look(id)]).toEqual([id, left])
      }
      for (const [nth, id] of weirdStrings.entries()) {
        await remove(store, id)
        expect([id, await look(id)]).toEqual([id, nothing])
        const [other] = weirdStrings.slice(nth + 1)
        if (other !== undefined) expect((await look(other)).leases, other).toBe(true)
      }
    },
  },
]
