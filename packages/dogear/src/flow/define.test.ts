// Defining a flow and giving it server-only implementations: what is checked, and what is filled in.

import { describe, expect, test } from 'vitest'
import { createMachine, fromCallback, setup } from 'xstate'
import { z } from 'zod'
import { checkout, checkoutMachine } from './checkout.fixture.ts'
import { defineFlow } from './define.ts'
import { fromEffect } from './machine.ts'
import { work } from './machines.fixture.ts'
import { prefilledMachine } from './prefilled.fixture.ts'

/** The refusal of these options by `defineFlow`, line by line. */
function refusalOf(options: object): string[] {
  try {
    defineFlow({ id: 'f', version: 1, machine: createMachine({ id: 'm' }), events: {}, ...options } as never)
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError)
    return (error as TypeError).message.split('\n')
  }
  return []
}

describe('defineFlow', () => {
  test('lists every problem of options and machine in one TypeError', () => {
    const machine = createMachine({
      id: 'm',
      initial: 'a',
      states: { a: { after: { 5: 'b' }, invoke: { src: 'gone', onError: 'b' } }, b: {} },
    })
    const events = {
      'xstate.done.actor.pay': z.object({}),
      '': z.object({}),
      '*': z.object({}),
      'form.*': z.object({}),
      ok: z.object({}),
      plain: {},
    }
    const migrations = { 2: () => ({ value: 'a', context: {} }) }
    const lifetime = { idle: '1 fortnight', absolute: -1 }
    const effects = { pay: {}, toString: { attempts: 0, timeout: '30 sec' } }
    expect(
      refusalOf({
        id: 'Bad id',
        version: 4,
        machine,
        events,
        migrations,
        lifetime,
        effects,
        maxBytes: Number.NaN,
        context: {},
      }),
    ).toEqual([
      'flow "Bad id" cannot be kept:',
      expect.stringMatching(/^- id: /),
      expect.stringMatching(/^- events\.xstate\.done\.actor\.pay: /),
      expect.stringMatching(/^- events\.: /),
      expect.stringMatching(/^- events\.\*: /),
      expect.stringMatching(/^- events\.form\.\*: /),
      expect.stringMatching(/^- events\.plain: not a Standard Schema/),
      expect.stringMatching(/^- context: not a Standard Schema/),
      expect.stringMatching(/^- maxBytes: /),
      expect.stringMatching(/^- migrations\.1: the migration from version 1 to 2/),
      expect.stringMatching(/^- migrations\.3: /),
      expect.stringMatching(/^- lifetime\.idle: /),
      expect.stringMatching(/^- lifetime\.absolute: /),
      expect.stringMatching(/^- effects\.pay: /),
      expect.stringMatching(/^- effects\.toString: /),
      expect.stringMatching(/^- effects\.toString\.attempts: /),
      expect.stringMatching(/^- effects\.toString\.timeout: /),
      expect.stringMatching(/^- m\.a\.after\.5: /),
      expect.stringMatching(/^- m\.a\.invoke\[0\]: the actor "gone" has no implementation/),
      expect.stringMatching(/^- m\.a\.invoke\[0\]: the actor "gone" has no id/),
    ])
  })

  test('refuses a machine that needs an input and would get none', () => {
    const options = { machine: prefilledMachine, events: {} }
    const problem = expect.stringMatching(/^- machine: its context is made of an input; say with which schema/)
    expect(refusalOf(options)).toEqual(['flow "f" cannot be kept:', problem])
    expect(refusalOf({ ...options, input: 'mug' })).toContainEqual('- input: not a Standard Schema')
    expect(refusalOf({ ...options, input: z.object({}) })).toEqual([])
    expect(refusalOf({ machine: createMachine({ id: 'm', context: () => ({ input: 1 }) }) })).toEqual([])
  })

  test('checks the events of a server like those of a person, and takes no type for both', () => {
    const none = z.object({})
    const serverEvents = { paid: none, 'xstate.done.actor.pay': none, '*': none, 'a#b': none, plain: {} }
    expect(refusalOf({ events: { paid: none }, serverEvents })).toEqual([
      'flow "f" cannot be kept:',
      expect.stringMatching(/^- serverEvents\.xstate\.done\.actor\.pay: /),
      expect.stringMatching(/^- serverEvents\.\*: /),
      expect.stringMatching(/^- serverEvents\.a#b: /),
      expect.stringMatching(/^- serverEvents\.plain: not a Standard Schema/),
      expect.stringMatching(/^- serverEvents\.paid: it is one of events, too/),
    ])
    expect(refusalOf({ serverEvents: 'paid' })).toContainEqual(expect.stringMatching(/^- serverEvents: /))
  })

  test.each(['', 'Checkout', '1st', 'a b', 'a_b', 'a'.repeat(65)])('refuses the id "%s"', (id) => {
    expect(refusalOf({ id })).toHaveLength(2)
  })

  test.each([0, -1, 0.5, Number.NaN, '1'])('refuses the version %s', (version) => {
    expect(refusalOf({ version })).toHaveLength(2)
  })

  test('refuses a context that no record can keep, with the path of each part', () => {
    const machine = createMachine({ id: 'm', context: { total: new URL('https://example.org'), call: [() => 1] } })
    expect(refusalOf({ machine })).toEqual([
      'flow "f" cannot be kept:',
      '- machine: cannot store an instance of URL at context.total',
      '- machine: cannot store a function at context.call[0]',
    ])
  })

  test.each([0, -1, Number.NaN])('refuses %s as maxBytes', (maxBytes) => {
    expect(refusalOf({ maxBytes })).toHaveLength(2)
  })

  test.each([0, -1, Number.NaN, 501])('refuses %s as maxDraftBytes of a session of 1,000 bytes', (maxDraftBytes) => {
    expect(refusalOf({ maxBytes: 1_000, maxDraftBytes })).toEqual([
      'flow "f" cannot be kept:',
      expect.stringMatching(/^- maxDraftBytes: /),
    ])
  })

  test('bounds the microsteps of its machine without touching the one it was given', () => {
    expect(checkout.machine.options.maxIterations).toBe(1_000)
    expect(checkoutMachine.options.maxIterations).toBe(Number.POSITIVE_INFINITY)
  })

  test('fills in what was left out', () => {
    const { lifetime, maxBytes, effects, migrations } = defineFlow({
      id: 'f',
      version: 1,
      machine: createMachine({}),
      events: {},
    })
    expect({ lifetime, maxBytes, effects, migrations }).toEqual({
      lifetime: { firstMs: 900_000, idleMs: 30 * 86_400_000, absoluteMs: 90 * 86_400_000, hotMs: 1_800_000 },
      maxBytes: 65_536,
      effects: {},
      migrations: {},
    })
  })
})

describe('flow.provide', () => {
  const flow = defineFlow({
    id: 'f',
    version: 1,
    machine: setup({ actors: { work }, delays: { soon: 5 } }).createMachine({
      id: 'm',
      invoke: { id: 'w', src: 'work', onError: {} },
      after: { soon: {} },
    }),
    events: {},
  })

  test('gives the same flow with other implementations, bounded as before', () => {
    const other = fromEffect(async () => 'other')
    const provided = flow.provide({ actors: { work: other } })
    expect(provided.machine.implementations.actors).toEqual({ work: other })
    expect(provided.machine.options.maxIterations).toBe(1_000)
    expect(flow.machine.implementations.actors).toEqual({ work })
  })

  test('is checked like the flow itself', () => {
    expect(() => flow.provide({ actors: { work: fromCallback(() => {}) } })).toThrow(
      /^flow "f" cannot be provided:\n- actors\.work: not a promise actor/,
    )
  })

  test('refuses misspelt names, which would leave the placeholders in place', () => {
    expect(() => flow.provide({ actors: { wrok: work }, delays: { sooon: 1 } })).toThrow(
      /^flow .*\n- actors\.wrok: .*\n- delays\.sooon: .*$/,
    )
  })
})

describe('the earlier versions of a flow', () => {
  const asIs = ({ value }: { value: unknown }) => ({ value })

  test('are migrated from the oldest on; older ones need no migration', () => {
    expect(refusalOf({ version: 4, oldest: 3, migrations: { 3: asIs } })).toEqual([])
    expect(refusalOf({ version: 4, oldest: 3 })).toEqual([
      expect.stringMatching(/^flow/),
      expect.stringMatching(/^- migrations\.3: the migration from version 3 to 4 is missing/),
    ])
  })

  test.each([0, 3, 1.5, Number.NaN])('cannot start at %s of 2', (oldest) => {
    expect(refusalOf({ version: 2, oldest })).toEqual([
      expect.stringMatching(/^flow/),
      expect.stringMatching(/^- oldest: /),
    ])
  })

  test('are spelt as they are meant: every problem of migrations and lifts is found', () => {
    const migrations = {
      1: { steps: { a: 1 }, draft: 'a', from: {}, resume: 7, migrates: asIs },
      2: 'none',
      3: asIs,
    }
    const lifts = { 1: { sent: asIs, left: {} }, 3: { sent: asIs } }
    expect(refusalOf({ version: 3, migrations, lifts }).slice(1)).toEqual([
      expect.stringMatching(/^- migrations\.1: neither a function nor an object with "migrate"/),
      expect.stringMatching(/^- migrations\.1\.from: not a Standard Schema/),
      expect.stringMatching(/^- migrations\.1\.steps: /),
      expect.stringMatching(/^- migrations\.1\.draft: not a function/),
      expect.stringMatching(/^- migrations\.1\.resume: /),
      expect.stringMatching(/^- migrations\.1\.migrates: a migration has no such member/),
      expect.stringMatching(/^- migrations\.2: neither/),
      expect.stringMatching(/^- migrations\.3: there is nothing to migrate from; the flow is of version 3/),
      expect.stringMatching(/^- lifts\.1\.left: not a function/),
      expect.stringMatching(/^- lifts\.3: there is nothing to lift from/),
    ])
  })
})
