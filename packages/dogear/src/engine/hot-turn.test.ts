// The price of a turn on a session in the cache, counted instead of timed: calls of the store, promises.

import { createHook } from 'node:async_hooks'
import { expect, it } from 'vitest'
import { memoryStore } from '../store/memory.ts'
import { atReview, rig, watch } from './harness.fixture.ts'

/** The promises that `work` makes, those of its callers included. */
async function promisesOf(work: () => Promise<unknown>): Promise<number> {
  let made = 0
  const hook = createHook({
    init(_, type) {
      if (type === 'PROMISE') made++
    },
  })
  hook.enable()
  await work()
  hook.disable()
  return made
}

it('asks the store once', async () => {
  const store = watch(memoryStore())
  const someone = await atReview(rig({ store }).engine)
  await someone.send('note.added')
  store.calls.length = 0
  await someone.send('note.added')
  expect(store.calls).toEqual(['commit'])
})

it('makes a promise where something is waited for, and not where it is handed on', async () => {
  const someone = await atReview(rig({ store: watch(memoryStore()) }).engine)
  await someone.send('note.added')
  const turns = 20
  const made = await promisesOf(async () => {
    for (let turn = 0; turn < turns; turn++) await someone.send('note.added')
  })
  expect(made / turns).toBeLessThanOrEqual(19)
})
