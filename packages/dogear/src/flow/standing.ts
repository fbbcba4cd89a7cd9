// What being in a state entails: the timers of its `after` and the effects of its `invoke`, as a machine would ask for them.

import { DogearError } from '../errors.ts'
import { type Ask, activeNodes, allNodes, type Live, type Machine } from './machine.ts'

/** One timer or effect that an active state holds. `ask` works out its delay or input from the context as it is now. */
export type Standing = { kind: 'timer' | 'start'; id: string; ask: () => Ask }

type Given<T> = T | ((args: { context: unknown; event: { type: string }; self: undefined }) => T)
type After = { delay?: unknown; event: string }
type Invoke = { id: string; src: unknown; input?: Given<unknown> }

/** Everything the active states hold; nothing for a machine that is not active. */
export function standing(machine: Machine, live: Live): Standing[] {
  if (live.status !== 'active') return []
  const resolve = <T>(given: Given<T>): T =>
    typeof given === 'function'
      ? (given as (args: object) => T)({ context: live.context, event: { type: 'dogear.reconcile' }, self: undefined })
      : given
  return activeNodes(live).flatMap((node): Standing[] => [
    ...(node.after as unknown as After[]).map(({ delay, event }) => ({
      kind: 'timer' as const,
      id: event,
      ask: () => ({
        kind: 'timer' as const,
        id: event,
        event: { type: event },
        delayMs: delayMs(machine, delay, resolve),
      }),
    })),
    ...(node.invoke as unknown as Invoke[]).map(({ id, src, input }) => ({
      kind: 'start' as const,
      id,
      ask: () => ({ kind: 'start' as const, id, src: String(src), input: resolve(input) }),
    })),
  ])
}

/** Whether any state of the machine invokes an actor under this id. */
export function invokes(machine: Machine, id: string): boolean {
  return allNodes(machine).some((node) => (node.invoke as unknown as Invoke[]).some((invoke) => invoke.id === id))
}

function delayMs(machine: Machine, delay: unknown, resolve: <T>(given: Given<T>) => T): number {
  const ms = resolve(machine.implementations.delays[String(delay)] as Given<number>)
  if (typeof ms !== 'number')
    throw new DogearError('flow_failed', `the delay "${String(delay)}" of machine "${machine.id}" is not a number`)
  return ms
}
