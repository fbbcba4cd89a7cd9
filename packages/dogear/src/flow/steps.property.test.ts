// The promise of every progress text: a step listed as certain really lies on every way, whatever the machine.

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { getMicrosteps } from 'xstate'
import { stepsAheadOf } from './ahead.ts'
import { type Chart, chartOf } from './chart.ts'
import { begin, type Machine, persist } from './machine.ts'
import { machineOf } from './machines.fixture.ts'
import { activeNodes, type Live } from './nodes.ts'
import { activeSteps } from './steps.ts'

type Sent = { type: string; ok?: boolean }
/** A move: the state it ends in, and the pages passed on the way there. */
type Move = { to: string; pages: string[] }
type Path = { place: string; steps: string[]; live: Live }

const pagesOf = (chart: Chart, states: Live[]): string[] =>
  states.flatMap((live) => activeSteps({ chart }, live).map(({ path }) => path))

/** Up to 100 states of a machine by key, and the moves from there. */
function explore(machine: Machine, events: Sent[]): { states: Map<string, Live>; moves: Map<string, Move[]> } {
  const chart = chartOf(machine, [])
  const keyOf = (live: Live) => JSON.stringify(persist(machine, live))
  const states = new Map(unlessEndless(() => [begin(machine).live]).map((live) => [keyOf(live), live]))
  const moves = new Map<string, Move[]>()
  for (const [key, live] of states) {
    const takes = (event: Sent): Move[] => {
      const passed = unlessEndless(() => getMicrosteps(machine, live, event).map(([state]) => state))
      const last = passed.at(-1)
      if (!last || last.status === 'error') return []
      if (states.size < 100 && !states.has(keyOf(last))) states.set(keyOf(last), last)
      return [{ to: keyOf(last), pages: pagesOf(chart, passed) }]
    }
    const taken = live.status === 'active' ? events.flatMap(takes) : []
    moves.set(key, [...new Map(taken.map((move) => [JSON.stringify(move), move])).values()])
  }
  return { states, moves }
}

/** The states a machine goes through; none if it is sent round in circles. */
function unlessEndless(run: () => Live[]): Live[] {
  try {
    return run()
  } catch (error) {
    if (error instanceof Error && /Infinite loop|could not start/.test(error.message)) return []
    throw error
  }
}

/**
 * Every path to the end that rests in no state twice, as the pages met after its first state; as far as a moment's
 * search finds them.
 */
function pathsOf(machine: Machine, events: Sent[]): Path[] {
  const { states, moves } = explore(machine, events)
  const { ahead } = chartOf(machine, [])
  return [...states].flatMap(([start, live]) => {
    const paths: Path[] = []
    let tried = 0
    const place = activeNodes(live).findLast(({ id }) => ahead.has(id))?.id ?? ''
    const go = (key: string, met: string[], steps: string[]): void => {
      if (++tried > 1_000) return
      if (states.get(key)?.status === 'done') paths.push({ place, steps, live })
      for (const { to, pages } of moves.get(key) ?? []) {
        if (states.has(to) && !met.includes(to)) go(to, [...met, to], [...steps, ...pages])
      }
    }
    go(start, [start], [])
    return paths
  })
}

const events = ['e0', 'e1', 'e2'].flatMap((type) => [
  { type, ok: true },
  { type, ok: false },
])

/** A tree of states: leaves, compounds with history, parallels, finals; transitions and pages are drawn afterwards. */
type Shape = {
  kind: 'leaf' | 'final' | 'compound' | 'parallel'
  page: boolean
  children: Shape[]
  ways: { event: number; to: number; guarded: boolean }[]
  done: number
}

const shape = (depth: number): fc.Arbitrary<Shape> =>
  fc.record({
    kind:
      depth > 0
        ? fc.constantFrom<Shape['kind']>('leaf', 'leaf', 'compound', 'parallel', 'final')
        : fc.constantFrom<Shape['kind']>('leaf', 'leaf', 'final'),
    page: fc.boolean(),
    children: depth > 0 ? fc.array(shape(depth - 1), { minLength: 2, maxLength: 2 }) : fc.constant([]),
    ways: fc.array(fc.record({ event: fc.nat(2), to: fc.nat(40), guarded: fc.boolean() }), { maxLength: 2 }),
    done: fc.nat(40),
  })

