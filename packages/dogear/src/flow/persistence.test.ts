// Persisting a state and bringing it back to life.

import { describe, expect, test, vi } from 'vitest'
import { assign, fromPromise } from 'xstate'
import { isDogearError } from '../errors.ts'
import { begin, type Machine, type Persisted, persist, revive, step, toPlainError } from './machine.ts'
import { asking, history, machineOf, regions, routed, walk, work } from './machines.fixture.ts'
import type { Live } from './nodes.ts'

const codeOf = (run: () => unknown): unknown => {
  try {
    run()
  } catch (error) {
    return isDogearError(error) ? error.code : error
  }
  return 'nothing was thrown'
}

describe('persist', () => {
  test('keeps what a machine cannot work out again, and nothing else', () => {
    expect(persist(routed, begin(routed).live)).toEqual({ status: 'active', value: 'a', context: { filled: false } })
    expect(persist(regions, walk(regions, 'SKIP'))).toMatchObject({ status: 'done', output: { over: true } })
    expect(persist(asking, walk(asking, 'GO'))).not.toHaveProperty('children')
    expect(persist(history, walk(history, 'NEXT', 'PAUSE')).historyValue).toEqual({
      'history.form.shallow': [{ id: 'history.form.b' }],
      'history.form.deep': [{ id: 'history.form.b.b1' }],
    })
  })

  test('shares the context, so it has to be encoded before the next step', () => {
    const { live } = begin(routed)
    expect(persist(routed, live).context).toBe(live.context)
  })

  test('makes an error storable: name, message and code', () => {
    const machine = machineOf({ id: 'm', invoke: { id: 'w', src: 'work' } }, { actors: { work } })
    const refused = Object.assign(new RangeError('card refused'), { code: 'card_declined' })
    const { live } = step(machine, begin(machine).live, { type: 'xstate.error.actor.w', error: refused })
    expect(JSON.parse(JSON.stringify(persist(machine, live)))).toMatchObject({
      status: 'error',
      error: { name: 'RangeError', message: 'card refused', code: 'card_declined' },
    })
  })

  test.each([
    [new TypeError('no'), { name: 'TypeError', message: 'no' }],
    [
      { message: 'plain', code: 7, stack: 'secret' },
      { name: 'Error', message: 'plain', code: 7 },
    ],
    [{ code: { nested: true } }, { name: 'Error', message: '' }],
    ['just text', { name: 'Error', message: 'just text' }],
    [null, { name: 'Error', message: 'null' }],
    [undefined, { name: 'Error', message: 'undefined' }],
    [Object.assign(new Error(), { message: Object.create(null) }), { name: 'Error', message: 'object' }],
    ['cut \ud83d', { name: 'Error', message: 'cut \ufffd' }],
  ])('reads an error out of %j', (thrown, plain) => {
    expect(toPlainError(thrown)).toEqual(plain)
  })
})

