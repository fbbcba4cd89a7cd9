// The pages of a machine: which there are, which is current, which are certain to come.

import { describe, expect, test } from 'vitest'
import { stepsAheadOf } from './ahead.ts'
import { type Chart, chartOf } from './chart.ts'
import { begin, type Machine, step } from './machine.ts'
import { machineOf, walk, work } from './machines.fixture.ts'
import type { Live } from './nodes.ts'
import { canRoute, currentStep, personAt } from './steps.ts'

type States = Record<string, object>

/** A state that is a page, going to `targets` on the events named after them. */
const page = (path: string, targets: string[] = [], more: object = {}): object => ({
  meta: { step: { path, title: path.toUpperCase() } },
  on: Object.fromEntries(targets.map((target) => [target, target])),
  ...more,
})
const end = { type: 'final' }
const flow = (states: States, more: object = {}): Machine =>
  machineOf({ id: 'm', initial: Object.keys(states)[0] as string, states, ...more } as never)
const chart = (machine: Machine): Chart => chartOf(machine, [])
const current = (machine: Machine, live: Live) => currentStep({ chart: chart(machine) }, live)
/** The paths certain to come, by state. */
const ahead = (machine: Machine): Record<string, string[]> =>
  Object.fromEntries(
    [...chart(machine).ahead].map(([id, steps]) => [id.replace(/^m\./, ''), steps.map(({ path }) => path)]),
  )

describe('the steps of a machine', () => {
  test('are its states with a page, by their own id or else by their keys', () => {
    const machine = flow({
      a: page('start', [], { id: 'first', route: {} }),
      b: { initial: 'c', states: { c: page('middle', [], { route: {} }), d: {} } },
      e: page('end', [], { id: 'e' }),
      f: { meta: { step: { path: 'untitled' } } },
    })
    expect(chart(machine).steps).toEqual([
      { id: 'first', path: 'start', title: 'START', routable: true },
      { id: 'b.c', path: 'middle', title: 'MIDDLE', routable: false },
      { id: 'e', path: 'end', title: 'END', routable: false },
      { id: 'f', path: 'untitled', title: 'untitled', routable: false },
    ])
  })

  test('are current from the inside out', () => {
    const machine = flow({
      form: page('form', [], {
        initial: 'edit',
        states: { edit: { on: { GO: 'check' } }, check: page('check', [], { on: { OUT: '#m.between' } }) },
      }),
      between: {},
    })
    expect(current(machine, begin(machine).live)?.path).toBe('form')
    expect(current(machine, walk(machine, 'GO'))?.path).toBe('check')
    expect(current(machine, walk(machine, 'GO', 'OUT'))).toBeUndefined()
  })

  test('are current in the first of parallel regions that has one', () => {
    const machine = flow({ both: { type: 'parallel', states: { a: {}, b: page('b'), c: page('c') } } })
    expect(current(machine, begin(machine).live)?.path).toBe('b')
  })

  test('are current in the first of the regions that a person has led to, and in the one that opens later', () => {
    const later = { initial: 'off', states: { off: { on: { HELP: 'on' } }, on: page('help') } }
    const both = { type: 'parallel', states: { b: page('b'), c: page('c'), later } }
    const machine = flow({ a: page('a', ['both']), both })
    const [before, entered, helped] = [begin(machine).live, walk(machine, 'both'), walk(machine, 'both', 'HELP')]
    const at = (live: Live, moved: { before: Live; at: string | undefined; byPerson: boolean }) =>
      personAt({ chart: chart(machine) }, live, moved)
    for (const byPerson of [true, false]) expect(at(entered, { before, at: undefined, byPerson })).toBe('both.b')
    expect(at(helped, { before: entered, at: 'both.c', byPerson: true })).toBe('both.later.on')
    expect(at(helped, { before: entered, at: 'both.c', byPerson: false })).toBe('both.c')
  })

  test('can be returned to if they have an id, a route, and a guard that agrees', () => {
    const machine = flow({
      a: page('a', ['b'], { id: 'a', route: {} }),
      b: page('b', [], { id: 'b', route: { guard: () => false } }),
      c: page('c', [], { id: 'c' }),
      d: page('d', [], { route: {} }),
    })
    expect(
      chart(machine)
        .steps.filter((one) => canRoute(machine, walk(machine, 'b'), one))
        .map(({ path }) => path),
    ).toEqual(['a'])
  })
})

