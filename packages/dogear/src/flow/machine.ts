// The seam to XState: begin, step, revive, persist and read a machine; the only file that imports xstate values.

import {
  type ActorScope,
  type AnyActorLogic,
  type AnyActorRef,
  type AnyEventObject,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type AnyStateNode,
  createActor,
  fromPromise,
  type PromiseActorLogic,
} from 'xstate'
import { DogearError } from '../errors.ts'
import { type Ask, type ExecutableAction, type Gathering, toAsk, toStart } from './asks.ts'

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

export type { Ask }
/** A state, and what reaching it asks for, in order. Nothing of it has happened yet. */
export type Change = { live: Live; asks: Ask[] }

/** Microsteps one event may take before we call it a loop; XState's own default is no bound at all. */
const maxIterations = 1_000

// XState types a scope by the logic it belongs to; ours serves any machine.
type Scope = ActorScope<any, any>
type Children = Record<string, AnyActorRef | undefined>

const scopes = new WeakMap<Machine, Scope>()

// `transition()` builds a throw-away actor, and so runs the context factory, on every call. One inert actor per machine does.
function scopeOf(machine: Machine): Scope {
  const known = scopes.get(machine)
  if (known) return known
  const self = createActor(machine)
  const nothing = () => {}
  // All sessions of this process share the actor, so it keeps nothing of any of them: no actors by `systemId`, no events.
  Object.assign(self.system, { _set: nothing, _relay: refuseEvent })
  const scope = {
    self,
    id: '',
    sessionId: '',
    system: self.system,
    logger: self.system._logger,
    defer: nothing,
    stopChild: nothing,
    emit: nothing,
    actionExecutor: nothing,
  } as Scope
  scopes.set(machine, scope)
  return scope
}

function refuseEvent(): never {
  throw new TypeError('nothing can be sent to the actors of a session; raise the event instead')
}

/** A copy of `machine` with `implementations` filled in, a finite bound on microsteps and a context of its own for each session. */
export function prepare(machine: Machine, implementations: object = {}): Machine {
  const own = machine.provide(implementations)
  const bound = own.options.maxIterations
  own.options = { ...own.options, maxIterations: bound !== undefined && Number.isFinite(bound) ? bound : maxIterations }
  const { context } = own.config
  // An assign that edits its context in place would otherwise edit what the next person starts with.
  if (typeof context === 'object') own.config = { ...own.config, context: () => structuredClone(context) }
  return own
}

/** The machine's initial state and what entering it asks for. */
export function begin(machine: Machine): Change {
  const change = collect(machine, {}, (scope) => machine.getInitialSnapshot(scope, undefined))
  if (change.live.status === 'error') throw failed(machine, 'could not start', change.live.error)
  return change
}

/**
 * Takes one event, purely. Throws `flow_failed` if a guard, an assign or a delay throws, if the machine loops, or if it asks
 * for what cannot be kept: an actor without id or name, a delayed event without id, one to another actor, an unknown action.
 */
export function step(machine: Machine, live: Live, event: MachineEvent): Change {
  return collect(machine, live.children, (scope) => machine.transition(live, event, scope))
}

/** Takes the eventless transitions that are open, as if the machine had come here by itself; undefined if none is. Pure. */
export function settle(machine: Machine, live: Live): Change | undefined {
  if (live.status !== 'active' || !live._nodes.some(({ always }) => always?.length)) return undefined
  // XState offers this event to no transition, not even to those of a wildcard, and returns the snapshot it was given.
  const change = step(machine, live, { type: 'xstate.init' })
  return change.live === live ? undefined : change
}

/** Whether `error` says that a machine never came to rest. */
export function isLoop(error: unknown): boolean {
  const cause = error instanceof DogearError ? error.cause : undefined
  return cause instanceof Error && cause.message.startsWith('Infinite loop')
}

function collect(machine: Machine, children: Children, run: (scope: Scope) => Live): Change {
  const asks: Ask[] = []
  const gathering: Gathering = { known: new Set(Object.values(children)), sent: [] }
  const scope = {
    ...scopeOf(machine),
    actionExecutor: (action: unknown) => {
      const ask = toAsk(action as ExecutableAction, gathering)
      if (ask) asks.push(ask)
    },
  } as Scope
  try {
    let live = run(scope)
    for (const [taken, event] of gathering.sent.entries()) {
      if (taken >= maxIterations) throw new Error('it never stops sending events to itself')
      if (live.status === 'active') live = machine.transition(live, event, scope)
    }
    // What an assign spawns is only found among the children: XState lists no action for it.
    const spawned = Object.values(live.children as Children).filter((child) => !gathering.known.has(child))
    return { live, asks: [...asks, ...spawned.map(toStart)] }
  } catch (error) {
    throw failed(machine, 'threw while taking an event', error)
  }
}

