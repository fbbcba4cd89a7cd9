// What a machine must not contain if its sessions are to survive restarts and deploys; every problem is found at once.

import { stepsOf } from './steps.ts'
import { allNodes, isPromiseLogic, type Machine, type StateNode } from './machine.ts'

type Config = {
  after?: Record<string, unknown>
  invoke?: unknown
  on?: Record<string, unknown>
  always?: unknown
  onDone?: unknown
  entry?: unknown
  exit?: unknown
}
type Named = { type?: unknown; delay?: unknown; id?: unknown; src?: unknown }

const list = (value: unknown): unknown[] => (value === undefined || value === null ? [] : Array.isArray(value) ? value : [value])
const nameOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : (value as { type?: string } | null)?.type)

/** Every problem of `machine`, each starting with where it is. An empty list means sessions of it can be kept. */
export function lintMachine(machine: Machine): string[] {
  const problems = allNodes(machine).flatMap((node) => lintNode(machine, node))
  for (const [name, action] of Object.entries(machine.implementations.actions)) problems.push(...lintAction(machine, `actions.${name}`, action))
  return [...problems, ...duplicatePaths(machine)]
}

function lintNode(machine: Machine, node: StateNode): string[] {
  const config = node.config as Config
  const at = node.id
  const problems: string[] = []
  for (const delay of Object.keys(config.after ?? {})) {
    if (/^\d+$/.test(delay)) problems.push(`${at}.after.${delay}: an unnamed (numeric) delay; name it in setup({ delays }) so that its timers survive a change of the number`)
    else if (!(delay in machine.implementations.delays)) problems.push(`${at}.after.${delay}: there is no delay of this name in setup({ delays })`)
  }
  list(config.invoke).forEach((invoke, index) => {
    problems.push(...lintActor(machine, `${at}.invoke[${index}]`, invoke as Named))
  })
  for (const [where, actions] of [['entry', config.entry], ['exit', config.exit]] as const) {
    list(actions).forEach((action, index) => problems.push(...lintAction(machine, `${at}.${where}[${index}]`, action)))
  }
  const invokes = list(config.invoke) as { onDone?: unknown; onError?: unknown }[]
  const transitions: [string, unknown][] = [
    ...Object.entries(config.on ?? {}),
    ...Object.entries(config.after ?? {}),
    ['always', config.always],
    ['onDone', config.onDone],
    ...invokes.flatMap((invoke): [string, unknown][] => [['invoke.onDone', invoke.onDone], ['invoke.onError', invoke.onError]]),
  ]
  for (const [event, value] of transitions) {
    for (const transition of list(value)) {
      if (typeof transition !== 'object' || transition === null) continue
      const { guard, actions } = transition as { guard?: unknown; actions?: unknown }
      const name = nameOf(guard)
      if (name !== undefined && typeof guard !== 'function' && !(name in machine.implementations.guards)) problems.push(`${at}.${event}: the guard "${name}" has no implementation`)
      list(actions).forEach((action, index) => problems.push(...lintAction(machine, `${at}.${event}.actions[${index}]`, action)))
    }
  }
  return problems
}

function lintActor(machine: Machine, at: string, { src, id }: Named): string[] {
  if (typeof src !== 'string') return [`${at}: an inline actor; name it in setup({ actors }) so that a later deploy still finds it`]
  const logic = machine.implementations.actors[src]
  const problems: string[] = []
  if (logic === undefined) problems.push(`${at}: the actor "${src}" has no implementation; give one in setup({ actors }), if only to be replaced by flow.provide`)
  else if (!isPromiseLogic(logic)) problems.push(`${at}: the actor "${src}" is not a promise actor; callbacks, observables and machines cannot be resumed`)
  if (typeof id !== 'string') problems.push(`${at}: the actor "${src}" has no id; without one its id is its place in the list, which a later deploy may change`)
  return problems
}

function lintAction(machine: Machine, at: string, action: unknown): string[] {
  if (typeof action !== 'function') {
    const name = nameOf(action)
    return name === undefined || name in machine.implementations.actions || name.startsWith('xstate.') ? [] : [`${at}: the action "${name}" has no implementation`]
  }
  const { type, delay, id, src } = action as Named
  if (type === 'xstate.spawnChild') return lintActor(machine, at, { src, id })
  if ((type !== 'xstate.raise' && type !== 'xstate.sendTo') || delay === undefined) return []
  const problems: string[] = []
  if (typeof delay !== 'string') problems.push(`${at}: an unnamed delay; name it in setup({ delays })`)
  else if (!(delay in machine.implementations.delays)) problems.push(`${at}: there is no delay "${delay}" in setup({ delays })`)
  if (id === undefined) problems.push(`${at}: a delayed event without an id; without one it can neither be cancelled nor recognised`)
  return problems
}

function duplicatePaths(machine: Machine): string[] {
  const owners = new Map<string, string>()
  return stepsOf(machine).flatMap(({ id, path }) => {
    const owner = owners.get(path)
    owners.set(path, id)
    return owner === undefined ? [] : [`${id}.meta.step.path: "${path}" is also the path of step "${owner}"`]
  })
}
