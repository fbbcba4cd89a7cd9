import { describe, expect, it } from 'vitest'
import { type Bug, isCaught } from './planted.fixture.ts'
import type { Directory, Hint, Scanned, SessionId, Store } from './store.ts'

const later = 10 ** 12

/** A bug in the directory of a store. */
const filing = (
  name: string,
  caughtBy: string,
  plant: (directory: Directory, clock: () => number) => Partial<Directory>,
): Bug => ({
  name,
  caughtBy,
  plant: ({ directory }, clock) => ({ directory: { ...directory, ...plant(directory, clock) } }),
})

/** Counts per code, for directories that do not leave it to the sound one. */
function counter(): (code: string) => number {
  const counts = new Map<string, number>()
  return (code) => counts.set(code, (counts.get(code) ?? 0) + 1).get(code) ?? 0
}

async function everything({ scan }: Store): Promise<Scanned[]> {
  return (await scan(undefined, later)).found
}

const bugs: Bug[] = [
  {
    name: 'keeps progress for somebody who was never there',
    caughtBy: 'forgets progress when its time is up, and lets none outlive its session',
    plant: ({ addProgress }) => ({
      addProgress: async (id, text, options) => (await addProgress?.(id, text, options)) || true,
    }),
  },
  {
    name: 'keeps all progress there ever was',
    caughtBy: 'keeps the newest progress alone, as much as it is told',
    plant: ({ addProgress }) => ({
      addProgress: async (id, text, { ttlMs }) => (await addProgress?.(id, text, { keep: later, ttlMs })) ?? false,
    }),
  },
  {
    name: 'begins progress anew wherever it is to go on',
    caughtBy: 'keeps progress in the order in which it was added, and goes on after any entry',
    plant: ({ progressOf }) => ({ progressOf: async (id) => (await progressOf?.(id)) ?? [] }),
  },
  {
    name: 'adds progress to a session that it has looked at a moment ago',
    caughtBy: 'leaves no progress of a session behind that is removed while many add to it',
    plant: ({ addProgress, progressOf, read }) => {
      const late = new Map<string, { at: string; text: string }[]>()
      return {
        async addProgress(id, text, options) {
          if (typeof (await read(id)) !== 'object') return false
          await new Promise(setImmediate)
          if (!(await addProgress?.(id, text, options))) late.set(id, [...(late.get(id) ?? []), { at: '1', text }])
          return true
        },
        progressOf: async (id, after) => [...((await progressOf?.(id, after)) ?? []), ...(late.get(id) ?? [])],
      }
    },
  },
  {
    name: 'leaves the leases of a removed session behind',
    caughtBy: 'tells in which rooms something of a session lies, and in which nothing of a removed one',
    plant: (store) => ({
      async remove(id, tombstoneMs) {
        const existed = await store.remove(id, tombstoneMs)
        await store.hold(id, 'charge', 'one', later)
        return existed
      },
    }),
  },
  {
    name: 'looks for a session where its record is, and nowhere else',
    caughtBy: 'tells in which rooms something of a session lies, and in which nothing of a removed one',
    plant: ({ read }) => ({
      async tracesOf(id) {
        const record = typeof (await read(id)) === 'object'
        return { record, agenda: record, backlog: record, leases: record, progress: record }
      },
    }),
  },
  {
    name: 'takes a session for another whose name begins alike',
    caughtBy: 'tells the traces of sessions apart, whatever strings they are',
    plant: ({ tracesOf, remove }) => {
      const removed = new Set<string>()
      return {
        async remove(id, tombstoneMs) {
          removed.add(id)
          return remove(id, tombstoneMs)
        },
        async tracesOf(id) {
          const found = await tracesOf?.(id)
          const gone = [...removed].some((other) => id.startsWith(other))
          return {
            record: false,
            agenda: false,
            backlog: false,
            progress: false,
            ...found,
            leases: !gone && !!found?.leases,
          }
        },
      }
    },
  },
  {
    name: 'tells nobody of progress',
    caughtBy: 'tells watchers that there is more progress, or that they should look',
    plant: (store) => ({
      watch: (id, listener) => store.watch?.(id, (hint) => hint !== 'progress' && listener(hint)) ?? (() => {}),
    }),
  },
  {
    name: 'gives a lease to everybody',
    caughtBy: 'gives a free lease to exactly one of many who ask at once',
    plant: () => ({ hold: async () => true }),
  },
  {
    name: 'never hands a lease on',
    caughtBy: 'renews a lease for its holder, and hands it on only when it has lapsed',
    plant: (store) => ({ hold: (id, key, token, forMs) => store.hold(id, key, token, forMs && later) }),
  },
  {
    name: 'lets anybody give a lease up',
    caughtBy: 'lets a holder give its lease up, and nobody else',
    plant: (store) => {
      const holders = new Map<string, string>()
      return {
        async hold(id, key, token, forMs) {
          if (forMs === 0) return store.hold(id, key, holders.get(id + key) ?? token, 0)
          const held = await store.hold(id, key, token, forMs)
          if (held) holders.set(id + key, token)
          return held
        },
      }
    },
  },
  {
    name: 'forgets the leases of a commit',
    caughtBy: 'takes a lease with the commit that says so, from anybody',
    plant: (store) => ({ commit: (id, expected, { leases: _, ...rest }) => store.commit(id, expected, rest) }),
  },
  {
    name: 'takes leases before it knows that the commit is lost',
    caughtBy: 'takes no lease with a commit that is lost',
    plant: (store) => ({
      async commit(id, expected, { leases = [], ...rest }) {
        for (const { key, token, forMs } of leases) await store.hold(id, key, token, forMs)
        return store.commit(id, expected, { ...rest, leases })
      },
    }),
  },
  {
    name: 'keeps leases in the record',
    caughtBy: 'keeps leases beside the record: none ages a position, moves an agenda or prolongs a life',
    plant: (store) => ({
      async hold(id, key, token, forMs) {
        const found = await store.read(id)
        if (typeof found === 'object') {
          const { bytes, position } = found
          await store.commit(id, position, {
            bytes,
            ...position,
            revision: position.revision + 1,
            ttlMs: later,
          })
        }
        return store.hold(id, key, token, forMs)
      },
    }),
  },
  {
    name: 'knows one lease a session',
    caughtBy: 'tells leases apart by session and key, whatever strings they are',
    plant: (store) => ({ hold: (id, _, token, forMs) => store.hold(id, '', token, forMs) }),
  },
  filing(
    'counts tries after it has answered',
    'gives the value to as many tries as are allowed, and no more, of 200 at once',
    (directory) => {
      const count = counter()
      const counted = new Map<string, number>()
      return {
        async tryCode(code, maxTries) {
          const before = counted.get(code) ?? 0
          const value = await directory.tryCode(code, later)
          counted.set(code, count(code))
          return before < maxTries ? value : undefined
        },
      }
    },
  ),
  filing(
    'gives a code back to who asks for more tries',
    'burns a code with the try after the last, for however many tries later ones ask',
    (directory) => {
      const count = counter()
      return {
        tryCode: async (code, maxTries) => (count(code) > maxTries ? undefined : directory.tryCode(code, later)),
      }
    },
  ),
  filing('overwrites a code that is taken', 'refuses a code that is taken, and leaves it as it is', (directory) => ({
    async putCode(code, value, ttlMs) {
      await directory.dropCode(code)
      return directory.putCode(code, value, ttlMs)
    },
  })),
  filing(
    'hands out a burned code anew',
    'burns a code with the try after the last, for however many tries later ones ask',
    (directory) => ({
      async tryCode(code, maxTries) {
        const value = await directory.tryCode(code, maxTries)
        if (value === undefined) await directory.dropCode(code)
        return value
      },
    }),
  ),
  filing('looks whether a code is taken before it takes it', 'lets exactly one of many have a code', (directory) => {
    const taken = new Set<string>()
    return {
      async putCode(code, value, ttlMs) {
        const refused = taken.has(code)
        await directory.dropCode(refused ? '' : code)
        taken.add(code)
        if (!refused) await directory.putCode(code, value, ttlMs)
        return !refused
      },
    }
  }),
  filing('counts the tries of all codes together', 'counts the tries of every code by itself', (directory) => {
    let tries = 0
    return { tryCode: (code, maxTries) => directory.tryCode(code, ++tries > maxTries ? 0 : maxTries) }
  }),
  filing('prolongs a code with a try', 'does not let a try or a refusal extend the life of a code', (directory) => ({
    async tryCode(code, maxTries) {
      const value = await directory.tryCode(code, maxTries)
      await directory.dropCode(code)
      if (value !== undefined) await directory.putCode(code, value, later)
      return value
    },
  })),
  filing(
    'forgets no code',
    'forgets a code when its time is up, burned or not, and lets it be used again',
    (directory) => ({
      putCode: (code, value) => directory.putCode(code, value, later),
    }),
  ),
  filing('keeps the tries of a dropped code', 'forgets a code that is dropped, with its tries', (directory) => {
    const count = counter()
    return { tryCode: (code, maxTries) => directory.tryCode(code, count(code) > maxTries ? 0 : maxTries) }
  }),
  filing('trims codes', 'files any text under any code', (directory) => ({
    putCode: (code, value, ttlMs) => directory.putCode(code.trim(), value, ttlMs),
    tryCode: (code, maxTries) => directory.tryCode(code.trim(), maxTries),
  })),
  filing(
    'lists the shortest lives first',
    'lists the sessions of an owner, those that live longest first, and of nobody else',
    (directory) => ({
      list: async (owner, limit) => (await directory.list(owner, later)).reverse().slice(0, limit),
    }),
  ),
  filing(
    'gives all sessions of an owner, whatever the limit',
    'lists the sessions of an owner, those that live longest first, and of nobody else',
    (directory) => ({ list: (owner) => directory.list(owner, later) }),
  ),
  filing('lists what ended', 'lists nothing past its time, and it takes nothing else along', (directory) => ({
    add: (owner, id) => directory.add(owner, id, later),
  })),
  filing('prolongs nothing', 'keeps a session on the list for as long as it was last added for', (directory) => {
    const count = counter()
    return {
      add: async (owner, id, ttlMs) => (count(`${owner}|${id}`) > 1 ? undefined : directory.add(owner, id, ttlMs)),
    }
  }),
  filing('shortens nothing', 'keeps a session on the list for as long as it was last added for', (directory, clock) => {
    const ends = new Map<string, number>()
    return {
      add(owner, id, ttlMs) {
        const end = Math.max(ends.get(`${owner}|${id}`) ?? 0, clock() + ttlMs)
        ends.set(`${owner}|${id}`, end)
        return directory.add(owner, id, end - clock())
      },
    }
  }),
  filing(
    'ends a list with the entry added last',
    'keeps a whole list for as long as its longest entry, whatever is added after it',
    (directory, clock) => {
      const ends = new Map<string, number>()
      return {
        add(owner, id, ttlMs) {
          ends.set(owner, clock() + ttlMs)
          return directory.add(owner, id, ttlMs)
        },
        list: async (owner, limit) => ((ends.get(owner) ?? 0) > clock() ? directory.list(owner, limit) : []),
      }
    },
  ),
  filing(
    'loses one of two sessions added at once',
    'lists every session of many that are added at once',
    (directory) => ({
      async add(owner, id, ttlMs) {
        const before = await directory.list(owner, later)
        await directory.add(owner, id, ttlMs)
        for (const other of await directory.list(owner, later)) {
          if (other !== id && !before.includes(other)) await directory.drop(owner, other)
        }
      },
    }),
  ),
  filing('takes a session off every list', 'takes a session off the list of one owner', (directory) => {
    const owners = new Set<string>()
    return {
      add: (owner, id, ttlMs) => directory.add(owners.add(owner) && owner, id, ttlMs),
      drop: async (_, id) => void (await Promise.all([...owners].map((owner) => directory.drop(owner, id)))),
    }
  }),
  filing('mixes up codes and owners', 'keeps sessions, owners and codes of one name apart', (directory) => ({
    async dropCode(code) {
      await directory.dropCode(code)
      for (const id of await directory.list(code, later)) await directory.drop(code, id)
    },
  })),
  filing('cannot hold any name', 'tells owners and sessions apart, whatever they are called', (directory) => ({
    add: (owner, id, ttlMs) => directory.add(owner.normalize(), id, ttlMs),
  })),

  {
    name: 'tells nobody of a removal',
    caughtBy: 'tells a watcher of a removal, whoever makes it',
    plant: (store) => ({
      watch: (id, listener) => store.watch?.(id, (hint) => hint !== 'removed' && listener(hint)) ?? (() => {}),
    }),
  },
  {
    name: 'only ever says that one should look',
    caughtBy: 'tells a watcher the position of a commit that pokes, whoever makes it',
    plant: (store) => ({ watch: (id, listener) => store.watch?.(id, () => listener(undefined)) ?? (() => {}) }),
  },
  {
    name: 'starts to watch late, and does not say so',
    caughtBy: 'leads who looks whenever it is told to the newest record, from the moment it watches',
    plant: (store) => {
      const count = counter()
      return { watch: (id, listener) => store.watch?.(id, (hint) => count(id) > 2 && listener(hint)) ?? (() => {}) }
    },
  },
  {
    name: 'goes on telling who has stopped',
    caughtBy: 'tells a watcher nothing once it has stopped, and goes on telling the others',
    plant: (store) => ({
      watch(id, listener) {
        store.watch?.(id, listener)
        return () => {}
      },
    }),
  },
  {
    name: 'stops everybody with one',
    caughtBy: 'tells a watcher nothing once it has stopped, and goes on telling the others',
    plant: (store) => {
      const stops = new Set<() => void>()
      return {
        watch(id, listener) {
          stops.add(store.watch?.(id, listener) ?? (() => {}))
          return () => {
            for (const stop of stops) stop()
          }
        },
      }
    },
  },
  {
    name: 'knows a listener once',
    caughtBy: 'stops one of two watches by the same listener, and goes on with the other',
    plant: (store) => {
      const stops = new Map<(hint: Hint) => void, () => void>()
      return {
        watch(id, listener) {
          stops.get(listener)?.()
          stops.set(listener, store.watch?.(id, listener) ?? (() => {}))
          return () => stops.get(listener)?.()
        },
      }
    },
  },
  {
    name: 'tells watchers of sessions that are not theirs',
    caughtBy: 'tells each of many watchers of its own session and of no other',
    plant: (store) => {
      const listeners = new Set<(hint: Hint) => void>()
      return {
        watch(id, listener) {
          listeners.add(listener)
          const tellAll = (hint: Hint): void => {
            for (const tell of listeners) tell(hint)
          }
          return store.watch?.(id, tellAll) ?? (() => {})
        },
      }
    },
  },
  {
    name: 'tires of watching',
    caughtBy: 'watches and stops watching again and again',
    plant: (store) => {
      let watches = 0
      return { watch: (id, listener) => (++watches > 100 ? () => {} : (store.watch?.(id, listener) ?? (() => {}))) }
    },
  },

  {
    name: 'counts its way through sessions that change places',
    caughtBy: 'scans every one of 5,000 sessions that is there all the while, whatever is written, removed and created',
    plant: (store) => ({
      async scan(cursor = '>0', limit) {
        const newestLast = (await everything(store)).sort(
          (a, b) => (a.stored?.position.revision ?? 0) - (b.stored?.position.revision ?? 0),
        )
        const to = Number(cursor.slice(1)) + limit
        const found = newestLast.slice(to - limit, to)
        return {
          found,
          cursor: to < newestLast.length ? `>${to}` : undefined,
          done: Math.min(1, to / newestLast.length),
        }
      },
    }),
  },
  {
    name: 'gives everything at once',
    caughtBy: 'scans in batches of about the size that is asked for, and says how far it is',
    plant: (store) => ({ scan: (cursor) => store.scan(cursor, later) }),
  },
  {
    name: 'is done before the end',
    caughtBy: 'scans in batches of about the size that is asked for, and says how far it is',
    plant: (store) => ({
      async scan(cursor, limit) {
        const batch = await store.scan(cursor, limit)
        return batch.done < 0.9 ? batch : { ...batch, cursor: undefined, done: 1 }
      },
    }),
  },
  {
    name: 'leaves out the session without a name',
    caughtBy: 'scans sessions of any name',
    plant: (store) => ({
      async scan(cursor, limit) {
        const { found, ...rest } = await store.scan(cursor, limit)
        return { ...rest, found: found.filter(({ id }) => id !== '') }
      },
    }),
  },
  {
    name: 'takes a tombstone for something unreadable',
    caughtBy: 'scans neither what was removed nor what expired',
    plant: (store) => {
      const removed = new Set<SessionId>()
      return {
        remove: (id, tombstoneMs) => store.remove(removed.add(id) && id, tombstoneMs),
        async scan(cursor, limit) {
          const batch = await store.scan(cursor, limit)
          const extra = [...removed].map((id): Scanned => ({ id, stored: null, ttlMs: 1 }))
          removed.clear()
          return { ...batch, found: [...batch.found, ...extra] }
        },
      }
    },
  },
  {
    name: 'tells the wrong time that is left',
    caughtBy: 'scans each session as it is: its record and the time it has left',
    plant: (store, clock) => ({
      async scan(cursor, limit) {
        const batch = await store.scan(cursor, limit)
        return { ...batch, found: batch.found.map((one) => ({ ...one, ttlMs: one.ttlMs + clock() })) }
      },
    }),
  },
  {
    name: 'begins again at a cursor it does not know',
    caughtBy: 'refuses a cursor it has not given',
    plant: (store) => ({ scan: (cursor, limit) => store.scan(cursor?.startsWith('>') ? cursor : undefined, limit) }),
  },
  {
    name: 'extends a life by scanning it',
    caughtBy: 'does not let a scan extend a life',
    plant: (store) => ({
      async scan(cursor, limit) {
        const batch = await store.scan(cursor, limit)
        for (const { id, stored } of batch.found) {
          if (stored) await store.commit(id, stored.position, { ...stored, ...stored.position, ttlMs: later })
        }
        return batch
      },
    }),
  },
]

describe('the conformance suite', () => {
  for (const bug of bugs) {
    it(`catches a store that ${bug.name}`, async () => {
      expect(await isCaught(bug)).toBe(true)
    })
  }
})
