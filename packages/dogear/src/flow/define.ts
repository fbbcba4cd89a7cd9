// A flow: a machine with a version, the events a person may send, and what of it a person may see.

import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { ContextFrom, EventFrom, StateMachine } from 'xstate'
import type { View } from '../wire.ts'
import { describe as describeMachine, type FlowGraph } from './describe.ts'
import { type Duration, toMs } from './duration.ts'
import type { Lifts, Migrating, MigrationRule, Migrations, Older } from './evolve/migration.ts'
import { lintMachine } from './lint.ts'
import { lintOptions, lintProvided } from './lint-options.ts'
import { type Machine, prepare } from './machine.ts'
import { type Step, stepsAhead, stepsOf } from './steps.ts'

// biome-ignore-start lint/suspicious/noExplicitAny: a machine has fourteen type parameters; a flow reads its context, events and actors.
type AnyMachine = StateMachine<any, any, any, any, any, any, any, any, any, any, any, any, any, any>
type ActorName<M> =
  M extends StateMachine<any, any, any, infer Actor, any, any, any, any, any, any, any, any, any, any>
    ? Actor['src']
    : never
// biome-ignore-end lint/suspicious/noExplicitAny: as above

/** The types of events a machine takes from outside. */
type EventType<M extends AnyMachine> = Exclude<EventFrom<M>['type'], `xstate.${string}`>

/** The payload of one event type, without `type`. */
type Payload<Event, Type> = Event extends { type: infer Own }
  ? Type extends Own
    ? Lenient<Omit<Event, 'type'>>
    : never
  : never

/** Optional members may also be undefined: that is what schemas give under `exactOptionalPropertyTypes`. */
type Lenient<T> = { [Key in keyof T]: Pick<T, Key> extends Required<Pick<T, Key>> ? T[Key] : T[Key] | undefined }

/** One schema per event a person may send; the schema is of the payload, without `type`. */
export type EventSchemas<M extends AnyMachine> = {
  readonly [Type in EventType<M>]?: StandardSchemaV1<unknown, Payload<EventFrom<M>, Type>>
}

/**
 * How one kind of effect is run. `attempts` (5) counts the first one; `backoff` (500 ms) doubles with every attempt, with
 * jitter; `timeout` (30 s) ends an attempt. `durability` says how safe the intent must be before the first attempt.
 */
export type EffectPolicy = {
  attempts?: number
  backoff?: Duration
  timeout?: Duration
  durability?: 'memory' | 'replicated' | 'archived'
}

/** A policy for any of the actors; without actors, none. */
type Policies<Name extends string> = [Name] extends [never]
  ? Readonly<Record<string, never>>
  : { readonly [Own in Name]?: EffectPolicy }

/** `idle` (30 days) since the last accepted event, `absolute` (90 days) since the first one, `hot` (30 minutes) in Redis when archived. */
export type Lifetime = { idle?: Duration; absolute?: Duration; hot?: Duration }

/** Migrations by the version they start from; the schema in `from`, if one is given, types `old.context`. */
type MigrationsFrom<Shapes> = {
  readonly [Version in keyof Shapes]: ((old: Older) => Migrating) | MigrationRule<Shapes[Version] & StandardSchemaV1>
}

export type FlowOptions<M extends AnyMachine, Events, Public, Shapes = Record<number, StandardSchemaV1>> = {
  id: string
  version: number
  /** The oldest version there may still be sessions of (1); from it on there is a migration of every version. */
  oldest?: number
  machine: M
  events: Events & { readonly [Type in Exclude<keyof Events, EventType<M>>]: never }
  context?: StandardSchemaV1<unknown, unknown>
  migrations?: MigrationsFrom<Shapes>
  /** What pages opened before a deploy send, in the shape of the next version. */
  lifts?: Lifts
  view?: (context: ContextFrom<M>) => Public
  lifetime?: Lifetime
  maxBytes?: number
  effects?: Policies<ActorName<M>>
  /** Names of fields that are never kept, neither in a draft nor in an event: card data, passwords. */
  secret?: readonly string[]
  /** What becomes of values that look like a payment card's number: refused (the default), unless the flow asks for such numbers. */
  cardNumbers?: 'refuse' | 'allow'
}

/** Actors and delays by the names the machine uses; `lifetime` replaces the flow's own, for a demonstration or a test. */
export type Implementations = {
  actors?: Record<string, unknown>
  delays?: Record<string, unknown>
  lifetime?: Lifetime
}

