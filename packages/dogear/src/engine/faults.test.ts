// Stores that fail: every call settles, nothing is applied twice, and nothing acknowledged is lost.

import { describe, expect, it } from 'vitest'
import { DogearError } from '../errors.ts'
import { memoryStore } from '../store/memory.ts'
import type { Store } from '../store/store.ts'
import { atReview, person, rig, watch } from './harness.fixture.ts'

/** Applies `faulty` to the next commit only. */
function onceFaulty(faulty: (inner: Store) => Store['commit']): { store: ReturnType<typeof watch>; arm: () => void } {
  let armed = false
  const store = watch(memoryStore(), (inner) => ({
    commit(...args) {
      const use = armed
      armed = false
      return use ? faulty(inner)(...args) : inner.commit(...args)
    },
  }))
  return { store, arm: () => (armed = true) }
}

const lostReply =
  (inner: Store): Store['commit'] =>
  async (...args) => {
    await inner.commit(...args)
    throw new Error('connection reset')
  }
const sentTwice =
  (inner: Store): Store['commit'] =>
  async (...args) => {
    await inner.commit(...args)
    return inner.commit(...args)
  }

describe.each([
  ['the reply was lost', lostReply],
  ['the driver sent it twice', sentTwice],
])('a commit of which %s', (_, fault) => {
  it('is recognised as our own: applied once, its effect started once', async () => {
    const { store, arm } = onceFaulty(fault)
    const { engine } = rig({ store })
    const someone = await atReview(engine)
    arm()
    const reply = await someone.send('order.placed')
    expect(reply).toMatchObject({ outcome: 'applied', view: { step: 'confirmed', context: { charges: 1 } } })
  })

  it('also creates only one session', async () => {
    const { store, arm } = onceFaulty(fault)
    const { engine } = rig({ store })
    arm()
    const someone = person(engine)
    expect(await someone.send('shipping.submitted', { name: 'Ada' })).toMatchObject({
      outcome: 'applied',
      view: { revision: 1 },
    })
    expect(await someone.read()).toMatchObject({ revision: 1, step: 'payment' })
  })
})

it('a commit that failed before it happened is reported, and the same operation works later', async () => {
  const { store, arm } = onceFaulty(() => () => Promise.reject(new Error('read only')))
  const { engine } = rig({ store })
  const { caller } = await atReview(engine)
  const request = { opId: 'try-again-later', event: { type: 'note.added' } }
  arm()
  await expect(engine.send('checkout', caller, request)).rejects.toMatchObject({
    code: 'store_unavailable',
    retryAfterMs: expect.any(Number),
  })
  expect(await engine.send('checkout', caller, request)).toMatchObject({ outcome: 'applied', view: { revision: 3 } })
})

it('a commit that lands after its deadline is found by the retry, not applied twice', async () => {
  let release: () => void = () => {}
  let slow = false
  const store = watch(memoryStore(), (inner) => ({
    commit: async (...args) => {
      if (slow) await new Promise<void>((resolve) => (release = resolve))
      return inner.commit(...args)
    },
  }))
  const { engine } = rig({ store, deadlineMs: 20 })
  const { caller } = await atReview(engine)
  const request = { opId: 'slow-operation', event: { type: 'note.added' } }
  slow = true
  await expect(engine.send('checkout', caller, request)).rejects.toMatchObject({ code: 'store_unavailable' })
  slow = false
  release()
  expect(await engine.send('checkout', caller, request)).toMatchObject({ outcome: 'duplicate', view: { revision: 3 } })
})

it('a store that never answers makes every call settle as store_unavailable', async () => {
  const never = () => new Promise<never>(() => {})
  const { engine } = rig({
    deadlineMs: 20,
    store: watch(memoryStore(), () => ({ read: never, commit: never, remove: never })),
  })
  const credential = { id: 'x', secretHash: 'y' }
  const unavailable = expect.objectContaining({ code: 'store_unavailable', retryAfterMs: expect.any(Number) })
  await expect(engine.read('checkout', credential)).rejects.toThrow(unavailable)
  await expect(person(engine).send('shipping.submitted', { name: 'Ada' })).rejects.toThrow(unavailable)
  await expect(engine.destroy('checkout', credential)).rejects.toThrow(unavailable)
})

it('an error of the driver keeps its code, anything else becomes store_unavailable with its cause', async () => {
  const failing = (error: Error) =>
    rig({ store: watch(memoryStore(), () => ({ read: () => Promise.reject(error) })) }).engine.read('checkout', {
      id: 'x',
      secretHash: 'y',
    })
  await expect(failing(new DogearError('record_unreadable', 'broken'))).rejects.toMatchObject({
    code: 'record_unreadable',
  })
  const cause = new Error('ECONNREFUSED')
  await expect(failing(cause)).rejects.toMatchObject({ code: 'store_unavailable', cause })
})
