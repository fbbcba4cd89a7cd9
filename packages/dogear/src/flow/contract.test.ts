// The contract with XState below its public API: the seam agrees with `transition` and `createActor` on every machine.

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AnyActorRef, createActor, type ExecutableActionObject, initialTransition, transition } from 'xstate'
import type { Ask } from './asks.ts'
import { begin, type Change, type Machine, persist, revive, step } from './machine.ts'
import { asking, machines } from './machines.fixture.ts'
import type { Live } from './nodes.ts'

/** XState's actions as the asks they amount to, worked out from its documentation alone. */
function asksOf(actions: readonly ExecutableActionObject[]): unknown[] {
  // biome-ignore lint/suspicious/noExplicitAny: parameters depend on the type of the action.
  return actions.flatMap(({ type, params }: { type: string; params: any }): unknown[] => {
    if (type === 'xstate.raise') {
      return typeof params.delay === 'number'
        ? [{ kind: 'timer', id: params.id, event: params.event, delayMs: params.delay }]
        : []
    }
    if (type === 'xstate.cancel') return [{ kind: 'cancel', id: params.sendId }]
    if (type === 'xstate.spawnChild') return [{ kind: 'start', id: params.id, src: params.src, input: params.input }]
    if (type === 'xstate.stopChild') return params ? [{ kind: 'stop', id: params.id }] : []
    if (type === 'xstate.emit') return [{ kind: 'emit', event: params.event }]
    return [{ kind: 'action', type }]
  })
}

const plain = (asks: Ask[]): unknown[] =>
  asks.map((ask) => (ask.kind === 'action' ? { kind: 'action', type: ask.type } : ask))

const childrenOf = (live: Live) => Object.entries(live.children as Record<string, AnyActorRef | undefined>)

/** Everything of a state that a caller can see. */
const seen = (live: Live): unknown => ({
  status: live.status,
  value: live.value,
  context: live.context,
  output: live.output,
  error: live.error,
  tags: [...live.tags],
  nodes: live._nodes.map(({ id }) => id).sort(),
  history: Object.entries(live.historyValue).map(([id, nodes]) => [
    id,
    (nodes as { id: string }[]).map((node) => node.id),
  ]),
  children: childrenOf(live).map(([id, child]) => [id, child?.src]),
})

const running = (live: Live) =>
  childrenOf(live).map(([id, child]) => ({
    id,
    src: String(child?.src),
    input: child?.getSnapshot().input,
  }))

function theirs(machine: Machine, live: Live, type: string): { live: Live; asks: unknown[] } {
  const [next, actions] = transition(machine, live, { type, to: '#b' })
  return { live: next, asks: asksOf(actions) }
}

/** A machine, and events that may move it; some of them ways back. */
const walks = fc
  .constantFrom(...machines)
  .chain(([, machine, events]) =>
    fc.tuple(fc.constant(machine), fc.array(fc.constantFrom(...events, 'xstate.route'), { maxLength: 25 })),
  )

describe('the seam agrees with XState', { timeout: 60_000 }, () => {
  test.each(machines)('on how %s begins', (_, machine) => {
    const [live, actions] = initialTransition(machine)
    const ours = begin(machine)
    expect(seen(ours.live)).toEqual(seen(live))
    expect(plain(ours.asks)).toEqual(asksOf(actions))
  })

  test('on every step of every machine, also between restores', () => {
    fc.assert(
      fc.property(walks, ([machine, events]) => {
        let live = begin(machine).live
        for (const type of events) {
          const expected = theirs(machine, live, type)
          const ours: Change = step(machine, live, { type, to: '#b' })
          expect(seen(ours.live)).toEqual(seen(expected.live))
          expect(plain(ours.asks)).toEqual(expected.asks)
          if (ours.live.status !== 'active') return
          live = revive(machine, structuredClone(persist(machine, ours.live)), running(ours.live))
          expect(seen(live)).toEqual(seen(ours.live))
        }
      }),
      { numRuns: 200 },
    )
  })

  test('on every restored state: as an actor that was never started shows it', () => {
    fc.assert(
      fc.property(walks, ([machine, events]) => {
        const live = events.reduce<Live>(
          (at, type) => (at.status === 'active' ? step(machine, at, { type, to: '#b' }).live : at),
          begin(machine).live,
        )
        const stored = machine.getPersistedSnapshot(live)
        const actor = createActor(machine, { snapshot: structuredClone(stored) })
        expect(seen(revive(machine, structuredClone(persist(machine, live)), running(live)))).toEqual(
          seen(actor.getSnapshot()),
        )
      }),
      { numRuns: 200 },
    )
  })
})

describe('the one inert actor all sessions share', { timeout: 60_000 }, () => {
  test('holds nothing after 10,000 steps that started, stopped and scheduled', () => {
    let { live, asks } = begin(asking)
    // The system is reached through an actor only.
    const self = inert(asking, live)
    const before = footprint(self)
    for (let taken = 0; taken < 10_000; taken++) {
      const type = ['GO', 'HELP', 'RING', 'GO', 'ALONE', 'STOP'][taken % 6] as string
      ;({ live, asks } = step(asking, live, { type }))
      live = revive(asking, persist(asking, live), running(live))
    }
    expect(asks).toContainEqual({ kind: 'stop', id: 'worker' })
    expect(footprint(self)).toEqual(before)
  })

  function inert(machine: Machine, live: Live): object {
    const child = Object.values(step(machine, live, { type: 'GO' }).live.children)[0] as unknown as { _parent: object }
    return child._parent
  }

  /** How much hangs on an actor: every map, set, array and mailbox of it and of its system. */
  function footprint(self: object): unknown {
    const { system, observers, eventListeners, mailbox, _deferred } = self as Record<string, never> & {
      system: { getAll(): object; getSnapshot(): { _scheduledEvents: object } }
      observers: Set<unknown>
      eventListeners: Map<unknown, unknown>
      mailbox: { _current: unknown }
      _deferred: unknown[]
    }
    const registered = Object.keys(system.getAll())
    const scheduled = Object.keys(system.getSnapshot()._scheduledEvents)
    return {
      registered,
      scheduled,
      observers: observers.size,
      listeners: eventListeners.size,
      mail: mailbox._current,
      deferred: _deferred.length,
    }
  }
})