/** A defined flow. `Event` is what a person may send, `Public` what leaves the server of the context; both are types only. */
export interface Flow<Event extends { type: string } = { type: string }, Public = unknown> {
  readonly id: string
  readonly version: number
  readonly oldest: number
  readonly machine: Machine
  readonly events: Readonly<Record<string, StandardSchemaV1>>
  readonly context: StandardSchemaV1 | undefined
  readonly migrations: Migrations
  readonly lifts: Lifts
  readonly lifetime: { readonly idleMs: number; readonly absoluteMs: number; readonly hotMs: number }
  readonly maxBytes: number
  readonly effects: Readonly<Record<string, EffectPolicy>>
  readonly secret: readonly string[]
  readonly cardNumbers: 'refuse' | 'allow'
  readonly steps: readonly Step[]
  /** The steps certain to come, by the id of every state the end can be reached from; a parallel state counts as one. */
  readonly ahead: ReadonlyMap<string, readonly Step[]>
  // A method, so that a flow of a narrower context is still a `Flow`.
  view(context: unknown): Public
  /** The machine as nodes and edges. */
  describe(): FlowGraph
  /** The same flow with server-only implementations, so that the shared module holds no secrets. */
  provide(implementations: Implementations): Flow<Event, Public>
  /** Types only; never set. */
  readonly '~event'?: Event
}

type EventOfSchemas<Events> = {
  [Type in keyof Events & string]: Events[Type] extends StandardSchemaV1
    ? Flat<{ type: Type } & Members<StandardSchemaV1.InferInput<Events[Type]>>>
    : never
}[keyof Events & string]

type Flat<T> = T extends unknown ? { [Key in keyof T]: T[Key] } : never

/** The named members of `Input`: an empty object schema says "every key: never", which would rule out `type`. */
type Members<Input> = string extends keyof Input ? unknown : Input

/** What a person may send to `F`, as it goes into the schemas. */
export type EventOf<F> = F extends Flow<infer Event, unknown> ? Event : never
/** What a client sees of `F`. */
export type ViewOf<F> = F extends Flow<infer Event, infer Public> ? View<Public, Event['type']> : never

/**
 * Defines a flow and checks it once: everything that would lose a session later throws a `TypeError` now, listing every
 * problem with its path.
 */
export function defineFlow<
  M extends AnyMachine,
  const Events extends EventSchemas<M>,
  Public = ContextFrom<M>,
  Shapes extends Record<number, StandardSchemaV1> = Record<never, never>,
>(options: FlowOptions<M, Events, Public, Shapes>): Flow<EventOfSchemas<Events>, Public> {
  const { id, version, machine, events, context, effects = {}, maxBytes = 64 * 1024 } = options
  const { oldest = 1, lifts = {}, secret = [], cardNumbers = 'refuse' } = options
  const migrations = (options.migrations ?? {}) as Migrations
  const problems = [...lintOptions(options), ...lintMachine(machine as Machine)]
  refuse(`flow "${id}" cannot be kept`, problems)

  const build = (prepared: Machine, lifetime: Lifetime = {}): Flow<EventOfSchemas<Events>, Public> => ({
    id,
    version,
    oldest,
    machine: prepared,
    events: events as Record<string, StandardSchemaV1>,
    context,
    migrations,
    lifts,
    lifetime: toLifetime(lifetime),
    maxBytes,
    effects: effects as Record<string, EffectPolicy>,
    secret,
    cardNumbers,
    steps: stepsOf(prepared),
    ahead: stepsAhead(prepared),
    view: (value) => (options.view ? options.view(value as ContextFrom<M>) : (value as Public)),
    describe: () => describeMachine(prepared),
    provide: (implementations) => {
      const provided = prepare(prepared, implementations)
      refuse(`flow "${id}" cannot be provided`, [...lintProvided(prepared, implementations), ...lintMachine(provided)])
      return build(provided, implementations.lifetime ?? lifetime)
    },
  })
  return build(prepare(machine as Machine), options.lifetime)
}

function toLifetime({ idle = '30 days', absolute = '90 days', hot = '30 minutes' }: Lifetime): Flow['lifetime'] {
  return { idleMs: toMs(idle), absoluteMs: toMs(absolute), hotMs: toMs(hot) }
}

function refuse(what: string, problems: string[]): void {
  if (problems.length > 0) throw new TypeError(`${what}:\n${problems.map((problem) => `- ${problem}`).join('\n')}`)
}
