// The seam to XState; the only file that imports xstate values.

import {
  type AnyActorLogic,
  type AnyActorRef,
  type AnyActorScope,
  type AnyEventObject,
  type AnyStateMachine,
  createActor,
  fromPromise,
  type PromiseActorLogic,
} from 'xstate'
import { DogearError } from '../errors.ts'
import { copyOf } from '../plain-data.ts'
import { type Ask, type ExecutableAction, type Gathering, toAsk, toStart } from './asks.ts'
import { toStored } from './context.ts'
import { refusePromise } from './foreign.ts'
import { asStored, isWithin, type Live, nodesWithin, type StateNode } from './nodes.ts'
import { toPlainError } from './plain-error.ts'
import { makePrompt } from './prompt-machine.ts'

export { toPlainError }

/**
 * A machine of XState, prepared for every call of it: with an actor that does nothing, the prototype of the actors that
 * actions are told about, its nodes by id. `parallel`: some state has regions that are active side by side.
 */
export type Machine = AnyStateMachine & {
  readonly inert: AnyActorScope
  readonly self: AnyActorRef
  readonly nodesById: ReadonlyMap<string, StateNode>
  readonly parallel: boolean
}
export type MachineEvent = AnyEventObject

/** A machine's state as plain data, without children: those are rebuilt from the record's effects. */
export type Persisted = {
  status: 'active' | 'done' | 'error'
  value: unknown
  context: unknown
  historyValue?: unknown
  output?: unknown
  error?: unknown
}

/** A promise actor under way, as the record keeps it. */
export type Running = { id: string; src: string; input: unknown }

/** A state, and the asks of the step that led to it, in order. */
export type Change = { live: Live; asks: Ask[] }

/** Microsteps one event may take before we call it a loop; XState's own default is no bound at all. */
const maxIterations = 1_000

type Children = Record<string, AnyActorRef | undefined>

// `transition()` of XState builds an actor, and so runs the context factory, on every call. One inert actor is enough.
function inertScope(machine: AnyStateMachine): AnyActorScope {
  // Restored, not begun: no guard, assign or context factory of the flow runs before there is a session.
  const snapshot = { status: 'active', value: {}, context: {}, children: {}, historyValue: {} }
  const self = createActor(machine, { snapshot } as object)
  const nothing = () => {}
  // All sessions of this process share the actor. It must keep no actor by its `systemId`, no event of any of them.
  Object.assign(self.system, { _set: nothing, _relay: refuseEvent })
  return {
    self,
    id: '',
    sessionId: '',
    system: self.system,
    logger: self.system._logger,
    defer: nothing,
    stopChild: nothing,
    emit: nothing,
    actionExecutor: nothing,
  } as AnyActorScope
}

function refuseEvent(): never {
  throw new TypeError('nothing can be sent to the actors of a session; raise the event instead')
}

/** A copy of `machine` with `implementations`, a finite bound on microsteps, a context of its own for each session. */
export function prepare(machine: AnyStateMachine, implementations: object = {}): Machine {
  const own = machine.provide(implementations)
  const bound = own.options.maxIterations
  own.options = { ...own.options, maxIterations: bound !== undefined && Number.isFinite(bound) ? bound : maxIterations }
  own.config = { ...own.config, context: ownContext(own.config.context) }
  makePrompt(own)
  const nodesById = new Map(nodesWithin(own.root).map((node) => [node.id, node]))
  const parallel = [...nodesById.values()].some(({ type }) => type === 'parallel')
  const inert = inertScope(own)
  return Object.assign(own, { inert, self: selfPrototype(inert), nodesById, parallel })
}

// An assign that edits its context in place would otherwise edit what the next person starts with.
function ownContext(context: unknown): (args: unknown) => unknown {
  if (typeof context !== 'function') return () => copyOf(context ?? {})
  return (args) => copyOf(refusePromise('the context factory', context(args)))
}

