// An archive behind the engine's store: what is lost in front of it comes back, and nobody is told what is not so.

import { describe, expect, it } from 'vitest'
import { msgpackCodec } from '../../codec/codec.ts'
import { recordsOf } from '../../codec/records.ts'
import { testStore } from '../../store/conformance.ts'
import { memoryStore } from '../../store/memory.ts'
import type { Store } from '../../store/store.ts'
import { positionOf } from '../../turn/record.ts'
import type { Position, View } from '../../wire.ts'
import { createEngine } from '../engine.ts'
import { eventually, person } from '../harness.fixture.ts'
import { archivedStore } from './archived-store.ts'
import { hour, minute, shopFlow, world } from './world.fixture.ts'

const seen = (view: View): { position: Position } => ({ position: positionOf(view) })

testStore({
  name: 'a fast store with an archive behind it',
  make() {
    let now = Date.UTC(2026, 0, 1)
    const clock = () => now
    const parts = { records: recordsOf(msgpackCodec()), flows: new Map(), now: clock }
    const store = archivedStore({ hot: memoryStore({ clock }), archive: memoryStore({ clock }), ...parts })
    const advance = (ms: number): void => {
      now += ms
    }
    return { store, advance }
  },
  skip: {
    backlog: 'the engine works on it, which has no backlog of its own',
    archive: 'the engine works on it, and not on the archive behind it',
  },
})

describe('many turns are one row:', () => {
  it('what is committed within a second is written once, and nothing is written twice', async () => {
    const { process, write, rows, reads, archive } = world()
    const engine = process()
    const someone = person(engine)
    for (let turn = 0; turn < 30; turn++) await someone.send('say')
    const before = reads()
    await write(engine)
    expect([rows(), reads() - before]).toEqual([1, 0])
    const id = someone.caller.credential?.id ?? ''
    expect(await archive.get(id)).toMatchObject({ position: positionOf(await someone.read()) })
    await write(engine)
    expect(rows()).toBe(1)
  })

  it('a session that is over is archived at once', async () => {
    const { process, rows } = world()
    const someone = person(process())
    await someone.send('finish')
    await eventually(() => expect(rows()).toBe(1))
  })
})

describe('after the fast store has lost everything', () => {
  it('a session comes back as it was archived, also to a process that has never seen it', async () => {
    const { process, write, flush } = world()
    const here = process()
    const someone = person(here)
    for (let turn = 0; turn < 3; turn++) await someone.send('say')
    await write(here)
    flush()
    for (const engine of [process(), here])
      expect(await person(engine, someone.caller.credential).read()).toMatchObject({
        context: { said: 3 },
        revision: 3,
      })
    expect((await someone.send('say')).view.context).toMatchObject({ said: 4 })
  })

  it('a page that saw what the archive has is told nothing, and goes on', async () => {
    const { process, write, flush } = world()
    const engine = process()
    const someone = person(engine)
    const { view } = await someone.send('say')
    await write(engine)
    flush()
    const reply = await someone.send('say', {}, { step: 'form', ...seen(view) })
    expect(reply).toMatchObject({ outcome: 'applied', view: { context: { said: 2 }, epoch: 1 } })
  })

  it('a page that saw more is told, and nothing is applied to what it has not seen', async () => {
    const { process, write, flush } = world()
    const engine = process()
    const someone = person(engine)
    await someone.send('say')
    await write(engine)
    const { view: lost } = await someone.send('say')
    flush()
    const told = await someone.send('say', {}, { step: 'form', ...seen(lost) })
    expect(told).toMatchObject({ outcome: 'rejected', code: 'rewound', view: { context: { said: 1 }, epoch: 1 } })
    for (let turn = 0; turn < 3; turn++) await someone.send('say')
    expect(await someone.send('say', {}, { step: 'form', ...seen(lost) })).toMatchObject({ code: 'rewound' })
  })

  it('a session that was destroyed stays so', async () => {
    const { process, write, flush } = world()
    const engine = process()
    const someone = person(engine)
    await someone.send('say')
    await write(engine)
    await engine.destroy('checkout', someone.caller)
    flush()
    expect(await person(process(), someone.caller.credential).read()).toMatchObject({ gone: { why: 'removed' } })
    await write(engine)
    flush()
    expect(await someone.read()).toMatchObject({ gone: { why: 'removed' } })
  })

  it('a timer fires all the same', async () => {
    const { process, write, flush, pass, hot } = world()
    const engine = process()
    const someone = person(engine)
    await someone.send('remind')
    await write(engine)
    flush()
    pass(24 * hour + minute)
    expect(await engine.archiver?.revive(10)).toBe(1)
    const due = await hot().claimDue(10, minute)
    expect(due.map(({ id }) => id)).toEqual([someone.caller.credential?.id])
    for (const { id, dueAt } of due) await engine.wake(id, dueAt)
    expect(await someone.read()).toMatchObject({ value: 'form', context: { reminded: true } })
  })

  it('a signed-in person finds their sessions on another device', async () => {
    const { process, write, flush } = world()
    const engine = process()
    const owner = { id: 'ada', label: 'a…@example.org' }
    const someone = person(engine, undefined, owner)
    await someone.send('say')
    await write(engine)
    flush()
    expect(await process().sessionsOf(owner, new Map())).toMatchObject([{ flow: 'checkout' }])
  })
})

