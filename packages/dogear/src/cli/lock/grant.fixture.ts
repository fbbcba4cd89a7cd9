// A small flow for the tests of the gate, to be changed in one way or another before it meets its own lock.

import { assign, setup } from 'xstate'
import { z } from 'zod'
import { defineFlow, type Flow } from '../../flow/define.ts'
import type { Migrations } from '../../flow/evolve/migration.ts'
import { fromEffect } from '../../flow/machine.ts'
import type { Examples } from './moves.ts'

export type Changes = {
  version?: number
  machineId?: string
  withoutSize?: boolean
  delay?: 'offer' | 'quote'
  purpose?: z.ZodType<string>
  checks?: boolean
  extra?: boolean
  /** Other names for the invoke and the actor that file. */
  filing?: { id: string; src: string }
  migrations?: Migrations
}

export const examples: Examples = {
  events: { 'purpose.given': [{ purpose: 'A novel' }], 'size.given': [{ size: 'large' }] },
  effects: { file: ['file-1'] },
}

type Context = { purpose: string | null; size: 'small' | 'large' | null; file: string | null }
type Events =
  | { type: 'purpose.given'; purpose: string }
  | { type: 'size.given'; size: 'small' | 'large' }
  | { type: 'extra.given' }
  | { type: 'sent' }

/** purpose → size → review → filing → filed; `review` is open as long as the offer stands. */
// biome-ignore lint/suspicious/noExplicitAny: every change makes another machine.
export function grant(changes: Changes = {}): Flow<any, any> {
  const {
    version = 1,
    machineId = 'grant',
    withoutSize = false,
    delay = 'offer',
    checks = false,
    extra = false,
    filing = { id: 'file', src: 'file' },
  } = changes
  const { purpose = z.string().min(1), migrations = {} } = changes
  const logic = () => fromEffect<string, unknown>(async () => 'file-1')
  const afterPurpose = withoutSize ? 'review' : 'size'
  const machine = setup({
    types: { context: {} as Context, events: {} as Events },
    actors: { [filing.src]: logic(), verify: logic() },
    delays: { [delay]: 86_400_000 },
  }).createMachine({
    id: machineId,
    context: { purpose: null, size: null, file: null },
    initial: 'purpose',
    states: {
      purpose: {
        id: 'purpose',
        meta: { step: { path: 'purpose', title: 'What it is for' } },
        route: {},
        on: {
          'purpose.given': {
            target: extra ? 'extra' : afterPurpose,
            actions: assign({ purpose: ({ event }) => event.purpose }),
          },
        },
      },
      ...(extra && {
        extra: {
          id: 'extra',
          meta: { step: { path: 'extra', title: 'One more thing' } },
          route: {},
          on: { 'extra.given': afterPurpose },
        },
      }),
      ...(!withoutSize && {
        size: {
          id: 'size',
          meta: { step: { path: 'size', title: 'How much' } },
          route: {},
          on: { 'size.given': { target: 'review', actions: assign({ size: ({ event }) => event.size }) } },
        },
      }),
      review: {
        id: 'review',
        meta: { step: { path: 'review', title: 'Check' } },
        ...(checks && { invoke: { id: 'verify', src: 'verify', onError: {} } }),
        after: { [delay]: 'purpose' },
        on: { sent: 'filing' },
      },
      filing: {
        id: 'filing',
        invoke: {
          ...filing,
          onDone: { target: 'filed', actions: assign({ file: ({ event }) => event.output }) },
          onError: 'review',
        },
      },
      filed: { id: 'filed', type: 'final', meta: { step: { path: 'filed', title: 'Filed' } } },
    },
    // biome-ignore lint/suspicious/noExplicitAny: as above
  } as any)
  return defineFlow({
    id: 'grant',
    version,
    machine,
    events: {
      'purpose.given': z.object({ purpose }),
      ...(withoutSize ? {} : { 'size.given': z.object({ size: z.enum(['small', 'large']) }) }),
      ...(extra ? { 'extra.given': z.object({}) } : {}),
      sent: z.object({}),
    },
    context: z.object({
      purpose: z.string().nullable(),
      size: z.enum(['small', 'large']).nullable(),
      file: z.string().nullable(),
    }),
    migrations,
    // biome-ignore lint/suspicious/noExplicitAny: as above
  } as any)
}
