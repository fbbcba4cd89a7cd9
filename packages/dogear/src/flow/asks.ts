// The asks of a machine: XState's executable actions as data, sorted by kind.

import type { AnyActorRef, AnyEventObject } from 'xstate'
import { copyOf } from '../plain-data.ts'
import { refusePromise } from './foreign.ts'

/** One action the machine asks for. It has not happened yet. */
export type Ask =
  | { kind: 'timer'; id: string; event: AnyEventObject; delayMs: number }
  | { kind: 'cancel'; id: string }
  | { kind: 'start'; id: string; src: string; input: unknown }
  | { kind: 'stop'; id: string }
  | { kind: 'emit'; event: AnyEventObject }
  | { kind: 'action'; type: string; exec: () => void }

/**
 * Collected during one step: the children whose start was asked for, and the events the machine sent to itself. `self`
 * makes the actor that an action gets to see after the step.
 */
export type Gathering = { known: (AnyActorRef | undefined)[]; sent: AnyEventObject[]; self: () => AnyActorRef }

/** An action as XState hands it to an executor; built-in ones are told apart by their type. */
export type ExecutableAction = {
  type: string
  info: { self: unknown; context?: unknown; event?: unknown }
  // biome-ignore lint/suspicious/noExplicitAny: they depend on the type of the action, which XState does not relate.
  params: any
  exec: ((info: unknown, params: unknown) => void) | undefined
}

/**
 * The ask for an action; undefined if nothing is left to do. Throws `TypeError` for an action that cannot be kept. It
 * hands out copies: an ask leaves after the commit, when the context may have gone on.
 */
export function toAsk(action: ExecutableAction, { known, sent, self }: Gathering): Ask | undefined {
  const { type, info, params, exec } = action
  if (type === 'xstate.raise' || type === 'xstate.sendTo') {
    if (params.delay !== undefined) return toTimer(action)
    if (params.event.type.startsWith('xstate.after.')) throw new TypeError(`"${params.event.type}" has no delay`)
    // A raised event was taken within the step; one sent is taken after it, as a mailbox would hand it over.
    if (type === 'xstate.raise') return undefined
    if (params.to !== info.self) return { kind: 'action', type, exec: () => params.to.send(copyOf(params.event)) }
    sent.push(params.event)
    return undefined
  }
  if (type === 'xstate.cancel') return { kind: 'cancel', id: params.sendId }
  if (type === 'xstate.spawnChild') {
    known.push(params.actorRef)
    return toStart(params.actorRef)
  }
  if (type === 'xstate.stopChild') return params && { kind: 'stop', id: params.id }
  if (type === 'xstate.emit') return { kind: 'emit', event: copyOf(params.event) }
  if (!exec) throw new TypeError(`the action "${type}" has no implementation`)
  const given = { ...info, self: self(), context: copyOf(info.context), event: copyOf(info.event) }
  const own = copyOf(params)
  return { kind: 'action', type, exec: () => exec(given, own) }
}

/** The ask to start a child. */
export function toStart(child: AnyActorRef | undefined): Ask {
  if (typeof child?.src !== 'string') throw new TypeError('an actor without a name cannot be kept')
  // Without an id, XState makes one up, which another process may give to another actor.
  if (child.id === child.sessionId) throw new TypeError(`the actor "${child.src}" was spawned without an id`)
  const input = copyOf(refusePromise(`the input of "${child.id}"`, child.getSnapshot().input))
  return { kind: 'start', id: child.id, src: child.src, input }
}

function toTimer({ type, info, params: { id, event, delay, to = info.self } }: ExecutableAction): Ask {
  if (to !== info.self) throw new TypeError('a delayed event to another actor cannot be kept')
  if (id === undefined) throw new TypeError(`a delayed ${type} of "${event.type}" has no id`)
  if (!Number.isFinite(refusePromise(`the delay of "${id}"`, delay)))
    throw new TypeError(`the delay of "${id}" is ${delay}`)
  return { kind: 'timer', id, event: copyOf(event), delayMs: delay }
}
