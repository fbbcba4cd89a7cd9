// Everything that would lose a session later is found when the flow is defined, all at once and each with its path.

import { describe, expect, test } from 'vitest'
import {
  and,
  assign,
  createMachine,
  enqueueActions,
  fromCallback,
  fromObservable,
  fromTransition,
  not,
  or,
  setup,
  spawnChild,
  stateIn,
} from 'xstate'
import { chartOf } from './chart.ts'
import { checkoutMachine } from './checkout.fixture.ts'
import { lintMachine } from './lint.ts'
import { fromEffect } from './machine.ts'
import { work } from './machines.fixture.ts'
import type { AnyMachine } from './options.ts'

type Config = Parameters<typeof createMachine>[0]

const lint = (machine: AnyMachine): string[] => lintMachine(machine, chartOf(machine, []))

/** The problems of a machine, by where they are. */
function problemsOf(config: Config, implementations: object = {}): Record<string, string> {
  const problems = lint(createMachine({ id: 'm', ...config }, implementations))
  return Object.fromEntries(
    problems.map((problem) => [problem.slice(0, problem.indexOf(': ')), problem.slice(problem.indexOf(': ') + 2)]),
  )
}
const inState = (state: object): Config => ({ initial: 'a', states: { a: state, b: {} } }) as Config
const actors = { work }
const delays = { soon: 5 }
const timed = setup({ delays: { soon: 5, gone: 5 } })

