// Lint for the options of a flow, apart from its machine: finds every problem at once.

import type { StandardSchemaV1 } from '@standard-schema/spec'
import { refusalOf, walk } from '../plain-data.ts'
import {
  aFunction,
  anObject,
  aSwitch,
  aText,
  type Check,
  listOf,
  must,
  optional,
  problemsOf,
  shown,
} from '../wiring.ts'
import { type Duration, toMs } from './duration.ts'
import { lintHistory } from './evolve/lint-history.ts'
import { refusePromise } from './foreign.ts'
import { lintFields } from './form/lint-fields.ts'
import type { StateNode } from './nodes.ts'
import { lintOldNames } from './old-names.ts'
import type { AnyMachine, EffectPolicy, FlowOptions, Implementations, Lifetime } from './options.ts'

/** Options as they may come from untyped code. */
type Options = Omit<FlowOptions<never, object, unknown>, 'machine' | 'view' | 'effects' | 'input'> & {
  machine: Pick<AnyMachine, 'implementations'> & { config?: { context?: unknown } }
  effects?: object
  input?: unknown
}

const fieldNames = optional(listOf('a list of names or paths of fields', aText))

const shapes = {
  events: anObject,
  serverEvents: optional(anObject),
  migrations: optional(anObject),
  lifts: optional(anObject),
  view: optional(aFunction),
  lifetime: optional(anObject),
  effects: optional(anObject),
  secret: optional(listOf('a list of names of fields', aText)),
  marks: optional((value, path) => [...anObject(value, path), ...problemsIn(value, path)]),
  serverHandoffs: optional(aSwitch),
  returnQuery: optional(listOf('a list of names in a query', aText)),
  cardNumbers: optional(must("'refuse' or 'allow'", (value) => value === 'refuse' || value === 'allow')),
}

const problemsIn: Check = (value, path) =>
  ['pii', 'secret'].flatMap((mark) => fieldNames(Object(value)[mark], `${path}.${mark}`))

/** Every problem of the options apart from the machine, each starting with where it is. */
export function lintOptions(options: Options): string[] {
  const misshapen = problemsOf(options, shapes)
  if (typeof options !== 'object' || options === null) return misshapen
  const { id, version, events, serverEvents, context, input, maxBytes = 64 * 1024 } = options
  const { maxDraftBytes } = options
  const problems: string[] = []
  if (typeof id !== 'string' || !/^[a-z][a-z0-9-]{0,63}$/.test(id)) {
    const why = 'it is part of URLs and cookie names'
    const given = typeof id === 'string' ? `"${id}"` : shown(id)
    problems.push(`id: ${given} must be 1 to 64 lower-case letters, digits and hyphens, a letter first; ${why}`)
  }
  if (!Number.isSafeInteger(version) || version < 1)
    problems.push(`version: ${shown(version)} must be a whole number from 1`)
  problems.push(...lintEvents('events', events), ...lintEvents('serverEvents', serverEvents))
  for (const type of Object.keys(Object(serverEvents)))
    if (Object.hasOwn(Object(events), type))
      problems.push(`serverEvents.${type}: it is one of events, too, so that any browser could send it; take one out`)
  if (context !== undefined && !isSchema(context)) problems.push('context: not a Standard Schema')
  if (input !== undefined && !isSchema(input)) problems.push('input: not a Standard Schema')
  if (!(maxBytes > 0)) problems.push(`maxBytes: ${shown(maxBytes)} must be positive`)
  if (maxDraftBytes !== undefined && !(maxDraftBytes > 0 && maxDraftBytes <= maxBytes / 2))
    problems.push(`maxDraftBytes: ${shown(maxDraftBytes)} must be positive, and half of maxBytes at most`)
  problems.push(...misshapen)
  // A list or a text in place of an object would be reported member by member.
  if (misshapen.length > 0) return problems
  return [...problems, ...lintHistory(options), ...lintDurations('lifetime', { ...options.lifetime })]
}

function lintEvents(name: 'events' | 'serverEvents', events: unknown): string[] {
  return Object.entries(Object(events)).flatMap(([type, schema]) => {
    const at = `${name}.${type}`
    const problems: string[] = []
    if (/^xstate\./.test(type) || type === '' || type.includes('*'))
      problems.push(`${at}: only the engine may send engine events, and nobody sends wildcards`)
    if (type.includes('#')) problems.push(`${at}: a # ends the type in the name of a form`)
    return [...problems, ...(isSchema(schema) ? lintFields(at, schema) : [`${at}: not a Standard Schema`])]
  })
}

