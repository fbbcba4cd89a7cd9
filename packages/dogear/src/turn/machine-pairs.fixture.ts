// Random machines in two builds of one design: the later one renames everything, its migration loses nothing.

import fc from 'fast-check'
import { assign, cancel, createMachine, raise } from 'xstate'
import { z } from 'zod'
import { defineFlow, type Flow } from '../flow/define.ts'
import type { Migration, Older } from '../flow/evolve/migration.ts'
import { fromEffect, type Machine } from '../flow/machine.ts'
import { nodesWithin, type StateNode } from '../flow/nodes.ts'
import { toStep } from '../flow/steps.ts'

type Kind = 'leaf' | 'final' | 'compound' | 'parallel'
type Edge = { event: number; to: number; guard: number; adds: number }
/**
 * One state as drawn. `to` and `done` are targets among all states; `own` gives it an id of its own, `page` makes it a
 * step.
 */
type Drawn = {
  kind: Kind
  page: boolean
  own: boolean
  edges: Edge[]
  after: { delay: number; to: number } | null
  effect: { to: number; failed: number } | null
  always: Edge | null
  bell: { delay: number; event: number } | 'hush' | null
  deep: boolean
  done: number
  children: Drawn[]
}
/** The names a build uses. */
type Names = { machine: string; of: (what: 'state' | 'event' | 'key' | 'delay' | 'effect', index: number) => string }

export const eventCount = 3
const keyCount = 2
const delays = [5, 8, 13]

export const oldNames: Names = { machine: 'first', of: (what, index) => `${what}${index}` }
export const newNames: Names = {
  machine: 'second',
  of: (what, index) => `${what[0]}-${'renamed'.slice(index)}-${index}`,
}

const nat = fc.nat(60)
const edge = fc.record({ event: fc.nat(eventCount - 1), to: nat, guard: fc.nat(keyCount), adds: fc.nat(keyCount - 1) })
const state = (depth: number): fc.Arbitrary<Drawn> =>
  fc.record({
    kind:
      depth > 0
        ? fc.constantFrom<Kind>('leaf', 'leaf', 'compound', 'parallel', 'final')
        : fc.constantFrom<Kind>('leaf', 'leaf', 'leaf', 'final'),
    page: fc.boolean(),
    own: fc.boolean(),
    edges: fc.array(edge, { maxLength: 3 }),
    after: fc.option(fc.record({ delay: fc.nat(delays.length - 1), to: nat })),
    effect: fc.option(fc.record({ to: nat, failed: nat }), { freq: 3 }),
    always: fc.option(edge, { freq: 5 }),
    bell: fc.option(
      fc.oneof(
        fc.record({ delay: fc.nat(delays.length - 1), event: fc.nat(eventCount - 1) }),
        fc.constant('hush' as const),
      ),
      { freq: 3 },
    ),
    deep: fc.boolean(),
    done: nat,
    children: depth > 0 ? fc.array(state(depth - 1), { minLength: 2, maxLength: 2 }) : fc.constant([]),
  })
// A state that is done as soon as it is entered is no page, but it may be drawn as one: it would look like one that was
// added since.
const startsOpen = (one: Drawn): Drawn => {
  const [first, ...others] = one.children.map(startsOpen)
  if (!first) return one
  return { ...one, children: [first.kind === 'final' ? { ...first, kind: 'leaf' } : first, ...others] }
}
const design = fc.array(state(2).map(startsOpen), { minLength: 2, maxLength: 4 })
type Design = Drawn[]

type Context = Record<string, number>
type Named = { one: Drawn; key: string; inner: Named[]; effect: string }