describe('revive', () => {
  const again = (machine: Machine, live: Live): Live => revive(machine, structuredClone(persist(machine, live)))

  test('runs no entry action and no eventless transition; the next event of any type takes those', () => {
    const entered = vi.fn()
    const machine = machineOf(
      {
        id: 'm',
        initial: 'a',
        states: { a: { entry: 'enter', always: { guard: () => open, target: 'b' } }, b: {} },
      },
      { actions: { enter: entered } },
    )
    let open = false
    const stored = persist(machine, begin(machine).live)
    open = true
    const live = revive(machine, stored)
    expect(live.value).toBe('a')
    expect(entered).not.toHaveBeenCalled()
    expect(step(machine, live, { type: 'unheard-of' }).live.value).toBe('b')
  })

  test('brings running effects back without running them', () => {
    const call = vi.fn()
    const machine = machineOf(
      { id: 'm', initial: 'a', states: { a: { invoke: { id: 'w', src: 'pay' }, on: { GO: 'b' } }, b: {} } },
      { actors: { pay: fromPromise(call) } },
    )
    const live = revive(machine, { status: 'active', value: 'a', context: {} }, [{ id: 'w', src: 'pay', input: 7 }])
    expect(live.children.w?.getSnapshot()).toEqual({ status: 'active', input: 7 })
    expect(step(machine, live, { type: 'GO' }).asks).toEqual([{ kind: 'stop', id: 'w' }])
    expect(call).not.toHaveBeenCalled()
  })

  test('leaves out an effect whose actor a deploy removed; its state still waits for the result', () => {
    const live = revive(asking, { status: 'active', value: 'busy', context: { count: 0 } }, [
      { id: 'worker', src: 'removed', input: 1 },
      { id: 'other', src: 'constructor', input: 1 },
    ])
    expect(live.children).toEqual({})
    expect(step(asking, live, { type: 'xstate.error.actor.worker' }).live.value).toBe('idle')
  })

  test('does not run the context factory again, and neither does a step', () => {
    const factory = vi.fn(() => ({ made: 1 }))
    const machine = machineOf({ id: 'm', context: factory, on: { GO: { actions: assign({}) } } })
    const { live } = begin(machine)
    factory.mockClear()
    const next = step(machine, again(machine, live), { type: 'GO' }).live
    expect(next.context).toEqual({ made: 1 })
    expect(factory).not.toHaveBeenCalled()
  })

  test('resumes where history says', () => {
    const paused = again(history, walk(history, 'NEXT', 'NEXT', 'PAUSE'))
    expect(step(history, paused, { type: 'RESUME' }).live.value).toEqual({ form: { b: 'b1' } })
    expect(step(history, paused, { type: 'DEEP' }).live.value).toEqual({ form: { b: 'b2' } })
  })

  test('finds remembered states by ids with a dot, which XState drops', () => {
    const machine = machineOf({
      id: 'm',
      initial: 'form',
      states: {
        form: {
          initial: 'a',
          states: { a: { on: { GO: 'b' } }, b: { id: 'form.b' }, back: { type: 'history' } },
          on: { PAUSE: 'paused' },
        },
        paused: { on: { RESUME: 'form.back' } },
      },
    })
    const paused = again(machine, walk(machine, 'GO', 'PAUSE'))
    expect(step(machine, paused, { type: 'RESUME' }).live.value).toEqual({ form: 'b' })
  })

  test.each<[string, Partial<Persisted>]>([
    ['a state that is not there any more', { value: 'gone' }],
    ['a state that was a compound one', { value: { paused: 'inner' } }],
    ['no state at all', { value: undefined }],
    [
      'a history of a state that is not there',
      { historyValue: { 'history.form.shallow': [{ id: 'history.form.gone' }] } },
    ],
    ['a history state that is not there', { historyValue: { 'renamed.form.shallow': [{ id: 'history.form.a' }] } }],
    ['a history of a state that has none', { historyValue: { 'history.form': [{ id: 'history.form.a' }] } }],
    [
      'a history that remembers a state elsewhere',
      { historyValue: { 'history.form.shallow': [{ id: 'history.paused' }] } },
    ],
    ['a history that is none', { historyValue: { 'history.form.shallow': 'a' } }],
  ])('refuses %s as record_unreadable, and never makes an error state of it', (_, part) => {
    expect(codeOf(() => revive(history, { status: 'active', value: 'paused', context: {}, ...part }))).toBe(
      'record_unreadable',
    )
  })

  test('says what to do about a state that was renamed under the people in it, and where one develops', () => {
    const renamed = () => revive(history, { status: 'active', value: 'gone', context: {} })
    expect(renamed).toThrow(/not one of machine "history": .+ migration.+ delete its cookies/)
  })

  test('fills in the initial children of a state that became a compound one, without entering them', () => {
    const { value } = revive(history, { status: 'active', value: 'form', context: {} })
    expect(value).toEqual({ form: 'a' })
  })

  test('takes tags and steps from the machine as it is now', () => {
    const live = revive(regions, { status: 'active', value: { both: { left: 'off', right: 'on' } }, context: {} })
    expect([...live.tags]).toEqual(['lamp', 'lit'])
  })

  test('is silent about a finished session, however often it is read', () => {
    const machine = machineOf(
      { id: 'm', initial: 'a', states: { a: { on: { GO: 'end' } }, end: { type: 'final', entry: 'tell' } } },
      { actions: { tell: () => {} } },
    )
    const done = walk(machine, 'GO')
    expect(again(machine, done)).toMatchObject({ status: 'done', value: 'end' })
  })
})

test('a state goes on from storage as it does from memory, also where two regions exclude each other', () => {
  const count = assign({ count: ({ context }) => context.count + 1 })
  const twice = ({ context }: { context: { count: number } }) => context.count > 1
  const machine = machineOf({
    id: 'm',
    context: { count: 0 },
    initial: 'both',
    states: {
      both: {
        type: 'parallel',
        states: {
          one: {
            type: 'parallel',
            states: {
              idle: {},
              busy: {
                on: { again: { target: '#m.both', actions: count } },
                always: { target: '#m.left', guard: twice },
              },
            },
          },
          other: { always: { target: '#m.right', guard: twice } },
        },
      },
      left: {},
      right: {},
    },
  } as never)
  const inMemory = walk(machine, 'again')
  const stored = revive(machine, JSON.parse(JSON.stringify(persist(machine, inMemory))))
  const next = (live: Live): unknown => step(machine, live, { type: 'again' }).live.value
  expect(next(stored)).toEqual(next(inMemory))
})
