// A session in the eyes of support.

import { expect, it } from 'vitest'
import { checkout } from '../../flow/checkout.fixture.ts'
import { fromEffect } from '../../flow/machine.ts'
import { transfer } from '../../flow/transfer.fixture.ts'
import { memoryStore } from '../../store/memory.ts'
import { createEngine } from '../engine.ts'
import { atReview, person, rig } from '../harness.fixture.ts'

it('support sees where a session is, and what was entered only if they ask for it', async () => {
  const engine = createEngine({ store: memoryStore(), flows: [transfer] })
  const ada = person(engine)
  await ada.send('order.placed', { name: 'Ada Lovelace' })
  const session = ada.caller.credential?.id ?? ''
  const seen = await engine.inspect(session)
  expect(seen).toMatchObject({
    found: 'record',
    flow: 'checkout',
    state: 'paying',
    step: 'paying',
    failure: null,
    devices: [{ id: 'd1' }],
    trail: [{ event: 'order.placed' }, { event: 'done ask' }],
  })
  expect(JSON.stringify(seen)).not.toMatch(/Lovelace|secretHash/)
  expect(JSON.stringify(seen)).not.toContain(ada.caller.credential?.secretHash)
  expect(await engine.inspect(session, { context: true })).toMatchObject({ context: { name: 'Ada Lovelace' } })
  await engine.destroy('checkout', ada.caller)
  expect(await engine.inspect(session)).toEqual({ found: 'removed', session })
  expect(await engine.inspect('never')).toEqual({ found: 'nothing', session: 'never' })
})

it('support finds the sessions of a person, and where each of them is', async () => {
  const { engine } = rig()
  const ada = await atReview(engine, { id: 'ada', label: 'a•••' })
  const session = ada.caller.credential?.id
  expect(await engine.sessionsOf({ id: 'ada' })).toMatchObject([{ session, step: 'review', here: false }])
  expect(await engine.sessionsOf({ id: 'eve' })).toEqual([])
})

it('support sees how far an effect has come, and for what a session waits', async () => {
  const never = fromEffect(() => new Promise(() => {}))
  const { engine } = rig({ flow: checkout.provide({ actors: { chargeCard: never } }), effectWaitMs: 1 })
  const ada = await atReview(engine)
  const session = ada.caller.credential?.id ?? ''
  expect(await engine.inspect(session)).toMatchObject({ timers: [{ id: 'priceHold', fired: false, aside: false }] })
  await ada.send('order.placed')
  const [effectId, rest] = [`${session}.chargeCard.1`, { failure: null, setAside: false, settled: false }]
  expect(await engine.inspect(session)).toMatchObject({
    effects: [{ id: 'chargeCard', effectId, src: 'chargeCard', attempt: 1, ...rest }],
  })
  await engine.close(0)
})