/** The machine's initial state, for its `input`, and what entering it asks for. */
export function begin(machine: Machine, input?: unknown): Change {
  const change = collect(machine, undefined, (scope) => machine.getInitialSnapshot(scope, input))
  if (change.live.status === 'error') throw failed(machine, 'could not start', change.live.error)
  return change
}

/**
 * Takes one event, purely. Throws `flow_failed` if a guard, an assign or a delay throws, if the machine loops, or if it
 * asks for what cannot be kept: an actor without id or name, a delayed event without id, one to another actor, an
 * unknown action.
 */
export function step(machine: Machine, live: Live, event: MachineEvent): Change {
  return collect(machine, live, (scope) => machine.transition(live, event, scope))
}

/** Takes the eventless transitions that are open, as the machine does after an event; undefined if none is. Pure. */
export function settle(machine: Machine, live: Live): Change | undefined {
  if (live.status !== 'active' || !live._nodes.some(({ always }) => always?.length)) return undefined
  // XState offers this event to no transition, not even to those of a wildcard, and returns the snapshot it was given.
  const change = step(machine, live, { type: 'xstate.init' })
  return change.live === live ? undefined : change
}

/** True if `error` says that a machine never came to rest. */
export function isLoop(error: unknown): boolean {
  const cause = error instanceof DogearError ? error.cause : undefined
  return cause instanceof Error && cause.message.startsWith('Infinite loop')
}

function collect(machine: Machine, before: Live | undefined, run: (scope: AnyActorScope) => Live): Change {
  const asks: Ask[] = []
  const known = before ? Object.values(before.children as Children) : []
  const gathering: Gathering = { known, sent: [], self: () => selfIn(machine, before) }
  const self = selfIn(machine, before)
  const scope = {
    ...machine.inert,
    self,
    actionExecutor: (action: unknown) => {
      const ask = toAsk(action as ExecutableAction, gathering)
      if (ask) asks.push(ask)
    },
  } as AnyActorScope
  try {
    let live = run(scope)
    for (const [taken, event] of gathering.sent.entries()) {
      if (taken >= maxIterations) throw new Error('it never stops sending events to itself')
      if (live.status === 'active') live = machine.transition(live, event, scope)
    }
    // An actor spawned by an assign is only found among the children: XState lists no action for it.
    for (const id of Object.keys(live.children)) {
      const child = (live.children as Children)[id]
      if (!known.includes(child)) asks.push(toStart(child))
    }
    return { live: machine.parallel ? asStored(live) : live, asks }
  } catch (error) {
    throw failed(machine, 'threw while taking an event', error)
  } finally {
    // Children keep their parent. Each would keep the state before it, with the children of that one, and so on.
    self.before = undefined
  }
}

type Self = AnyActorRef & { before: Live | undefined }

/** The actor actions and assigns are told about: of this session, in the state before the event, as in XState. */
function selfIn({ self }: Machine, before: Live | undefined): Self {
  const own: Self = Object.create(self)
  own.before = before
  return own
}

function selfPrototype({ self }: AnyActorScope): AnyActorRef {
  return Object.create(self, {
    _snapshot: {
      get(this: Self) {
        return this.before && { ...this.before, context: copyOf(this.before.context) }
      },
    },
    before: { value: undefined, writable: true },
  })
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
    const restored = { ...persisted, historyValue, children } as any
    return asStored(machine.restoreSnapshot(restored, machine.inert) as Live)
  } catch (error) {
    const advice = 'raise the version and write a migration; in a browser you develop with, delete its cookies'
    const message = `the stored state is not one of machine "${machine.id}": ${advice}`
    throw new DogearError('record_unreadable', message, { cause: error })
  }
}

