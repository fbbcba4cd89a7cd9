// A deploy changes the timers and effects of a state people are in: new ones start, lost ones go, nothing starts twice.

import { describe, expect, it } from 'vitest'
import { cancel, setup, stopChild } from 'xstate'
import { z } from 'zod'
import { msgpackCodec } from '../codec/codec.ts'
import { defineFlow, type Flow } from '../flow/define.ts'
import { fromEffect } from '../flow/machine.ts'
import { viewOf } from './open.ts'
import type { SessionRecord } from './record.ts'
import { createSession, start } from './session.fixture.ts'

const hour = 3_600_000
const base = setup({
  types: { context: {} as { order: number }, events: {} as { type: 'go' } | { type: 'noted' } },
  actors: { check: fromEffect<string, number>(async () => 'ok'), mail: fromEffect(async () => 'sent') },
  delays: { reminder: hour, limit: ({ context }) => context.order * hour },
})
const invoke = {
  onError: {},
  id: 'check',
  src: 'check',
  input: ({ context }: { context: { order: number } }) => context.order,
} as const

/** The same flow as deployed with other contents of the state people wait in. */
function deployed(waiting: object): Flow {
  const machine = base.createMachine({
    id: 'm',
    initial: 'first',
    context: { order: 2 },
    states: {
      first: { on: { go: 'waiting' } },
      waiting: { on: { noted: { actions: () => {} } }, ...waiting },
      late: {},
      done: {},
    },
  } as never)
  const events = { go: z.object({}), noted: z.object({}) }
  return defineFlow({ id: 'm', version: 1, machine: machine as never, events: events as never }) as Flow
}

/** Someone who waits under the old deploy, taken up by the new one through storage. */
function across(before: Flow, after: Flow, prepare: (session: ReturnType<typeof createSession>) => void = () => {}) {
  const old = createSession(before)
  old.event({ type: 'go' })
  old.event({ type: 'noted' })
  prepare(old)
  const codec = msgpackCodec()
  const session = createSession(after)
  session.record = codec.decode(codec.encode(old.record as SessionRecord))
  return session
}

const bare = deployed({})

describe('a state that gained', () => {
  it('a timer has it armed from the next turn on, with the delay of the context', () => {
    const session = across(bare, deployed({ after: { limit: 'late' } }))
    const now = start + 10 * hour
    const turn = session.event({ type: 'noted' }, { now })
    expect(turn.record?.timers).toMatchObject([{ id: 'xstate.after.limit.m.waiting', dueAt: now + 2 * hour }])
    expect(session.wake(now + 2 * hour).record?.snapshot.value).toBe('late')
  })

  it('an effect has it started by the next turn, once, with its input', () => {
    const session = across(bare, deployed({ invoke: { ...invoke, onDone: 'done' } }))
    const turn = session.wake(start + hour)
    expect(turn.after.effects).toMatchObject([{ id: 'check', input: 2, generation: 1, attempt: 1 }])
    expect(session.wake(start + hour).outcome.kind).toBe('duplicate')
    expect(session.settle('check', 1, { ok: true, output: 'ok' }).record?.snapshot.value).toBe('done')
  })

  it('an effect does not have it started by a turn that leaves the state', () => {
    const session = across(bare, deployed({ invoke, on: { go: 'done' } }))
    const { record, after } = session.event({ type: 'go' })
    expect(record).toMatchObject({ snapshot: { status: 'active', value: 'done' }, effects: [] })
    expect(after.effects).toEqual([])
  })

  it('either shows it in a view without writing', () => {
    const session = across(bare, deployed({ after: { reminder: 'late' }, invoke }))
    const before = session.record
    const refused = session.event({ type: 'go' })
    expect(refused.shown && viewOf(refused.shown)).toMatchObject({
      pending: ['check'],
      timers: [{ dueAt: start + hour }],
    })
    expect(session.record).toBe(before)
  })
})

describe('a state that lost', () => {
  it('a timer has it dropped and reported', () => {
    const turn = across(deployed({ after: { reminder: 'late' } }), bare).event({ type: 'noted' })
    expect(turn.record?.timers).toEqual([])
    expect(turn.after.dropped).toEqual(['xstate.after.reminder.m.waiting'])
  })

  it('an effect has it dropped and reported when no actor of that name is left', () => {
    const session = across(deployed({ invoke }), bare)
    const renamed = {
      ...(session.record as SessionRecord),
      effects: session.record?.effects.map((effect) => ({ ...effect, src: 'gone' })) ?? [],
    }
    session.record = renamed
    const turn = session.event({ type: 'noted' })
    expect(turn.record?.effects).toEqual([])
    expect(turn.after.dropped).toEqual(['check'])
  })
})

it('an actor that has another name under the same id is dropped, and the new one starts in the same turn', () => {
  const session = across(deployed({ invoke }), deployed({ invoke: { ...invoke, src: 'mail' } }), () => {})
  session.record = {
    ...(session.record as SessionRecord),
    effects: session.record?.effects.map((effect) => ({ ...effect, src: 'gone' })) ?? [],
  }
  const turn = session.event({ type: 'noted' })
  expect(turn.after.effects).toMatchObject([{ id: 'check', src: 'mail', generation: 2 }])
})

describe('what happened already', () => {
  it('is not started again: what the machine itself stopped or cancelled while its state stayed active', () => {
    const on = { noted: { actions: [stopChild('check'), cancel('xstate.after.reminder.m.waiting')] } }
    const flow = deployed({ on, invoke, after: { reminder: 'late' } })
    const session = across(flow, flow, (old) => old.event({ type: 'noted' }))
    const turn = session.wake(start + 2 * hour)
    expect([turn.outcome.kind, turn.after.effects]).toEqual(['duplicate', []])
    expect(turn.shown && viewOf(turn.shown)).toMatchObject({ value: 'waiting', pending: [], timers: [] })
  })

  it('is not started again: a settled effect whose state stayed active', () => {
    const flow = deployed({ invoke })
    const session = across(flow, flow, (old) => old.settle('check', 1, { ok: true, output: 'ok' }))
    expect(session.event({ type: 'noted' }).after.effects).toEqual([])
    expect(session.wake(start + hour).outcome.kind).toBe('duplicate')
  })

  it('does not fire again: a timer whose state stayed active', () => {
    const flow = deployed({ after: { reminder: { actions: () => {} } } })
    const session = across(flow, flow, (old) => old.wake(start + hour))
    expect(session.record?.timers).toMatchObject([{ fired: true }])
    const turn = session.event({ type: 'noted' }, { now: start + 9 * hour })
    expect(turn.shown && viewOf(turn.shown).timers).toEqual([])
    expect(turn.after.actions).toHaveLength(1)
  })
})
