// Lint for a machine: finds every part that would lose a session at a restart or a deploy.

import type { Chart } from './chart.ts'
import { isPromiseLogic } from './machine.ts'
import type { StateNode } from './nodes.ts'
import type { AnyMachine } from './options.ts'
import { matches } from './transitions.ts'

type Config = Readonly<
  Record<'invoke' | 'always' | 'onDone' | 'entry' | 'exit' | 'initial' | 'route' | 'id', unknown>
> & {
  after?: Record<string, unknown>
  on?: Record<string, unknown>
}
type Implemented = Pick<AnyMachine, 'implementations'>
type Named = { type?: unknown; delay?: unknown; id?: unknown; src?: unknown; assignment?: unknown }
type Kind = 'actions' | 'actors' | 'delays' | 'guards'

const list = (value: unknown): unknown[] => [value ?? []].flat()
const knows = (machine: Implemented, kind: Kind, name: string): boolean =>
  Object.hasOwn(machine.implementations[kind], name)
const nameOf = (value: unknown): unknown => (typeof value === 'string' ? value : (value as Named | null)?.type)

/** Every problem of `machine`, each starting with where it is. An empty list means sessions of it can be kept. */
export function lintMachine(machine: Implemented, chart: Chart): string[] {
  const { actions, actors, delays, guards } = machine.implementations
  return [
    ...chart.nodes.flatMap((node) => [...lintStep(node, chart), ...lintNode(machine, node), ...lintErrors(node)]),
    ...Object.entries(actions).flatMap(([name, action]) => lintAction(machine, `actions.${name}`, action)),
    ...Object.entries(guards).flatMap(([name, guard]) => lintGuard(machine, `guards.${name}`, guard)),
    ...Object.entries(delays).flatMap(([name, delay]) => lintWaiting(`delays.${name}`, 'delay', delay)),
    ...Object.entries(actors).flatMap(([name, logic]) => lintLogic(`actors.${name}`, logic)),
    ...repeatedIds(chart).map((id) => `${id}: another state has this id, too`),
    ...repeated(chart.steps, ({ path }) => path).map(
      ({ id, path }) => `${id}.meta.step.path: another step has the path "${path}", too`,
    ),
  ]
}

function lintNode(machine: Implemented, node: StateNode): string[] {
  const config = node.config as unknown as Config
  const at = node.id
  const invokes = list(config.invoke) as Record<string, unknown>[]
  const transitions: [string, unknown][] = [
    ...Object.entries(config.on ?? {}).map(([event, value]): [string, unknown] => [`on.${event}`, value]),
    ...Object.entries(config.after ?? {}).map(([delay, value]): [string, unknown] => [`after.${delay}`, value]),
    ...(['always', 'onDone', 'initial', 'route'] as const).map((key): [string, unknown] => [key, config[key]]),
    ...invokes.flatMap((invoke, index) =>
      ['onDone', 'onError', 'onSnapshot'].map((key): [string, unknown] => [`invoke[${index}].${key}`, invoke[key]]),
    ),
  ]
  return [
    ...Object.keys(config.after ?? {}).flatMap((delay) => lintDelay(machine, `${at}.after.${delay}`, delay)),
    ...invokes.flatMap((invoke, index) => lintActor(machine, `${at}.invoke[${index}]`, invoke)),
    ...lintActions(machine, `${at}.entry`, config.entry),
    ...lintActions(machine, `${at}.exit`, config.exit),
    ...transitions.flatMap(([where, value]) =>
      list(value).flatMap((transition) => {
        const { guard, actions } = Object(transition) as { guard?: unknown; actions?: unknown }
        return [
          ...lintGuard(machine, `${at}.${where}`, guard),
          ...lintActions(machine, `${at}.${where}.actions`, actions),
        ]
      }),
    ),
  ]
}

// XState ends a machine whose actor fails where no transition takes the error.
function lintErrors(node: StateNode): string[] {
  const takes = (at: StateNode | undefined, type: string): boolean =>
    at !== undefined && ([...at.transitions.keys()].some((event) => matches(event, type)) || takes(at.parent, type))
  return (node.invoke as unknown as { id: string }[]).flatMap(({ id }, index) =>
    takes(node, `xstate.error.actor.${id}`)
      ? []
      : [`${node.id}.invoke[${index}]: no onError; if the actor "${id}" failed, the session would end there`],
  )
}