describe('idle people live in the archive only:', () => {
  it('a session leaves the fast store, and comes back at the very position it had', async () => {
    const { process, write, pass, hot } = world()
    const engine = process()
    const someone = person(engine)
    await someone.send('say')
    const { view } = await someone.send('say')
    await write(engine)
    const id = someone.caller.credential?.id ?? ''
    pass(31 * minute)
    expect(await hot().read(id)).toBeUndefined()
    expect(await person(process(), someone.caller.credential).read()).toMatchObject(positionOf(view))
    pass(31 * minute)
    expect(await hot().read(id)).toBeUndefined()
    const reply = await someone.send('say', {}, { step: 'form', ...seen(view) })
    expect(reply).toMatchObject({ outcome: 'applied', view: { revision: 3, epoch: 0 } })
  })

  it('a commit that is not archived yet keeps its session there, however long the archive is away', async () => {
    const { process, write, pass, hot, breakArchive } = world()
    const errors: unknown[] = []
    const engine = process(undefined, (error) => errors.push(error))
    const someone = person(engine)
    await someone.send('say')
    await write(engine)
    await someone.send('say')
    breakArchive(new Error('away'))
    await expect(write(engine)).rejects.toMatchObject({ code: 'store_unavailable' })
    pass(5 * hour)
    expect(await someone.read()).toMatchObject({ context: { said: 2 } })
    expect((await hot().lag?.())?.sessions).toBe(1)
    breakArchive()
    await write(engine)
    expect(await hot().lag?.()).toEqual({ sessions: 0, oldestMs: 0 })
  })

  it('with the archive away, nobody is told that their session does not exist', async () => {
    const { process, write, pass, breakArchive } = world()
    const engine = process()
    const someone = person(engine)
    await someone.send('say')
    await someone.send('say')
    await write(engine)
    pass(31 * minute)
    breakArchive(new Error('away'))
    await expect(someone.read()).rejects.toMatchObject({ code: 'store_unavailable' })
    await expect(someone.send('say')).rejects.toMatchObject({ code: 'store_unavailable' })
    await expect(engine.destroy('checkout', someone.caller)).rejects.toMatchObject({ code: 'store_unavailable' })
    breakArchive()
    expect((await someone.send('say')).view.context).toMatchObject({ said: 3 })
  })
})

describe('a fast store that went back behind the archive, as after a failover to a replica that lags,', () => {
  it.each([1, 2, 4])('and went on for %i turns wins over what was lost', async (turns) => {
    const { process, write, lose, flush, archive } = world()
    const engine = process()
    const someone = person(engine)
    for (let turn = 0; turn < 3; turn++) await someone.send('say')
    const { view: lost } = await someone.send('say')
    await write(engine)
    const id = someone.caller.credential?.id ?? ''
    await lose(id, 2)
    for (let turn = 0; turn < turns; turn++) await someone.send('say')
    await write(engine)
    const now = await someone.read()
    const wins = turns > 2 ? { epoch: 0, revision: 2 + turns } : { epoch: 1, revision: 3 + turns }
    expect(now).toMatchObject({ context: { said: 2 + turns }, ...wins })
    expect(await archive.get(id)).toMatchObject({ position: positionOf(now) })
    expect(await someone.send('say', {}, { step: 'form', ...seen(lost) })).toMatchObject({ code: 'rewound' })
    flush()
    expect(await someone.read()).toMatchObject({ context: { said: 2 + turns } })
  })
})

