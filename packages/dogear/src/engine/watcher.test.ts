// Watching: a follower of a session is notified of every change, and of nothing once access has ended.

import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Codec, msgpackCodec } from '../codec/codec.ts'
import { memoryStore } from '../store/memory.ts'
import type { Hint, Store } from '../store/store.ts'
import type { Position } from '../wire.ts'
import type { Engine, Visitor, WatchHint, Watching } from './contract.ts'
import { comeIn, idOf, nobody, offer } from './handover.fixture.ts'
import { atReview, eventually, inside, mint, mute, person, rig, watch } from './harness.fixture.ts'

const code = (expected: string) => expect.objectContaining({ code: expected })

async function follow(engine: Engine, visitor: Visitor): Promise<{ heard: WatchHint[]; watching: Watching }> {
  const heard: WatchHint[] = []
  return { heard, watching: await engine.watch('checkout', visitor, (hint) => heard.push(hint)) }
}

const at = (revision: number) => expect.objectContaining({ epoch: 0, revision })

/** A memory store that knows how many listen to it. */
function counting(): { store: ReturnType<typeof watch>; listeners: () => number; poke: (hint: Hint) => void } {
  const listeners = new Set<(hint: Hint) => void>()
  const store = watch(memoryStore(), (inner) => ({
    watch(id, listener) {
      const own = (hint: Hint) => listener(hint)
      listeners.add(own)
      const release = inner.watch?.(id, own)
      return () => {
        listeners.delete(own)
        release?.()
      }
    },
  }))
  return { store, listeners: () => listeners.size, poke: (hint) => [...listeners].map((listener) => listener(hint)) }
}

describe.each([
  ['that tells of commits', (store: Store) => store],
  ['that has to be looked at', mute],
])('on a store %s', (_, like) => {
  const engines = (): Engine[] => {
    const store = watch(like(memoryStore()))
    return [rig({ store, pollMs: 5 }).engine, rig({ store, pollMs: 5 }).engine]
  }

  it('the first hint is where the session is, then come the turns of any process', async () => {
    const [here, there] = engines() as [Engine, Engine]
    const someone = await atReview(here)
    const { heard } = await follow(here, someone.caller)
    expect(heard).toEqual([at(2)])
    await someone.send('note.added')
    expect(heard).toEqual([at(2), at(3)])
    await person(there, someone.caller.credential).send('note.added')
    await eventually(() => expect(heard).toEqual([at(2), at(3), at(4)]))
    await here.close()
  })

  it('a revoked device hears the last of it from any process, and the one that revoked goes on', async () => {
    const [here, there] = engines() as [Engine, Engine]
    const desktop = await atReview(here)
    const phone = await comeIn(there, (await offer(here, desktop, 'join')).link)
    const [lost, kept] = [await follow(there, phone.person.caller), await follow(here, desktop.caller)]
    await here.revoke('checkout', desktop.caller, 'others')
    await eventually(() => expect(lost.heard.at(-1)).toBe('gone'))
    const hints = lost.heard.length
    await desktop.send('note.added')
    expect(kept.heard.at(-1)).toEqual(at(6))
    expect(lost.heard).toHaveLength(hints)
    await Promise.all([here.close(), there.close()])
  })

  it('the end of a session is the end for everyone', async () => {
    const [here, there] = engines() as [Engine, Engine]
    const someone = await atReview(here)
    const [one, other] = [await follow(here, someone.caller), await follow(there, someone.caller)]
    await here.destroy('checkout', someone.caller)
    expect(one.heard).toEqual([at(2), 'gone'])
    await eventually(() => expect(other.heard).toEqual([at(2), 'gone']))
  })

  it('a device that moves the session away hears that it is gone, at once in its own process', async () => {
    const [here] = engines() as [Engine]
    const desktop = await atReview(here)
    const proofs = await offer(here, desktop)
    const { heard } = await follow(here, desktop.caller)
    await comeIn(here, proofs.code)
    expect(heard).toEqual([at(3), 'gone'])
  })

  it('closing the engine ends it, and who joins after that is told so at once', async () => {
    const [here] = engines() as [Engine]
    const someone = await atReview(here)
    const { heard } = await follow(here, someone.caller)
    await here.close()
    expect(heard).toEqual([at(2), 'closed'])
    // Nobody's failure: who comes now is told that it is over, and asks another process.
    expect((await follow(here, someone.caller)).heard).toEqual(['closed'])
  })
})

