// The promise of the chart: it says what XState does, whatever the machine.

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { getMicrosteps } from 'xstate'
import { type Chart, chartOf } from './chart.ts'
import { type Machine, revive } from './machine.ts'
import type { Live, StateNode } from './nodes.ts'
import { build, design, type RandomMachine } from './random-machines.fixture.ts'
import { activeSteps } from './steps.ts'

/** Everything XState was seen to do: edges between places, and the steps it shows at each place. */
type Seen = { edges: Map<StateNode, Set<StateNode>>; steps: Map<StateNode, readonly string[]> }

/** The outermost active parallel state, else the active state without inner states. */
function placeOf(live: Live): StateNode {
  const nodes = [...live._nodes].sort((a, b) => a.path.length - b.path.length)
  return nodes.find(({ type }) => type === 'parallel') ?? (nodes.at(-1) as StateNode)
}

/** Every value a state can have, as `{ key: … }` or a key. */
function valuesOf(node: StateNode): unknown[] {
  const inner = Object.values<StateNode>(node.states).filter(({ type }) => type !== 'history')
  if (inner.length === 0) return [{}]
  if (node.type !== 'parallel') return inner.flatMap((one) => valuesOf(one).map((value) => ({ [one.key]: value })))
  return inner.reduce<object[]>(
    (all, one) => all.flatMap((before) => valuesOf(one).map((value) => ({ ...before, [one.key]: value }))),
    [{}],
  )
}

/** The histories there may be: none, or one of the states beside it for every history state. */
function historiesOf({ root }: Machine): Record<string, { id: string }[]>[] {
  const within = (node: StateNode): StateNode[] => [node, ...Object.values<StateNode>(node.states).flatMap(within)]
  const histories = within(root).filter(({ type }) => type === 'history')
  const beside = histories.map((one) =>
    within(one.parent as StateNode)
      .slice(1)
      .filter(({ type }) => type !== 'history'),
  )
  const most = Math.max(0, ...beside.map(({ length }) => length))
  const held = Array.from({ length: most }, (_, index) =>
    Object.fromEntries(
      histories.map(({ id }, at) => {
        const states = beside[at] as StateNode[]
        return [id, [{ id: (states[index % states.length] as StateNode).id }]]
      }),
    ),
  )
  return [{}, ...held]
}

const shownIn = (chart: Chart, live: Live): string[] => activeSteps({ chart }, live).map(({ id }) => id)

const isActive = ({ _nodes }: Live, id: string): boolean => _nodes.some((node) => node.id === id)

/** Puts the machine in every state it can be in, with every history, and lets it take every transition by itself. */
function explore({ machine, allowed, transitions, done }: RandomMachine, chart: Chart): Seen {
  const edges = new Map<StateNode, Set<StateNode>>()
  const steps = new Map<StateNode, readonly string[]>()
  const takenBy = ({ context }: Live) => context.taken.length as number
  const remembering = historiesOf(machine)
  const withHistory = done.some(({ toHistory }) => toHistory)
  for (const value of valuesOf(machine.root)) {
    const at = placeOf(revive(machine, { status: 'active', value, context: { taken: [] } }))
    const isOver = at.type === 'final' && at.parent === machine.root
    const state = { status: isOver ? 'done' : 'active', value, context: { taken: [] } } as const
    if (at.type !== 'parallel') steps.set(at, shownIn(chart, revive(machine, state)))
    edges.set(at, edges.get(at) ?? new Set())
    const run = (numbers: number[], historyValue: object): Live => {
      allowed.clear()
      for (const number of numbers) allowed.add(number)
      let before = revive(machine, { ...state, historyValue })
      for (const [live] of getMicrosteps(machine, before, { type: 'go' })) {
        const [from, to] = [placeOf(before), placeOf(live)]
        if (takenBy(live) > takenBy(before)) edges.set(from, (edges.get(from) ?? new Set()).add(to))
        before = live
      }
      return before
    }
    const here = revive(machine, state)
    for (const { number, toHistory } of isOver ? [] : transitions.filter(({ from }) => isActive(here, from)))
      for (const historyValue of toHistory || withHistory ? remembering : [{}]) {
        const there = run([number], historyValue)
        if (!there._nodes.some(({ type }) => type === 'final')) continue
        for (const one of done) if (isActive(there, one.from)) run([number, one.number], historyValue)
      }
  }
  return { edges, steps }
}

/** The edges of the chart, with those to a history state drawn through to where it leads. */
function charted(chart: Chart, { root }: Machine): Map<StateNode, Set<StateNode>> {
  const own = chart.regions.get(root)?.edges ?? new Map()
  const leads = (place: StateNode): StateNode[] =>
    (own.get(place) ?? []).flatMap(({ to }: { to: StateNode }) => (to.type === 'history' ? leads(to) : [to]))
  const places = [...own.keys()].filter(({ type }) => type !== 'history')
  return new Map(places.map((place) => [place, new Set(leads(place))]))
}

const asText = (edges: Map<StateNode, Set<StateNode>>): string[] =>
  [...edges].flatMap(([from, list]) => [from.id, ...[...list].map((to) => `${from.id} -> ${to.id}`)]).sort()

/**
 * The steps met on every path to an end of the machine that passes no place twice; undefined if there is no path, or
 * too many of them.
 */
function onEveryPath({ edges, steps }: Seen, start: StateNode): string[] | undefined {
  let common: string[] | undefined
  let tried = 0
  const go = (place: StateNode, passed: StateNode[]): void => {
    if (++tried > 20_000) return
    if (place.type === 'final' && place.parent === place.machine.root) {
      const met = passed.flatMap((one) => steps.get(one) ?? [])
      common = (common ?? met).filter((step) => met.includes(step))
    } else for (const next of edges.get(place) ?? []) if (!passed.includes(next)) go(next, [...passed, next])
  }
  go(start, [start])
  return tried > 20_000 ? undefined : common && [...new Set(common)].filter((step) => !steps.get(start)?.includes(step))
}

/** Compares a machine's chart with what XState is seen to do. Returns how many steps ahead were compared. */
function compare(drawn: Parameters<typeof build>[0]): number {
  const random = build(drawn)
  const { machine } = random
  const chart = chartOf(machine, ['go'])
  const seen = explore(random, chart)
  expect(asText(charted(chart, machine))).toEqual(asText(seen.edges))
  for (const [place, [step]] of seen.steps) expect(chart.regions.get(machine.root)?.steps.get(place)?.id).toBe(step)
  // The steps met in a parallel state are held against what XState does in `steps.property.test.ts`.
  for (const [place, steps] of chart.met)
    if (place.type === 'parallel')
      seen.steps.set(
        place,
        steps.map(({ id }) => id),
      )
  let compared = 0
  for (const place of seen.edges.keys()) {
    const certain = onEveryPath(seen, place)
    if (!certain) continue
    const ahead = chart.ahead.get(place.id)?.map(({ id }) => id)
    expect([...(ahead ?? ['no end'])].sort(), `ahead of ${place.id}`).toEqual([...certain].sort())
    compared += certain.length
  }
  return compared
}

test('of any machine, its edges, its steps and the steps ahead are those XState is seen to take', {
  timeout: 120_000,
}, () => {
  fc.assert(
    fc.property(design, (drawn) => void compare(drawn)),
    { numRuns: 100 },
  )
})

test('machines drawn so have steps ahead to compare', { timeout: 120_000 }, () => {
  const compared = fc.sample(design, { seed: 1, numRuns: 40 }).map(compare)
  expect(compared.filter((steps) => steps > 0).length).toBeGreaterThan(1)
})