/** The machine of a design, by the names of one build. */
function toMachine(drawn: Design, { machine, of }: Names, extra: Context): Machine {
  const all: string[] = []
  let effects = 0
  const guardOf =
    (index: number) =>
    ({ context }: { context: Context }) =>
      index === keyCount || (context[of('key', index)] as number) % 2 === 0
  // A page that a machine passed once it passes again; otherwise it looks like a page that was added since.
  const everSince =
    (index: number) =>
    ({ context }: { context: Context }) =>
      index === keyCount || (context[of('key', index)] as number) > 1
  const add = (index: number) =>
    assign(
      ({ context, event }) =>
        ({ [of('key', index)]: context[of('key', index)] + 1 + ((event as { n?: number }).n ?? 0) }) as never,
    )
  const go = (to: number) => `#${all[to % all.length]}`

  // Names first: a transition may lead to a state drawn later.
  const named = (one: Drawn, around: string): Named => {
    const key = of('state', all.length)
    const path = `${around}.${key}`
    all.push(path)
    const split = one.kind === 'compound' || one.kind === 'parallel'
    const inner = split ? one.children.map((child) => named(child, path)) : []
    if (one.kind === 'compound') all.push(`${path}.past`)
    return { one, key, inner, effect: of('effect', effects++) }
  }
  const build = ({ one, key, inner, effect }: Named): [string, object] => {
    const id = one.own ? { id: `own-${key}` } : {}
    const transition = ({ to, guard, adds }: Edge) => ({ target: go(to), guard: guardOf(guard), actions: add(adds) })
    const page = one.page ? { meta: { step: { path: key, title: key } } } : {}
    if (one.kind === 'final') return [key, { ...id, ...page, type: 'final' }]
    const on: Record<string, object[]> = {}
    for (const each of one.edges) {
      const type = of('event', each.event)
      on[type] = [...(on[type] ?? []), transition(each)]
    }
    const bell =
      one.bell === 'hush'
        ? cancel('bell')
        : one.bell &&
          raise({ type: of('event', one.bell.event) }, { id: 'bell', delay: of('delay', one.bell.delay) } as object)
    const common = {
      ...id,
      ...page,
      on,
      ...(one.own && one.page ? { route: { guard: guardOf(one.done % (keyCount + 1)) } } : {}),
      ...(bell ? { entry: bell } : {}),
      ...(one.after
        ? { after: { [of('delay', one.after.delay)]: { target: go(one.after.to), actions: add(0) } } }
        : {}),
      ...(one.effect
        ? {
            invoke: {
              id: effect,
              src: of('effect', 0),
              input: ({ context }: { context: Context }) => context[of('key', 0)],
              onDone: { target: go(one.effect.to), actions: add(1) },
              onError: go(one.effect.failed),
            },
          }
        : {}),
    }
    if (one.kind === 'leaf')
      return [
        key,
        {
          ...common,
          ...(one.always ? { always: { ...transition(one.always), guard: everSince(one.always.guard) } } : {}),
        },
      ]
    const states = Object.fromEntries(inner.map(build))
    if (one.kind === 'parallel') return [key, { ...common, type: 'parallel', states, onDone: go(one.done) }]
    const past = { past: { type: 'history', history: one.deep ? 'deep' : 'shallow' } }
    return [key, { ...common, initial: inner[0]?.key, states: { ...states, ...past }, onDone: go(one.done) }]
  }
  const tops = drawn.map((one) => named(one, machine))
  const keys = Array.from({ length: keyCount }, (_, index) => [of('key', index), 0])
  return createMachine(
    {
      id: machine,
      // Going round in circles is found out sooner.
      options: { maxIterations: 40 },
      initial: tops[0]?.key as string,
      context: { ...Object.fromEntries(keys), ...extra },
      states: Object.fromEntries(tops.map(build)),
    } as never,
    {
      actors: { [of('effect', 0)]: fromEffect(async () => 1) },
      delays: Object.fromEntries(delays.map((delay, index) => [of('delay', index), delay])),
    } as never,
  ) as Machine
}

function toFlow(machine: Machine, { of }: Names, rest: object): Flow {
  const types = Array.from({ length: eventCount }, (_, index) => of('event', index))
  const events = Object.fromEntries(types.map((type) => [type, z.object({ n: z.number() })]))
  return defineFlow({ id: 'pair', machine: machine as never, events: events as never, ...rest } as never) as Flow
}

/** Renames all that a record says of one machine into what the same record would say of the other. */
function renaming(before: Machine, after: Machine): Migration {
  const ids = new Map<string, string>()
  const steps: Record<string, string> = {}
  const nodes = nodesWithin(after.root)
  for (const [index, node] of nodesWithin(before.root).entries()) {
    const twin = nodes[index] as StateNode
    ids.set(node.id, twin.id)
    const [step, stepTwin] = [toStep(node), toStep(twin)]
    if (step && stepTwin) steps[step.id] = stepTwin.id
  }
  const rename = (what: Parameters<Names['of']>[0], name: string) => {
    for (let index = 0; index < 100; index++) if (oldNames.of(what, index) === name) return newNames.of(what, index)
    return name
  }
  const toValue = (value: unknown): unknown => {
    if (typeof value === 'string') return rename('state', value)
    return Object.fromEntries(
      Object.entries(value as object).map(([key, inner]) => [rename('state', key), toValue(inner)]),
    )
  }
  const toType = (type: string): string => {
    const [, delay, id] = /^xstate\.after\.([^.]+)\.(.+)$/.exec(type) ?? []
    return delay && id ? `xstate.after.${rename('delay', delay)}.${ids.get(id)}` : rename('event', type)
  }
  const migrate = ({ value, context, historyValue, timers, effects }: Older) => ({
    value: toValue(value),
    context: {
      ...Object.fromEntries(Object.entries(context).map(([key, count]) => [rename('key', key), count])),
      extra: 0,
    },
    historyValue:
      historyValue &&
      Object.fromEntries(
        Object.entries(historyValue as Record<string, { id: string }[]>).map(([id, past]) => [
          ids.get(id),
          past.map((one) => ({ id: ids.get(one.id) })),
        ]),
      ),
    timers: timers.map((timer) => ({
      ...timer,
      id: timer.id === 'bell' ? 'bell' : toType(timer.id),
      event: { ...timer.event, type: toType(timer.event.type) },
    })),
    effects: effects.map((effect) => ({
      ...effect,
      id: rename('effect', effect.id),
      src: rename('effect', effect.src),
    })),
  })
  return { migrate, steps }
}

/** A design in two builds. */
export type Pair = { before: Flow; after: Flow }
export const pair: fc.Arbitrary<Pair> = design.map((drawn) => {
  const [before, after] = [toMachine(drawn, oldNames, {}), toMachine(drawn, newNames, { extra: 0 })]
  const lifts = Object.fromEntries(
    Array.from({ length: eventCount }, (_, index) => [
      oldNames.of('event', index),
      (payload: object) => ({ type: newNames.of('event', index), ...payload }),
    ]),
  )
  return {
    [fc.toStringMethod]: () => JSON.stringify(drawn),
    before: toFlow(before, oldNames, { version: 1 }),
    after: toFlow(after, newNames, { version: 2, migrations: { 1: renaming(before, after) }, lifts: { 1: lifts } }),
  }
})