it('a session that the archive knows to be destroyed is destroyed again in a fast store that lost that', async () => {
  const { process, write, archive, hot } = world()
  const engine = process()
  const someone = person(engine)
  await someone.send('say')
  await write(engine)
  const id = someone.caller.credential?.id ?? ''
  await archive.remove(id, hour)
  await someone.send('say')
  await write(engine)
  expect(await hot().read(id)).toBe('removed')
  expect(await person(process(), someone.caller.credential).read()).toMatchObject({ gone: { why: 'removed' } })
})

it('a session that the fast store dropped before it was archived leaves the backlog', async () => {
  const { process, write, lose, hot } = world()
  const errors: unknown[] = []
  const engine = process(undefined, (error) => errors.push(error))
  const someone = person(engine)
  await someone.send('say')
  await lose(someone.caller.credential?.id ?? '', 1)
  expect(await hot().lag?.()).toMatchObject({ sessions: 1 })
  await write(engine)
  expect(await hot().lag?.()).toMatchObject({ sessions: 0 })
  expect(errors).toEqual([])
})

it('a session that cannot be let go of yet keeps no other one from the archive, and stays on the backlog', async () => {
  const { process, write, archive, rows, hot } = world()
  const errors: unknown[] = []
  const engine = process(undefined, (error) => errors.push(error))
  const [gone, other] = [person(engine), person(engine)]
  await gone.send('say')
  await engine.destroy('checkout', gone.caller)
  await other.send('say')
  archive.remove = () => Promise.reject(new Error('away'))
  await write(engine)
  expect(rows()).toBe(1)
  expect(errors).toMatchObject([{ code: 'store_unavailable' }])
  expect(await hot().lag?.()).toMatchObject({ sessions: 1 })
})

it('a record that this process cannot read, with another in its way, stays on the backlog', async () => {
  const { process, write, archive, hot } = world()
  const engine = process()
  const position = { epoch: 0, revision: 1, mark: 'aaaaaaaa' }
  const bytes = new Uint8Array([9, 9])
  await archive.put(
    new Map([['a', { bytes, position: { ...position, revision: 5 }, dueAt: undefined, ttlMs: hour, life: '' }]]),
  )
  await hot().commit('a', 0, { bytes, ...position, ttlMs: hour, dirty: true })
  await write(engine)
  expect(await hot().lag?.()).toMatchObject({ sessions: 1 })
  expect(await hot().read('a')).toMatchObject({ bytes, position })
})

describe('an archive that throws before it answers', () => {
  it('is one that is away', async () => {
    const { process, write, archive, pass } = world()
    const engine = process()
    const someone = person(engine)
    await someone.send('say')
    await write(engine)
    pass(31 * minute)
    archive.get = () => {
      throw new Error('no connection')
    }
    await expect(someone.read()).rejects.toMatchObject({ code: 'store_unavailable' })
    archive.put = archive.get as never
    await expect(engine.archiver?.write(1)).rejects.toMatchObject({ code: 'store_unavailable' })
  })
})

