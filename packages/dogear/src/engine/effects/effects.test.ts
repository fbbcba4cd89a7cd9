// Effects: started after the commit, tried again, and settled by an ordinary turn.

import { describe, expect, it, vi } from 'vitest'
import { setup } from 'xstate'
import { z } from 'zod'
import { checkout } from '../../flow/checkout.fixture.ts'
import { defineFlow } from '../../flow/define.ts'
import { fromEffect } from '../../flow/machine.ts'
import { memoryStore } from '../../store/memory.ts'
import { atReview, eventually, person, rig, watch } from '../harness.fixture.ts'

type Call = { input: unknown; effectId: string; attempt: number; signal: AbortSignal }
const charging = (run: (call: Call) => Promise<unknown>) =>
  checkout.provide({ actors: { chargeCard: fromEffect(run) } })

describe('an effect', () => {
  it('starts after the commit that asked for it, and the request waits for its result', async () => {
    const store = watch(memoryStore())
    let committed: string[] = []
    const { engine } = rig({
      store,
      flow: charging(async () => {
        committed = [...store.calls]
        return 'paid'
      }),
    })
    const someone = await atReview(engine)
    expect(await someone.send('order.placed')).toMatchObject({
      outcome: 'applied',
      view: { step: 'confirmed', context: { receipt: 'paid' }, pending: [] },
    })
    expect(committed.filter((call) => call === 'commit')).toHaveLength(3)
  })

  it('that takes longer leaves the answer pending, and the result comes in later', async () => {
    let finish: (value: string) => void = () => {}
    const { engine } = rig({ effectWaitMs: 5, flow: charging(() => new Promise((resolve) => (finish = resolve))) })
    const someone = await atReview(engine)
    expect(await someone.send('order.placed')).toMatchObject({ view: { step: 'paying', pending: ['chargeCard'] } })
    finish('late')
    await eventually(async () =>
      expect(await someone.read()).toMatchObject({ step: 'confirmed', context: { receipt: 'late' } }),
    )
  })

  it('is tried again with the same id and the next attempt number', async () => {
    const calls: [string, number][] = []
    const { engine } = rig({
      flow: charging(async ({ effectId, attempt }) => {
        calls.push([effectId, attempt])
        if (attempt === 1) throw new Error('503')
        return 'paid'
      }),
    })
    const someone = await atReview(engine)
    expect(await someone.send('order.placed')).toMatchObject({ view: { step: 'confirmed' } })
    expect(calls.map(([, attempt]) => attempt)).toEqual([1, 2])
    expect(new Set(calls.map(([effectId]) => effectId)).size).toBe(1)
  })

  it('that keeps failing ends in the error transition of the machine', async () => {
    const run = vi.fn(() => Promise.reject(new Error('503')))
    const someone = await atReview(rig({ flow: charging(run) }).engine)
    expect(await someone.send('order.placed')).toMatchObject({ view: { step: 'declined' } })
    expect(run).toHaveBeenCalledTimes(2)
  })

  it('that says it is not retryable is not tried again', async () => {
    const run = vi.fn(() => Promise.reject(Object.assign(new Error('declined'), { retryable: false })))
    const someone = await atReview(rig({ flow: charging(run) }).engine)
    expect(await someone.send('order.placed')).toMatchObject({ view: { step: 'declined' } })
    expect(run).toHaveBeenCalledTimes(1)
  })

  it('that hangs is aborted at its timeout, even if it does not listen', async () => {
    const aborted = vi.fn()
    const flow = charging(({ signal }) => {
      signal.addEventListener('abort', aborted)
      return new Promise(() => {})
    })
    const someone = await atReview(
      rig({ flow: { ...flow, effects: { chargeCard: { attempts: 1, timeout: 5 } } } }).engine,
    )
    expect(await someone.send('order.placed')).toMatchObject({ view: { step: 'declined' } })
    expect(aborted).toHaveBeenCalledTimes(1)
  })

  it('survives as pending when the engine closes in the middle', async () => {
    const store = watch(memoryStore())
    const { engine } = rig({ store, effectWaitMs: 1, flow: charging(() => new Promise(() => {})) })
    const someone = await atReview(engine)
    await someone.send('order.placed')
    await engine.close(5)
    expect(await rig({ store }).engine.read('checkout', someone.caller.credential)).toMatchObject({
      step: 'paying',
      pending: ['chargeCard'],
    })
  })
})

describe('emitted events', () => {
  it('are delivered after the commit, once', async () => {
    const { engine, emitted } = rig()
    const someone = await atReview(engine)
    await someone.send('note.added')
    expect(emitted).toEqual([{ flow: 'checkout', session: someone.caller.credential?.id, event: { type: 'noted' } }])
  })

  it('whose listener throws are reported and change nothing', async () => {
    const broken = new Error('listener')
    const { engine, errors } = rig({
      onEmit: () => {
        throw broken
      },
    })
    const someone = await atReview(engine)
    expect(await someone.send('note.added')).toMatchObject({ outcome: 'applied' })
    expect(errors).toEqual([broken])
  })
})

describe('custom actions', () => {
  it('run after the commit, in order, and one that throws or rejects is reported and stops no other', async () => {
    const ran: string[] = []
    const machine = setup({ types: { events: {} as { type: 'go' } } }).createMachine({
      id: 'm',
      on: {
        go: {
          actions: [
            () => {
              ran.push('first')
              throw new Error('thrown')
            },
            async () => {
              ran.push('second')
              throw new Error('rejected')
            },
            () => void ran.push('third'),
          ],
        },
      },
    })
    const flow = defineFlow({ id: 'checkout', version: 1, machine, events: { go: z.object({}) } })
    const { engine, errors } = rig({ flow: flow as never })
    expect(await person(engine).send('go')).toMatchObject({ outcome: 'applied' })
    await eventually(() => expect(errors).toMatchObject([{ message: 'thrown' }, { message: 'rejected' }]))
    expect(ran).toEqual(['first', 'second', 'third'])
  })
})
