// Random machines for fast-check, in which every transition is taken only if the test allows it.

import * as fc from 'fast-check'
import { assign } from 'xstate'
import type { Machine } from './machine.ts'
import { machineOf } from './machines.fixture.ts'

/** A tree of states. `to`, `done` and `history` are targets among all states of the machine. */
type Drawn = {
  kind: 'leaf' | 'final' | 'compound' | 'parallel'
  page: boolean
  edges: { to: number; always: boolean }[]
  done: number
  history: { deep: boolean; child: number | null }
  children: Drawn[]
}

/** `allowed` decides the guards: a transition is taken at most once in a turn, and only if its number is in there. */
export type RandomMachine = {
  machine: Machine
  allowed: Set<number>
  /** The transitions that an event or nothing takes, and those that a final state takes (`onDone`). */
  transitions: Guarded[]
  done: Guarded[]
}
type Guarded = { number: number; from: string; toHistory: boolean }

const drawn = (depth: number): fc.Arbitrary<Drawn> =>
  fc.record({
    kind:
      depth > 0
        ? fc.constantFrom<Drawn['kind']>('leaf', 'compound', 'parallel', 'final')
        : fc.constantFrom<Drawn['kind']>('leaf', 'leaf', 'final'),
    page: fc.boolean(),
    edges: fc.array(fc.record({ to: fc.nat(60), always: fc.boolean() }), { maxLength: 2 }),
    done: fc.nat(60),
    history: fc.record({ deep: fc.boolean(), child: fc.option(fc.nat(9)) }),
    children: depth > 0 ? fc.array(drawn(depth - 1), { minLength: 1, maxLength: 2 }) : fc.constant([]),
  })

export type Design = { tops: Drawn[]; ofRoot: number[] }
export const design: fc.Arbitrary<Design> = fc.record({
  tops: fc.array(drawn(2), { minLength: 2, maxLength: 2 }),
  ofRoot: fc.array(fc.nat(60), { maxLength: 1 }),
})

/** From inside, history leads only to where the machine is. The chart allows for more, so none is drawn there. */
function targetOf(from: string, to: string): string {
  const parent = to.replace(/_h$/, '')
  const inside = from === 'm' || `${from}_`.startsWith(`${parent}_`) || parent.startsWith(`${from}_`)
  return inside ? parent : to
}

/** The machine of a design. */
export function build({ tops, ofRoot }: Design): RandomMachine {
  const ids = ['end']
  const allowed = new Set<number>()
  const [transitions, done]: [Guarded[], Guarded[]] = [[], []]

  // Ids first: a transition may lead to a state drawn later.
  const named = (one: Drawn, id: string): (() => object) => {
    ids.push(id)
    const page = one.page ? { meta: { step: { path: id, title: id } } } : {}
    if (one.kind === 'final') return () => ({ id, ...page, type: 'final' })
    if (one.kind === 'leaf') return () => ({ id, ...page, ...outOf(id, one) })
    const parallel = one.kind === 'parallel'
    // A region has inner states.
    const shapes = parallel ? one.children.map((child) => ({ ...child, kind: 'compound' as const })) : one.children
    const inner = Object.entries(shapes).map(([key, child]) => [`${id}_${key}`, named(child, `${id}_${key}`)] as const)
    const keys = inner.map(([key]) => key)
    const child = one.history.child === null ? undefined : keys[one.history.child % keys.length]
    ids.push(`${id}_h`)
    const history = {
      id: `${id}_h`,
      type: 'history',
      history: one.history.deep ? 'deep' : 'shallow',
      // The first state of a region is as good a default of a parallel state as any.
      ...(child === undefined ? {} : { target: parallel ? `${child}.${child}_in` : child }),
    }
    if (parallel)
      return () => ({
        ...{ id, ...page, ...outOf(id, one), type: 'parallel', onDone: take(id, one.done, done) },
        states: { ...Object.fromEntries(inner.map(([key, make]) => [key, make()])), [`${id}_h`]: history },
      })
    // Every compound state can be done: it has a final state, and one that leads to each of them.
    return () => {
      const states = Object.fromEntries(inner.map(([key, make]) => [key, make()]))
      const finals = [...keys.filter((key) => (states[key] as { type?: string }).type === 'final'), `${id}_out`]
      const enter = { id: `${id}_in`, on: { go: finals.map((key) => take(`${id}_in`, key, transitions)) } }
      states[`${id}_in`] = enter
      states[`${id}_out`] = { type: 'final' }
      states[`${id}_h`] = history
      return {
        id,
        ...page,
        ...outOf(id, one),
        initial: keys[0] ?? `${id}_in`,
        states,
        onDone: take(id, one.done, done),
      }
    }
  }
  let last = 0
  const take = (from: string, to: number | string, list: Guarded[]): object => {
    const number = ++last
    const target = typeof to === 'string' ? to : `#${targetOf(from, ids[to % ids.length] as string)}`
    list.push({ number, from, toHistory: target.endsWith('_h') })
    return {
      target,
      guard: ({ context }: { context: { taken: number[] } }) => allowed.has(number) && !context.taken.includes(number),
      actions: assign({ taken: ({ context }) => [...(context as { taken: number[] }).taken, number] }),
    }
  }
  const outOf = (from: string, { edges }: Pick<Drawn, 'edges'>): object => ({
    on: { go: edges.filter(({ always }) => !always).map(({ to }) => take(from, to, transitions)) },
    always: edges.filter(({ always }) => always).map(({ to }) => take(from, to, transitions)),
  })
  const made = tops.map((one, index) => [`s${index}`, named(one, `s${index}`)] as const)
  const states = Object.fromEntries(made.map(([key, make]) => [key, make()]))
  const machine = machineOf({
    id: 'm',
    context: { taken: [] },
    ...outOf('m', { edges: ofRoot.map((to) => ({ to, always: false })) }),
    initial: 's0',
    states: { ...states, end: { id: 'end', type: 'final' } },
  } as never)
  return { machine, allowed, transitions, done }
}
