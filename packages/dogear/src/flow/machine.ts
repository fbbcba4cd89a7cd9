// The seam to XState: begin, step, revive, persist and read a machine; the only file that imports xstate values.

import {
  type ActorScope,
  type AnyActorLogic,
  type AnyEventObject,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type AnyStateNode,
  createActor,
  fromPromise,
  type PromiseActorLogic,
} from 'xstate'
import { DogearError } from '../errors.ts'

export type Machine = AnyStateMachine
export type Live = AnyMachineSnapshot
export type StateNode = AnyStateNode
export type MachineEvent = AnyEventObject

/** What the store keeps of a machine: plain data, without children; those are rebuilt from the record's effects. */
export type Persisted = {
  status: 'active' | 'done' | 'error'
  value: unknown
  context: unknown
  historyValue?: unknown
  output?: unknown
  error?: unknown
}

/** An invoked promise that is still running, as the record knows it. */
export type Running = { id: string; src: string; input: unknown }

/** What a step of the machine asks for, as data. Nothing of it has happened yet. */
export type Ask =
  | { kind: 'timer'; id: string; event: MachineEvent; delayMs: number }
  | { kind: 'cancel'; id: string }
  | { kind: 'start'; id: string; src: string; input: unknown }
  | { kind: 'stop'; id: string }
  | { kind: 'emit'; event: MachineEvent }
  | { kind: 'action'; type: string; exec: () => void }

export type Change = { live: Live; asks: Ask[] }

/** Microsteps one event may take before we call it a loop; XState's own default is no bound at all. */
const maxIterations = 1_000

// biome-ignore lint/suspicious/noExplicitAny: XState types a scope by the logic it belongs to; ours serves any machine.
type Scope = ActorScope<any, any>

const scopes = new WeakMap<Machine, Scope>()

// `transition()` builds a throw-away actor, and so runs the context factory, on every call. One inert actor per machine does.
function scopeOf(machine: Machine): Scope {
  const known = scopes.get(machine)
  if (known) return known
  const self = createActor(machine)
  const nothing = () => {}
  const scope = { self, id: '', sessionId: '', system: self.system, logger: nothing, defer: nothing, stopChild: nothing, emit: nothing, actionExecutor: nothing } as Scope
  scopes.set(machine, scope)
  return scope
}

/** A copy of `machine` with `implementations` filled in and a finite bound on microsteps. */
export function prepare(machine: Machine, implementations: object = {}): Machine {
  const own = machine.provide(implementations)
  const bound = own.options.maxIterations
  own.options = { ...own.options, maxIterations: bound !== undefined && Number.isFinite(bound) ? bound : maxIterations }
  return own
}

/** The machine's initial state and what entering it asks for. */
export function begin(machine: Machine): Change {
  const change = collect(machine, (scope) => machine.getInitialSnapshot(scope, undefined))
  if (change.live.status === 'error') throw failed(machine, 'could not start', change.live.error)
  return change
}

/** Takes one event, purely. Throws `flow_failed` if a guard, an assign or a delay throws, or if the machine loops. */
export function step(machine: Machine, live: Live, event: MachineEvent): Change {
  return collect(machine, (scope) => machine.transition(live, event, scope))
}

function collect(machine: Machine, run: (scope: Scope) => Live): Change {
  const asks: Ask[] = []
  const children = new Map<unknown, string>()
  const scope = {
    ...scopeOf(machine),
    actionExecutor: (action: unknown) => {
      const ask = toAsk(action as ExecutableAction, children)
      if (ask) asks.push(ask)
    },
  } as Scope
  try {
    return { live: run(scope), asks }
  } catch (error) {
    throw failed(machine, 'threw while taking an event', error)
  }
}

type ExecutableAction = {
  type: string
  info: { self: { id: string } }
  // biome-ignore lint/suspicious/noExplicitAny: the parameters of an action depend on its type, which XState does not relate.
  params: any
  exec: ((info: unknown, params: unknown) => void) | undefined
}

function toAsk({ type, info, params, exec }: ExecutableAction, children: Map<unknown, string>): Ask | undefined {
  if (type === 'xstate.raise' || type === 'xstate.sendTo') {
    if (typeof params.delay === 'number') {
      if (params.id === undefined) throw new TypeError(`a delayed ${type} has no id`)
      return { kind: 'timer', id: params.id, event: params.event, delayMs: params.delay }
    }
    if (type === 'xstate.raise' || params.target === info.self) return undefined
    return { kind: 'action', type, exec: () => exec?.(info, params) }
  }
  if (type === 'xstate.cancel') return { kind: 'cancel', id: params.sendId }
  if (type === 'xstate.spawnChild') {
    if (typeof params.src !== 'string') throw new TypeError(`the actor "${params.id}" has no name`)
    children.set(params.actorRef, params.id)
    return { kind: 'start', id: params.id, src: params.src, input: params.input }
  }
  if (type === 'xstate.stopChild') return params ? { kind: 'stop', id: children.get(params) ?? params.id } : undefined
  if (type === 'xstate.emit') return { kind: 'emit', event: params.event }
  return exec && { kind: 'action', type, exec: () => exec(info, params) }
}

