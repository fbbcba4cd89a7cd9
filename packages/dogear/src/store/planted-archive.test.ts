// Backlogs and archives with one bug each, to see whether the conformance suite notices.

import { describe, expect, it } from 'vitest'
import type { Archive } from './archive.ts'
import type { Backlog } from './memory-backlog.ts'
import { type Bug, isCaught } from './planted.fixture.ts'
import type { Store } from './store.ts'

type Whole = Archive & Backlog

const bug = (name: string, caughtBy: string, plant: (store: Whole) => Partial<Whole>): Bug => ({
  name,
  caughtBy,
  plant: (store) => plant(store as Whole) as Partial<Store>,
})

const bugs: Bug[] = [
  bug(
    'puts every commit on the backlog',
    'hands out what was committed dirty, as it is now, and nothing else',
    (store) => ({
      commit: (id, expected, entry) => store.commit(id, expected, { ...entry, dirty: true }),
    }),
  ),
  bug(
    'settles whatever is there',
    'takes a session off the backlog when it is settled at its position, and only then',
    (store) => ({
      async settle(id, _, keepMs) {
        const found = await store.read(id)
        return store.settle(id, typeof found === 'object' ? found.position : undefined, keepMs)
      },
    }),
  ),
  bug(
    'settles by the revision alone',
    'takes a session off the backlog when it is settled at its position, and only then',
    (store) => ({
      async settle(id, position, keepMs) {
        const found = await store.read(id)
        const same = typeof found === 'object' && found.position.revision === position?.revision
        return store.settle(id, same ? found.position : position, keepMs)
      },
    }),
  ),
  bug('never hides a claim of the backlog', 'hands a claim of the backlog out again when its time is up', (store) => ({
    claimDirty: (limit, _, restMs) => store.claimDirty(limit, 0, restMs),
  })),
  bug(
    'lets nothing rest',
    'lets the backlog rest where that is asked for, so that many commits are one piece of work',
    (store) => ({
      claimDirty: (limit, leaseMs) => store.claimDirty(limit, leaseMs),
    }),
  ),
  bug(
    'keeps a settled record for ever',
    'lets a settled record live no longer than is said, and an unsettled one as long as its commit said',
    (store) => ({
      settle: (id, position) => store.settle(id, position),
    }),
  ),
  bug(
    'says that all is settled',
    'has one life for all its processes, and says of a session whether its commits are settled',
    (store) => ({
      lifeOf: async (id) => ({ ...(await store.lifeOf(id)), settled: true }),
    }),
  ),
  bug(
    'begins a new life with every look',
    'has one life for all its processes, and says of a session whether its commits are settled',
    (store) => {
      let looks = 0
      return { lifeOf: async (id) => ({ ...(await store.lifeOf(id)), life: `${++looks}` }) }
    },
  ),
  bug(
    'takes whatever is put last',
    'takes a later position, whatever was left out between, and refuses an earlier one or another of the same',
    (store) => ({
      async put(sessions, graceMs) {
        for (const id of sessions.keys()) {
          await store.remove(id, 0)
          await store.read(id)
        }
        return store.put(sessions, graceMs)
      },
    }),
  ),
  bug(
    'says nothing of what is in the way',
    'never brings a destroyed session back, and forgets it when its tombstone has stood',
    (store) => ({
      async put(sessions, graceMs) {
        await store.put(sessions, graceMs)
        return new Map()
      },
    }),
  ),
  bug(
    'forgets the life of what was put',
    'gives back what was put, with its due time, its life and the time it has left',
    (store) => ({
      async get(id) {
        const found = await store.get(id)
        return typeof found === 'object' ? { ...found, life: '' } : found
      },
    }),
  ),
  bug(
    'has nothing on its agenda',
    'has what was put on its agenda, and takes it off with a later position that names no time',
    () => ({
      claimDue: async () => [],
    }),
  ),
  bug(
    'takes the agenda of the store in front away at once',
    'leaves what is due to the store in front for as long as is said',
    (store) => ({
      put: (sessions) => store.put(sessions),
    }),
  ),
]

describe('the conformance suite', () => {
  for (const one of bugs)
    it(`catches a store that ${one.name}`, async () => {
      expect(await isCaught(one)).toBe(true)
    })
})
