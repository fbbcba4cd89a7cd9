// The options a flow is defined with.

import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { ContextFrom, EventFrom, InputFrom, StateMachine } from 'xstate'
import type { Duration } from './duration.ts'
import type { Lifts, Migrating, MigrationRule, Older } from './evolve/migration.ts'

// biome-ignore-start lint/suspicious/noExplicitAny: of a machine's fourteen type parameters a flow reads three.
export type AnyMachine = StateMachine<any, any, any, any, any, any, any, any, any, any, any, any, any, any>
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

/** The schema of the machine's input; it has to be there for a machine that needs any. */
type InputOption<M extends AnyMachine> = [undefined] extends [InputFrom<M>]
  ? { input?: InputSchema<M> }
  : [InputFrom<M>] extends [never]
    ? { input?: InputSchema<M> }
    : { input: InputSchema<M> }
type InputSchema<M extends AnyMachine> = StandardSchemaV1<unknown, InputFrom<M>>

/** No events at all. */
export type NoEvents = Readonly<Record<never, never>>

/**
 * How one kind of effect is run. `attempts` (5) is how often the provider is called at most, by all processes together:
 * one that dies has used up the attempt it was at, though it may not have begun. With 1 it is called at most once.
 * `backoff` (500 ms) doubles each time, with jitter; `timeout` (30 s) ends an attempt; `durability` says how safe the
 * stored intent must be before the first attempt.
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

/**
 * How long a session lives: `idle` (30 days) since the last accepted event, `absolute` (90 days) since the first one.
 * One that has nothing but its beginning, the one thing that a browser has sent, lives for `first` (15 minutes). Redis
 * keeps an archived session for `hot` (30 minutes). A finished one is shown for `finished` after the last thing that
 * happened in it, then a visit begins anew, and the session stays stored. Default: as long as it lives.
 */
export type Lifetime = { first?: Duration; idle?: Duration; absolute?: Duration; hot?: Duration; finished?: Duration }

/** Migrations by the version they start from; the schema in `from`, if one is given, types `old.context`. */
type MigrationsFrom<Shapes> = {
  readonly [Version in keyof Shapes]: ((old: Older) => Migrating) | MigrationRule<Shapes[Version] & StandardSchemaV1>
}

/** The options of `defineFlow`, which throws a `TypeError` with everything that could not be kept or replayed. */
export type FlowOptions<
  M extends AnyMachine,
  Events,
  Public,
  Shapes = Record<number, StandardSchemaV1>,
  ServerEvents = NoEvents,
> = InputOption<M> & {
  id: string
  version: number
  /** The oldest version there may still be sessions of (1); from it on there is a migration of every version. */
  oldest?: number
  machine: M
  events: Events & { readonly [Type in Exclude<keyof Events, EventType<M>>]: never }
  /** The events that only a server may send, by `engine.dispatch`; a browser that sends one is refused. */
  serverEvents?: ServerEvents & { readonly [Type in Exclude<keyof ServerEvents, EventType<M>> | keyof Events]?: never }
  context?: StandardSchemaV1<unknown, unknown>
  migrations?: MigrationsFrom<Shapes>
  /** Rules that lift what pages opened before a deploy send into the shape of the next version. */
  lifts?: Lifts
  /** The part of the context that leaves the server, by JSON; it answers at once. Default: the whole context. */
  view?: (context: ContextFrom<M>) => Public & (Public extends PromiseLike<unknown> ? never : unknown)
  lifetime?: Lifetime
  maxBytes?: number
  /** The most that all drafts of a session may take: half of `maxBytes` at most, which is the default. */
  maxDraftBytes?: number
  effects?: Policies<ActorName<M>>
  /** Names of fields that are never kept, neither in a draft nor in an event: card data, passwords. */
  secret?: readonly string[]
  /**
   * Names or paths (`address.line1`) of fields that hold personal data, or that are secret: kept in the session, but in
   * no draft, and never sent to a browser. For schemas that cannot say it themselves, as zod's `.meta({ pii: true })`
   * and `.meta({ secret: true })` do.
   */
  marks?: { readonly pii?: readonly string[]; readonly secret?: readonly string[] }
  /**
   * Values that look like a payment card's number are refused in drafts and in results of effects, and in events
   * outside production. `refuse`: in events everywhere, at the cost of some time per event. `allow`: nowhere.
   */
  cardNumbers?: 'refuse' | 'allow'
  /**
   * True: `engine.issueHandoff` may let other browsers into a session, as for a provider's return address. Each session
   * that begins then keeps 82 bytes more. Default false.
   */
  serverHandoffs?: boolean
  /** Names in the query that a provider may hand on to the flow's page, when it leads a person back by a POST. */
  returnQuery?: readonly string[]
}

/** Actors and delays by the machine's names for them; `lifetime` replaces the flow's own, for a test or a demo. */
export type Implementations = {
  actors?: Record<string, unknown>
  delays?: Record<string, unknown>
  lifetime?: Lifetime
}

/** The events that go into these schemas. */
export type EventOfSchemas<Events> = {
  [Type in keyof Events & string]: Events[Type] extends StandardSchemaV1
    ? Flat<{ type: Type } & Members<StandardSchemaV1.InferInput<Events[Type]>>>
    : never
}[keyof Events & string]

type Flat<T> = T extends unknown ? { [Key in keyof T]: T[Key] } : never

/**
 * The named members of `Input`; a field called `type` goes as `dogear.type`. An empty object schema gives "every key:
 * never", which would rule out `type`.
 */
type Members<Input> = string extends keyof Input
  ? unknown
  : { [Key in keyof Input as Key extends 'type' ? 'dogear.type' : Key]: Input[Key] }