/** The problem of a `machine` that is none of XState 5, or the problems of one that was written for XState 4. */
export function lintKind(machine: unknown): string[] {
  const given = Object(machine) as Record<string, unknown>
  const is = (name: string) => typeof given[name] === 'function'
  if (is('getInitialSnapshot') && is('provide') && given.root && given.implementations)
    return lintOldNames(given.root as StateNode)
  const what = `machine: ${shown(machine)} is no machine of XState 5`
  if (is('withConfig')) return [`${what}, but one of XState 4; make it with createMachine of xstate 5`]
  if (is('createMachine')) return [`${what}, but the result of setup; call its createMachine({ … })`]
  if (is('send') && given.logic) return [`${what}, but an actor of one; give the machine itself`]
  if (given.states) return [`${what}, but a machine's config; give what createMachine makes of it`]
  return [`${what}; give what createMachine of xstate makes`]
}

/** Every problem of the options with this machine. */
export function lintWithMachine(options: Options): string[] {
  return [
    ...lintContext(options),
    ...lintInput(options),
    ...lintEffects(options),
    ...lintDelays(options.machine, options.lifetime),
  ]
}

/** Parts of the context a machine starts with that no record can keep. Those of a factory show at the first commit. */
function lintContext({ machine: { config } }: Options): string[] {
  const problems: string[] = []
  if (typeof config?.context === 'function') return problems
  walk({ context: config?.context }, (part, path) => {
    const refusal = refusalOf(part, path)
    if (refusal) problems.push(`machine: cannot store ${refusal}`)
    return !refusal
  })
  return problems
}

/** A context factory that asks for an input it would not get. It is called to see that, as every view calls it. */
function lintInput({ machine: { config }, input }: Options): string[] {
  if (input !== undefined || typeof config?.context !== 'function') return []
  let asked = false
  const args = {
    spawn: () => ({}),
    get input() {
      asked = true
      return undefined
    },
  }
  try {
    refusePromise('the context', config.context(args))
  } catch {
    // Without an input it may well throw, or reject.
  }
  return asked ? ['machine: its context is made of an input; say with which schema, as input: z.object({ … })'] : []
}

function lintEffects({ machine, effects = {} }: Options): string[] {
  return Object.entries<EffectPolicy>({ ...effects }).flatMap(([name, { attempts = 1, backoff = 1, timeout = 1 }]) => [
    ...lintNames('effects', [name], machine.implementations.actors),
    ...(Number.isSafeInteger(attempts) && attempts > 0
      ? []
      : [`effects.${name}.attempts: must be a whole number from 1`]),
    ...lintDurations(`effects.${name}`, { backoff, timeout }),
  ])
}

function lintDurations(at: string, durations: Lifetime | Record<string, Duration>): string[] {
  const given = Object.entries(durations).filter(([, duration]) => duration !== undefined)
  const wrong = given.filter(([, duration]) => Number.isNaN(toMs(duration)))
  return wrong.map(([name]) => `${at}.${name}: not a positive duration such as '30 days'`)
}

/** Delays that no session lives long enough for. */
export function lintDelays({ implementations }: Options['machine'], { absolute = '90 days' }: Lifetime = {}): string[] {
  const delays = Object.entries(implementations.delays)
  const long = delays.filter(([, delay]) => typeof delay === 'number' && delay > toMs(absolute))
  const why = 'longer than a session may live (lifetime.absolute)'
  return long.map(([name, delay]) => `delays.${name}: ${delay} ms is ${why}`)
}

/** Names the machine does not have: misspelt, they would leave the placeholders of the shared module in place. */
export function lintProvided(
  { implementations }: Options['machine'],
  { actors = {}, delays = {} }: Implementations,
): string[] {
  return [
    ...lintNames('actors', Object.keys(actors), implementations.actors),
    ...lintNames('delays', Object.keys(delays), implementations.delays),
  ]
}

function lintNames(at: string, names: string[], known: object): string[] {
  const wrong = names.filter((name) => !Object.hasOwn(known, name))
  return wrong.map((name) => `${at}.${name}: the machine has none of this name`)
}

function isSchema(schema: unknown): schema is StandardSchemaV1 {
  return typeof (schema as StandardSchemaV1 | undefined)?.['~standard']?.validate === 'function'
}
