// The functions written into a machine, held to answer at once: a promise is true to a guard, nothing to an assign.

import type { AnyStateMachine } from 'xstate'
import { prompt } from './foreign.ts'
import { nodesWithin } from './nodes.ts'

// biome-ignore lint/suspicious/noExplicitAny: functions of any arguments, which XState calls.
type Call = (...args: any[]) => unknown
type Slot = Record<string, unknown>
type Written = { guard?: unknown; actions: unknown }

/**
 * Holds the guards, assigns, delays, inputs and outputs of `machine` to it, in place, with the functions inside
 * composed guards and the actions of XState. The machine must be nobody else's.
 */
export function makePrompt(machine: AnyStateMachine): void {
  const { guards, actions, delays } = machine.implementations as unknown as Record<string, Slot>
  replaceAll(guards, (guard, name) => promptGuard(guard, `the guard "${name}"`))
  replaceAll(actions, (action, name) => promptAction(action, `the action "${name}"`))
  replaceAll(delays, (delay, name) => promptCall(delay, `the delay "${name}"`))
  for (const node of nodesWithin(machine.root)) {
    const where = `of "${node.id}"`
    const own = node as unknown as Slot & { invoke: Slot[]; always?: Written[] }
    own.entry = promptActions(own.entry, where)
    own.exit = promptActions(own.exit, where)
    own.output = promptCall(own.output, `the output ${where}`)
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

/** A guard by name may have parameters, and one may be made of others (`and`, `or`, `not`). */
function promptGuard(guard: unknown, what: string): unknown {
  if (!isCall(guard)) return withParams(guard, what)
  if (!('check' in guard)) return prompt(what, guard)
  const { guards } = guard as { guards?: unknown }
  if (!Array.isArray(guards)) return guard
  return Object.assign(() => false, guard, { guards: guards.map((inner) => promptGuard(inner, what)) })
}

/** Functions of XState that its actions consist of. All others are written by the author, and part of the turn. */
const ofXState: ReadonlySet<string> = new Set(['resolve', 'retryResolve', 'execute'])

/** An action of the author's own runs after the commit and may take its time. */
function promptAction(action: unknown, what: string): unknown {
  if (!isCall(action)) return withParams(action, what)
  if (!('resolve' in action)) return action
  const written = Object.entries(action).filter(([name]) => !ofXState.has(name))
  const held = written.map(([name, part]) => [
    name,
    name === 'collect' ? promptCollect(part, what) : promptPart(part, what),
  ])
  return Object.assign((...args: unknown[]) => action(...args), action, Object.fromEntries(held))
}

const promptPart = (part: unknown, what: string): unknown =>
  isSlot(part) ? replaced(part, (member) => promptCall(member, what)) : promptCall(part, what)

/** The function of `enqueueActions`: the actions it adds and the guards it asks are held to it as well. */
function promptCollect(collect: unknown, what: string): unknown {
  if (!isCall(collect)) return collect
  return prompt(what, ({ enqueue, check, ...args }: { enqueue: Call; check: Call }, params: unknown) => {
    const methods = replaced(enqueue as unknown as Slot, (method) => (...given: unknown[]) => {
      return (method as Call)(...given.map((one) => promptPart(one, what)))
    })
    const add = Object.assign((action: unknown) => enqueue(promptAction(action, what)), methods)
    return collect({ ...args, enqueue: add, check: (guard: unknown) => check(promptGuard(guard, what)) }, params)
  })
}

/** An action or a guard by name, whose parameters may be a function. */
const withParams = (named: unknown, what: string): unknown =>
  isSlot(named) && isCall(named.params) ? { ...named, params: prompt(what, named.params) } : named

const isSlot = (value: unknown): value is Slot =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

const replaced = (slot: Slot, make: (value: unknown) => unknown): Slot =>
  Object.fromEntries(Object.entries(slot).map(([name, value]) => [name, make(value)]))
