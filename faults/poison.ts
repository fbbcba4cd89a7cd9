// Effects that go wrong in every way, and what has to come of each.

import { defineFlow, type Flow, fromEffect } from 'dogear'
import { assign, setup } from 'xstate'
import { z } from 'zod'

class Receipt {
  id = 'ch_1'
}

const fail = (error: object) => Promise.reject(Object.assign(new Error('no'), error))

type Poison = {
  /** Answers as the provider does, every time. */
  provide: () => Promise<unknown>
  /** The state it ends in, and the code of the error, if it is an error. */
  ends: 'paid' | 'failed' | 'paying'
  code?: string
  /** True if every attempt fails, so that all that are allowed are made. */
  again?: boolean
}

export const poisons = {
  none: { provide: async () => 'ch_1', ends: 'paid' },
  instance: { provide: async () => new Receipt(), ends: 'failed', code: 'not_serializable' },
  function: { provide: async () => ({ refund() {} }), ends: 'failed', code: 'not_serializable' },
  large: { provide: async () => 'x'.repeat(100_000), ends: 'failed', code: 'too_large' },
  'large error': {
    provide: () => fail({ message: 'x'.repeat(100_000), retryable: false }),
    ends: 'failed',
    code: 'too_large',
  },
  declined: { provide: () => fail({ code: 'declined', retryable: false }), ends: 'failed', code: 'declined' },
  down: { provide: () => fail({ code: 'ECONNRESET' }), ends: 'failed', code: 'ECONNRESET', again: true },
  hangs: { provide: () => new Promise(() => {}), ends: 'failed', again: true },
  'throwing assign': { provide: async () => 'poison', ends: 'paying' },
} satisfies Record<string, Poison>

export type PoisonName = keyof typeof poisons
export const poisonNames = Object.keys(poisons) as PoisonName[]

export const poisonOf = (name: PoisonName): Poison => poisons[name]

export type Call = { effectId: string; attempt: number; poison: PoisonName }

const names = z.enum(poisonNames)

/** A flow whose effect may be tried `attempts` times. `call` makes one call of the provider. */
export function poisonFlow(attempts: number, call: (call: Call) => Promise<unknown>): Flow {
  const machine = setup({
    types: {
      context: {} as { poison: PoisonName; out: unknown },
      events: {} as { type: 'begun' } | { type: 'ordered'; poison: PoisonName },
    },
    actors: {
      pay: fromEffect<unknown, PoisonName>(({ input: poison, effectId, attempt }) =>
        call({ effectId, attempt, poison }),
      ),
    },
    actions: {
      keep: assign({
        out: (_, { result }: { result: unknown }) => {
          if (result === 'poison') throw new Error('this assign is broken')
          return result
        },
      }),
    },
  }).createMachine({
    id: 'shop',
    context: { poison: 'none', out: null },
    initial: 'empty',
    states: {
      empty: { on: { begun: 'cart' } },
      cart: { on: { ordered: { target: 'paying', actions: assign({ poison: ({ event }) => event.poison }) } } },
      paying: {
        invoke: {
          id: 'pay',
          src: 'pay',
          input: ({ context }) => context.poison,
          onDone: { target: 'paid', actions: { type: 'keep', params: ({ event }) => ({ result: event.output }) } },
          onError: { target: 'failed', actions: { type: 'keep', params: ({ event }) => ({ result: event.error }) } },
        },
      },
      paid: {},
      failed: {},
    },
  })
  return defineFlow({
    id: `shop-${attempts}`,
    version: 1,
    machine,
    events: { begun: z.object({}), ordered: z.object({ poison: names }) },
    effects: { pay: { attempts, backoff: 10, timeout: 150 } },
  }) as Flow
}
