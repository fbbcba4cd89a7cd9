// For any machine, and people in any state at a deploy: migrating first or going on first gives the same result.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { msgpackCodec } from '../codec/codec.ts'
import { isDogearError } from '../errors.ts'
import type { Flow } from '../flow/define.ts'
import { persist } from '../flow/machine.ts'
import { matches } from '../flow/transitions.ts'
import { eventCount, newNames, oldNames, pair } from './machine-pairs.fixture.ts'
import { open } from './open.ts'
import type { SessionRecord } from './record.ts'
import { createSession, start } from './session.fixture.ts'

const command = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('event' as const),
      index: fc.nat(eventCount - 1),
      n: fc.nat(3),
      step: fc.option(fc.nat(20), { nil: undefined }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wake' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('settle' as const), index: fc.nat(3), ok: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('draft' as const), step: fc.nat(20), n: fc.nat(9) }) },
)
type Wish = typeof command extends fc.Arbitrary<infer T> ? T : never
const script = fc.array(fc.tuple(command, fc.nat(6)), { minLength: 1, maxLength: 12 })

const codec = msgpackCodec()
const stored = (record: SessionRecord): SessionRecord => codec.decode(codec.encode(record))
const at = (flow: Flow, record: SessionRecord, now: number) => open(flow, record, now)

/** Someone who goes on with `record` under one build; their page is from the build before if `old`. */
function going(flow: Flow, { record, before, old }: { record: SessionRecord | undefined; before: Flow; old: boolean }) {
  const session = createSession(flow)
  session.record = record && stored(record)
  const stepOf = (index: number) => (old ? before : flow).steps[index % Math.max(1, flow.steps.length)]?.id
  const version = old ? 1 : flow.version
  return {
    session,
    take: (wish: Wish, now: number): string => orElse('flow_failed', () => take(wish, now)),
  }
  function take(wish: Wish, now: number): string {
    if (wish.kind === 'wake') return session.wake(now).outcome.kind
    if (wish.kind === 'settle') {
      const effects = session.record ? at(flow, session.record, now).record.effects : []
      const one = effects[wish.index % Math.max(1, effects.length)]
      return one
        ? session.settle(
            one.effectId ?? one.id,
            one.generation,
            wish.ok ? { ok: true, output: 1 } : { ok: false, error: new Error('no') },
            now,
          ).outcome.kind
        : 'nothing'
    }
    if (wish.kind === 'draft') {
      const step = stepOf(wish.step)
      return step === undefined ? 'nothing' : session.draft(step, { typed: wish.n }, { now, version }).outcome.kind
    }
    const step = wish.step === undefined ? undefined : stepOf(wish.step)
    const type = (old ? oldNames : version === 1 ? oldNames : newNames).of('event', wish.index)
    const { outcome } = session.event(
      { type, n: wish.n },
      { now, version, position: session.position(), ...(step ? { step } : {}) },
    )
    return outcome.kind === 'rejected' ? outcome.reason : outcome.kind
  }
}

/** A machine may send itself round in circles: then both builds do. */
function orElse<T, E>(otherwise: E, run: () => T): T | E {
  try {
    return run()
  } catch (error) {
    if (isDogearError(error) && error.code === 'flow_failed') return otherwise
    throw error
  }
}

/** Everything a session is, as the later build sees it, apart from what counts the writes. */
function seenBy(flow: Flow, record: SessionRecord | undefined, now: number) {
  return record && orElse('flow_failed', () => look(flow, record, now))
}

function look(flow: Flow, record: SessionRecord, now: number) {
  const work = at(flow, record, now)
  const { timers, effects, visited, drafts, owing } = work.record
  const { historyValue, ...snapshot } = persist(flow.machine, work.live)
  const transitions = [...flow.chart.transitions.values()].flat()
  return {
    ...snapshot,
    historyValue: Object.entries(historyValue ?? {}).sort(),
    // A migration drops what no state takes any more; where nothing was migrated it would go off unheard.
    timers: timers
      .filter(({ event: { type } }) => transitions.some(({ event }) => matches(event, type)))
      .map(({ id, event, dueAt, fired }) => ({ id, event, dueAt, fired }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
    effects: effects
      .map(({ id, src, input, attempt, settled }) => ({ id, src, input, attempt, settled }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
    visited,
    drafts: Object.fromEntries(Object.entries(drafts).map(([step, { values }]) => [step, values])),
    owing,
  }
}

it('migrating and then taking a turn is taking the turn and then migrating', { timeout: 300_000 }, () => {
  const met = { pairs: 0, applied: 0, history: 0, regions: 0, timers: 0, effects: 0, refused: 0 }
  fc.assert(
    fc.property(pair, script, fc.boolean(), ({ before, after }, turns, old) => {
      const first = going(before, { record: undefined, before, old: false })
      let now = start
      let begun = 0
      for (const [wish, passed] of turns) {
        now += passed
        if (!first.session.record) {
          if (wish.kind === 'event' || wish.kind === 'draft') first.take(wish, now)
          continue
        }
        const record = first.session.record
        const migrated = going(after, { record, before, old })
        const outcomes = [migrated.take(wish, now), first.take(wish, now)]
        // A timer that sends the machine round in circles is set aside by the one build and tried by the other.
        if ([migrated, first].some(({ session }) => session.record?.timers.some(({ aside }) => aside))) break
        // Writing a record in the new shape is a change to an engine that has nothing else to do.
        if (wish.kind === 'event' || wish.kind === 'draft') expect(outcomes[0]).toBe(outcomes[1])
        expect(seenBy(after, migrated.session.record, now)).toEqual(seenBy(after, first.session.record, now))
        begun += 1
        const then = first.session.record
        met.applied += outcomes[1] === 'applied' ? 1 : 0
        met.refused += outcomes[1] === 'stale' || outcomes[1] === 'not-accepted' ? 1 : 0
        met.history += then?.snapshot.historyValue ? 1 : 0
        met.regions += JSON.stringify(then?.snapshot.value).includes(',') ? 1 : 0
        met.timers += then?.timers.length ? 1 : 0
        met.effects += then?.effects.length ? 1 : 0
      }
      met.pairs += begun > 0 ? 1 : 0
    }),
    { numRuns: Number(process.env.FC_RUNS ?? 400) },
  )
  // The property is worth something only if the drawn scripts reached all of this.
  for (const [what, count] of Object.entries(met)) expect(count, what).toBeGreaterThan(10)
})
