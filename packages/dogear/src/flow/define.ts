// The definition of a flow: a machine with its version, the events it takes, the view a client gets.

import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { ContextFrom } from 'xstate'
import type { AsJson } from '../json-data.ts'
import type { View } from '../wire.ts'
import { refuseWiring } from '../wiring.ts'
import { type Chart, chartOf, type FlowGraph, toGraph } from './chart.ts'
import { toMs } from './duration.ts'
import type { Lifts, Migrations } from './evolve/migration.ts'
import { hidden, type Marks, marksOf } from './form/marks.ts'
import { type EventShape, eventShapes } from './form/shape.ts'
import { lintMachine } from './lint.ts'
import { lintDelays, lintKind, lintOptions, lintProvided, lintWithMachine } from './lint-options.ts'
import { type Machine, prepare } from './machine.ts'
import type {
  AnyMachine,
  EffectPolicy,
  EventOfSchemas,
  EventSchemas,
  FlowOptions,
  Implementations,
  Lifetime,
  NoEvents,
} from './options.ts'
import type { Step } from './steps.ts'

/**
 * A defined flow. `Event`, what a person may send, `Public`, what a client sees of the context, and `ServerEvent`, what
 * only a server may send, are types only.
 */
export interface Flow<
  Event extends { type: string } = { type: string },
  Public = unknown,
  ServerEvent extends { type: string } = { type: string },
> {
  readonly id: string
  readonly version: number
  readonly oldest: number
  readonly machine: Machine
  readonly events: Readonly<Record<string, StandardSchemaV1>>
  /** The schemas of the events that only a server may send. */
  readonly serverEvents: Readonly<Record<string, StandardSchemaV1>>
  /** The payloads of all events, as their schemas mean them. */
  readonly shapes: Readonly<Record<string, EventShape>>
  readonly context: StandardSchemaV1 | undefined
  /** The input that the machine begins with. */
  readonly input: StandardSchemaV1 | undefined
  readonly migrations: Migrations
  readonly lifts: Lifts
  readonly lifetime: Readonly<Record<'firstMs' | 'idleMs' | 'absoluteMs' | 'hotMs', number> & { finishedMs?: number }>
  readonly maxBytes: number
  /** Half of `maxBytes` if undefined. */
  readonly maxDraftBytes: number | undefined
  readonly effects: Readonly<Record<string, EffectPolicy>>
  readonly secret: readonly string[]
  readonly marks: Marks
  /** `drafts`: in events they are not looked for. Undefined where the flow leaves that to the engine. */
  readonly cardNumbers: 'refuse' | 'drafts' | 'allow' | undefined
  readonly returnQuery: readonly string[]
  readonly serverHandoffs: boolean
  readonly steps: readonly Step[]
  readonly chart: Chart
  /** The part of a context that may leave the server. A method, so that a flow of a narrower context is a `Flow`. */
  view(context: unknown): Public
  /** A copy of data for a log of your own: each marked field holds the name of its mark in place of its value. */
  redact<T>(data: T): T
  /** The machine as nodes and edges. */
  describe(): FlowGraph
  /** The same flow with server-only implementations, so that the shared module holds no secrets. */
  provide(implementations: Implementations): Flow<Event, Public, ServerEvent>
  /** Types only; never set. */
  readonly '~event'?: Event
  /** Types only; never set. */
  readonly '~serverEvent'?: ServerEvent
}

/** The events a person may send to `F`, as they go into the schemas. */
export type EventOf<F> = F extends Flow<infer Event, unknown> ? Event : never
/** The events that only a server may send to `F`, as they go into the schemas. */
export type ServerEventOf<F> = F extends Flow<infer _, unknown, infer ServerEvent> ? ServerEvent : never
/** The view a client gets of `F`, with the context as it arrives: a `Date` as text, a `Map` as its entries. */
export type ViewOf<F> = F extends Flow<infer Event, infer Public> ? View<AsJson<Public>, Event['type']> : never

/** Defines a flow. Throws a `TypeError` that lists, with its path, every problem that would lose a session later. */
export function defineFlow<
  M extends AnyMachine,
  const Events extends EventSchemas<M>,
  Public = ContextFrom<M>,
  Shapes extends Record<number, StandardSchemaV1> = Record<never, never>,
  const ServerEvents extends EventSchemas<M> = NoEvents,
>(
  options: FlowOptions<M, Events, Public, Shapes, ServerEvents>,
): Flow<EventOfSchemas<Events>, Public, EventOfSchemas<ServerEvents>> {
  const problems = lintOptions(options)
  const wrong = lintKind(Object(options).machine)
  const what = `flow ${typeof Object(options).id === 'string' ? `"${options.id}" ` : ''}cannot be kept`
  if (wrong.length > 0) refuseWiring(what, [...problems, ...wrong])
  const { id, version, machine, events, context, effects = {}, maxBytes = 64 * 1024 } = options
  const { oldest = 1, lifts = {}, secret = [], cardNumbers, returnQuery = [], serverHandoffs = false } = options
  const { maxDraftBytes } = options
  const migrations = (options.migrations ?? {}) as Migrations
  const serverEvents = Object(options.serverEvents) as Flow['serverEvents']
  const types = Object.keys({ ...events, ...serverEvents })
  type Defined = Flow<EventOfSchemas<Events>, Public, EventOfSchemas<ServerEvents>>

  const build = (prepared: Machine, chart: Chart, lifetime: Lifetime = {}): Defined => ({
    id,
    version,
    oldest,
    machine: prepared,
    events: events as Record<string, StandardSchemaV1>,
    serverEvents,
    shapes,
    context,
    input: options.input,
    migrations,
    lifts,
    lifetime: toLifetime(lifetime),
    maxBytes,
    maxDraftBytes,
    effects: effects as Record<string, EffectPolicy>,
    secret,
    marks,
    cardNumbers,
    returnQuery,
    serverHandoffs,
    steps: chart.steps,
    chart,
    view: (value) => (options.view ? options.view(value as ContextFrom<M>) : (value as Public)),
    redact: (data) => hidden(marks.secret, hidden(marks.pii, data, '[pii]'), '[secret]'),
    describe: () => toGraph(chart),
    provide: (implementations) => {
      const provided = prepare(prepared, implementations)
      const own = chartOf(provided, types)
      const lives = implementations.lifetime ?? lifetime
      const problems = [
        ...lintProvided(prepared, implementations),
        ...lintDelays(provided, lives),
        ...lintMachine(provided, own),
      ]
      refuseWiring(`flow "${id}" cannot be provided`, problems)
      return build(provided, own, lives)
    },
  })
  const prepared = prepare(machine)
  const chart = chartOf(prepared, types)
  refuseWiring(what, [...problems, ...lintWithMachine(options), ...lintMachine(prepared, chart)])
  const shapes = eventShapes({ ...events, ...serverEvents })
  const marks = marksOf(options)
  return build(prepared, chart, options.lifetime)
}

function toLifetime({ first = '15 minutes', idle = '30 days', ...others }: Lifetime): Flow['lifetime'] {
  const { absolute = '90 days', hot = '30 minutes', finished } = others
  const all = { firstMs: toMs(first), idleMs: toMs(idle), absoluteMs: toMs(absolute), hotMs: toMs(hot) }
  return finished === undefined ? all : { ...all, finishedMs: toMs(finished) }
}
