// Sample records of a flow: one for every state a person can be in, found by walking the machine with example events.

import { getShortestPaths } from 'xstate/graph'
import type { Flow } from '../../flow/define.ts'
import { begin, revive } from '../../flow/machine.ts'
import { activeNodes } from '../../flow/nodes.ts'
import { currentStep } from '../../flow/steps.ts'
import type { Command } from '../../turn/commands.ts'
import { pending, running } from '../../turn/effects.ts'
import type { SessionRecord } from '../../turn/record.ts'
import { takeTurn } from '../../turn/take-turn.ts'
import { waiting } from '../../turn/timers.ts'
import { valueText } from '../../turn/trail.ts'
import { examplesOf } from './example.ts'
import { type Examples, eventsOf, type Move, movesFrom, toCommand } from './moves.ts'
import { jsonSchemaOf } from './shape.ts'

/** A record of someone in `state`, the state's value as text. */
export type Sample = { state: string; record: SessionRecord }

/** `unreached` are the ids of states no walk led to; `refused` are event types without a payload that was accepted. */
export type Samples = { samples: Sample[]; unreached: string[]; refused: string[] }

const began = Date.UTC(2026, 0, 1)
const session = 'sample'
const forever = 1_000 * 365 * 86_400_000
const maxPerState = 3
const maxVisits = 20_000

type Walk = { status: 'active'; record: SessionRecord | undefined; now: number }

/** Walks the flow from its beginning, within a limit. States not found within it count as unreached. */
export function samplesOf(given: Flow, examples: Examples = {}): Samples {
  // A walk may wait for any timer, so nobody expires on the way.
  const flow: Flow = { ...given, lifetime: { ...given.lifetime, idleMs: forever, absoluteMs: forever } }
  const accepted = new Set<string>()
  const sent = eventsOf(flow, examples)
  // A person who typed a little but sent nothing has a session, too.
  const [input] = examples.inputs ?? examplesOf((flow.input && jsonSchemaOf(flow.input, 'input')) ?? {})
  const first = currentStep(flow, begin(flow.machine, input).live)?.id ?? ''
  const draft: Move = { type: 'draft', step: first }
  const found = new Map<string, Map<string, SessionRecord>>()

  function take(walk: Walk, move: Move): Walk {
    const command = { ...toCommand(walk.record, move), input, session, mark: 'AAAAAAAA', leaseMs: forever } as Command
    const now = move.type === 'wake' ? Math.max(walk.now, move.dueAt) : walk.now
    const { outcome, record } = takeTurn(flow, walk.record, command, now)
    if (outcome.kind !== 'applied' || !record) return walk
    if ('event' in move) accepted.add(move.event.type)
    const state = valueText(record.snapshot.value)
    const kinds = found.get(state) ?? new Map<string, SessionRecord>()
    found.set(state, kinds)
    if (!kinds.has(kindOf(record)) && kinds.size < maxPerState) kinds.set(kindOf(record), record)
    return { status: 'active', record, now }
  }

  // biome-ignore lint/suspicious/noExplicitAny: the walk is a reducer, which XState types by the actor it would be.
  const logic: any = {
    transition: take,
    getInitialSnapshot: (): Walk => ({ status: 'active', record: undefined, now: began }),
    getPersistedSnapshot: (walk: Walk) => walk,
  }
  getShortestPaths(logic, {
    events: (({ record }: Walk) => (record ? movesFrom(record, sent, examples) : [draft, ...sent])) as never,
    serializeState: ((walk: Walk) =>
      walk.record ? `${valueText(walk.record.snapshot.value)} ${kindOf(walk.record)}` : '') as never,
    serializeEvent: (move: unknown) => JSON.stringify(move),
    limit: maxVisits,
  })
  const samples = [...found].flatMap(([state, kinds]) => [...kinds.values()].map((record) => ({ state, record })))
  return {
    samples,
    unreached: unreached(flow, samples),
    refused: Object.keys({ ...flow.events, ...flow.serverEvents }).filter((type) => !accepted.has(type)),
  }
}

/** Records of one kind differ only in typed text: their timers, effects, history and kinds of answers are the same. */
function kindOf({ timers, effects, snapshot }: SessionRecord): string {
  const waits = [...waiting(timers), ...pending(effects)].map(({ id }) => id)
  return JSON.stringify([waits, snapshot.historyValue ?? null, outline(snapshot.context, 3)])
}

function outline(value: unknown, depth: number): unknown {
  if (typeof value === 'boolean' || value === null || value === undefined) return value ?? null
  if (typeof value === 'string') return /^[a-z][a-zA-Z_-]{0,23}$/.test(value) ? value : 'text'
  if (Array.isArray(value)) return [Math.min(value.length, 2)]
  if (typeof value !== 'object' || depth === 0) return typeof value
  return Object.entries(value).map(([key, inner]) => [key, outline(inner, depth - 1)])
}

/** The ids of the states where somebody could be, and no sample is. */
function unreached(flow: Flow, samples: readonly Sample[]): string[] {
  const seen = new Set(samples.flatMap(({ record }) => activeIds(flow, record)))
  return (
    flow.chart.nodes
      .filter(({ type }) => type === 'atomic' || type === 'final')
      // A transition without a condition leads on at once: nobody is ever found there.
      .filter(({ always = [] }) => always.every(({ guard }) => guard !== undefined))
      .map(({ id }) => id)
      .filter((id) => !seen.has(id))
  )
}

const activeIds = (flow: Flow, record: SessionRecord): string[] =>
  activeNodes(revive(flow.machine, record.snapshot, running(record.effects))).map(({ id }) => id)
