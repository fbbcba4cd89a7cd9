// A session is not ended while something is being done for it: a charge must not come after its end.

import { describe, expect, it } from 'vitest'
import { assign, setup } from 'xstate'
import { z } from 'zod'
import { checkout } from '../flow/checkout.fixture.ts'
import { defineFlow } from '../flow/define.ts'
import { fromEffect } from '../flow/machine.ts'
import { memoryStore } from '../store/memory.ts'
import { atReview, eventually, person, rig, watch } from './harness.fixture.ts'

const code = (code: string) => expect.objectContaining({ code })
const ada = { id: 'ada', label: 'a•••' }

function paying(store = watch(memoryStore())) {
  let finish: (receipt: string) => void = () => {}
  let charges = 0
  const chargeCard = fromEffect(() => {
    charges++
    return new Promise<string>((resolve) => (finish = resolve))
  })
  const made = rig({ flow: checkout.provide({ actors: { chargeCard } }), store, effectWaitMs: 1 })
  return { ...made, finish: () => finish('receipt'), charges: () => charges }
}

describe('ending a session with an effect under way', () => {
  it('is refused, by the browser and by the owner, and works once the effect is done', async () => {
    const { engine, errors, finish } = paying()
    const someone = await atReview(engine, ada)
    const id = someone.caller.credential?.id as string
    await someone.send('order.placed')
    await expect(engine.destroy('checkout', someone.caller)).rejects.toThrow(code('effect_pending'))
    await expect(engine.removeOwned('checkout', id, ada)).rejects.toThrow(code('effect_pending'))
    expect(await someone.read()).toMatchObject({ step: 'paying', pending: ['chargeCard'], gone: null })
    finish()
    await eventually(async () => expect((await someone.read()).step).toBe('confirmed'))
    await engine.destroy('checkout', someone.caller)
    expect(await someone.read()).toMatchObject({ gone: { why: 'removed' } })
    expect(errors).toEqual([])
  })

  it('is refused also if it began between the look at the session and its end', async () => {
    const inner = memoryStore()
    let before = async () => {}
    const store = watch(inner, () => ({
      async commit(...args) {
        const run = before
        before = async () => {}
        await run()
        return inner.commit(...args)
      },
    }))
    const [here, there] = [paying(store), paying(store)]
    const someone = await atReview(here.engine)
    before = async () => {
      const request = { opId: 'operation-of-another-tab', event: { type: 'order.placed' } }
      await there.engine.send('checkout', someone.caller, request)
    }
    await expect(here.engine.destroy('checkout', someone.caller)).rejects.toThrow(code('effect_pending'))
    expect(store.calls).not.toContain('remove')
    expect(there.charges()).toBe(1)
    there.finish()
    await eventually(async () => expect((await someone.read()).step).toBe('confirmed'))
  })

  it('whatever comes after the end starts nothing [M8]', async () => {
    const inner = memoryStore()
    let before = async () => {}
    const store = watch(inner, () => ({
      async remove(...args) {
        await before()
        return inner.remove(...args)
      },
    }))
    const { engine, charges } = paying(store)
    const someone = await atReview(engine)
    const { epoch, revision, mark } = await someone.read()
    let reply: unknown
    before = async () => {
      const request = { opId: 'operation-too-late', event: { type: 'order.placed' } }
      reply = await engine.send('checkout', someone.caller, { ...request, position: { epoch, revision, mark } })
    }
    await engine.destroy('checkout', someone.caller)
    expect(reply).toMatchObject({ outcome: 'rejected', code: 'session_gone' })
    expect(charges()).toBe(0)
  })
})

it('a session of a version this process cannot go on with can be ended all the same', async () => {
  const store = watch(memoryStore())
  const { engine } = rig({ store })
  const someone = await atReview(engine)
  const broken = checkout.provide({})
  const newer = {
    ...broken,
    version: 2,
    migrations: {
      1: () => {
        throw new Error('no way')
      },
    },
  }
  const there = rig({ store, flow: newer })
  await expect(there.engine.read('checkout', someone.caller)).rejects.toThrow(code('record_unreadable'))
  await there.engine.destroy('checkout', someone.caller)
  expect(await someone.read()).toMatchObject({ gone: { why: 'removed' } })
})

const fail = (): never => {
  throw new Error('broken')
}

it('a session whose flow failed to take a result can be ended: nothing more is done for it', async () => {
  const machine = setup({
    types: { context: {} as object, events: {} as { type: 'go' } },
    actors: { charge: fromEffect<string, object>(async () => 'receipt') },
  }).createMachine({
    id: 'm',
    initial: 'a',
    context: {},
    states: {
      a: { on: { go: 'paying' } },
      paying: {
        invoke: {
          id: 'charge',
          src: 'charge',
          input: {},
          onDone: { target: 'paid', actions: assign(() => fail()) },
          onError: 'a',
        },
      },
      paid: {},
    },
  })
  const flow = defineFlow({ id: 'checkout', version: 1, machine, events: { go: z.object({}) } })
  const { engine } = rig({ flow: flow as never })
  const someone = person(engine)
  await someone.send('go')
  await eventually(async () => expect((await someone.read()).pending).toEqual(['charge']))
  await engine.destroy('checkout', someone.caller)
  expect(await someone.read()).toMatchObject({ gone: { why: 'removed' } })
})

it('a session that is gone is nothing to do for a worker, whatever its agenda said', async () => {
  const { engine } = rig()
  const someone = await atReview(engine)
  const id = someone.caller.credential?.id ?? ''
  await engine.destroy('checkout', someone.caller)
  for (const gone of [id, 'never-there']) expect(await engine.wake(gone, Date.now())).toBeUndefined()
})
