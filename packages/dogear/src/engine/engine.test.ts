// Load, turn, commit, after: what the engine promises on a store that works.

import { describe, expect, it } from 'vitest'
import { assign, setup } from 'xstate'
import { z } from 'zod'
import { checkout } from '../flow/checkout.fixture.ts'
import { defineFlow } from '../flow/define.ts'
import { at } from '../store/cases/bench.ts'
import { memoryStore } from '../store/memory.ts'
import { atReview, mint, person, rig, watch } from './harness.fixture.ts'

const code = (expected: string) => expect.objectContaining({ code: expected })

describe('before the first accepted event', () => {
  it('nothing is stored, and reading does not even ask the store', async () => {
    const { engine, store } = rig()
    const view = await engine.read('checkout', undefined)
    expect(store.calls).toEqual([])
    expect(view).toMatchObject({ saved: false, step: 'shipping', epoch: 0, revision: 0, expiresAt: null })
    expect(view).toMatchObject({ tag: null, gone: null })
    const refused = await person(engine).send('shipping.submitted', { name: '' })
    expect(refused).toMatchObject({
      outcome: 'rejected',
      code: 'invalid_event',
      created: undefined,
      view: { saved: false },
    })
    expect(store.calls).not.toContain('commit')
  })

  it('an id we did not mint is never adopted', async () => {
    const { engine, store } = rig()
    const foreign = mint()
    const someone = person(engine, foreign)
    const reply = await someone.send('shipping.submitted', { name: 'Ada' })
    expect(reply.created?.id).not.toBe(foreign.id)
    expect(await store.read(foreign.id)).toBeUndefined()
  })
})

describe('a hot turn', () => {
  it('is exactly one call of the store, once the session has begun and the clock is known', async () => {
    const { engine, store } = rig()
    const someone = person(engine)
    await someone.send('shipping.submitted', { name: 'Ada' })
    await someone.send('payment.submitted', { token: 't' })
    await someone.send('note.added')
    expect(store.calls).toEqual(['now', 'putCode', 'commit', 'commit', 'commit'])
  })

  it('of an owner is one more, once: the first that lists the session', async () => {
    const { engine, store } = rig()
    const someone = await atReview(engine, { id: 'owner', label: 'a•••' })
    await someone.send('note.added')
    expect(store.calls).toEqual(['now', 'putCode', 'commit', 'add', 'commit', 'commit'])
  })

  it('on another process is a read and a commit, then one call again', async () => {
    const first = rig()
    const someone = await atReview(first.engine)
    const second = rig({ store: watch(first.store) })
    const there = person(second.engine, someone.caller.credential)
    await there.send('note.added')
    await there.send('note.added')
    expect(second.store.calls).toEqual(['now', 'read', 'commit', 'commit'])
  })
})

describe('many at once', () => {
  it('the same submission fifty times in parallel is one event with fifty equal views', async () => {
    const { engine } = rig()
    const { caller } = await atReview(engine)
    const request = { opId: 'one-and-the-same', step: 'review', event: { type: 'note.added' } }
    const replies = await Promise.all(Array.from({ length: 50 }, () => engine.send('checkout', caller, request)))
    expect(replies.filter(({ outcome }) => outcome === 'applied')).toHaveLength(1)
    expect(new Set(replies.map(({ view }) => JSON.stringify(view))).size).toBe(1)
    expect(replies[0]?.view.revision).toBe(3)
  })

  it('a hundred writers in four processes lose no update', async () => {
    const store = watch(memoryStore())
    const engines = Array.from({ length: 4 }, () => rig({ store }).engine)
    const { caller } = await atReview(engines[0] as (typeof engines)[0])
    const replies = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        (engines[index % 4] as (typeof engines)[0]).send('checkout', caller, {
          opId: `writer-${index}`,
          event: { type: 'note.added' },
        }),
      ),
    )
    expect(replies.every(({ outcome }) => outcome === 'applied')).toBe(true)
    expect(new Set(replies.map(({ view }) => view.revision)).size).toBe(100)
    expect((await engines[1]?.read('checkout', caller.credential))?.revision).toBe(102)
  })

  it('too many waiting for one session are refused, not queued', async () => {
    const { engine } = rig()
    const { caller } = await atReview(engine)
    const sent = await Promise.allSettled(
      Array.from({ length: 400 }, (_, index) =>
        engine.send('checkout', caller, { opId: `writer-${index}`, event: { type: 'note.added' } }),
      ),
    )
    const refused = sent.filter((result) => result.status === 'rejected')
    expect(refused.length).toBeGreaterThan(0)
    for (const { reason } of refused)
      expect(reason).toMatchObject({ code: 'rate_limited', retryAfterMs: expect.any(Number) })
  })
})

