// The functions written into a machine, held to answer at once: a promise is true to a guard, nothing to an assign.

import type { AnyStateMachine } from 'xstate'
import { prompt } from './foreign.ts'
import { nodesWithin } from './nodes.ts'

// biome-ignore lint/suspicious/noExplicitAny: functions of any arguments, which XState calls.
type Call = (...args: any[]) => unknown
type Builtin = Call & { assignment: Call | Record<string, unknown> }
type Slot = Record<string, unknown>
type Written = { guard?: unknown; actions: unknown }

/** Holds the guards, assigns, delays and inputs of `machine` to it, in place. It must be nobody else's. */
export function makePrompt(machine: AnyStateMachine): void {
  const { guards, actions, delays } = machine.implementations as unknown as Record<string, Slot>
  replaceAll(guards, (guard, name) => promptGuard(guard, `the guard "${name}"`))
  replaceAll(actions, (action, name) => promptAction(action, `the action "${name}"`))
  replaceAll(delays, (delay, name) => promptCall(delay, `the delay "${name}"`))
  for (const node of nodesWithin(machine.root)) {
    const where = `of "${node.id}"`
    const own = node as unknown as { entry: unknown; exit: unknown; invoke: Slot[]; always?: Written[] }
    own.entry = promptActions(own.entry, where)
    own.exit = promptActions(own.exit, where)
    for (const transition of [...node.transitions.values(), own.always ?? []].flat() as Written[]) {
      transition.guard = promptGuard(transition.guard, `a guard ${where}`)
      transition.actions = promptActions(transition.actions, where)
    }
    for (const invoke of own.invoke) invoke.input = promptCall(invoke.input, `an input ${where}`)
  }
}

function replaceAll(slots: Slot | undefined, make: (value: unknown, name: string) => unknown): void {
  for (const [name, value] of Object.entries(slots ?? {})) if (slots) slots[name] = make(value, name)
}

function promptActions(actions: unknown, where: string): unknown {
  return Array.isArray(actions) ? actions.map((action) => promptAction(action, `an action ${where}`)) : actions
}

const isCall = (value: unknown): value is Call => typeof value === 'function'

const promptCall = (value: unknown, what: string): unknown => (isCall(value) ? prompt(what, value) : value)

/** A guard made of others (`and`, `or`, `not`) stays as it is. */
const promptGuard = (guard: unknown, what: string): unknown =>
  isCall(guard) && !('check' in guard) ? prompt(what, guard) : guard

/** An action of the author runs after the commit and may take its time. An assign is part of the turn. */
function promptAction(action: unknown, what: string): unknown {
  if (!isCall(action) || !('assignment' in action)) return action
  const { assignment } = action as Builtin
  const made = isCall(assignment) ? prompt(what, assignment) : promptMembers(assignment, what)
  return Object.assign((...args: unknown[]) => action(...args), action, { assignment: made })
}

const promptMembers = (assignment: Record<string, unknown>, what: string): Record<string, unknown> =>
  Object.fromEntries(Object.entries(assignment).map(([name, value]) => [name, promptCall(value, what)]))
