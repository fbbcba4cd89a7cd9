// A finished session on the next visit: shown, or followed by another one, as the flow says.

import { describe, expect, it } from 'vitest'
import { transfer } from '../../flow/transfer.fixture.ts'
import { memoryStore } from '../../store/memory.ts'
import { person, rig, watch } from '../harness.fixture.ts'

const hour = 3_600_000
const wasPaid = { type: 'provider.paid', amount: 1 }

/** Somebody who waits for a transfer, on a clock that can be moved. */
async function ordered(finishedMs?: number) {
  let now = 1_000_000_000_000
  const lifetime = finishedMs === undefined ? transfer.lifetime : { ...transfer.lifetime, finishedMs }
  const clock = () => now
  const store = watch(memoryStore({ clock }))
  const { engine } = rig({ flow: { ...transfer, lifetime }, store, clock })
  const ada = person(engine)
  await ada.send('order.placed', { name: 'Ada' })
  const to = { flow: 'checkout', session: ada.caller.credential?.id ?? '' }
  return { engine, ada, to, later: (ms: number) => (now += ms) }
}

async function paid(finishedMs?: number) {
  const { engine, to, ...more } = await ordered(finishedMs)
  await engine.dispatch(to, wasPaid, { opId: 'evt_1' })
  return { engine, to, ...more }
}

describe('a finished session', () => {
  it('is shown for as long as it lives, unless the flow says for how long', async () => {
    const { ada, later } = await paid()
    later(24 * hour)
    expect(await ada.read()).toMatchObject({ status: 'done', step: 'paid', gone: null })
  })

  it('is shown for the time that the flow says, then the visit begins anew and says why', async () => {
    const { ada, later } = await paid(hour)
    later(hour - 1)
    expect(await ada.read()).toMatchObject({ status: 'done', gone: null })
    later(1)
    const view = await ada.read()
    expect(view).toMatchObject({ status: 'active', saved: false, tag: null, gone: { why: 'finished' } })
    expect(view.step).not.toBe('paid')
  })

  it('stays stored once another one has begun in its browser', async () => {
    const { engine, ada, to, later } = await paid(hour)
    later(hour)
    const reply = await ada.send('order.placed', { name: 'Ada' })
    expect(reply).toMatchObject({ outcome: 'applied', view: { saved: true, gone: null } })
    expect(reply.created?.id).not.toBe(to.session)
    expect(await engine.inspect(to.session)).toMatchObject({ found: 'record', status: 'done' })
    expect(await engine.dispatch(to, wasPaid, { opId: 'evt_1' })).toMatchObject({
      outcome: 'duplicate',
    })
  })
})

it('a session that is not finished stays open, for however short a time the flow shows finished ones', async () => {
  const { engine, ada, to, later } = await ordered(hour)
  const { step } = await ada.read()
  later(24 * hour)
  expect(await ada.read()).toMatchObject({ status: 'active', saved: true, step, gone: null })
  await engine.dispatch(to, wasPaid, { opId: 'evt_1' })
  expect(await ada.read()).toMatchObject({ status: 'done', gone: null })
})
