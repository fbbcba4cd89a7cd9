// One turn against the store: which record decides, and whose clock counts.

import { describe, expect, it, vi } from 'vitest'
import { assign, setup } from 'xstate'
import { z } from 'zod'
import { type Codec, msgpackCodec } from '../codec/codec.ts'
import { defineFlow } from '../flow/define.ts'
import { memoryStore } from '../store/memory.ts'
import { idOf, nobody, offer } from './handover.fixture.ts'
import { atReview, inside, mint, person, rig, watch } from './harness.fixture.ts'

const code = (expected: string) => expect.objectContaining({ code: expected })
const hold = 900_000

/** A flow whose `counted` event fails as long as nobody has repaired the session. */
function fragile() {
  const machine = setup({
    types: {
      context: {} as { sound: boolean; counted: number },
      events: {} as { type: 'begun' } | { type: 'repaired' } | { type: 'counted' },
    },
    actions: {
      count: assign(({ context }) => {
        if (!context.sound) throw new Error('not repaired yet')
        return { counted: context.counted + 1 }
      }),
    },
  }).createMachine({
    id: 'm',
    context: { sound: false, counted: 0 },
    on: { begun: { actions: () => {} }, repaired: { actions: assign({ sound: true }) }, counted: { actions: 'count' } },
  })
  const none = z.object({})
  const events = { begun: none, repaired: none, counted: none }
  return defineFlow({ id: 'checkout', version: 1, machine, events, view: (context) => context })
}

describe('an event that makes the flow fail', () => {
  it('is tried on the newest record before it is an error, as another process may have repaired it', async () => {
    const store = watch(memoryStore())
    const [here, there] = [rig({ store, flow: fragile() as never }), rig({ store, flow: fragile() as never })]
    const someone = person(here.engine)
    await someone.send('begun')
    await person(there.engine, someone.caller.credential).send('repaired')
    expect(await someone.send('counted')).toMatchObject({
      outcome: 'applied',
      view: { revision: 3, context: { sound: true, counted: 1 } },
    })
  })

  it('on the newest record as well is an error, and what is stored stays as it is', async () => {
    const { engine, store } = rig({ flow: fragile() as never })
    const someone = person(engine)
    await someone.send('begun')
    const before = await store.read(someone.caller.credential?.id ?? '')
    await expect(someone.send('counted')).rejects.toThrow(code('flow_failed'))
    expect(await store.read(someone.caller.credential?.id ?? '')).toEqual(before)
  })
})

it('a stranger costs a session that is known here one look, and its next turn none', async () => {
  let decoded = 0
  const inner = msgpackCodec()
  const codec: Codec = {
    ...inner,
    decode(bytes) {
      decoded++
      return inner.decode(bytes)
    },
  }
  const { engine, store } = rig({ codec })
  const someone = await atReview(engine)
  const stranger = person(engine, inside(someone.caller.credential?.id ?? ''))
  store.calls.length = 0
  const refusal = { outcome: 'rejected', code: 'session_gone', view: { gone: { why: 'expired' } } }
  expect(await engine.extend('checkout', stranger.caller)).toMatchObject(refusal)
  await expect(engine.destroy('checkout', stranger.caller)).rejects.toThrow(code('no_session'))
  expect([decoded, store.calls]).toEqual([0, ['read', 'read']])
  await someone.send('note.added')
  expect([decoded, store.calls]).toEqual([0, ['read', 'read', 'commit']])
})

it('a browser that another process let in is no stranger here', async () => {
  const store = watch(memoryStore())
  const [here, there] = [rig({ store }).engine, rig({ store }).engine]
  const someone = await atReview(here)
  const phone = inside(idOf(someone))
  const stranger = person(here, phone)
  expect(await here.extend('checkout', stranger.caller)).toMatchObject({ code: 'session_gone' })
  const { link } = await offer(there, someone, 'join')
  await there.redeem(await there.findHandoff(link), { device: phone, here: nobody })
  expect(await here.extend('checkout', stranger.caller)).toMatchObject({ outcome: 'applied' })
  expect(await someone.send('note.added')).toMatchObject({ outcome: 'applied' })
})

it('a session the store says is due fires its timer, though the clock of this process is behind', async () => {
  const now = Date.UTC(2026, 0, 1)
  const { engine } = rig({ clock: () => now, store: watch(memoryStore({ clock: () => now })) })
  const someone = await atReview(engine)
  await engine.wake(someone.caller.credential?.id ?? '', now + hold)
  expect(await someone.read()).toMatchObject({ step: 'expired', revision: 3 })
})

it.each([
  ['epoch', { epoch: 7 }],
  ['revision', { revision: 4 }],
  ['mark', { mark: 'another-' }],
])('a record filed under another %s than its own is unreadable, and stays as it is', async (_, position) => {
  const { engine, store } = rig()
  const someone = person(engine)
  await someone.send('shipping.submitted', { name: 'Ada' })
  const found = await store.read(someone.caller.credential?.id ?? '')
  if (typeof found !== 'object') throw new Error('nothing was stored')

  const misfiled = rig({ store: watch(memoryStore()) })
  const { id } = someone.caller.credential ?? mint()
  await misfiled.store.commit(id, 0, { bytes: found.bytes, ttlMs: 60_000, ...found.position, ...position })
  const there = person(misfiled.engine, someone.caller.credential)
  await expect(there.read()).rejects.toThrow(code('record_unreadable'))
  await expect(there.send('note.added')).rejects.toThrow(code('record_unreadable'))
  expect(misfiled.store.calls.filter((call) => call === 'commit')).toHaveLength(1)
})

it('an event that loses to 24 other writers is given up within two seconds, and changes nothing [M79]', async () => {
  vi.useFakeTimers()
  try {
    const inner = memoryStore()
    const there = rig({ store: watch(inner) })
    let faster: () => Promise<unknown> = async () => {}
    const store = watch(inner, () => ({
      async commit(...args) {
        await faster()
        return inner.commit(...args)
      },
    }))
    const here = rig({ store })
    const someone = await atReview(here.engine)
    const other = person(there.engine, someone.caller.credential)
    faster = () => other.send('note.added')
    store.calls.length = 0
    let refused: unknown
    someone.send('order.placed').catch((error: unknown) => (refused = error))
    await vi.advanceTimersByTimeAsync(2_000)
    expect(refused).toMatchObject({ code: 'conflict', retryAfterMs: 500 })
    expect(store.calls).toEqual(Array.from({ length: 24 }, () => 'commit'))
    expect(await other.read()).toMatchObject({ step: 'review', revision: 26 })
  } finally {
    vi.useRealTimers()
  }
})
