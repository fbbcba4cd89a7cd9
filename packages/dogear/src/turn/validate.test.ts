// Events from outside: what a schema says of them, in the words the page gets.

import type { StandardSchemaV1 } from '@standard-schema/spec'
import { describe, expect, it } from 'vitest'
import { assign, setup } from 'xstate'
import { z } from 'zod'
import { defineFlow, type Flow } from '../flow/define.ts'
import { createSession } from './session.fixture.ts'
import { validate } from './validate.ts'

const machine = setup({ types: { events: {} as { type: 'sent' } } }).createMachine({
  id: 'm',
  on: { sent: { actions: () => {} } },
})

/** A flow whose one event is checked by `validate`. */
const checkedBy = (validate: StandardSchemaV1['~standard']['validate']) =>
  defineFlow({
    id: 'm',
    version: 1,
    machine,
    events: { sent: { '~standard': { version: 1, vendor: 'test', validate } } as StandardSchemaV1<unknown, object> },
  })

describe('what is wrong with an event', () => {
  it('is told by its path, whatever a schema makes paths of', () => {
    const path = ['people', { key: 2 }, { key: 'name' }, Symbol('first'), 0]
    const flow = checkedBy(() => ({ issues: [{ message: 'Enter a name', path }, { message: 'Fill the form' }] }))
    expect(createSession(flow).event({ type: 'sent' }).outcome).toEqual({
      kind: 'rejected',
      reason: 'invalid',
      issues: [
        { message: 'Enter a name', path: ['people', 2, 'name', 'Symbol(first)', 0] },
        { message: 'Fill the form', path: [] },
      ],
    })
  })

  it('is the type, if there is no such event', () => {
    const flow = checkedBy((value) => ({ value }))
    expect(createSession(flow).event({ type: 'toString' }).outcome).toEqual({
      kind: 'rejected',
      reason: 'invalid',
      issues: [{ path: ['type'], message: 'This is not an event of the flow.' }],
    })
  })
})

it('[M50] only what a schema knows of a payload reaches the machine', () => {
  const machine = setup({
    types: { context: {} as Record<string, unknown>, events: {} as { type: 'sent'; name: string } },
  }).createMachine({
    id: 'm',
    initial: 'form',
    context: { paid: false },
    states: {
      form: { id: 'form', on: { sent: { actions: assign(({ event }) => ({ ...event })) } } },
    },
  })
  const session = createSession(
    defineFlow({ id: 'm', version: 1, machine, events: { sent: z.object({ name: z.string() }) } }),
  )
  session.event({ type: 'sent', name: 'Ada', paid: true, role: 'admin' } as never)
  expect(session.record?.snapshot.context).toEqual({ type: 'sent', name: 'Ada', paid: false })
})

it('a schema that answers later is a fault of the flow, not of the person', () => {
  const flow = checkedBy(async (value) => ({ value }))
  expect(() => createSession(flow).event({ type: 'sent' })).toThrow(expect.objectContaining({ code: 'flow_failed' }))
})

it('a schema cannot change which event it is', () => {
  const session = createSession(checkedBy(() => ({ value: { type: 'forged', kept: true } })))
  expect(session.event({ type: 'sent' }).outcome.kind).toBe('applied')
  expect(session.record?.trail).toMatchObject([{ event: 'sent' }])
})

it('an event is read as a form means it only where it comes of one', () => {
  const events = { sent: z.object({ age: z.number() }) }
  const flow = defineFlow({ id: 'm', version: 1, machine, events }) as unknown as Flow
  const sent = { type: 'sent', age: '5' }
  expect(validate(flow, sent)).toMatchObject({ ok: false, issues: [{ path: ['age'] }] })
  expect(validate(flow, sent, { form: false })).toMatchObject({ ok: false })
  expect(validate(flow, sent, { form: true })).toEqual({ ok: true, event: { type: 'sent', age: 5 } })
  expect(createSession(flow).event(sent).outcome).toMatchObject({ reason: 'invalid' })
  expect(createSession(flow).event(sent, { fields: ['age'] }).outcome).toEqual({ kind: 'applied' })
})

describe('an event of a page from before a deploy', () => {
  const name = z.object({ name: z.string().min(1, 'Enter a name') })
  const flow = defineFlow({
    id: 'm',
    version: 3,
    oldest: 1,
    machine,
    events: { sent: name },
    migrations: { 1: (old) => old, 2: (old) => old },
    lifts: {
      1: { sent: ({ first, ...rest }) => ({ ...rest, full: first }) },
      2: { sent: ({ full }) => ({ name: full }) },
    },
  })
  const sent = (payload: object, version?: number) =>
    createSession(flow).event({ type: 'sent', ...payload }, version === undefined ? {} : { version }).outcome

  it('is carried over from the version the page says', () => {
    expect(sent({ first: 'Ada' }, 1)).toEqual({ kind: 'applied' })
    expect(sent({ full: 'Ada' }, 2)).toEqual({ kind: 'applied' })
    expect(sent({ name: 'Ada' }, 3)).toEqual({ kind: 'applied' })
  })

  it('is checked in the shape of that version only, and of today when it says today', () => {
    expect(sent({ first: 'Ada' }, 2)).toMatchObject({ reason: 'invalid' })
    expect(sent({ first: 'Ada' }, 3)).toMatchObject({ reason: 'invalid' })
    expect(sent({ first: '' }, 1)).toMatchObject({ issues: [{ path: ['name'], message: 'Enter a name' }] })
  })

  it('that cannot be carried over is refused as a whole, and told to be checked again', () => {
    const strict = { ...flow, lifts: { ...flow.lifts, 1: { sent: () => null as never } } } as unknown as Flow
    expect(validate(strict, { type: 'sent', first: 'Ada' }, { version: 1 })).toEqual({
      ok: false,
      issues: [{ path: [], message: expect.stringMatching(/opened before .*again\.$/) }],
    })
    expect(validate(strict, { type: 'sent', full: 'Ada' }, { version: 2 })).toMatchObject({ ok: true })
  })

  it('without a version is taken for one of today, else for the newest older one that fits', () => {
    expect(sent({ name: 'Ada' })).toEqual({ kind: 'applied' })
    expect(sent({ full: 'Ada' })).toEqual({ kind: 'applied' })
    expect(sent({ first: 'Ada' })).toEqual({ kind: 'applied' })
    expect(sent({ last: 'Ada' })).toMatchObject({ reason: 'invalid', issues: [{ path: ['name'] }] })
  })
})
