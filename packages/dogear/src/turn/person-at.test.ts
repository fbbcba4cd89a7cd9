// The step that a person is at, of several active ones, over a way out and back.

import { expect, it } from 'vitest'
import { type AnyStateMachine, assign, createMachine, setup } from 'xstate'
import { z } from 'zod'
import { defineFlow, type Flow } from '../flow/define.ts'
import { open, viewOf } from './open.ts'
import { positionOf, type SessionRecord } from './record.ts'
import { createSession, start } from './session.fixture.ts'

const step = (path: string) => ({ id: path, meta: { step: { path, title: path } } })
const side = (path: string) => ({ initial: path, states: { [path]: step(path) } })
const events = { begun: z.object({}), noted: z.object({}), help: z.object({}), back: z.object({}) }

/** A page that leads to two side by side, from which a person may go to a page of help; `history` leads back. */
const flowWith = (history: object): Flow =>
  defineFlow({
    ...{ id: 'both', version: 1, events },
    machine: createMachine({
      id: 'both',
      initial: 'start',
      on: { noted: { actions: assign({ noted: true }) } },
      states: {
        start: { ...step('start'), route: {}, on: { begun: 'both' } },
        both: {
          type: 'parallel',
          states: { left: side('one'), right: side('two'), ...history },
          on: { help: 'help' },
        },
        help: { ...step('help'), on: { back: 'history' in history ? 'both.history' : 'both' } },
      },
    } as Parameters<typeof createMachine>[0]),
  }) as unknown as Flow

function sessionOf(flow: Flow) {
  const session = createSession(flow)
  session.event({ type: 'begun' }, { step: 'start' })
  return {
    send: (type: string, from: string) =>
      session.event({ type }, { step: from, position: positionOf(session.record as SessionRecord) }),
    current: () => viewOf(open(flow, session.record as SessionRecord, start)).step,
    session,
  }
}

it.each(['deep', 'shallow'])('returns by %s history to the step they left', (history) => {
  const { send, current } = sessionOf(flowWith({ history: { type: 'history', history } }))
  expect(current()).toBe('one')
  for (const at of ['two', 'one', 'two']) {
    send('help', at)
    expect(current()).toBe('help')
    send('noted', 'help')
    send('back', 'help')
    expect(current()).toBe(at)
  }
})

it('is the first where they begin anew', () => {
  const { send, current, session } = sessionOf(flowWith({}))
  send('noted', 'two')
  expect(current()).toBe('two')
  send('help', 'two')
  expect(session.record).not.toHaveProperty('at')
  send('back', 'help')
  expect(current()).toBe('one')
})

it('is the first after an earlier page was answered again', () => {
  const { send, current } = sessionOf(flowWith({}))
  send('noted', 'two')
  send('begun', 'start')
  expect(current()).toBe('one')
})

it('goes along with a step that their own event opens beside theirs, and not with one that a timer opens', () => {
  const flow = defineFlow({
    ...{ id: 'both', version: 1, events },
    machine: setup({ delays: { later: 1_000 } }).createMachine({
      id: 'both',
      type: 'parallel',
      states: {
        left: side('one'),
        right: {
          initial: 'two',
          states: { two: { ...step('two'), on: { noted: 'three' }, after: { later: 'three' } }, three: step('three') },
        },
      },
    } as never) as unknown as AnyStateMachine,
  }) as unknown as Flow
  const atOne = () => {
    const session = createSession(flow)
    session.draft('one', { a: '1' })
    expect(session.record?.at).toBe('one')
    return session
  }
  const asked = atOne()
  asked.event({ type: 'noted' })
  expect(asked.record).toMatchObject({ visited: ['one', 'two', 'three'], at: 'three' })
  const waited = atOne()
  waited.wake(start + 1_000)
  expect(waited.record).toMatchObject({ visited: ['one', 'two', 'three'], at: 'one' })
})
