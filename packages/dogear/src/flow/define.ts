// A flow: a machine with a version, the events a person may send, and what of it a person may see.

import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { ContextFrom, EventFrom, StateMachine } from 'xstate'
import type { View } from '../wire.ts'
import { describe as describeMachine, type FlowGraph } from './describe.ts'
import { type Duration, toMs } from './duration.ts'
import { lintMachine } from './lint.ts'
import { type Machine, prepare } from './machine.ts'
import type { Migrations } from './migrate.ts'
import { type Step, stepsAhead, stepsOf } from './steps.ts'

// biome-ignore lint/suspicious/noExplicitAny: a machine has fourteen type parameters; a flow reads its context, events and actors.
type AnyMachine = StateMachine<any, any, any, any, any, any, any, any, any, any, any, any, any, any>
type ActorName<M> = M extends { implementations: { actors?: infer A } } ? Extract<keyof A, string> : string

/** The payload of one event type, without `type`. */
type Payload<M extends AnyMachine, Type> = Omit<Extract<EventFrom<M>, { type: Type }>, 'type'>

/** One schema per event a person may send; the schema is of the payload, without `type`. */
export type EventSchemas<M extends AnyMachine> = {
  readonly [Type in EventFrom<M>['type']]?: StandardSchemaV1<unknown, Payload<M, Type>>
}

/**
 * How one kind of effect is run. `attempts` (5) counts the first one; `backoff` (500 ms) doubles with every attempt, with
 * jitter; `timeout` (30 s) ends an attempt. `durability` says how safe the intent must be before the first attempt.
 */
export type EffectPolicy = { attempts?: number; backoff?: Duration; timeout?: Duration; durability?: 'memory' | 'replicated' | 'archived' }

/** `idle` (30 days) since the last accepted event, `absolute` (90 days) since the first one, `hot` (30 minutes) in Redis when archived. */
export type Lifetime = { idle?: Duration; absolute?: Duration; hot?: Duration }

export type FlowOptions<M extends AnyMachine, Events, Public> = {
  id: string
  version: number
  machine: M
  events: Events & EventSchemas<M>
  context?: StandardSchemaV1<unknown, unknown>
  migrations?: Migrations
  view?: (context: ContextFrom<M>) => Public
  lifetime?: Lifetime
  maxBytes?: number
  effects?: { readonly [Name in string]?: EffectPolicy }
}

/** A defined flow. `Event` is what a person may send, `Public` what leaves the server of the context; both are types only. */
export interface Flow<Event extends { type: string } = { type: string }, Public = unknown> {
  readonly id: string
  readonly version: number
  readonly machine: Machine
  readonly events: Readonly<Record<string, StandardSchemaV1>>
  readonly context: StandardSchemaV1 | undefined
  readonly migrations: Migrations
  readonly lifetime: { readonly idleMs: number; readonly absoluteMs: number; readonly hotMs: number }
  readonly maxBytes: number
  readonly effects: Readonly<Record<string, EffectPolicy>>
  readonly steps: readonly Step[]
  /** For every atomic state, the steps certain to come. */
  readonly ahead: ReadonlyMap<string, readonly Step[]>
  // A method, so that a flow of a narrower context is still a `Flow`.
  view(context: unknown): Public
  /** The machine as nodes and edges. */
  describe(): FlowGraph
  /** The same flow with server-only implementations, so that the shared module holds no secrets. */
  provide(implementations: { actors?: Record<string, unknown>; delays?: Record<string, unknown> }): Flow<Event, Public>
  /** Types only; never set. */
  readonly '~event'?: Event
}

type EventOfSchemas<Events> = { [Type in keyof Events & string]: Events[Type] extends StandardSchemaV1 ? { type: Type } & StandardSchemaV1.InferInput<Events[Type]> : never }[keyof Events & string]

/** What a person may send to `F`, as it goes into the schemas. */
export type EventOf<F> = F extends Flow<infer Event, unknown> ? Event : never
/** What a client sees of `F`. */
export type ViewOf<F> = F extends Flow<infer Event, infer Public> ? View<Public, Event['type']> : never

/**
 * Defines a flow and checks it once: everything that would lose a session later throws a `TypeError` now, listing every
 * problem with its path.
 */
export function defineFlow<M extends AnyMachine, const Events extends EventSchemas<M>, Public = ContextFrom<M>>(
  options: FlowOptions<M, Events, Public>,
): Flow<EventOfSchemas<Events>, Public> {
  const { id, version, machine, events, context, migrations = {}, effects = {}, maxBytes = 64 * 1024 } = options
  const { idle = '30 days', absolute = '90 days', hot = '30 minutes' } = options.lifetime ?? {}
  const lifetime = { idleMs: toMs(idle), absoluteMs: toMs(absolute), hotMs: toMs(hot) }
  const problems = [...lintOptions(options, lifetime), ...lintMachine(machine as Machine)]
  if (problems.length > 0) throw new TypeError(`flow "${id}" cannot be kept:\n${problems.map((problem) => `- ${problem}`).join('\n')}`)

  const build = (prepared: Machine): Flow<EventOfSchemas<Events>, Public> => ({
    id,
    version,
    machine: prepared,
    events: events as Record<string, StandardSchemaV1>,
    context,
    migrations,
    lifetime,
    maxBytes,
    effects: effects as Record<string, EffectPolicy>,
    steps: stepsOf(prepared),
    ahead: stepsAhead(prepared),
    view: (value) => (options.view ? options.view(value as ContextFrom<M>) : (value as Public)),
    describe: () => describeMachine(prepared),
    provide: (implementations) => {
      const provided = prepare(prepared, implementations)
      const wrong = lintMachine(provided)
      if (wrong.length > 0) throw new TypeError(`flow "${id}" cannot be provided:\n${wrong.map((problem) => `- ${problem}`).join('\n')}`)
      return build(provided)
    },
  })
  return build(prepare(machine as Machine))
}

function lintOptions<M extends AnyMachine, Events, Public>(
  { id, version, machine, events, migrations = {}, effects = {}, maxBytes = 1 }: FlowOptions<M, Events, Public>,
  lifetime: Flow['lifetime'],
): string[] {
  const problems: string[] = []
  if (!/^[a-z][a-z0-9-]{0,63}$/.test(id)) problems.push(`id: "${id}" must be 1 to 64 lower-case letters, digits and hyphens; it is part of URLs and cookie names`)
  if (!Number.isSafeInteger(version) || version < 1) problems.push(`version: ${version} must be a whole number from 1`)
  for (const [type, schema] of Object.entries(events as Record<string, unknown>)) {
    if (/^xstate\./.test(type) || type === '' || type.includes('*')) problems.push(`events.${type}: clients may not send engine events or wildcards`)
    if (typeof (schema as StandardSchemaV1 | undefined)?.['~standard']?.validate !== 'function') problems.push(`events.${type}: not a Standard Schema`)
  }
  for (let from = 1; from < version; from++) {
    if (typeof migrations[from] !== 'function') problems.push(`migrations.${from}: the migration from version ${from} to ${from + 1} is missing`)
  }
  for (const name of Object.keys(effects)) {
    if (!(name in machine.implementations.actors)) problems.push(`effects.${name}: the machine has no actor of this name`)
  }
  for (const [name, ms] of Object.entries(lifetime)) if (Number.isNaN(ms)) problems.push(`lifetime.${name.replace('Ms', '')}: not a positive duration such as '30 days'`)
  if (!(maxBytes > 0)) problems.push(`maxBytes: ${maxBytes} must be positive`)
  return problems
}