describe('the steps ahead', () => {
  test('are those on every way, in order', () => {
    expect(
      ahead(flow({ a: page('a', ['b']), b: page('b', ['c']), c: page('c', ['d']), d: page('d', [], end) })),
    ).toEqual({
      a: ['b', 'c', 'd'],
      b: ['c', 'd'],
      c: ['d'],
      d: [],
    })
  })

  test('leave out both sides of a branch, and keep what comes after it', () => {
    const states = {
      a: page('a', ['b', 'c']),
      b: page('b', ['d']),
      c: page('c', ['x']),
      x: page('x', ['d']),
      d: page('d', ['end']),
      end,
    }
    expect(ahead(flow(states))).toMatchObject({ a: ['d'], b: ['d'], c: ['x', 'd'] })
  })

  test('do not count a way round, nor a dead end', () => {
    const states = {
      a: page('a', ['b', 'given-up']),
      b: page('b', ['a', 'c']),
      c: page('c', ['b', 'end']),
      end,
      'given-up': page('given-up'),
    }
    expect(ahead(flow(states))).toEqual({ a: ['b', 'c'], b: ['c'], c: [], end: [] })
  })

  test('follow guards, timers, effects and eventless transitions wherever they may lead', () => {
    const machine = machineOf(
      {
        id: 'm',
        initial: 'a',
        states: {
          a: page('a', [], {
            always: { guard: () => false, target: 'c' },
            on: { GO: [{ guard: () => true, target: 'b' }] },
          }),
          b: page('b', [], { after: { soon: 'c' } }),
          c: page('c', [], { invoke: { id: 'w', src: 'work', onDone: 'd', onError: 'e' } }),
          d: page('d', ['end']),
          e: page('e', ['d', 'end']),
          end,
        },
      } as never,
      { actors: { work }, delays: { soon: 5 } },
    )
    expect(ahead(machine)).toEqual({ a: ['c'], b: ['c'], c: [], d: [], e: [], end: [] })
  })

  test('count transitions of the states around', () => {
    const inner = { initial: 'b', states: { b: page('b', ['c']), c: page('c', [], { on: { END: '#m.end' } }) } }
    expect(ahead(flow({ a: { ...inner, on: { SKIP: 'end' } }, end }))).toMatchObject({ 'a.b': [] })
    expect(ahead(flow({ a: inner, end }, { on: { SKIP: '.end' } }))).toMatchObject({ 'a.b': [] })
    expect(ahead(flow({ a: inner, end }))).toMatchObject({ 'a.b': ['c'] })
  })

  test('see a compound state as the page its inner states share', () => {
    const card = page('card', [], {
      initial: 'typing',
      states: { typing: { on: { CHECK: 'checking' } }, checking: { on: { BAD: 'typing', OK: '#m.end' } } },
    })
    expect(ahead(flow({ a: page('a', ['card']), card, end }))).toMatchObject({
      a: ['card'],
      'card.typing': [],
      'card.checking': [],
    })
  })

  test('go on after a compound state is done', () => {
    const form = { initial: 'x', states: { x: page('x', ['y']), y: page('y', ['z']), z: end }, onDone: 'last' }
    expect(ahead(flow({ form, last: page('last', ['end']), end }))).toMatchObject({
      'form.x': ['y', 'last'],
      'form.z': ['last'],
    })
  })

  test('take a parallel state as one place that any region may leave', () => {
    const region = (leave: object) => ({ initial: 'p', states: { p: { on: leave }, q: end } })
    const both = (leave: object) => ({
      type: 'parallel',
      states: { l: region({ L: 'q' }), r: region({ R: 'q', ...leave }) },
      onDone: 'paid',
    })
    const states = (leave: object) => ({ a: page('a', ['both']), both: both(leave), paid: page('paid', ['end']), end })
    expect(ahead(flow(states({})))).toEqual({ a: ['paid'], both: ['paid'], paid: [], end: [] })
    expect(ahead(flow(states({ SKIP: '#m.end' })))).toMatchObject({ a: [], both: [] })
  })

  test('may be a parallel state, unless its regions have pages of their own', () => {
    const both = (inner: object) => page('both', ['end'], { type: 'parallel', states: { l: {}, r: inner } })
    expect(ahead(flow({ a: page('a', ['both']), both: both({}), end }))).toMatchObject({ a: ['both'] })
    expect(ahead(flow({ a: page('a', ['both']), both: both(page('r')), end }))).toMatchObject({ a: ['r'] })
  })

  test('are those of every region, before a parallel state that ends with its regions and in it', () => {
    const region = (first: string, second: string, more: object = {}) => ({
      initial: first,
      states: { [first]: page(first, [second]), [second]: page(second, ['end']), end },
      ...more,
    })
    const papers = region('passport', 'photo')
    const home = {
      initial: 'address',
      states: { ...region('address', 'landlord').states, ...{ moved: page('moved') } },
    }
    const states = (more: object = {}) => ({
      a: page('a', ['both']),
      both: { type: 'parallel', states: { papers, home }, onDone: 'last', ...more },
      last: page('last', ['end']),
      end,
    })
    const machine = flow(states())
    const at = (...events: string[]) => stepsAheadOf(chart(machine), walk(machine, ...events)).map(({ path }) => path)
    expect(at()).toEqual(['passport', 'photo', 'address', 'landlord', 'last'])
    expect(at('both')).toEqual(['photo', 'landlord', 'last'])
    expect(at('both', 'photo')).toEqual(['landlord', 'last'])
    // Left early, it has shown no more than where its regions begin.
    const left = flow(states({ on: { SKIP: 'last' } }))
    expect(ahead(left)).toMatchObject({ a: ['passport', 'address', 'last'], both: ['last'] })
    const chosen = flow(states({ on: { MOVED: '#m.both.home.moved' } }))
    expect(ahead(chosen)).toMatchObject({ a: ['passport', 'last'] })
  })

  test('know that history may lead to any state of its parent', () => {
    const form = {
      initial: 'b',
      states: { b: page('b', ['c']), c: page('c', [], { on: { END: '#m.end' } }), back: { type: 'history' } },
      on: { PAUSE: 'paused' },
    }
    const paused = page('paused', [], { on: { RESUME: 'form.back' } })
    expect(ahead(flow({ paused, form, end }))).toMatchObject({ paused: ['c'], 'form.b': ['c'] })
  })

  test.each([
    ['shallow', (inner: object) => inner],
    ['deep', (inner: object) => inner],
    ['shallow', (inner: object) => ({ a: page('a', ['rest']), rest: { initial: 'b', states: inner } })],
  ] as const)('are the same with a help page that leads back by %s history, and on it', (history, nested) => {
    const open = { HELP: '#m.help' }
    const two = { b: page('b', ['c']), c: page('c', [], { on: { END: '#m.end' } }) }
    const form = (states: object) => ({
      initial: 'a',
      on: open,
      states: { ...states, back: { type: 'history', history } },
    })
    const inner = nested({ a: page('a', ['b']), ...two }) as States
    const states = 'rest' in inner ? { a: inner.a, rest: { initial: 'b', states: two } } : inner
    const machine = flow({
      form: form(states as object),
      help: page('help', [], { on: { BACK: '#m.form.back' } }),
      end,
    })
    const at = (...events: string[]) => stepsAheadOf(chart(machine), walk(machine, ...events)).map(({ path }) => path)
    const next = 'rest' in inner ? 'rest' : 'b'
    expect(at()).toEqual(['b', 'c'])
    expect(at('HELP')).toEqual(['a', 'b', 'c'])
    expect(at('HELP', 'BACK')).toEqual(['b', 'c'])
    expect(at(next)).toEqual(['c'])
    expect(at(next, 'HELP')).toEqual(['b', 'c'])
    expect(at(next, 'c', 'HELP')).toEqual([...(history === 'shallow' && next === 'rest' ? ['b'] : []), 'c'])
  })

  test('know the default of history, wherever it is', () => {
    const form = {
      initial: 'b',
      states: { b: page('b', [], { on: { END: '#m.end' } }), back: { type: 'history', target: '#m.end' } },
    }
    expect(ahead(flow({ paused: page('paused', [], { on: { RESUME: 'form.back' } }), form, end }))).toMatchObject({
      paused: [],
    })
  })

  test('are none where there is no end, or none to be reached', () => {
    expect(ahead(flow({ a: page('a', ['b']), b: page('b', ['a']) }))).toEqual({})
    expect(ahead(flow({ a: page('a', ['b']), b: page('b', []), end }))).toEqual({ end: [] })
    expect(
      ahead(
        machineOf({ id: 'm', type: 'parallel', states: { a: { initial: 'x', states: { x: {}, y: end } } } } as never),
      ),
    ).toEqual({})
    expect(ahead(machineOf({ id: 'm' }))).toEqual({})
  })

  test('leave ways back out', () => {
    const states = {
      a: page('a', ['b'], { id: 'a', route: {} }),
      b: page('b', ['end'], { id: 'b', route: {} }),
      end: page('end', [], { ...end, id: 'end', route: {} }),
    }
    expect(ahead(flow(states))).toEqual({ a: ['b', 'end'], b: ['end'], end: [] })
    expect(step(flow(states), begin(flow(states)).live, { type: 'xstate.route', to: '#end' }).live.status).toBe('done')
  })
})
