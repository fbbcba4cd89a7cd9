// An operation is applied once: when replies are lost, when others write meanwhile, after very many others.

import { describe, expect, it } from 'vitest'
import { checkout } from '../flow/checkout.fixture.ts'
import { fromEffect } from '../flow/machine.ts'
import { memoryStore } from '../store/memory.ts'
import type { Store } from '../store/store.ts'
import { positionOf } from '../turn/record.ts'
import { atReview, hash, type Person, person, rig, watch } from './harness.fixture.ts'

const note = { type: 'note.added' }

describe('a commit whose reply was lost', () => {
  /** An engine whose next commit happens and is followed by others, before its reply is lost in this way. */
  async function losing(
    lose: (store: Store, ...args: Parameters<Store['commit']>) => ReturnType<Store['commit']>,
    leaseMs = 600_000,
    durability: Store['durability'] = 'memory',
  ) {
    let now = Date.now()
    const clock = () => now
    const inner = memoryStore({ clock })
    const charges: string[] = []
    const flow = checkout.provide({
      actors: {
        chargeCard: fromEffect<string, object>(async ({ effectId }) => {
          charges.push(effectId)
          return 'receipt'
        }),
      },
    })
    let others: (() => Promise<unknown>) | undefined
    const store = watch(inner, (sound) => ({
      durability,
      async commit(...args) {
        const meanwhile = others
        others = undefined
        const result = await sound.commit(...args)
        if (!meanwhile) return result
        await meanwhile()
        return lose(sound, ...args)
      },
    }))
    // Longer than the test: an effect that starts has not waited for a lease to end.
    const { engine, emitted } = rig({ store, clock, flow, leaseMs, effectWaitMs: 50 })
    const someone = await atReview(engine)
    const there = rig({ store: watch(inner), clock }).engine
    const elsewhere = person(there, someone.caller.credential)
    return {
      ...{ someone, charges, emitted },
      arm: (count: number) => {
        others = async () => {
          for (let turn = 0; turn < count; turn++) await elsewhere.send('note.added')
        }
      },
      armTakeOver: () => {
        others = () => {
          now += leaseMs + 1
          return there.wake(someone.caller.credential?.id ?? '', now)
        }
      },
    }
  }

  const losses: [string, Parameters<typeof losing>[0]][] = [
    ['the driver sends it again and is refused', (store, ...args) => store.commit(...args)],
    ['the connection ends', () => Promise.reject(new Error('the connection was lost'))],
  ]
  it.each(losses.flatMap(([how, lose]) => [0, 1, 5, 12].map((count) => [how, count, lose] as const)))(
    'because %s is applied, with its effect, though %i commits came after it',
    async (_, count, lose) => {
      const { someone, charges, arm } = await losing(lose)
      arm(count)
      const reply = await someone.send('order.placed', {}, { opId: 'placed-once' })
      expect(reply).toMatchObject({ outcome: 'applied', view: { step: 'confirmed', pending: [] } })
      expect(charges).toHaveLength(1)
      expect(await someone.send('order.placed', {}, { opId: 'placed-once' })).toMatchObject({ outcome: 'duplicate' })
      expect(charges).toHaveLength(1)
    },
  )

  it.each(losses.flatMap(([how, lose]) => [0, 5].map((count) => [how, count, lose] as const)))(
    'because %s begins no effect that replicas have to know of, though %i commits came after it',
    async (_, count, lose) => {
      const { someone, charges, arm } = await losing(lose, 600_000, 'replicated')
      arm(count)
      await expect(someone.send('order.placed')).rejects.toMatchObject({ code: 'store_unavailable' })
      expect(charges).toEqual([])
    },
  )

  it.each(losses)('because %s emits what it had to emit, once', async (_, lose) => {
    const { someone, emitted, arm } = await losing(lose)
    arm(2)
    expect(await someone.send('note.added')).toMatchObject({ outcome: 'applied' })
    expect(emitted).toHaveLength(1)
  })

  it.each(losses)('because %s starts no effect that another process has taken over meanwhile', async (_, lose) => {
    const { someone, charges, armTakeOver } = await losing(lose, 1)
    armTakeOver()
    expect(await someone.send('order.placed')).toMatchObject({ outcome: 'applied' })
    expect(charges).toEqual([])
  })
})

it('a session whose first turn is committed and cannot be read after it keeps its credential', async () => {
  let down = false
  const store = watch(memoryStore(), (sound) => ({
    async commit(...args) {
      const result = await sound.commit(...args)
      down = true
      return result
    },
    read: (...args) => (down ? Promise.reject(new Error('away')) : sound.read(...args)),
  }))
  const flow = { ...checkout, machine: checkout.machine }
  const { engine } = rig({ store, flow, effectWaitMs: 10 })
  const someone = person(engine)
  const first = await someone.send('shipping.submitted', { name: 'Ada' })
  expect(first).toMatchObject({ outcome: 'applied', created: someone.caller.credential })
  await someone.send('payment.submitted', { token: 't' })
  // This one waits for its effect and looks again, which fails.
  expect(await someone.send('order.placed')).toMatchObject({ outcome: 'applied', view: { step: 'paying' } })
})

describe('an operation sent again after very many others', () => {
  const notes = async (someone: Person, count: number) => {
    for (let turn = 0; turn < count; turn++) await someone.send('note.added', {}, { step: 'review' })
  }

  it('is never applied a second time', async () => {
    for (const after of [0, 1, 14, 15, 16, 17, 40]) {
      const { engine } = rig()
      const someone = await atReview(engine)
      const request = { opId: `op-${hash()}`, step: 'review', position: positionOf(await someone.read()), event: note }
      expect(await engine.send('checkout', someone.caller, request)).toMatchObject({ outcome: 'applied' })
      await notes(someone, after)
      const { revision } = await someone.read()
      const again = await engine.send('checkout', someone.caller, request)
      const known = after < 16
      expect(again, `after ${after}`).toMatchObject(known ? { outcome: 'duplicate' } : { code: 'stale_step' })
      expect((await someone.read()).revision).toBe(revision)
    }
  })

  it('is not applied again either if it was the one that began the session', async () => {
    const { engine } = rig()
    const someone = person(engine)
    const position = positionOf(await someone.read())
    const request = { opId: `op-${hash()}`, step: 'shipping', position, event: note }
    someone.caller.credential = (await engine.send('checkout', someone.caller, request)).created
    for (let turn = 0; turn < 20; turn++) await someone.send('note.added', {}, { step: 'shipping' })
    expect(await engine.send('checkout', someone.caller, request)).toMatchObject({ code: 'stale_step' })
    expect((await someone.read()).revision).toBe(21)
  })

  it('may be sent anew by somebody who has seen no more than the last sixteen', async () => {
    const { engine } = rig()
    const someone = await atReview(engine)
    await notes(someone, 20)
    const seen = positionOf(await someone.read())
    await notes(someone, 15)
    expect(await someone.send('note.added', {}, { step: 'review', position: seen })).toMatchObject({
      outcome: 'applied',
    })
  })
})