describe('a refusal', () => {
  it('is decided on the newest record, never on a cached one', async () => {
    const store = watch(memoryStore())
    const [here, there] = [rig({ store }), rig({ store })]
    const someone = person(here.engine)
    await someone.send('shipping.submitted', { name: 'Ada' })
    const other = person(there.engine, someone.caller.credential)
    expect(await other.send('payment.submitted', { token: 't' })).toMatchObject({ outcome: 'applied' })
    expect(await someone.send('order.placed')).toMatchObject({ outcome: 'applied' })
  })

  it('shows the fresh view', async () => {
    const { engine } = rig()
    const someone = await atReview(engine)
    expect(
      await someone.send(
        'shipping.submitted',
        { name: 'Grace' },
        { step: 'shipping', position: { epoch: 0, revision: 0, mark: '' } },
      ),
    ).toMatchObject({ outcome: 'rejected', code: 'stale_step', view: { step: 'review', revision: 2 } })
    expect(await someone.send('payment.retried')).toMatchObject({ code: 'not_accepted' })
    expect(await someone.send('xstate.stop')).toMatchObject({ code: 'invalid_event' })
  })
})

it('a guard that changes the context in place and refuses spoils nothing for the turns after it', async () => {
  const machine = setup({
    types: {
      context: {} as { seen: string[] },
      events: {} as { type: 'begun' } | { type: 'tried' } | { type: 'asked' },
    },
    guards: { never: ({ context }) => context.seen.push('in the guard') < 0 },
  }).createMachine({
    id: 'm',
    context: { seen: [] },
    on: { begun: { actions: () => {} }, asked: { actions: () => {} }, tried: { guard: 'never', actions: () => {} } },
  })
  const flow = defineFlow({
    id: 'checkout',
    version: 1,
    machine,
    events: { begun: z.object({}), tried: z.object({}), asked: z.object({}) },
  })
  const someone = person(rig({ flow: flow as never }).engine)
  await someone.send('begun')
  // Once, by the decision that counted: the one on the cached record left nothing behind.
  expect((await someone.send('tried')).view.context).toEqual({ seen: ['in the guard'] })
  expect(await someone.send('asked')).toMatchObject({ outcome: 'applied', view: { context: { seen: [] } } })
})

it('a timer that changes the context in place counts once, however often an overdue session is read', async () => {
  let now = Date.UTC(2026, 0, 1)
  type Context = { rung: number[] }
  const ring = ({ context }: { context: Context }) => {
    context.rung.push(1)
    return context
  }
  const machine = setup({
    types: { context: {} as Context, events: {} as { type: 'begun' } },
    delays: { pause: 1_000 },
  }).createMachine({
    id: 'm',
    context: { rung: [] },
    initial: 'idle',
    states: {
      idle: { on: { begun: 'waiting' } },
      waiting: { after: { pause: { target: 'rung', actions: assign(ring) } } },
      rung: {},
    },
  })
  const flow = defineFlow({ id: 'checkout', version: 1, machine, events: { begun: z.object({}) } })
  const clock = () => now
  const { engine } = rig({ flow: flow as never, clock, store: watch(memoryStore({ clock })) })
  const someone = person(engine)
  await someone.send('begun')
  now += 2_000
  for (let read = 0; read < 3; read++) expect((await someone.read()).context).toEqual({ rung: [1] })
})