function lintStep(node: StateNode, { stepOf }: Chart): string[] {
  const { id, route } = node.config as unknown as Config
  const { step } = (node.meta ?? {}) as { step?: { title?: unknown } | null }
  const given = step !== undefined
  return [
    ...(given && !stepOf.get(node)?.path ? [`${node.id}.meta.step: a step needs a path`] : []),
    ...(given && !isPath(stepOf.get(node)?.path || 'x')
      ? [`${node.id}.meta.step.path: a URL would not keep it; leave out empty segments, dots alone, spaces, ? # % \\`]
      : []),
    ...(given && !isTitle(step?.title)
      ? [`${node.id}.meta.step.title: a step needs a title, a text that is not empty`]
      : []),
    ...(route !== undefined && id === undefined
      ? [`${node.id}.route: only a state with an id of its own can be returned to`]
      : []),
  ]
}

const isTitle = (title: unknown): boolean => typeof title === 'string' && title.trim() !== ''

const isPath = (path: string): boolean =>
  path.split('/').every((segment) => /^[^?#%\\\s]*$/.test(segment) && !/^\.{0,2}$/.test(segment))

function lintDelay(machine: Implemented, at: string, delay: unknown): string[] {
  if (typeof delay !== 'string' || !Number.isNaN(Number(delay)))
    return [`${at}: an unnamed delay; name it in setup({ delays }), so that timers survive a change of its length`]
  return knows(machine, 'delays', delay) ? [] : [`${at}: there is no delay "${delay}" in setup({ delays })`]
}

function lintGuard(machine: Implemented, at: string, guard: unknown): string[] {
  // XState's `and`, `or`, `not` are functions that carry the guards they combine.
  if (typeof guard === 'function') {
    const combined = list((guard as { guards?: unknown }).guards)
    return [...lintWaiting(at, 'guard', guard), ...combined.flatMap((inner) => lintGuard(machine, at, inner))]
  }
  const name = nameOf(guard)
  return name === undefined || knows(machine, 'guards', String(name))
    ? []
    : [`${at}: the guard "${name}" has no implementation`]
}

function lintActor(machine: Implemented, at: string, { src, id }: Named): string[] {
  if (typeof src !== 'string')
    return [`${at}: an inline actor; name it in setup({ actors }), so that a later deploy still finds it`]
  return [
    ...(knows(machine, 'actors', src)
      ? []
      : [`${at}: the actor "${src}" has no implementation; give one in setup({ actors }), if only for flow.provide`]),
    ...(id === undefined
      ? [`${at}: the actor "${src}" has no id; without one it gets one by its place, which a later deploy may change`]
      : []),
  ]
}

function lintLogic(at: string, logic: unknown): string[] {
  return isPromiseLogic(logic)
    ? []
    : [`${at}: not a promise actor; what callbacks, observables, reducers and machines were doing cannot be resumed`]
}

function lintActions(machine: Implemented, at: string, actions: unknown): string[] {
  return list(actions).flatMap((action, index) => lintAction(machine, `${at}[${index}]`, action))
}

function lintAction(machine: Implemented, at: string, action: unknown): string[] {
  if (typeof action !== 'function') {
    const name = String(nameOf(action))
    return knows(machine, 'actions', name) ? [] : [`${at}: the action "${name}" has no implementation`]
  }
  const { type, delay, id, src, assignment } = action as Named
  if (type === 'xstate.assign') return lintAssignment(at, assignment)
  if (type === 'xstate.spawnChild') return lintActor(machine, at, { src, id })
  if ((type !== 'xstate.raise' && type !== 'xstate.sendTo') || delay === undefined) return []
  const nameless = `${at}: a delayed event without an id; without one it can neither be cancelled nor recognised`
  return [...lintDelay(machine, at, delay), ...(id === undefined ? [nameless] : [])]
}

function lintAssignment(at: string, assignment: unknown): string[] {
  if (typeof assignment === 'function') return lintWaiting(at, 'assign', assignment)
  return Object.entries(Object(assignment)).flatMap(([key, assigner]) =>
    lintWaiting(`${at}.${key}`, 'assign', assigner),
  )
}

/** Code that would be waited for, which XState does not do. Only a function written as `async` can be told. */
function lintWaiting(at: string, kind: 'assign' | 'delay' | 'guard', code: unknown): string[] {
  if (Object.prototype.toString.call(code) !== '[object AsyncFunction]') return []
  return [`${at}: an async ${kind}, which XState takes for its promise; ask in an actor, and assign what it answers`]
}

// The id of a step without an explicit one is its dotted path, which may be the explicit id of another.
function repeatedIds({ nodes, steps }: Chart): string[] {
  const ids = [nodes, steps].flatMap((all) => repeated<{ id: string }>(all, ({ id }) => id))
  return [...new Set(ids.map(({ id }) => id))]
}

function repeated<T>(all: readonly T[], keyOf: (one: T) => string): T[] {
  return all.filter((one, index) => all.findIndex((other) => keyOf(other) === keyOf(one)) < index)
}
