// The memory of a process for sessions: never more than is stored, and nothing of what is gone.

import { describe, expect, it } from 'vitest'
import { setup } from 'xstate'
import { z } from 'zod'
import { checkout } from '../flow/checkout.fixture.ts'
import { defineFlow } from '../flow/define.ts'
import { fromEffect } from '../flow/machine.ts'
import { memoryStore } from '../store/memory.ts'
import {
  atReview,
  eventually,
  mint,
  type Person,
  person,
  type Rig,
  rig,
  type Watched,
  watch,
} from './harness.fixture.ts'

// A turn that moves the expiry changes something only if time has passed since the last one.
let now = 1_800_000_000_000
const clock = () => now

it('an event that changes the context in place and then fails leaves nothing behind for the next one', async () => {
  const machine = setup({
    types: {
      context: {} as { seen: string[] },
      events: {} as { type: 'begun' } | { type: 'failed' } | { type: 'asked' },
    },
    guards: {
      broken: ({ context }) => {
        context.seen.push('in the guard')
        throw new Error('broken')
      },
    },
  }).createMachine({
    id: 'm',
    context: { seen: [] },
    on: { begun: { actions: () => {} }, failed: { guard: 'broken', actions: () => {} }, asked: { actions: () => {} } },
  })
  const none = z.object({})
  const events = { begun: none, failed: none, asked: none }
  const flow = defineFlow({ id: 'checkout', version: 1, machine, events, view: (context) => context })
  const someone = person(rig({ flow: flow as never }).engine)
  await someone.send('begun')
  await expect(someone.send('failed')).rejects.toMatchObject({ code: 'flow_failed' })
  expect(await someone.send('asked')).toMatchObject({
    outcome: 'applied',
    view: { revision: 2, context: { seen: [] } },
  })
})

it('a session ended by another process costs one look at the store, and no further try to go on with it', async () => {
  const store = watch(memoryStore({ clock }))
  const [here, there] = [rig({ store, clock }), rig({ store, clock })]
  const { caller } = await atReview(here.engine)
  await there.engine.destroy('checkout', caller)
  store.calls.length = 0
  now += 1_000
  expect(await here.engine.extend('checkout', caller)).toMatchObject({ view: { gone: { why: 'removed' } } })
  expect(await here.engine.extend('checkout', caller)).toMatchObject({ view: { gone: { why: 'removed' } } })
  expect(store.calls).toEqual(['commit', 'read'])
})

describe('a session that the store has lost', () => {
  const forgetting = (): { store: Watched; forget: () => void } => {
    let inner = memoryStore({ clock })
    const store = watch(memoryStore({ clock }), () => ({
      read: (...args) => inner.read(...args),
      commit: (...args) => inner.commit(...args),
    }))
    return { store, forget: () => (inner = memoryStore({ clock })) }
  }
  /** Goes as far as paying, with a credential of the test's choice. */
  const pay = async ({ engine }: Rig, name: string, credential = mint()): Promise<Person> => {
    const someone = person(engine)
    someone.caller.mint = () => credential
    await someone.send('shipping.submitted', { name })
    await someone.send('payment.submitted', { token: 't' })
    await someone.send('order.placed')
    return someone
  }

  it.each([
    ['a read', ({ engine }: Rig, { caller }: Person) => engine.read('checkout', caller)],
    ['an event', ({ engine }: Rig, { caller }: Person) => engine.extend('checkout', caller)],
  ])('is forgotten by %s that does not find it, and not shown in place of what comes later', async (_, look) => {
    const { store, forget } = forgetting()
    const [here, there] = [rig({ store, clock }), rig({ store, clock })]
    const someone = await pay(here, 'Ada')
    forget()
    now += 1_000
    await look(here, someone)
    await pay(there, 'Grace', someone.caller.credential)
    expect(await someone.read()).toMatchObject({ revision: 4, context: { name: 'Grace' } })
  })

  it('costs one look at the store, and no further try to go on with what was remembered', async () => {
    const { store, forget } = forgetting()
    const { engine } = rig({ store, clock })
    const { caller } = await atReview(engine)
    forget()
    now += 1_000
    store.calls.length = 0
    expect(await engine.extend('checkout', caller)).toMatchObject({ code: 'session_gone' })
    expect(await engine.extend('checkout', caller)).toMatchObject({ code: 'session_gone' })
    expect(store.calls).toEqual(['commit', 'read'])
  })

  it('is forgotten by a result that does not find it, and not shown in place of what comes later', async () => {
    const { store, forget } = forgetting()
    let finish: (receipt: string) => void = () => {}
    const flow = checkout.provide({
      actors: { chargeCard: fromEffect(() => new Promise<string>((resolve) => (finish = resolve))) },
    })
    const [here, there] = [rig({ store, clock, flow, effectWaitMs: 1 }), rig({ store, clock, flow, effectWaitMs: 1 })]
    const someone = await pay(here, 'Ada')
    const finishHere = finish
    forget()
    const before = store.calls.length
    finishHere('paid')
    await eventually(() => expect(store.calls.length).toBeGreaterThan(before))
    await pay(there, 'Grace', someone.caller.credential)
    expect(await someone.read()).toMatchObject({ revision: 3, context: { name: 'Grace' } })
    expect(here.errors).toEqual([])
  })
})
