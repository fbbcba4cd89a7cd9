// Events from the server: the promises of `engine.dispatch` to a webhook, wherever the session and its person are.

import { describe, expect, it } from 'vitest'
import { fromEffect } from '../../flow/machine.ts'
import { transfer } from '../../flow/transfer.fixture.ts'
import { memoryStore } from '../../store/memory.ts'
import { world } from '../archive/world.fixture.ts'
import type { WatchHint } from '../contract.ts'
import { createEngine, type Engine } from '../engine.ts'
import { eventually, person, rig, watch } from '../harness.fixture.ts'

const paid = { type: 'provider.paid', amount: 4200 }

/** Somebody who has ordered, with the address of their session. */
async function ordered(engine: Engine) {
  const ada = person(engine)
  await ada.send('order.placed', { name: 'Ada' })
  return { ada, to: { flow: 'checkout', session: ada.caller.credential?.id ?? '' } }
}

describe('an event from the server', () => {
  it('moves the session, with the pages of every process following', async () => {
    const store = watch(memoryStore())
    const [here, there] = [rig({ store, flow: transfer }).engine, rig({ store, flow: transfer }).engine]
    const { ada, to } = await ordered(there)
    const hints: WatchHint[] = []
    await there.watch('checkout', ada.caller, (hint) => hints.push(hint))
    const { revision } = await ada.read()
    const reply = await here.dispatch(to, paid, { opId: 'evt_1' })
    expect(reply).toMatchObject({ outcome: 'applied', created: undefined, view: { status: 'done', step: 'paid' } })
    await eventually(() => expect(hints).toContainEqual(expect.objectContaining({ revision: revision + 1 })))
    expect(await ada.read()).toMatchObject({ step: 'paid', context: { paid: 4200 } })
  })

  it('is confirmed once, however many copies come at once to whatever process', async () => {
    const store = watch(memoryStore())
    const engines = [rig({ store, flow: transfer }).engine, rig({ store, flow: transfer }).engine]
    const { ada, to } = await ordered(engines[0] as Engine)
    const copies = Array.from({ length: 10 }, (_, index) => engines[index % 2]?.dispatch(to, paid, { opId: 'evt_1' }))
    const outcomes = (await Promise.all(copies)).map((reply) => reply?.outcome)
    expect(outcomes.sort()).toEqual(['applied', ...Array.from({ length: 9 }, () => 'duplicate')])
    expect(await ada.read()).toMatchObject({ context: { paid: 4200 } })
  })

  it('that comes too early is refused as a value with the state, and taken when it comes again', async () => {
    const { engine } = rig({ flow: transfer })
    const { ada, to } = await ordered(engine)
    await ada.send('order.changed')
    const early = await engine.dispatch(to, paid, { opId: 'evt_1' })
    expect(early).toMatchObject({ outcome: 'rejected', code: 'not_accepted', view: { status: 'active' } })
    await ada.send('order.placed', { name: 'Ada' })
    expect(await engine.dispatch(to, paid, { opId: 'evt_1' })).toMatchObject({ outcome: 'applied' })
    const late = await engine.dispatch(to, { type: 'provider.refused' }, { opId: 'evt_2' })
    expect(late).toMatchObject({ outcome: 'rejected', code: 'not_accepted', view: { status: 'done' } })
  })

  it('finds no session that was ended or never was, and says so as a value', async () => {
    const { engine } = rig({ flow: transfer })
    const { ada, to } = await ordered(engine)
    await engine.destroy('checkout', ada.caller)
    const gone = { outcome: 'rejected', code: 'session_gone', view: { saved: false } }
    expect(await engine.dispatch(to, paid, { opId: 'evt_1' })).toMatchObject(gone)
    expect(await engine.dispatch({ ...to, session: 'A'.repeat(43) }, paid, { opId: 'evt_1' })).toMatchObject(gone)
    await expect(engine.dispatch({ ...to, flow: 'other' }, paid, { opId: 'evt_1' })).rejects.toMatchObject({
      code: 'unknown_flow',
    })
  })

  it('finds no session of another flow that is served as well, and leaves that one alone', async () => {
    const flows = [transfer, { ...transfer, id: 'other' }]
    const engine = createEngine({ store: memoryStore(), flows: flows as never })
    const { ada, to } = await ordered(engine)
    const before = await ada.read()
    const gone = { outcome: 'rejected', code: 'session_gone', view: { saved: false } }
    expect(await engine.dispatch({ ...to, flow: 'other' }, paid, { opId: 'evt_1' })).toMatchObject(gone)
    expect(await ada.read()).toEqual(before)
  })

  it('reaches a session that lives in the archive alone', async () => {
    const { process, write, flush } = world()
    const engine = process(transfer as never)
    const { ada, to } = await ordered(engine)
    await write(engine)
    flush()
    expect(await engine.dispatch(to, paid, { opId: 'evt_1' })).toMatchObject({ outcome: 'applied' })
    expect(await ada.read()).toMatchObject({ step: 'paid' })
    expect(await engine.dispatch(to, paid, { opId: 'evt_1' })).toMatchObject({ outcome: 'duplicate' })
  })

  it('rejects while the store fails, and may then be sent again', async () => {
    let fails = false
    const store = watch(memoryStore(), (inner) => ({
      commit: async (...args) => {
        const result = await inner.commit(...args)
        if (fails) throw new Error('the reply was lost')
        return result
      },
      read: (...args) => (fails ? Promise.reject(new Error('down')) : inner.read(...args)),
    }))
    const { engine } = rig({ store, flow: transfer })
    const { to } = await ordered(engine)
    fails = true
    await expect(engine.dispatch(to, paid, { opId: 'evt_1' })).rejects.toMatchObject({ code: 'store_unavailable' })
    fails = false
    expect(await engine.dispatch(to, paid, { opId: 'evt_1' })).toMatchObject({ outcome: 'duplicate' })
  })
})

describe('an effect', () => {
  it('is told its session, for the provider to call back with, even before the effect has ended', async () => {
    let engine: Engine
    const outcomes: string[] = []
    const ask = fromEffect<string, undefined>(async ({ session }) => {
      const reply = await engine.dispatch({ flow: 'checkout', session }, paid, { opId: 'evt_1' })
      outcomes.push(reply.outcome)
      return session
    })
    engine = createEngine({ store: memoryStore(), flows: [transfer.provide({ actors: { ask } })] })
    const { ada, to } = await ordered(engine)
    await eventually(async () => expect(await ada.read()).toMatchObject({ step: 'paid', pending: [] }))
    expect(outcomes).toEqual(['applied'])
    expect(await engine.dispatch(to, paid, { opId: 'evt_1' })).toMatchObject({ outcome: 'duplicate' })
  })
})