describe('joining', () => {
  it('an engine that closes meanwhile is told that it is over, and asks another process', async () => {
    const { store, listeners } = counting()
    let [held, release]: [Promise<void> | undefined, () => void] = [undefined, () => {}]
    const slow = watch(store, (inner) => ({
      async read(...args) {
        await held
        return inner.read(...args)
      },
    }))
    const { engine } = rig({ store: slow })
    const someone = await atReview(engine)
    held = new Promise((resolve) => (release = resolve))
    slow.calls.length = 0
    const joining = follow(engine, someone.caller)
    await eventually(() => expect(slow.calls).toEqual(['read']))
    await engine.close()
    release()
    const { heard, watching } = await joining
    expect(heard).toEqual(['closed'])
    await watching.check(undefined)
    watching.stop()
    expect([heard, listeners()]).toEqual([['closed'], 0])
  })

  it('is refused without a word to whom the session is not open', async () => {
    const { store, listeners } = counting()
    const { engine } = rig({ store })
    const someone = await atReview(engine)
    const listener = vi.fn()
    await expect(engine.watch('checkout', nobody, listener)).rejects.toThrow(code('no_session'))
    for (const credential of [mint(), inside(idOf(someone))])
      await expect(engine.watch('checkout', { credential }, listener)).rejects.toThrow(code('session_gone'))
    await expect(engine.watch('other', someone.caller, listener)).rejects.toThrow(code('unknown_flow'))
    expect(listener).not.toHaveBeenCalled()
    expect(listeners()).toBe(0)
  })

  it('fails with the store, and leaves nothing behind', async () => {
    const { store, listeners } = counting()
    const { engine } = rig({ store: { ...store, read: () => Promise.reject(new Error('down')) } })
    await expect(follow(engine, { credential: mint() })).rejects.toThrow(code('store_unavailable'))
    expect(listeners()).toBe(0)
  })

  it('while the session is being written misses nothing and shuts nobody out', async () => {
    const store = watch(memoryStore())
    const engines = [rig({ store }).engine, rig({ store }).engine] as const
    const desktop = await atReview(engines[0])
    const everything: WatchHint[][] = []
    for (const index of [0, 1, 0, 1, 0] as const) {
      const events = Promise.all(Array.from({ length: 20 }, () => desktop.send('note.added')))
      const phone = await comeIn(engines[1], (await offer(engines[0], desktop, 'join')).link)
      everything.push((await follow(engines[index], phone.person.caller)).heard)
      await events
    }
    const { revision } = await desktop.read()
    await eventually(() => {
      for (const heard of everything) expect(heard.at(-1)).toEqual(at(revision))
    })
  })
})

