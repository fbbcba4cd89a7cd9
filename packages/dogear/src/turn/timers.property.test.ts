// Lazy, durable timers fire as XState's own: any machine, any sequence, against a live actor on a simulated clock.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { cancel, createActor, raise, sendTo, setup } from 'xstate'
import { z } from 'zod'
import { msgpackCodec } from '../codec/codec.ts'
import { defineFlow } from '../flow/define.ts'
import { open } from './open.ts'
import { createSession, start } from './session.fixture.ts'

const delays = { short: 3, medium: 7, long: 19 }
const delayNames = ['short', 'medium', 'long'] as const
const targets = ['a', 'b', 'c', 'c.inner', 'c.other', 'c.back', 'd'] as const
const signals = ['e0', 'e1', 'e2'] as const

const delay = fc.constantFrom(...delayNames)
const transition = fc.record({ target: fc.constantFrom(...targets), reenter: fc.boolean() })
const acting = fc.oneof(
  fc.record({
    kind: fc.constant('raise' as const),
    id: fc.constantFrom('t1', 't2'),
    delay,
    event: fc.constantFrom(...signals),
  }),
  fc.record({
    kind: fc.constant('sendTo' as const),
    id: fc.constantFrom('t1', 't3'),
    delay,
    event: fc.constantFrom(...signals),
  }),
  fc.record({ kind: fc.constant('cancel' as const), id: fc.constantFrom('t1', 't2', 't3') }),
)
const node = fc.record({
  after: fc.dictionary(delay, transition, { maxKeys: 2 }),
  on: fc.dictionary(fc.constantFrom(...signals), transition, { maxKeys: 3 }),
  entry: fc.array(acting, { maxLength: 2 }),
  exit: fc.array(acting, { maxLength: 1 }),
})
type Node = typeof node extends fc.Arbitrary<infer T> ? T : never
const blueprint = fc.record({ a: node, b: node, c: node, inner: node, other: node, d: node })
const script = fc.array(
  fc.record({ passed: fc.nat(12), next: fc.constantFrom('wake', 'store', 'nothing', ...signals) }),
  { maxLength: 25 },
)

type Action = ReturnType<typeof raise> | ReturnType<typeof cancel>

// An id stands for one timer with us: arming it again replaces it. XState would let the old one fire too, so cancel it
// there.
function toActions(act: Node['entry'][number]): Action[] {
  if (act.kind === 'cancel') return [cancel(act.id)]
  const options = { id: act.id, delay: act.delay } as object
  const event = { type: act.event }
  const armed = act.kind === 'raise' ? raise(event, options) : sendTo(({ self }) => self, event, options)
  return [cancel(act.id), armed as Action]
}

function toConfig({ after, on, entry, exit }: Node) {
  const absolute = (record: Record<string, { target: string; reenter: boolean }>) =>
    Object.fromEntries(Object.entries(record).map(([key, value]) => [key, { ...value, target: `#m.${value.target}` }]))
  return { after: absolute(after), on: absolute(on), entry: entry.flatMap(toActions), exit: exit.flatMap(toActions) }
}

// XState arms an `after` twice when a history target enters a state that was not left, and can then cancel only one of
// the two.
function within(plan: Node): Node {
  const elsewhere = (record: Node['on']) =>
    Object.fromEntries(
      Object.entries(record).map(([key, transition]) => [
        key,
        transition.target === 'c.back' ? { ...transition, target: 'c.other' as const } : transition,
      ]),
    )
  return { ...plan, on: elsewhere(plan.on), after: elsewhere(plan.after) }
}

function toFlow(plan: typeof blueprint extends fc.Arbitrary<infer T> ? T : never) {
  const machine = setup({ delays }).createMachine({
    id: 'm',
    initial: 'a',
    states: {
      a: toConfig(plan.a),
      b: toConfig(plan.b),
      c: {
        ...toConfig(plan.c),
        initial: 'inner',
        states: { inner: toConfig(within(plan.inner)), other: toConfig(within(plan.other)), back: { type: 'history' } },
      },
      d: toConfig(plan.d),
    },
  } as never)
  const events = Object.fromEntries(signals.map((type) => [type, z.object({})]))
  return defineFlow({ id: 'm', version: 1, machine: machine as never, events: events as never })
}

/**
 * Time that passes when told to, each timer at its own moment and equal ones in the order they were set, as in an event
 * loop.
 */
function simulatedClock() {
  let now = 0
  let count = 0
  const waiting = new Map<number, { at: number; run: () => void }>()
  return {
    setTimeout: (run: () => void, ms: number) => {
      waiting.set(++count, { at: now + ms, run })
      return count
    },
    clearTimeout: (id: number) => void waiting.delete(id),
    pass(ms: number) {
      const until = now + ms
      for (;;) {
        const [first] = [...waiting].filter(([, { at }]) => at <= until).sort(([a, x], [b, y]) => x.at - y.at || a - b)
        if (!first) break
        const [id, { at, run }] = first
        now = at
        waiting.delete(id)
        run()
      }
      now = until
    },
  }
}

it('cancel, re-entry, self-transitions and history leave the same state as a live actor, whoever looks and whenever', {
  timeout: 120_000,
}, () => {
  const codec = msgpackCodec()
  fc.assert(
    fc.property(blueprint, script, (plan, steps) => {
      const flow = toFlow(plan)
      const clock = simulatedClock()
      const live = createActor(flow.machine, { clock }).start()
      const session = createSession(flow)
      let now = start
      let begun = false
      const look = () => (session.record ? open(flow, session.record, now).live.value : undefined)
      for (const { passed, next } of steps) {
        if (!begun) {
          // The first command creates the record at the same moment the actor has just started.
          const type = signals.find((signal) => live.getSnapshot().can({ type: signal }))
          if (!type) return
          live.send({ type })
          expect(session.event({ type }, { now }).outcome.kind).toBe('applied')
          begun = true
        }
        clock.pass(passed)
        now += passed
        if (next === 'wake') session.wake(now)
        else if (next === 'store' && session.record) session.record = codec.decode(codec.encode(session.record))
        else if (next !== 'nothing' && next !== 'store') {
          live.send({ type: next })
          session.event({ type: next }, { now })
        }
        expect(look()).toEqual(live.getSnapshot().value)
      }
      live.stop()
    }),
    { numRuns: Number(process.env.FC_RUNS ?? 300) },
  )
})
