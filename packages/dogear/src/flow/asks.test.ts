// The asks of a step: timers, actors, events and actions as data; what no record could keep is refused.

import { describe, expect, test, vi } from 'vitest'
import {
  assign,
  cancel,
  createActor,
  emit,
  enqueueActions,
  fromTransition,
  log,
  raise,
  sendParent,
  sendTo,
  spawnChild,
} from 'xstate'
import { type Action, asksOf, doing, refusal } from './asks.fixture.ts'
import { begin, step } from './machine.ts'
import { asking, machineOf, walk } from './machines.fixture.ts'

describe('timers', () => {
  test('of a state carry the name of their delay, so they are the same after its length was changed', () => {
    expect(asksOf(asking)).toContainEqual({
      kind: 'timer',
      id: 'xstate.after.long.asking.busy',
      event: { type: 'xstate.after.long.asking.busy' },
      delayMs: 30 * 86_400_000,
    })
  })

  test('with a number for a delay would carry the number, so those are refused when a flow is defined', () => {
    const machine = machineOf({ id: 'm', initial: 'a', states: { a: { after: { 1000: 'b' } }, b: {} } })
    expect(begin(machine).asks).toMatchObject([{ id: 'xstate.after.1000.m.a' }])
  })

  test('may be longer than a Node.js timer can be', () => {
    expect(asksOf(doing(raise({ type: 'HEARD' }, { id: 't', delay: 'year' })))).toMatchObject([
      { kind: 'timer', delayMs: 31_622_400_000 },
    ])
  })

  test('end with their state', () => {
    expect(step(asking, walk(asking, 'GO'), { type: 'STOP' }).asks).toContainEqual({
      kind: 'cancel',
      id: 'xstate.after.long.asking.busy',
    })
  })

  test('come from a delayed event to oneself, sent or raised', () => {
    const timer = { kind: 'timer', id: 't', event: { type: 'HEARD' }, delayMs: 5 }
    const options = { id: 't', delay: 'soon' }
    expect(asksOf(doing(raise({ type: 'HEARD' }, options)))).toEqual([timer])
    expect(asksOf(doing(sendTo(({ self }) => self, { type: 'HEARD' }, options)))).toEqual([timer])
    expect(asksOf(doing(enqueueActions(({ enqueue }) => enqueue.raise({ type: 'HEARD' }, options))))).toEqual([timer])
    expect(asksOf(doing(cancel('t')))).toEqual([{ kind: 'cancel', id: 't' }])
  })

  test.each<[string, Action, RegExp]>([
    ['without an id', raise({ type: 'HEARD' }, { delay: 'soon' }), /delayed xstate.raise of "HEARD" has no id/],
    [
      'without an id, queued',
      enqueueActions(({ enqueue }) => enqueue.raise({ type: 'HEARD' }, { delay: 'soon' })),
      /has no id/,
    ],
    [
      'without an id, sent',
      sendTo(({ self }) => self, { type: 'HEARD' }, { delay: 'soon' }),
      /xstate.sendTo of "HEARD" has no id/,
    ],
    ['of no length', raise({ type: 'HEARD' }, { id: 't', delay: 'never' }), /delay of "t" is NaN/],
  ])('%s are refused', (_, action, message) => {
    expect(refusal(doing(action))).toMatch(message)
  })

  test('of a state whose delay works out to nothing are refused; XState would leave the state at once', () => {
    const states = { a: { on: { GO: 'b' } }, b: { after: { broken: 'c' } }, c: {} }
    expect(refusal(doing([], { initial: 'a', states, on: {} }))).toMatch(/"xstate.after.broken.m.b" has no delay/)
  })
})

describe('events', () => {
  test('raised at once are taken within the step and ask for nothing', () => {
    const raiser = (n: number) => raise({ type: 'HEARD', n } as { type: string })
    const machine = doing([raiser(1), raiser(2)])
    expect(asksOf(machine)).toEqual([])
    expect(walk(machine, 'GO').context).toEqual({ heard: [1, 2] })
  })

  test('sent to oneself are taken after the step, as by a running actor', () => {
    const heard = (n: string) => ({ type: 'HEARD', n }) as { type: string }
    const machine = doing([sendTo(({ self }) => self, heard('sent')), raise(heard('raised'))] as Action)
    const actor = createActor(machine).start()
    actor.send({ type: 'GO' })
    expect(walk(machine, 'GO').context).toEqual({ heard: ['raised', 'sent'] })
    expect(actor.getSnapshot().context).toEqual({ heard: ['raised', 'sent'] })
  })

  test('sent to oneself without end are refused', () => {
    const again = sendTo(({ self }) => self, { type: 'GO' })
    expect(refusal(doing(again))).toMatch(/never stops/)
  })

  test('sent to another actor are an action, done when it is executed', () => {
    const outside = createActor(fromTransition((heard: string[], { type }) => [...heard, type], [])).start()
    const [ask] = asksOf(doing(sendTo(() => outside, { type: 'HELLO' })))
    expect(outside.getSnapshot().context).toEqual([])
    expect(ask?.kind).toBe('action')
    if (ask?.kind === 'action') ask.exec()
    expect(outside.getSnapshot().context).toEqual(['HELLO'])
  })

  test.each<[string, Action, RegExp]>([
    [
      'delayed, to another actor',
      [spawnChild('work', { id: 'w' }), sendTo('w', { type: 'X' }, { id: 't', delay: 'soon' })] as Action,
      /another actor/,
    ],
    ['to a parent there is not', sendParent({ type: 'X' }) as Action, /Unable to send event/],
    [
      'sent from inside an assign',
      assign(({ self }) => ({ sent: self.send({ type: 'HEARD' }) })),
      /raise the event instead/,
    ],
  ])('%s are refused', (_, action, message) => {
    expect(refusal(doing(action))).toMatch(message)
  })

  test('that are emitted, and actions, keep their order', () => {
    const asks = asksOf(doing([emit({ type: 'first' }), function second() {}, emit({ type: 'third' })] as Action))
    expect(asks).toMatchObject([
      { kind: 'emit', event: { type: 'first' } },
      { kind: 'action', type: 'second' },
      { kind: 'emit' },
    ])
  })
})

describe('actions', () => {
  test('have not happened when the step returns; each is given its context, event and parameters', () => {
    const note = vi.fn()
    const machine = machineOf(
      {
        id: 'm',
        context: { n: 1 },
        on: { GO: { actions: [{ type: 'note', params: { loud: true } }, assign({ n: 2 })] } },
      },
      { actions: { note: ({ context, event }, params) => note(context, event.type, params) } },
    )
    const [ask] = asksOf(machine)
    expect(note).not.toHaveBeenCalled()
    if (ask?.kind === 'action') ask.exec()
    expect(note).toHaveBeenCalledExactlyOnceWith({ n: 1 }, 'GO', { loud: true })
  })

  test('cannot send to the machine behind its back', () => {
    const [ask] = asksOf(doing(({ self }) => self.send({ type: 'HEARD' })))
    expect(() => ask?.kind === 'action' && ask.exec()).toThrow(/raise the event instead/)
  })

  test('that log are actions like any other', () => {
    expect(asksOf(doing(log('hello')))).toMatchObject([{ kind: 'action', type: 'xstate.log' }])
  })

  test('without an implementation are refused; XState would skip them', () => {
    expect(refusal(doing(enqueueActions(({ enqueue }) => enqueue('unheard-of'))))).toMatch(
      /"unheard-of" has no implementation/,
    )
  })
})