/** Brings a persisted state back to life without running anything. Throws `record_unreadable` if the machine does not know it. */
export function revive(machine: Machine, persisted: Persisted, running: readonly Running[] = []): Live {
  const children: Record<string, unknown> = {}
  for (const { id, src, input } of running) {
    if (!(src in machine.implementations.actors)) continue
    children[id] = { src, syncSnapshot: false, snapshot: { status: 'active', input } }
  }
  try {
    // biome-ignore lint/suspicious/noExplicitAny: the persisted form is typed by the machine, which is any machine here.
    return machine.restoreSnapshot({ historyValue: {}, ...persisted, children } as any, scopeOf(machine)) as Live
  } catch (error) {
    throw new DogearError('record_unreadable', `the stored state is not one of machine "${machine.id}"`, { cause: error })
  }
}

/** The plain data of a state. The context is shared, not copied: encode it before the next step. */
export function persist(machine: Machine, live: Live): Persisted {
  const { status, value, context, historyValue, output, error } = machine.getPersistedSnapshot(live) as unknown as Persisted & { historyValue: object }
  const kept: Persisted = { status, value, context }
  if (Object.keys(historyValue).length > 0) kept.historyValue = historyValue
  if (output !== undefined) kept.output = output
  if (error !== undefined) kept.error = toPlainError(error)
  return kept
}

/** An error as data that survives storage: `{ name, message, code? }` (`JSON.stringify(new Error)` is `{}`). */
export function toPlainError(error: unknown): { name: string; message: string; code?: string | number } {
  if (typeof error !== 'object' || error === null) return { name: 'Error', message: String(error) }
  const { name = 'Error', message = '', code } = error as { name?: unknown; message?: unknown; code?: unknown }
  const plain = { name: String(name), message: String(message) }
  return typeof code === 'string' || typeof code === 'number' ? { ...plain, code } : plain
}

/** Whether the machine would do something with `event` now: asked of the machine, never guessed from equal snapshots. */
export function accepts(machine: Machine, live: Live, event: MachineEvent): boolean {
  try {
    return live.status === 'active' && live.can(event)
  } catch (error) {
    throw failed(machine, 'threw in a guard', error)
  }
}

/** The event that leads back to the state node with the explicit id `id`, if its `route` and guard allow it. */
export function routeTo(id: string): MachineEvent {
  return { type: 'xstate.route', to: `#${id}` }
}

/** The active state nodes, in document order. */
export function activeNodes(live: Live): readonly StateNode[] {
  return [...live._nodes].sort((a, b) => a.order - b.order)
}

/** Every state node of the machine, parents before children. */
export function allNodes(machine: Machine): StateNode[] {
  const walk = (node: StateNode): StateNode[] => [node, ...Object.values(node.states).flatMap(walk)]
  return walk(machine.root)
}

/** How the runner calls a promise actor's function. */
export type EffectCall = { input: unknown; effectId: string; attempt: number; signal: AbortSignal }

/** The function behind the promise actor named `src`, or undefined if there is none of that kind. */
export function promiseOf(machine: Machine, src: string): ((call: EffectCall) => PromiseLike<unknown>) | undefined {
  const logic = machine.implementations.actors[src] as (AnyActorLogic & { config?: unknown }) | undefined
  return isPromiseLogic(logic) ? (logic.config as (call: EffectCall) => PromiseLike<unknown>) : undefined
}

/** True for logic made by `fromPromise` or `fromEffect`: it is the only kind that settles when told to. */
export function isPromiseLogic(logic: unknown): logic is PromiseActorLogic<unknown, unknown> & { config: unknown } {
  if (typeof logic !== 'object' || logic === null || !('config' in logic) || typeof logic.config !== 'function') return false
  const probe = (logic as unknown as AnyActorLogic).transition({ status: 'active' }, { type: 'xstate.promise.resolve', data: 0 }, {} as Scope)
  return typeof probe === 'object' && probe !== null && probe.status === 'done'
}

/**
 * A promise actor that knows its idempotency key.
 *
 * `effectId` is the same on every attempt, in every process, and after a rollback: hand it to the provider. `attempt` counts
 * from 1. `signal` aborts when the attempt ran out of time. Started by XState itself (in a test), `effectId` is the actor's
 * session id and `attempt` is 1.
 */
export function fromEffect<Output, Input>(
  run: (call: { input: Input; effectId: string; attempt: number; signal: AbortSignal }) => PromiseLike<Output>,
): PromiseActorLogic<Output, Input> {
  return fromPromise<Output, Input>((call) => {
    const { effectId = call.self?.sessionId ?? '', attempt = 1 } = call as unknown as Partial<EffectCall>
    return run({ input: call.input, effectId, attempt, signal: call.signal })
  })
}

function failed(machine: Machine, what: string, cause: unknown): DogearError {
  return new DogearError('flow_failed', `machine "${machine.id}" ${what}`, { cause })
}
