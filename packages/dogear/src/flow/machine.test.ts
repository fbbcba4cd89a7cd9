// The seam as such: how a machine moves, which events it takes, and what else can be asked of it.

import { describe, expect, test } from 'vitest'
import { assign, createMachine, getNextTransitions, raise } from 'xstate'
import { isDogearError } from '../errors.ts'
import {
  accepts,
  activeNodes,
  allNodes,
  begin,
  isFinal,
  isLoop,
  type Machine,
  nodeById,
  prepare,
  revive,
  routeTo,
  settle,
  step,
} from './machine.ts'
import { asking, machineOf, regions, restless, routed, walk, work } from './machines.fixture.ts'

const codeOf = (run: () => unknown): unknown => {
  try {
    run()
  } catch (error) {
    return isDogearError(error) ? error.code : error
  }
  return 'nothing was thrown'
}

describe('begin and step', () => {
  test('give every session a context of its own, whatever is done to it', () => {
    const config = createMachine({
      context: { items: [] as string[] },
      on: { ADD: { actions: ({ context }) => context.items.push('mine') } },
    })
    const machine = prepare(config as Machine)
    const [add] = step(machine, begin(machine).live, { type: 'ADD' }).asks
    if (add?.kind === 'action') add.exec()
    expect(begin(machine).live.context).toEqual({ items: [] })
    expect(begin(prepare(machine)).live.context).toEqual({ items: [] })
  })

  test('keep the very same state for an event nothing handles', () => {
    const { live } = begin(routed)
    expect(step(routed, live, { type: 'unheard-of' })).toEqual({ live, asks: [] })
    expect(step(routed, live, { type: 'unheard-of' }).live).toBe(live)
  })

  test('wrap what a guard, an assign or the context factory throws, once', () => {
    const fault = new Error('fault')
    const explode = () => {
      throw fault
    }
    const machine = machineOf({
      id: 'm',
      on: { GUARD: { guard: explode, actions: raise({ type: 'X' }) }, ASSIGN: { actions: assign(explode) } },
      context: {},
    })
    const { live } = begin(machine)
    expect(codeOf(() => step(machine, live, { type: 'GUARD' }))).toBe('flow_failed')
    expect(codeOf(() => accepts(machine, live, { type: 'GUARD' }))).toBe('flow_failed')
    expect(() => step(machine, live, { type: 'ASSIGN' })).toThrow(
      expect.objectContaining({ code: 'flow_failed', cause: fault }),
    )
    const broken = machineOf({ id: 'm', context: explode })
    expect(() => begin(broken)).toThrow(expect.objectContaining({ code: 'flow_failed', cause: fault }))
  })

  test('end a machine that would never come to rest', () => {
    const machine = machineOf({
      id: 'm',
      initial: 'a',
      states: { a: { on: { GO: 'b' } }, b: { always: 'c' }, c: { always: 'b' } },
    })
    expect(codeOf(() => step(machine, begin(machine).live, { type: 'GO' }))).toBe('flow_failed')
  })

  test('turn a failure nobody handles into a failed session', () => {
    const machine = machineOf({ id: 'm', invoke: { id: 'w', src: 'work' } }, { actors: { work } })
    const { live, asks } = step(machine, begin(machine).live, { type: 'xstate.error.actor.w', error: new Error('x') })
    expect(live.status).toBe('error')
    expect(asks).toEqual([{ kind: 'stop', id: 'w' }])
  })

  test('walk through eventless transitions and raised events in one step', () => {
    const { live, asks } = step(restless, walk(restless, 'UP'), { type: 'JUMP' })
    expect(live).toMatchObject({ value: 'high', context: { count: 4 } })
    expect(asks).toEqual([{ kind: 'emit', event: { type: 'high' } }])
  })
})

describe('prepare', () => {
  test.each([
    [undefined, 1_000],
    [Number.POSITIVE_INFINITY, 1_000],
    [7, 7],
  ])('bounds the microsteps of a machine that says %s to %d, and leaves the given machine alone', (given, bound) => {
    const options = given === undefined ? {} : { maxIterations: given }
    const machine = createMachine({ id: 'm', options }) as Machine
    expect(prepare(machine).options.maxIterations).toBe(bound)
    expect(machine.options.maxIterations).toBe(given ?? Number.POSITIVE_INFINITY)
  })
})