// XState would drop a remembered state it does not know, so that history silently led to the default state.
function reviveHistory(machine: Machine, stored: object): Record<string, StateNode[]> {
  const find = (id: string): StateNode => {
    const node = machine.nodesById.get(id)
    if (!node) throw new TypeError(`history remembers the state "${id}", which is not there any more`)
    return node
  }
  const entries = Object.entries(stored as Record<string, { id: string }[]>)
  return Object.fromEntries(
    entries.map(([id, nodes]) => {
      const { type, parent } = find(id)
      if (type !== 'history') throw new TypeError(`the state "${id}" has a history, but is no history state`)
      const stray = nodes.find((node) => !isWithin(parent as StateNode, find(node.id)))
      if (stray) throw new TypeError(`the history "${id}" remembers "${stray.id}", which is not beside it`)
      return [id, nodes.map((node) => find(node.id))]
    }),
  )
}

/** True if a machine of this state value has come to its end. */
export function isFinal(machine: Machine, value: unknown): boolean {
  // `any`: a state value is typed by the machine, which is any machine here.
  return machine.resolveState({ value, context: {} } as any).status === 'done'
}

/** The plain data of a state. The context is shared, not copied: encode it before the next step. */
export function persist(machine: Machine, live: Live): Persisted {
  const { status, value, output, error } = live as Live & Pick<Persisted, 'status'>
  const kept: Persisted = { status, value, context: toStored(live.context) }
  if (Object.keys(live.historyValue).length > 0) kept.historyValue = persistHistory(machine, live)
  if (output !== undefined) kept.output = output
  if (error !== undefined) kept.error = toPlainError(error)
  return kept
}

// XState writes the remembered states as their ids; all else of a snapshot is plain data already.
function persistHistory(machine: Machine, live: Live): unknown {
  const bare = { ...live, context: undefined, children: {} } as Live
  return (machine.getPersistedSnapshot(bare) as unknown as Persisted).historyValue
}

/** True if the machine has an open transition for `event` now. Guards are asked. */
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

/** How the runner calls a promise actor's function. */
type EffectIds = { session: string; effectId: string; attempt: number }
export type EffectCall = EffectIds & { input: unknown; progress: (chunk: unknown) => void; signal: AbortSignal }

/** The function behind the promise actor named `src`, or undefined if there is none of that kind. */
export function promiseOf(machine: Machine, src: string): ((call: EffectCall) => PromiseLike<unknown>) | undefined {
  const logic = machine.implementations.actors[src] as (AnyActorLogic & { config?: unknown }) | undefined
  return isPromiseLogic(logic) ? (logic.config as (call: EffectCall) => PromiseLike<unknown>) : undefined
}

/** True for logic made by `fromPromise` or `fromEffect`, the only kind whose result can be delivered as an event. */
export function isPromiseLogic(logic: unknown): logic is PromiseActorLogic<unknown, unknown> & { config: unknown } {
  const { config, start, transition } = (logic ?? {}) as Partial<AnyActorLogic> & { config?: unknown }
  // Logic without `start` is a reducer of the flow's author; calling it could have effects.
  if (typeof config !== 'function' || !start || !transition) return false
  try {
    const settled = transition({ status: 'active' }, { type: 'xstate.promise.resolve', data: 0 }, {} as AnyActorScope)
    return settled.status === 'done'
  } catch {
    return false
  }
}

/**
 * A promise actor that knows its idempotency key: `effectId` is the same on every attempt, in every process. `session`
 * is for `engine.dispatch`, `attempt` counts from 1, `signal` aborts when it ran out of time. `progress` takes text, up
 * to 65,536 characters, or a small value in place of the one before. */
export function fromEffect<Output, Input>(
  run: (call: EffectCall & { input: Input }) => PromiseLike<Output>,
): PromiseActorLogic<Output, Input> {
  return fromPromise<Output, Input>((call) => {
    const own = call.self?.sessionId ?? ''
    return run({ session: own, effectId: own, attempt: 1, progress: () => {}, ...call })
  })
}

/** The error for code of the flow's author that threw. */
export function failed(machine: Machine, what: string, cause: unknown): DogearError {
  return new DogearError('flow_failed', `machine "${machine.id}" ${what}`, { cause })
}