/**
 * Brings a persisted state back to life without running anything. The context is shared, not copied. Throws
 * `record_unreadable` if the machine does not know the state, or a state its history remembers.
 */
export function revive(machine: Machine, persisted: Persisted, running: readonly Running[] = []): Live {
  const children: Record<string, unknown> = {}
  for (const { id, src, input } of running) {
    if (!Object.hasOwn(machine.implementations.actors, src)) continue
    children[id] = { src, syncSnapshot: false, snapshot: { status: 'active', input } }
  }
  try {
    const historyValue = reviveHistory(machine, persisted.historyValue ?? {})
    // `any`: the persisted form is typed by the machine, which is any machine here.
    return machine.restoreSnapshot({ ...persisted, historyValue, children } as any, scopeOf(machine)) as Live
  } catch (error) {
    throw new DogearError('record_unreadable', `the stored state is not one of machine "${machine.id}"`, {
      cause: error,
    })
  }
}

// XState drops what it does not know, and a person who resumes is sent to the default state without a word.
function reviveHistory(machine: Machine, stored: object): Record<string, StateNode[]> {
  const find = (id: string): StateNode => {
    const node = nodeById(machine, id)
    if (!node) throw new TypeError(`history remembers the state "${id}", which is not there any more`)
    return node
  }
  const entries = Object.entries(stored as Record<string, { id: string }[]>)
  return Object.fromEntries(
    entries.map(([id, nodes]) => {
      const { type, parent } = find(id)
      if (type !== 'history') throw new TypeError(`the state "${id}" has a history, but is no history state`)
      const beside = nodesWithin(parent as StateNode)
      const stray = nodes.find((node) => !beside.includes(find(node.id)))
      if (stray) throw new TypeError(`the history "${id}" remembers "${stray.id}", which is not beside it`)
      return [id, nodes.map((node) => find(node.id))]
    }),
  )
}

/** Whether a machine of this state value has come to its end. */
export function isFinal(machine: Machine, value: unknown): boolean {
  // `any`: a state value is typed by the machine, which is any machine here.
  return machine.resolveState({ value, context: {} } as any).status === 'done'
}

/** The plain data of a state. The context is shared, not copied: encode it before the next step. */
export function persist(machine: Machine, live: Live): Persisted {
  const { status, value, context, historyValue, output, error } = machine.getPersistedSnapshot(
    live,
  ) as unknown as Persisted & { historyValue: object }
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
  const known = ordered.get(live)
  if (known) return known
  const nodes = [...live._nodes].sort((a, b) => a.order - b.order)
  ordered.set(live, nodes)
  return nodes
}

// A turn asks several times; a snapshot never changes.
const ordered = new WeakMap<Live, readonly StateNode[]>()

/** Every state node of the machine, parents before children. */
export function allNodes(machine: Machine): StateNode[] {
  return [...nodesWithin(machine.root)]
}

const byId = new WeakMap<Machine, ReadonlyMap<string, StateNode>>()

/** The state node with this id. */
export function nodeById(machine: Machine, id: string): StateNode | undefined {
  let nodes = byId.get(machine)
  if (!nodes) {
    nodes = new Map(allNodes(machine).map((node) => [node.id, node]))
    byId.set(machine, nodes)
  }
  return nodes.get(id)
}

const within = new WeakMap<StateNode, readonly StateNode[]>()

/** `node` and everything below it, parents before children. */
export function nodesWithin(node: StateNode): readonly StateNode[] {
  const known = within.get(node)
  if (known) return known
  const nodes = [node, ...Object.values(node.states).flatMap(nodesWithin)]
  within.set(node, nodes)
  return nodes
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
  const { config, start, transition } = (logic ?? {}) as Partial<AnyActorLogic> & { config?: unknown }
  // Logic without `start` is a reducer of its author's, which is not ours to call.
  if (typeof config !== 'function' || !start || !transition) return false
  try {
    return transition({ status: 'active' }, { type: 'xstate.promise.resolve', data: 0 }, {} as Scope).status === 'done'
  } catch {
    return false
  }
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
