// Deliveries after a commit, in their order.

import { expect, it } from 'vitest'
import { emit, setup } from 'xstate'
import { z } from 'zod'
import { defineFlow } from '../flow/define.ts'
import { fromEffect } from '../flow/machine.ts'
import { person, rig } from './harness.fixture.ts'

it('what a turn emits and does is delivered before the effect that the turn starts', async () => {
  const order: string[] = []
  const machine = setup({
    types: { events: {} as { type: 'go' }, emitted: {} as { type: 'asked' } },
    actors: { work: fromEffect(async () => void order.push('effect')) },
  }).createMachine({
    id: 'm',
    initial: 'waiting',
    states: {
      waiting: {
        on: { go: { target: 'working', actions: [emit({ type: 'asked' }), () => void order.push('action')] } },
      },
      working: { invoke: { id: 'work', src: 'work', onDone: 'done', onError: 'done' } },
      done: { entry: () => void order.push('done') },
    },
  })
  const flow = defineFlow({ id: 'checkout', version: 1, machine, events: { go: z.object({}) } })
  const { engine, errors } = rig({ flow: flow as never, onEmit: ({ event }) => order.push(event.type) })
  await person(engine).send('go')
  expect(order).toEqual(['asked', 'action', 'effect', 'done'])
  expect(errors).toEqual([])
})