describe('an effect whose intent has to outlive the fast store', () => {
  it('begins, and is answered for, only when it is in the archive', async () => {
    const { process, archive } = world()
    const calls: unknown[] = []
    let id = ''
    const engine = process(
      shopFlow(async () => {
        calls.push(await archive.get(id))
        return 'paid'
      }),
    )
    const someone = person(engine)
    await someone.send('say')
    id = someone.caller.credential?.id ?? ''
    const { view } = await someone.send('order')
    expect(calls).toMatchObject([{ position: { revision: 2 } }])
    expect(view.context).toMatchObject({ receipt: 'paid' })
  })

  it('begins only when it is there itself, though the archive is ahead of a fast store that went back', async () => {
    const { process, archive, write, lose } = world()
    const calls: unknown[] = []
    let id = ''
    const provider = async () => {
      calls.push(await archive.get(id))
      return 'paid'
    }
    const engine = process(shopFlow(provider))
    const someone = person(engine)
    for (let turn = 0; turn < 4; turn++) await someone.send('say')
    await write(engine)
    id = someone.caller.credential?.id ?? ''
    await lose(id, 2)
    const { view } = await someone.send('order')
    expect(calls).toMatchObject([{ position: { epoch: 1, revision: 4 } }])
    expect(view.context).toMatchObject({ said: 2, receipt: 'paid' })
  })

  it('does not begin while the archive is away, and no look at it writes; it begins when it is back', async () => {
    const { process, breakArchive, pass, hot } = world()
    let calls = 0
    const flow = shopFlow(async () => {
      calls++
      return 'paid'
    })
    const engine = process(flow)
    const someone = person(engine)
    await someone.send('say')
    breakArchive(new Error('away'))
    await expect(someone.send('order')).rejects.toMatchObject({ code: 'store_unavailable' })
    const wakeAll = async (by = engine) => {
      for (const { id, dueAt } of await hot().claimDue(10, 1)) await by.wake(id, dueAt).catch(() => {})
    }
    await wakeAll()
    const givenBack = positionOf(await someone.read())
    for (let look = 0; look < 12; look++, pass(minute)) await wakeAll()
    expect(positionOf(await someone.read())).toEqual(givenBack)
    expect(calls).toBe(0)
    await wakeAll()
    breakArchive()
    // No lease was left behind: another process need not wait for its end.
    pass(2)
    const there = process(flow)
    await wakeAll(there)
    const again = person(there, someone.caller.credential)
    await eventually(async () => expect((await again.read()).context).toMatchObject({ receipt: 'paid' }))
    expect(calls).toBe(1)
  })

  it('begins at once where a flow says that memory is enough', async () => {
    const { process, breakArchive } = world()
    const engine = process(shopFlow(async () => 'paid', 'memory'))
    const someone = person(engine)
    await someone.send('say')
    breakArchive(new Error('away'))
    expect((await someone.send('order')).view.context).toMatchObject({ receipt: 'paid' })
  })
})

describe('an effect whose intent replicas have to have', () => {
  const replicated = (confirms: () => boolean): Store => {
    const inner = memoryStore()
    return {
      ...inner,
      durability: 'replicated',
      async commit(id, expected, entry) {
        const result = await inner.commit(id, expected, entry)
        return result.committed && entry.confirm && !confirms() ? { ...result, confirmed: false } : result
      },
    }
  }

  it('begins, and is answered for, only when they do, and no try is used up meanwhile', async () => {
    let confirmed = false
    let calls = 0
    const provider = async () => {
      calls++
      return 'paid'
    }
    const store = replicated(() => confirmed)
    const engine = createEngine({ store, flows: [shopFlow(provider)], leaseMs: 20, effectWaitMs: 50 })
    const someone = person(engine)
    await someone.send('say')
    await expect(someone.send('order')).rejects.toMatchObject({ code: 'store_unavailable' })
    const wakeAll = async () => {
      for (const { id, dueAt } of await store.claimDue(10, 1)) await engine.wake(id, dueAt).catch(() => {})
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
    for (let look = 0; look < 12; look++) await wakeAll()
    expect(calls).toBe(0)
    confirmed = true
    await wakeAll()
    await eventually(async () => expect((await someone.read()).context).toMatchObject({ receipt: 'paid' }))
    expect(calls).toBe(1)
  })

  it.each(['memory', 'archived'] as const)('is not asked of them where a flow wants %s', async (durability) => {
    const asked: unknown[] = []
    const store = replicated(() => {
      asked.push('confirm')
      return false
    })
    const archive = memoryStore()
    const engine = createEngine({ store, archive, flows: [shopFlow(async () => 'paid', durability)], effectWaitMs: 50 })
    const someone = person(engine)
    await someone.send('say')
    expect((await someone.send('order')).view.context).toMatchObject({ receipt: 'paid' })
    expect(asked).toEqual([])
  })
})

it('a store that keeps no backlog is refused at once', () => {
  const { claimDirty: _, ...store } = memoryStore()
  expect(() => createEngine({ store, archive: memoryStore(), flows: [shopFlow()] })).toThrow('keeps no backlog')
})

it('a scan finds each session once, in the fast store, in the archive, or in both', async () => {
  const { process, write, flush } = world()
  const engine = process()
  const [archived, both] = [person(engine), person(engine)]
  for (const someone of [archived, both]) await someone.send('say')
  await write(engine)
  flush()
  await both.read()
  const fresh = person(engine)
  await fresh.send('say')
  const found: string[] = []
  let cursor: string | undefined
  do {
    const batch = await engine.store.scan(cursor, 1)
    found.push(...batch.found.map(({ id }) => id))
    cursor = batch.cursor
  } while (cursor !== undefined)
  expect(found.sort()).toEqual([archived, both, fresh].map(({ caller }) => caller.credential?.id).sort())
})
