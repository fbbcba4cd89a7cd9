// Reading: what a caller is shown of a step, and that nothing is read or decoded in vain.

import { expect, it } from 'vitest'
import { type Codec, msgpackCodec } from '../codec/codec.ts'
import { memoryStore } from '../store/memory.ts'
import type { Stored } from '../store/store.ts'
import { atReview, person, rig, watch } from './harness.fixture.ts'
import { currentOf } from './reader.ts'

const steps = [
  { id: 'shipping', path: 'shipping', title: 'Delivery' },
  { id: 'payment', path: 'pay', title: 'Payment' },
] as never

it.each([
  ['payment', { step: 'payment', title: 'Payment', path: 'pay' }],
  ['a step of another version', { step: 'a step of another version', title: null, path: null }],
  [null, { step: null, title: null, path: null }],
])('the step %s is told with its title and path, if it has them', (step, current) => {
  expect(currentOf({ step, steps })).toEqual(current)
})

it('a session that is known is asked for by its position, and decoded only if it has changed', async () => {
  const plain = msgpackCodec()
  let decoded = 0
  const decode: Codec['decode'] = (bytes) => {
    decoded++
    return plain.decode(bytes)
  }
  const store = watch(memoryStore())
  const here = rig({ store, codec: { encode: plain.encode, decode } })
  const someone = await atReview(here.engine)
  const id = someone.caller.credential?.id ?? ''
  for (const _ of [1, 2, 3]) await someone.read()
  expect(decoded).toBe(0)
  await person(rig({ store }).engine, someone.caller.credential).send('note.added')
  expect(await someone.read()).toMatchObject({ revision: 3 })
  expect(decoded).toBe(1)
  await someone.send('note.added')
  // The turn decodes the newest record before it decides that there is nothing to do. The look at the claim does not.
  await here.engine.wake(id, 0, (await store.read(id)) as Stored)
  expect(decoded).toBeLessThanOrEqual(3)
})