describe('a session', () => {
  it('of someone else looks exactly like none', async () => {
    const { engine } = rig()
    const { caller } = await atReview(engine)
    const thief = { id: caller.credential?.id ?? '', secretHash: mint().secretHash }
    expect(await engine.read('checkout', thief)).toEqual(await engine.read('checkout', mint()))
    expect(await engine.read('checkout', thief)).toMatchObject({ tag: null, gone: { why: 'expired', to: null } })
    await expect(engine.destroy('checkout', thief)).rejects.toThrow(code('no_session'))
    const reply = await person(engine, thief).send('shipping.submitted', { name: 'Eve' })
    expect(reply.created?.id).not.toBe(thief.id)
    expect(await engine.read('checkout', caller.credential)).toMatchObject({ context: { name: 'Ada' }, revision: 2 })
  })

  it('that was destroyed is gone for every process', async () => {
    const store = watch(memoryStore())
    const [here, there] = [rig({ store }), rig({ store })]
    const someone = await atReview(here.engine)
    await there.engine.read('checkout', someone.caller.credential)
    await here.engine.destroy('checkout', someone.caller.credential ?? mint())
    const gone = { saved: false, step: 'shipping', gone: { why: 'removed' } }
    expect(await someone.read()).toMatchObject(gone)
    const late = person(there.engine, someone.caller.credential)
    expect(await late.send('note.added')).toMatchObject({ outcome: 'rejected', code: 'session_gone', view: gone })
    expect(await store.read(someone.caller.credential?.id ?? '')).toBe('removed')
  })

  it('ends at its idle limit by the clock, and a read does not extend it', async () => {
    let now = Date.UTC(2026, 0, 1)
    const { engine } = rig({ clock: () => now, store: watch(memoryStore({ clock: () => now })) })
    const someone = await atReview(engine)
    now += 29 * 86_400_000
    expect((await someone.read()).step).toBe('expired')
    now += 2 * 86_400_000
    expect(await someone.read()).toMatchObject({ saved: false, step: 'shipping', gone: { why: 'expired' } })
    expect(await someone.send('payment.submitted', { token: 't' }, { step: 'payment', position: at(2) })).toMatchObject(
      { outcome: 'rejected', code: 'session_gone' },
    )
  })

  it('too large to keep is refused, and what was there stays', async () => {
    const { engine } = rig({ flow: { ...checkout, maxBytes: 700 } })
    const someone = await atReview(engine)
    await expect(
      engine.saveDraft('checkout', someone.caller, {
        opId: 'big-draft',
        step: 'review',
        values: { text: 'x'.repeat(900) },
      }),
    ).rejects.toThrow(code('too_large'))
    expect(await someone.read()).toMatchObject({ revision: 2, step: 'review' })
  })
})

describe('what cannot be read', () => {
  it.each([
    ['corrupt bytes', [1, 2, 3], 'record_unreadable'],
    ['an unknown format', [200], 'record_unreadable'],
  ])('%s are an error and stay as they are', async (_, bytes, expected) => {
    const { engine, store } = rig()
    const credential = mint()
    await store.commit(credential.id, 0, { bytes: Uint8Array.from(bytes), ...at(1), ttlMs: 60_000 })
    const someone = person(engine, credential)
    await expect(someone.read()).rejects.toThrow(code(expected))
    await expect(someone.send('shipping.submitted', { name: 'Ada' })).rejects.toThrow(code(expected))
    expect(await store.read(credential.id)).toMatchObject({ position: { revision: 1 }, bytes: Uint8Array.from(bytes) })
  })

  it('is told with a reference that opens nothing, the same for the person and for the operator', async () => {
    const { engine, store, errors } = rig({
      // Asynchronous, which no migration can be; its rejection must not end the process either.
      flow: { ...checkout, version: 2, migrations: { 1: () => Promise.reject(new Error('no')) as never } },
    })
    const someone = await atReview(rig({ store }).engine)
    const { tag } = await someone.read()
    const { credential } = someone.caller
    const before = await store.read(credential?.id ?? '')
    const there = person(engine, credential)
    await expect(there.read()).rejects.toMatchObject({ code: 'record_unreadable', reference: tag })
    await expect(there.send('note.added')).rejects.toMatchObject({ code: 'record_unreadable', reference: tag })
    expect(tag).toMatch(/^[\w-]{10}$/)
    expect(await store.read(credential?.id ?? '')).toEqual(before)
    expect(errors).toEqual([])
  })

  it('a record of a newer version of the flow is left alone', async () => {
    const store = watch(memoryStore())
    const newer = rig({ store, flow: { ...checkout, version: 2 } })
    const someone = await atReview(newer.engine)
    const older = rig({ store })
    const there = person(older.engine, someone.caller.credential)
    await expect(there.read()).rejects.toMatchObject({ code: 'newer_version', retryAfterMs: expect.any(Number) })
    await expect(there.send('note.added')).rejects.toThrow(code('newer_version'))
    expect((await someone.read()).revision).toBe(2)
  })
})

it('refuses a flow it was not given, and two flows of one id at construction', async () => {
  await expect(rig().engine.read('nothing', undefined)).rejects.toThrow(code('unknown_flow'))
  expect(() => rig({ flows: [checkout, checkout] })).toThrow(TypeError)
})

it('says at construction when an effect asks for more durability than the store gives', () => {
  const flow = { ...checkout, effects: { chargeCard: { durability: 'archived' as const } } }
  expect(rig({ flow }).errors).toMatchObject([
    { name: 'TypeError', message: expect.stringMatching(/chargeCard.*archived.*memory/) },
  ])
  expect(rig({ flow, store: { ...watch(memoryStore()), durability: 'archived' } }).errors).toEqual([])
})
