// Promise actors: told from other kinds, called with their idempotency key, and still good for XState alone.

import { describe, expect, test, vi } from 'vitest'
import { createActor, createMachine, fromCallback, fromEventObservable, fromObservable, fromTransition } from 'xstate'
import { fromEffect, isPromiseLogic, promiseOf } from './machine.ts'
import { machineOf, work } from './machines.fixture.ts'

describe('promise actors', () => {
  test('are told from every other kind, without calling what their authors wrote', () => {
    const reducer = vi.fn()
    const start = vi.fn()
    expect(isPromiseLogic(work)).toBe(true)
    expect(isPromiseLogic(fromEffect(async () => 1))).toBe(true)
    for (const logic of others(reducer, start)) expect(isPromiseLogic(logic)).toBe(false)
    expect(reducer).not.toHaveBeenCalled()
    expect(start).not.toHaveBeenCalled()
  })

  test('hand out their function by name, or nothing', async () => {
    const machine = machineOf(
      { id: 'm' },
      {
        actors: {
          pay: fromEffect(async ({ effectId, attempt, input, session }) => [effectId, attempt, input, session]),
        },
      },
    )
    const call = promiseOf(machine, 'pay')
    expect(
      await call?.({
        input: 5,
        session: 's1',
        effectId: 'e1',
        attempt: 3,
        progress: () => {},
        signal: new AbortController().signal,
      }),
    ).toEqual(['e1', 3, 5, 's1'])
    expect(promiseOf(machine, 'unheard-of')).toBeUndefined()
    expect(promiseOf(machine, 'constructor')).toBeUndefined()
  })

  test('also run under XState alone, with the session id of the actor as their key', async () => {
    const actor = createActor(
      fromEffect(async (call: { input: number; effectId: string; attempt: number }) => call),
      { input: 5 },
    )
    const over = new Promise((resolve) => actor.subscribe({ complete: () => resolve(actor.getSnapshot().output) }))
    actor.start()
    expect(await over).toMatchObject({ input: 5, effectId: actor.sessionId, attempt: 1 })
  })
})

function others(reducer: () => undefined, start: () => undefined): unknown[] {
  return [
    fromTransition(reducer, undefined),
    fromCallback(start),
    fromObservable(() => ({ subscribe: start }) as never),
    fromEventObservable(() => ({ subscribe: start }) as never),
    createMachine({}),
    {},
    () => {},
    null,
    undefined,
    'work',
  ]
}
