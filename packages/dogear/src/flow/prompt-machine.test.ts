// Functions inside composed guards, actions of XState, parameters: a promise is refused wherever one is given.

import { describe, expect, it } from 'vitest'
import { and, assign, cancel, emit, enqueueActions, not, or, raise } from 'xstate'
import { begin, step } from './machine.ts'
import { machineOf } from './machines.fixture.ts'

const rejects = () => Promise.reject(new Error('too late'))
const resolves = async () => true

const guards: [string, unknown][] = [
  ['and', and([rejects as never])],
  ['or', or([resolves as never])],
  ['not', not(rejects as never)],
  ['not, inside and', and([not(resolves as never)])],
  ['parameters', { type: 'named', params: rejects }],
]
const actions: [string, unknown][] = [
  ['enqueueActions', enqueueActions(rejects as never)],
  ['an assign that is enqueued', enqueueActions(({ enqueue }) => enqueue.assign(rejects as never))],
  ['a member that is enqueued', enqueueActions(({ enqueue }) => enqueue.assign({ done: rejects as never }))],
  ['an action that is enqueued', enqueueActions(({ enqueue }) => enqueue(assign(rejects as never)))],
  ['a guard that is asked', enqueueActions(({ check }) => void check(resolves as never))],
  ['raise', raise(rejects as never)],
  ['cancel', cancel(rejects as never)],
  ['emit', emit(rejects as never)],
  ['parameters', { type: 'named', params: rejects }],
]

describe('a promise', () => {
  it.each(guards)('in place of the answer of a guard (%s) is a fault of the flow', (_, guard) => {
    const config = { initial: 'a', states: { a: { on: { go: { target: 'b', guard } } }, b: {} } }
    const machine = machineOf(config as never, { guards: { named: () => true } })
    const { live } = begin(machine)
    expect(() => step(machine, live, { type: 'go' })).toThrow(expect.objectContaining({ code: 'flow_failed' }))
  })

  it.each(actions)('in place of the answer of an action (%s) is a fault of the flow', (_, action) => {
    const config = { context: { done: false }, on: { go: { actions: action } } }
    const machine = machineOf(config as never, { actions: { named: () => {} } })
    const { live } = begin(machine)
    expect(() => step(machine, live, { type: 'go' })).toThrow(expect.objectContaining({ code: 'flow_failed' }))
  })
})

it('guards and actions that answer at once do what they did', () => {
  const yes = () => true
  const guard = and([yes, or([not(yes), { type: 'named', params: () => ({ least: 1 }) } as never])])
  const add = enqueueActions(({ enqueue, check, context }) => {
    if (check(guard as never)) enqueue.assign({ count: context.count + 1 })
    enqueue(assign({ count: ({ context }) => context.count * 10 }))
    enqueue.raise({ type: 'over' })
  })
  const config = {
    context: { count: 0 },
    initial: 'a',
    states: { a: { on: { go: { actions: add, guard }, over: 'b' } }, b: {} },
  }
  const machine = machineOf(config as never, {
    guards: { named: ((_: unknown, { least }: { least: number }) => least > 0) as never },
  })
  const { live } = step(machine, begin(machine).live, { type: 'go' })
  expect([live.value, live.context]).toEqual(['b', { count: 10 }])
})