describe('a machine', () => {
  test('without problems has none', () => {
    expect(lint(checkoutMachine)).toEqual([])
    expect(problemsOf({})).toEqual({})
  })

  test.each(['1000', '1e3', '0.5'])('may not name a delay with the number %s', (delay) => {
    expect(problemsOf(inState({ after: { [delay]: 'b' } }))).toEqual({
      [`m.a.after.${delay}`]: expect.stringMatching('unnamed delay'),
    })
  })

  test('may not name a delay that is not there', () => {
    const problem = expect.stringMatching('no delay')
    expect(problemsOf(inState({ after: { soon: 'b', later: 'b', toString: 'b' } }), { delays })).toEqual({
      'm.a.after.later': problem,
      'm.a.after.toString': problem,
    })
  })

  test('may not invoke what is inline, nameless, not there, or without an id', () => {
    const known = [{ id: 'w', src: work }, { src: 'work' }, { id: 'x', src: 'gone' }, { id: 'y', src: 'work' }]
    const invoke = known.map((one) => ({ ...one, onError: 'a' }))
    expect(problemsOf(inState({ invoke }), { actors })).toEqual({
      'm.a.invoke[0]': expect.stringMatching('inline actor'),
      'm.a.invoke[1]': expect.stringMatching('"work" has no id'),
      'm.a.invoke[2]': expect.stringMatching('"gone" has no implementation'),
    })
  })

  test('may not invoke what ends the session if it fails, unless a transition anywhere around takes the error', () => {
    const pay = { id: 'pay', src: 'work', onDone: 'b' }
    const problem = { 'm.a.invoke[0]': expect.stringMatching('no onError; if the actor "pay" failed') }
    expect(problemsOf(inState({ invoke: pay }), { actors })).toEqual(problem)
    expect(problemsOf(inState({ invoke: pay, on: { 'xstate.error.actor.mail': 'b' } }), { actors })).toEqual(problem)
    for (const on of [{ 'xstate.error.actor.pay': 'b' }, { 'xstate.error.*': 'b' }, { '*': 'b' }])
      expect(problemsOf(inState({ invoke: pay, on }), { actors })).toEqual({})
    const inner = { initial: 'in', states: { in: { invoke: pay } }, on: { 'xstate.error.actor.pay': '#m.b' } }
    expect(problemsOf(inState({ ...inner, states: { in: { invoke: { ...pay, onDone: {} } } } }), { actors })).toEqual(
      {},
    )
  })

  test('may not spawn what is inline, not there, or without an id', () => {
    const entry = [
      spawnChild(work, { id: 'w' }),
      spawnChild('work'),
      spawnChild('gone', { id: 'x' }),
      spawnChild('work', { id: 'y' }),
    ]
    expect(problemsOf(inState({ entry }), { actors })).toEqual({
      'm.a.entry[0]': expect.stringMatching('inline actor'),
      'm.a.entry[1]': expect.stringMatching('"work" has no id'),
      'm.a.entry[2]': expect.stringMatching('"gone" has no implementation'),
    })
  })

  test('may only have promise actors, also where nothing static shows who starts them', () => {
    const kinds = {
      work,
      effect: fromEffect(async () => 1),
      callback: fromCallback(() => {}),
      observable: fromObservable(() => ({ subscribe: () => ({ unsubscribe() {} }) })),
      reducer: fromTransition(() => {
        throw new Error('is never called')
      }, 0),
      machine: createMachine({}),
    }
    const problem = expect.stringMatching('not a promise actor')
    expect(problemsOf({}, { actors: kinds })).toEqual({
      'actors.callback': problem,
      'actors.observable': problem,
      'actors.reducer': problem,
      'actors.machine': problem,
    })
  })

  test('waits for no assign, guard or delay, however it is given', () => {
    const later = async () => true
    const config = inState({
      entry: [assign(later), 'named'],
      on: { GO: { guard: later, actions: assign({ at: later, by: () => 1 } as never), target: 'b' } },
      always: { guard: or([later, () => false] as never), target: 'b' },
      exit: async () => {},
    })
    const implementations = { actions: { named: assign(later) }, guards: { later }, delays: { later } }
    const problem = (kind: string) => expect.stringMatching(`^an async ${kind}, `)
    expect(problemsOf(config, implementations)).toEqual({
      'm.a.entry[0]': problem('assign'),
      'm.a.on.GO': problem('guard'),
      'm.a.on.GO.actions[0].at': problem('assign'),
      'm.a.always': problem('guard'),
      'actions.named': problem('assign'),
      'guards.later': problem('guard'),
      'delays.later': problem('delay'),
    })
  })

  test.each([undefined, '', ' ', 5])('has steps with titles, which %j is none of', (title) => {
    expect(problemsOf(inState({ meta: { step: { path: 'a', title } } }))).toEqual({
      'm.a.meta.step.title': expect.stringMatching('needs a title'),
    })
  })

  test('has to implement its guards, also those in objects and in and, or, not', () => {
    const config = inState({
      id: 'a',
      route: { guard: 'gone' },
      always: { guard: and(['known', or([not('gone'), stateIn('b')])]), target: 'b' },
      on: {
        NAMED: { guard: 'gone', target: 'b' },
        OBJECT: [
          { guard: { type: 'known', params: { n: 1 } }, target: 'b' },
          { guard: { type: 'gone', params: { n: 1 } }, target: 'b' },
        ],
        INLINE: { guard: () => true, target: 'b' },
        COMBINED: { guard: not(and(['known', stateIn('a')])), target: 'b' },
      },
      after: { soon: { guard: 'gone', target: 'b' } },
      invoke: {
        id: 'w',
        src: 'work',
        onDone: { guard: 'gone', target: 'b' },
        onError: { guard: 'known', target: 'b' },
        onSnapshot: { guard: 'gone' },
      },
    })
    const guards = { known: () => true, both: and(['known', 'absent']) }
    const problem = expect.stringMatching('"gone" has no implementation')
    expect(problemsOf(config, { actors, delays, guards })).toEqual({
      'a.route': problem,
      'a.always': problem,
      'a.on.NAMED': problem,
      'a.on.OBJECT': problem,
      'a.after.soon': problem,
      'a.invoke[0].onDone': problem,
      'a.invoke[0].onSnapshot': problem,
      'guards.both': expect.stringMatching('"absent" has no implementation'),
    })
  })

  test('has to implement its actions, wherever they are', () => {
    const config = inState({
      entry: ['known', 'gone'],
      exit: { type: 'gone', params: {} },
      initial: { target: 'inner', actions: 'gone' },
      states: { inner: { on: { GO: { actions: [() => {}, 'gone', assign({})] } } } },
      onDone: { actions: 'gone' },
      on: { GO: [{ actions: 'known' }, { actions: ['gone'] }] },
    })
    const problem = expect.stringMatching('"gone" has no implementation')
    expect(problemsOf(config, { actions: { known: () => {} } })).toEqual({
      'm.a.entry[1]': problem,
      'm.a.exit[0]': problem,
      'm.a.initial.actions[0]': problem,
      'm.a.inner.on.GO.actions[1]': problem,
      'm.a.onDone.actions[0]': problem,
      'm.a.on.GO.actions[0]': problem,
    })
  })

  test('has to give delayed events an id and a named delay', () => {
    const entry = [
      timed.raise({ type: 'X' }, { id: 'x', delay: 'soon' }),
      timed.raise({ type: 'X' }, { delay: 'soon' }),
      timed.raise({ type: 'X' }, { id: 'x', delay: 100 }),
      timed.raise({ type: 'X' }, { id: 'x', delay: () => 100 }),
      timed.sendTo(({ self }) => self, { type: 'X' }, { id: 'x', delay: 'gone' }),
      timed.raise({ type: 'X' }),
    ]
    const problems = {
      'm.entry[1]': expect.stringMatching('without an id'),
      'm.entry[2]': expect.stringMatching('unnamed delay'),
      'm.entry[3]': expect.stringMatching('unnamed delay'),
      'm.entry[4]': expect.stringMatching('no delay "gone"'),
    }
    expect(problemsOf({ entry }, { delays })).toEqual(problems)
    expect(
      Object.keys(problemsOf({}, { delays, actions: { ring: timed.raise({ type: 'X' }, { delay: 'soon' }) } })),
    ).toEqual(['actions.ring'])
  })

  test('may not have two steps of one path, two states of one id, or a step without a path', () => {
    const step = (path: string) => ({ meta: { step: { path, title: path } } })
    const states = {
      a: step('pay'),
      b: step('pay'),
      c: { id: 'm.a' },
      d: { meta: { step: { title: 'No path' } } },
      e: { id: 'f', ...step('e') },
      f: step('f'),
    }
    expect(problemsOf({ initial: 'a', states } as Config)).toEqual({
      'b.meta.step.path': expect.stringMatching('"pay"'),
      'm.a': expect.stringMatching('this id'),
      f: expect.stringMatching('this id'),
      'm.d.meta.step': expect.stringMatching('needs a path'),
    })
  })

  test('may not have a route to a state without an id, which XState leaves out', () => {
    expect(problemsOf(inState({ route: {} }))).toEqual({ 'm.a.route': expect.stringMatching('an id of its own') })
  })

  test('is not looked into where nobody can: what is queued is refused when it happens', () => {
    expect(
      problemsOf({ entry: enqueueActions(({ enqueue }) => enqueue.raise({ type: 'X' }, { delay: 'soon' })) }),
    ).toEqual({})
  })
})
