// The types of a flow's earlier versions: the context a migration starts from, and the result it may return.

import { expectTypeOf, test } from 'vitest'
import { createMachine } from 'xstate'
import { z } from 'zod'
import { checkoutMachine } from '../checkout.fixture.ts'
import { defineFlow, type Flow } from '../define.ts'

const base = { id: 'f', version: 3, machine: createMachine({}), events: {} } as const
const First = z.object({ name: z.string(), since: z.date().optional() })

test('a migration that says what it starts from is given a context of that type', () => {
  const flow = defineFlow({
    ...base,
    migrations: {
      1: {
        from: First,
        migrate: (old) => {
          expectTypeOf(old.context).toEqualTypeOf<{ name: string; since?: Date | undefined }>()
          expectTypeOf(old.visited).toEqualTypeOf<readonly string[]>()
          return { value: old.value, context: { givenName: old.context.name } }
        },
      },
      2: {
        from: z.object({ givenName: z.string() }),
        migrate(old) {
          expectTypeOf(old.context).toEqualTypeOf<{ givenName: string }>()
          return { ...old, context: { ...old.context, familyName: '' } }
        },
      },
    },
  })
  expectTypeOf(flow).toExtend<Flow>()
})

test('one that does not may start from anything', () => {
  defineFlow({
    ...base,
    machine: checkoutMachine,
    migrations: {
      1: (old) => {
        expectTypeOf(old.context).toBeAny()
        expectTypeOf(old.value).toBeAny()
        return { value: 'shipping', context: old.context.whatever }
      },
      2: { migrate: ({ value, context }) => ({ value, context: { ...context, more: true } }), resume: 'stay' },
    },
  })
})

test('a migration returns a state, and nothing of another shape', () => {
  // @ts-expect-error -- there is no state
  defineFlow({ ...base, migrations: { 1: ({ context }) => ({ context }) } })
  // @ts-expect-error -- visited is a list of steps
  defineFlow({ ...base, migrations: { 1: ({ value }) => ({ value, visited: 'shipping' }) } })
  // @ts-expect-error -- a migration is pure, and so it does not wait
  defineFlow({ ...base, migrations: { 1: async ({ value }) => ({ value }) } })
  const from = First
  // @ts-expect-error -- the schema has no such member
  defineFlow({ ...base, migrations: { 1: { from, migrate: ({ context }) => ({ value: context.email }) } } })
})

test('a lift makes a payload of a payload', () => {
  defineFlow({ ...base, lifts: { 1: { named: ({ name }) => ({ givenName: name }), left: () => undefined } } })
  // @ts-expect-error -- text is no payload
  defineFlow({ ...base, lifts: { 1: { named: () => 'Ada' } } })
})