describe('accepts', () => {
  const machine = machineOf({
    id: 'm',
    on: { NOTE: { actions: raise({ type: 'X' }) }, NEVER: {}, 'form.*': { actions: raise({ type: 'X' }) } },
  })

  test.each([
    ['NOTE', true],
    ['form.sent', true],
    ['NEVER', false],
    ['unheard-of', false],
  ])('asks the machine, not the next state: %s is %s', (type, accepted) => {
    expect(accepts(machine, begin(machine).live, { type })).toBe(accepted)
  })

  test('is false once a machine is done', () => {
    expect(accepts(regions, walk(regions, 'SKIP'), { type: 'LEFT' })).toBe(false)
  })

  test('is true for forged engine events, so those must never get here from outside', () => {
    const { live } = step(asking, begin(asking).live, { type: 'GO' })
    for (const type of ['xstate.done.actor.worker', 'xstate.error.actor.worker', 'xstate.after.long.asking.busy']) {
      expect(accepts(asking, live, { type })).toBe(true)
      expect(step(asking, live, { type }).live.value).toBe('idle')
    }
    expect(step(asking, live, { type: 'xstate.stop' }).live.status).toBe('stopped')
  })

  test('is true for every engine event where a wildcard listens', () => {
    const wild = machineOf({ id: 'm', initial: 'a', states: { a: { on: { '*': 'b' } }, b: {} } })
    expect(accepts(wild, begin(wild).live, { type: 'xstate.done.actor.pay' })).toBe(true)
    expect(codeOf(() => step(wild, begin(wild).live, { type: '*' }))).toBe('flow_failed')
  })
})

describe('routeTo', () => {
  test('leads back to a state with an id and a route, if its guard agrees', () => {
    const { live } = begin(routed)
    expect(accepts(routed, live, routeTo('a'))).toBe(true)
    expect(accepts(routed, live, routeTo('b'))).toBe(false)
    const there = walk(routed, 'NEXT', 'NEXT')
    expect(step(routed, there, routeTo('b')).live.value).toBe('b')
    expect(accepts(routed, there, routeTo('nowhere'))).toBe(false)
    expect(step(routed, there, routeTo('nowhere')).live).toBe(there)
  })

  test('is offered from everywhere, also while an effect runs: the turn has to say no', () => {
    const machine = machineOf(
      {
        id: 'm',
        initial: 'form',
        states: { form: { id: 'form', route: {}, on: { GO: 'paying' } }, paying: { invoke: { id: 'w', src: 'work' } } },
      },
      { actors: { work } },
    )
    expect(accepts(machine, walk(machine, 'GO'), routeTo('form'))).toBe(true)
  })

  test('is among the transitions XState lists, next to timers and the eventless: none of that is for clients', () => {
    const types = getNextTransitions(walk(asking, 'GO')).map(({ eventType }) => eventType)
    expect(types).toContain('xstate.after.long.asking.busy')
    expect(getNextTransitions(begin(restless).live).map(({ eventType }) => eventType)).toContain('')
    expect(getNextTransitions(begin(routed).live).map(({ eventType }) => eventType)).toContain('xstate.route')
  })
})

describe('the nodes of a machine', () => {
  test('come in document order, parents before children', () => {
    expect(allNodes(regions).map(({ key }) => key)).toEqual([
      'regions',
      'both',
      'left',
      'off',
      'on',
      'right',
      'off',
      'on',
      'end',
      'end',
    ])
    const live = step(regions, begin(regions).live, { type: 'RIGHT' }).live
    expect(activeNodes(live).map(({ id }) => id)).toEqual([
      'regions',
      'regions.both',
      'regions.both.left',
      'regions.both.left.off',
      'regions.both.right',
      'regions.both.right.on',
    ])
  })
})

describe('settle', () => {
  const config = (target: string) => ({
    id: 'm',
    initial: 'a',
    context: { open: true },
    states: {
      a: {
        always: { guard: ({ context }: never) => (context as { open: boolean }).open, target: 'b' },
        on: { '*': 'c' },
      },
      b: target ? { always: target } : {},
      c: {},
    },
  })
  const at = (machine: Machine, value: string, open = true) =>
    revive(machine, { status: 'active', value, context: { open } })

  test('takes the eventless transitions that are open, and is no event to anything else', () => {
    const machine = machineOf(config('') as never)
    expect(settle(machine, at(machine, 'a'))?.live.value).toBe('b')
    const closed = at(machine, 'a', false)
    expect(settle(machine, closed)).toBeUndefined()
    expect(settle(machine, at(machine, 'b'))).toBeUndefined()
  })

  test('of a machine that goes round in circles fails in a way that can be told', () => {
    const machine = machineOf(config('a') as never)
    let thrown: unknown
    try {
      settle(machine, at(machine, 'a'))
    } catch (error) {
      thrown = error
    }
    expect([isLoop(thrown), isLoop(new Error('Infinite loop'))]).toEqual([true, false])
  })
})

describe('a state value', () => {
  test.each<[Machine, unknown, boolean]>([
    [regions, 'end', true],
    [regions, { both: { left: 'on', right: 'end' } }, false],
    [routed, 'a', false],
  ])('is the end or is not', (machine, value, end) => {
    expect(isFinal(machine, value)).toBe(end)
  })

  test('is made of nodes that are found by their ids', () => {
    for (const node of allNodes(regions)) expect(nodeById(regions, node.id)).toBe(node)
    expect(nodeById(regions, 'gone')).toBeUndefined()
  })
})