describe('hints', () => {
  it('are never believed: one of a removal that did not happen ends nothing', async () => {
    const { store, poke } = counting()
    const { engine } = rig({ store })
    const someone = await atReview(engine)
    const { heard } = await follow(engine, someone.caller)
    const { epoch, revision, mark } = await someone.read()
    const unlike = { epoch, revision, mark: 'another-' }
    for (const hint of ['removed', undefined, { epoch, revision: 99, mark }, unlike] as const) poke(hint)
    await someone.send('note.added')
    expect(heard).toEqual([at(2), at(3)])
  })

  it('at once by the hundred cost a few looks, for any number of followers', async () => {
    const { store, poke } = counting()
    const { engine } = rig({ store })
    const someone = await atReview(engine)
    const followers = await Promise.all(Array.from({ length: 50 }, () => follow(engine, someone.caller)))
    const other = rig({ store: watch(store) })
    await person(other.engine, someone.caller.credential).send('note.added')
    store.calls.length = 0
    for (let hints = 0; hints < 100; hints++) poke(undefined)
    await eventually(() => {
      for (const { heard } of followers) expect(heard).toEqual([at(2), at(3)])
    })
    expect(store.calls.filter((call) => call === 'read').length).toBeLessThanOrEqual(4)
  })

  it('that lead to a look overtaken by a commit of this process take nobody back', async () => {
    const { store, poke } = counting()
    let held: Promise<void> | undefined
    let release = () => {}
    const { engine } = rig({
      store: {
        ...store,
        async read(...args) {
          const found = await store.read(...args)
          await held
          return found
        },
      },
    })
    const someone = await atReview(engine)
    const { heard, watching } = await follow(engine, someone.caller)
    held = new Promise((resolve) => (release = resolve))
    const late = watching.check(undefined)
    poke(undefined)
    await someone.send('note.added')
    expect(heard).toEqual([at(2), at(3)])
    held = undefined
    release()
    await late
    expect(heard).toEqual([at(2), at(3)])
  })

  it('of the position that is known cost no look, and others one', async () => {
    const { store, poke } = counting()
    const { engine } = rig({ store, pollMs: 5 })
    const someone = await atReview(engine)
    await follow(engine, someone.caller)
    const { epoch, revision, mark } = await someone.read()
    store.calls.length = 0
    poke({ epoch, revision, mark })
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(store.calls).toEqual([])
    for (const other of [undefined, null, 'removed', { epoch, revision, mark: 'another-' }]) {
      poke(other as Hint)
      await eventually(() => expect(store.calls).toEqual(['read']))
      store.calls.length = 0
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(store.calls).toEqual([])
  })

  it("of nothing new cost no decoding, once everybody's access was checked", async () => {
    const { store, poke } = counting()
    const plain = msgpackCodec()
    let decoded = 0
    const decode: Codec['decode'] = (bytes) => {
      decoded++
      return plain.decode(bytes)
    }
    const { engine } = rig({ store, codec: { encode: plain.encode, decode } })
    const someone = await atReview(engine)
    const [one, other] = [await follow(engine, someone.caller), await follow(engine, someone.caller)]
    await person(rig({ store }).engine, someone.caller.credential).send('note.added')
    await eventually(() => expect(other.heard).toEqual([at(2), at(3)]))
    store.calls.length = 0
    const before = decoded
    for (const reads of [1, 2, 3]) {
      poke(undefined)
      await eventually(() => expect(store.calls).toEqual(Array.from({ length: reads }, () => 'read')))
    }
    await one.watching.check(undefined)
    expect(decoded).toBe(before + 1)
    expect([one.heard, other.heard]).toEqual([
      [at(2), at(3)],
      [at(2), at(3)],
    ])
  })

  describe('that come while the store is down', () => {
    /** A session with a follower, on a store that can be down, looked at every second until it is read. */
    async function outage() {
      const { store: inner, poke } = counting()
      let down = false
      const store = watch(inner, () => ({
        read: (...args) => (down ? Promise.reject(new Error('down')) : inner.read(...args)),
      }))
      const { engine } = rig({ pollMs: 1_000, store })
      const someone = await atReview(engine)
      const { heard, watching } = await follow(engine, someone.caller)
      const there = person(rig({ store: inner }).engine, someone.caller.credential)
      vi.useFakeTimers()
      store.calls.length = 0
      return {
        ...{ heard, poke, calls: store.calls, stop: () => watching.stop(), write: () => there.send('note.added') },
        is: (state: 'down' | 'up') => {
          down = state === 'down'
        },
      }
    }
    afterEach(() => vi.useRealTimers())

    it('are made up for once it is up, although no other comes, in every outage', async () => {
      const { heard, calls, is, write } = await outage()
      for (const revision of [3, 4]) {
        is('down')
        await write()
        await vi.advanceTimersByTimeAsync(5_500)
        expect(heard.at(-1)).toEqual(at(revision - 1))
        is('up')
        await vi.advanceTimersByTimeAsync(1_000)
        expect(heard.at(-1)).toEqual(at(revision))
      }
      calls.length = 0
      await vi.advanceTimersByTimeAsync(60_000)
      expect(calls).toEqual([])
    })

    it('cost one look a second, however many they are, and none once nobody follows', async () => {
      const { poke, calls, is, stop } = await outage()
      is('down')
      for (let hints = 0; hints < 10; hints++) {
        poke(undefined)
        await vi.advanceTimersByTimeAsync(10)
      }
      calls.length = 0
      await vi.advanceTimersByTimeAsync(10_000)
      expect(calls.length).toBe(10)
      stop()
      await vi.advanceTimersByTimeAsync(10_000)
      expect(calls.length).toBe(10)
    })
  })
})

it('a follower who leaves, and leaves again, takes nothing from the others', async () => {
  const { store, listeners } = counting()
  const here = rig({ store })
  const someone = await atReview(here.engine)
  const [leaving, staying] = [await follow(here.engine, someone.caller), await follow(here.engine, someone.caller)]
  leaving.watching.stop()
  leaving.watching.stop()
  await person(rig({ store }).engine, someone.caller.credential).send('note.added')
  await eventually(() => expect(staying.heard).toEqual([at(2), at(3)]))
  expect(leaving.heard).toEqual([at(2)])
  expect(listeners()).toBe(1)
  store.calls.length = 0
  await leaving.watching.check(undefined)
  expect([leaving.heard, store.calls]).toEqual([[at(2)], []])
})

it('a process that has nothing else to do may end, though somebody follows', async () => {
  const { engine } = rig({ store: watch(mute(memoryStore())), pollMs: 60_000 })
  const someone = await atReview(engine)
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
  const before = timers()
  const { watching } = await follow(engine, someone.caller)
  expect(timers()).toBe(before)
  watching.stop()
})

it('a look that finds a turn of another process after one of this process tells of both', async () => {
  let [held, release]: [Promise<void> | undefined, () => void] = [undefined, () => {}]
  const inner = memoryStore()
  const store = watch(mute(inner), () => ({
    async read(...args) {
      await held
      return inner.read(...args)
    },
  }))
  const { engine } = rig({ store, pollMs: 60_000 })
  const someone = await atReview(engine)
  const { heard, watching } = await follow(engine, someone.caller)
  held = new Promise((resolve) => (release = resolve))
  const look = watching.check(undefined)
  await someone.send('note.added')
  await person(rig({ store: watch(inner) }).engine, someone.caller.credential).send('note.added')
  expect(heard).toEqual([at(2), at(3)])
  release()
  await look
  expect(heard).toEqual([at(2), at(3), at(4)])
})

it('a store that cannot tell is looked at a second after each look, and no more once nobody follows', async () => {
  let [held, release]: [Promise<void> | undefined, () => void] = [undefined, () => {}]
  const store = watch(mute(memoryStore()), (inner) => ({
    async read(...args) {
      await held
      return inner.read(...args)
    },
  }))
  const { engine } = rig({ store, pollMs: 1_000, deadlineMs: 600_000 })
  const someone = await atReview(engine)
  vi.useFakeTimers()
  try {
    const reads = async (ms: number) => {
      store.calls.length = 0
      await vi.advanceTimersByTimeAsync(ms)
      return store.calls.filter((call) => call === 'read').length
    }
    const first = await follow(engine, someone.caller)
    expect([await reads(999), await reads(1), await reads(10_000)]).toEqual([0, 1, 10])
    first.watching.stop()
    expect(await reads(10_000)).toBe(0)
    const second = await follow(engine, someone.caller)
    held = new Promise((resolve) => (release = resolve))
    expect(await reads(10_000)).toBe(1)
    second.watching.stop()
    release()
    expect(await reads(10_000)).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
  } finally {
    vi.useRealTimers()
  }
})

it('a hint belongs to its listener: whatever is done to it, none is told again', async () => {
  const { engine } = rig()
  const someone = await atReview(engine)
  const heard: number[] = []
  const watching = await engine.watch('checkout', someone.caller, (hint) => {
    heard.push((hint as Position).revision)
    Object.assign(hint as Position, { revision: 99 })
  })
  await watching.check(undefined)
  await someone.send('note.added')
  await watching.check(undefined)
  expect(heard).toEqual([2, 3])
})

describe('a check', () => {
  it('finds that the session has expired though nothing was said', async () => {
    let now = Date.UTC(2026, 0, 1)
    const { engine } = rig({ clock: () => now, store: watch(memoryStore({ clock: () => now })) })
    const someone = await atReview(engine)
    const { heard, watching } = await follow(engine, someone.caller)
    now += 29 * 86_400_000
    await watching.check(undefined)
    expect(heard).toEqual([at(2)])
    now += 2 * 86_400_000
    await watching.check(undefined)
    expect(heard).toEqual([at(2), 'gone'])
  })

  it('finds that its person has signed out', async () => {
    const owner = { id: 'owner', label: 'a•••' }
    const { engine } = rig()
    const someone = await atReview(engine, owner)
    const { heard, watching } = await follow(engine, someone.caller)
    await watching.check(owner)
    expect(heard).toEqual([at(2)])
    await watching.check(undefined)
    expect(heard).toEqual([at(2), 'gone'])
    await watching.check(owner)
    expect(heard).toEqual([at(2), 'gone'])
  })

  it('rejects while the store is down, and watching goes on', async () => {
    const { store } = counting()
    let down = false
    const { engine } = rig({
      store: { ...store, read: (...args) => (down ? Promise.reject(new Error('down')) : store.read(...args)) },
    })
    const someone = await atReview(engine)
    const { heard, watching } = await follow(engine, someone.caller)
    down = true
    await expect(watching.check(undefined)).rejects.toThrow(code('store_unavailable'))
    down = false
    await someone.send('note.added')
    expect(heard).toEqual([at(2), at(3)])
  })
})

it('a listener that throws is reported and keeps nobody else from hearing', async () => {
  const { engine, errors } = rig()
  const someone = await atReview(engine)
  await engine.watch('checkout', someone.caller, () => {
    throw new Error('a broken stream')
  })
  const { heard } = await follow(engine, someone.caller)
  await someone.send('note.added')
  expect(heard).toEqual([at(2), at(3)])
  expect(errors).toMatchObject([{ message: 'a broken stream' }, { message: 'a broken stream' }])
})

describe('ten thousand joins and leaves', { timeout: 60_000 }, () => {
  afterEach(() => vi.useRealTimers())

  it('leave no listener in the store', async () => {
    const { store, listeners } = counting()
    const { engine } = rig({ store })
    const someone = await atReview(engine)
    for (let round = 0; round < 100; round++) {
      const joined = await Promise.all(
        Array.from({ length: 100 }, () => engine.watch('checkout', someone.caller, () => {})),
      )
      expect(listeners()).toBe(1)
      for (const watching of joined) watching.stop()
      joined[0]?.stop()
      expect(listeners()).toBe(0)
    }
  })

  it('leave no timer where the store has to be looked at', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const store = watch(mute(memoryStore()))
    const { engine } = rig({ store })
    const people = await Promise.all(Array.from({ length: 100 }, () => atReview(engine)))
    for (let round = 0; round < 100; round++) {
      const joined = await Promise.all(people.map(({ caller }) => engine.watch('checkout', caller, () => {})))
      expect(vi.getTimerCount()).toBe(100)
      for (const watching of joined) watching.stop()
      expect(vi.getTimerCount()).toBe(0)
    }
  })
})
