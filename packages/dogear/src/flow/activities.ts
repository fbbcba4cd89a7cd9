// Activities: each timer (`after`) or effect (`invoke`) that a state holds as long as it is active.

import { DogearError } from '../errors.ts'
import { copyOf } from '../plain-data.ts'
import type { Ask } from './asks.ts'
import { answerOf } from './foreign.ts'
import type { Machine } from './machine.ts'
import { activeNodes, type Live } from './nodes.ts'

/** A timer or an effect of an active state. `ask` works out its delay or input from the context as it is now. */
export type Activity = { kind: 'timer' | 'start'; id: string; ask: () => Ask }

type Given<T> = T | ((args: { context: unknown; event: { type: string }; self: undefined }) => T)
type After = { delay?: unknown; event: string }
type Invoke = { id: string; src: unknown; input?: Given<unknown> }

/** The timers and effects of all active states; none for a machine that has ended. */
export function activitiesOf(machine: Machine, live: Live): Activity[] {
  if (live.status !== 'active') return []
  return activeNodes(live).flatMap((node) => [
    ...(node.after as unknown as After[]).map((after) => timerOf(machine, live, after)),
    ...(node.invoke as unknown as Invoke[]).map((invoke) => effectOf(machine, live, invoke)),
  ])
}

function timerOf(machine: Machine, live: Live, { delay, event: type }: After): Activity {
  const ask = (): Ask => {
    const delayMs = resolve(machine, live, machine.implementations.delays[String(delay)] as Given<unknown>)
    if (typeof delayMs !== 'number' || !Number.isFinite(delayMs))
      throw new DogearError('flow_failed', `the delay "${String(delay)}" of machine "${machine.id}" is not a number`)
    return { kind: 'timer', id: type, event: { type }, delayMs }
  }
  return { kind: 'timer', id: type, ask }
}

function effectOf(machine: Machine, live: Live, { id, src, input }: Invoke): Activity {
  const ask = (): Ask => ({ kind: 'start', id, src: String(src), input: copyOf(resolve(machine, live, input)) })
  return { kind: 'start', id, ask }
}

// The event that led here is not kept. An input or a delay that depends on one has to find it in the context.
function resolve<T>(machine: Machine, { context }: Live, given: Given<T>): T {
  if (typeof given !== 'function') return given
  const args = { context, event: { type: 'dogear.reconcile' }, self: undefined }
  return answerOf(`a delay or an input of machine "${machine.id}"`, () => (given as (args: object) => T)(args))
}

/** True if any state of the machine invokes an actor under this id. */
export function invokes(machine: Machine, id: string): boolean {
  return [...machine.nodesById.values()].some((node) =>
    (node.invoke as unknown as Invoke[]).some((invoke) => invoke.id === id),
  )
}