/** The machine of some shapes, with a page-less top-level end that can be drawn as a target like any other state. */
function build(shapes: Shape[]): Machine {
  const ids: string[] = ['end']
  const config = (one: Shape, id: string): [string, (targets: string[]) => object] => {
    ids.push(id)
    const inner =
      one.kind === 'compound' || one.kind === 'parallel'
        ? one.children.map((child, index) => config(child, `${id}_${index}`))
        : []
    if (one.kind === 'compound') ids.push(`${id}_h`)
    return [
      id,
      (targets) => {
        const target = (to: number) => `#${targets[to % targets.length]}`
        const on = Object.fromEntries(
          ['e0', 'e1', 'e2'].map((event, index) => [
            event,
            one.ways
              .filter((way) => way.event === index)
              .map(({ to, guarded }) => ({
                target: target(to),
                ...(guarded ? { guard: ({ event }: { event: { ok?: boolean } }) => event.ok === true } : {}),
              })),
          ]),
        )
        const meta = one.page ? { meta: { step: { path: id, title: id } } } : {}
        const states = Object.fromEntries(inner.map(([key, make]) => [key, make(targets)]))
        if (one.kind === 'final') return { id, ...meta, type: 'final' }
        if (one.kind === 'leaf') return { id, ...meta, on }
        const onDone = target(one.done)
        if (one.kind === 'parallel') return { id, ...meta, on, type: 'parallel', states, onDone }
        const history = { [`${id}_h`]: { id: `${id}_h`, type: 'history', history: one.done % 2 ? 'deep' : 'shallow' } }
        return { id, ...meta, on, initial: inner[0]?.[0], states: { ...states, ...history }, onDone }
      },
    ]
  }
  const tops = shapes.map((one, index) => config(one, `s${index}`))
  const states = Object.fromEntries(tops.map(([key, make]) => [key, make(ids)]))
  return machineOf({ id: 'm', initial: 's0', states: { ...states, end: { id: 'end', type: 'final' } } } as never)
}

// Searching takes its time on a busy computer.
describe('of any machine', { timeout: 60_000 }, () => {
  test('every step said to be certain is met on every path there really is', () => {
    let checked = 0
    fc.assert(
      fc.property(fc.array(shape(2), { minLength: 2, maxLength: 4 }), (shapes) => {
        const machine = build(shapes)
        const chart = chartOf(machine, [])
        const { ahead } = chart
        for (const { place, steps, live } of pathsOf(machine, events)) {
          const certain = ahead.get(place)?.map(({ path }) => path)
          expect(certain, `${place} leads to the end`).toBeDefined()
          expect(steps).toEqual(expect.arrayContaining(certain ?? []))
          // A state knows more than its place, and what it knows is as certain.
          const known = stepsAheadOf(chart, live).map(({ path }) => path)
          expect(known).toEqual(expect.arrayContaining(certain ?? []))
          expect(steps).toEqual(expect.arrayContaining(known))
          checked += certain?.length ?? 0
        }
      }),
      { numRuns: 100 },
    )
    expect(checked).toBeGreaterThan(0)
  })

  test('without nesting, they are exactly the steps all paths have in common, in their order', () => {
    const size = 6
    const graph = fc.array(fc.uniqueArray(fc.nat(size - 1), { minLength: 1, maxLength: 3 }), {
      minLength: size - 1,
      maxLength: size - 1,
    })
    fc.assert(
      fc.property(graph, (targets) => {
        const all = targets.map((to, from) => [
          `s${from}`,
          {
            meta: { step: { path: `s${from}`, title: '' } },
            on: Object.fromEntries(to.map((n) => [`to${n}`, `s${n}`])),
          },
        ])
        const last = { type: 'final', meta: { step: { path: `s${size - 1}`, title: '' } } }
        const machine = machineOf({
          id: 'm',
          initial: 's0',
          states: { ...Object.fromEntries(all), [`s${size - 1}`]: last },
        } as never)
        const moves = Array.from({ length: size }, (_, n) => ({ type: `to${n}` }))
        const paths = pathsOf(machine, moves)
        const common = new Map<string, string[]>()
        for (const { place, steps } of paths)
          common.set(
            place,
            (common.get(place) ?? steps).filter((path) => steps.includes(path)),
          )
        for (const { place, steps } of paths) {
          const certain = chartOf(machine, [])
            .ahead.get(place)
            ?.map(({ path }) => path)
          expect(certain).toEqual(steps.filter((path) => common.get(place)?.includes(path)))
        }
      }),
      { numRuns: 100 },
    )
  })
})
