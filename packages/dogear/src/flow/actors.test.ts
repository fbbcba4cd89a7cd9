// Actors a machine starts and stops, and what is refused because no record could keep it.

import { describe, expect, test } from 'vitest'
import { assign, setup, spawnChild, stopChild } from 'xstate'
import { type Action, asksOf, doing, refusal } from './asks.fixture.ts'
import { begin, persist, prepare, revive, step } from './machine.ts'
import { asking, walk, work } from './machines.fixture.ts'

describe('actors', () => {
  test('are asked for with their input worked out', () => {
    expect(asksOf(asking)).toContainEqual({ kind: 'start', id: 'worker', src: 'work', input: { count: 1 } })
  })

  test('entered again are stopped first', () => {
    const { asks } = step(asking, walk(asking, 'GO'), { type: 'GO' })
    expect(asks.filter(({ kind }) => kind === 'stop' || kind === 'start')).toEqual([
      { kind: 'stop', id: 'worker' },
      { kind: 'start', id: 'worker', src: 'work', input: { count: 2 } },
    ])
  })

  test('of a state left at once are started and stopped', () => {
    const states = { a: { invoke: { id: 'w', src: 'work' }, always: 'b' }, b: {} }
    expect(begin(doing([], { initial: 'a', states })).asks).toMatchObject([
      { kind: 'start' },
      { kind: 'stop', id: 'w' },
    ])
  })

  test('are all stopped when the machine is done', () => {
    const states = { a: { on: { END: 'end' } }, end: { type: 'final' } }
    const machine = doing([], { initial: 'a', states, invoke: { id: 'w', src: 'work' } })
    expect(step(machine, begin(machine).live, { type: 'END' }).asks).toEqual([{ kind: 'stop', id: 'w' }])
  })

  test('may have ids worked out when they are spawned', () => {
    expect(asksOf(doing(spawnChild('work', { id: ({ event }) => `w-${event.type}` })))).toMatchObject([
      { kind: 'start', id: 'w-GO' },
    ])
  })

  test('spawned by an assign are started too, though XState lists no action for it', () => {
    const machine = doing(assign({ ref: ({ spawn }) => spawn('work', { id: 'w', input: 3 }) }), {
      on: undefined,
      entry: assign({ ref: ({ spawn }) => spawn('work', { id: 'w', input: 3 }) }),
    })
    const { live, asks } = begin(machine)
    expect(asks).toEqual([{ kind: 'start', id: 'w', src: 'work', input: 3 }])
    expect(step(machine, live, { type: 'unheard-of' }).asks).toEqual([])
  })

  test('kept in the context are there again after a restore', () => {
    const machine = doing(assign({ ref: ({ spawn }) => spawn('work', { id: 'w' }) }))
    const stored = structuredClone(persist(machine, walk(machine, 'GO')))
    const live = revive(machine, stored, [{ id: 'w', src: 'work', input: undefined }])
    expect(live.context.ref).toBe(live.children.w)
    expect(step(machine, live, { type: 'unheard-of' }).asks).toEqual([])
  })

  test.each<[string, Action, RegExp]>([
    ['spawned without an id', spawnChild('work'), /"work" was spawned without an id/],
    [
      'spawned without an id by an assign',
      assign(({ spawn }) => ({ ref: spawn('work') })),
      /"work" was spawned without an id/,
    ],
    ['spawned without a name', spawnChild(work, { id: 'w' }), /without a name/],
    [
      'spawned without a name by an assign',
      assign(({ spawn }) => ({ ref: spawn(work, { id: 'w' }) })),
      /without a name/,
    ],
    [
      'nobody implemented',
      assign(({ spawn }) => ({ ref: spawn('unheard-of', { id: 'w' }) })),
      /'unheard-of' not implemented/,
    ],
  ])('%s are refused', (_, action, message) => {
    expect(refusal(doing(action))).toMatch(message)
  })

  test('that are not there cannot be stopped, and need not be', () => {
    expect(asksOf(doing(stopChild('nobody')))).toEqual([])
  })

  test('with a system id are started for every session, not only for the first', () => {
    const machine = prepare(
      setup({ actors: { work } }).createMachine({ id: 'm', invoke: { id: 'w', systemId: 'only', src: 'work' } }),
    )
    expect([begin(machine).asks, begin(machine).asks]).toMatchObject([[{ id: 'w' }], [{ id: 'w' }]])
  })
})
