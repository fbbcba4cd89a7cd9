// Lint for the options of a flow, apart from its machine: finds every problem at once.

import type { StandardSchemaV1 } from '@standard-schema/spec'
import { refusalOf, walk } from '../plain-data.ts'
import { type Duration, toMs } from './duration.ts'
import { lintHistory } from './evolve/lint-history.ts'
import { lintFields } from './form/lint-fields.ts'
import type { AnyMachine, EffectPolicy, FlowOptions, Implementations, Lifetime } from './options.ts'

/** Options as they may come from untyped code. */
type Options = Omit<FlowOptions<never, object, unknown>, 'machine' | 'view' | 'effects'> & {
  machine: Pick<AnyMachine, 'implementations'> & { config?: { context?: unknown } }
  effects?: object
}

/** Every problem of the options, each starting with where it is. */
export function lintOptions(options: Options): string[] {
  const { id, version, events, context, maxBytes = 1 } = options
  const problems: string[] = []
  if (!/^[a-z][a-z0-9-]{0,63}$/.test(id)) {
    const why = 'it is part of URLs and cookie names'
    problems.push(`id: "${id}" must be 1 to 64 lower-case letters, digits and hyphens, a letter first; ${why}`)
  }
  if (!Number.isSafeInteger(version) || version < 1) problems.push(`version: ${version} must be a whole number from 1`)
  for (const [type, schema] of Object.entries(events)) {
    if (/^xstate\./.test(type) || type === '' || type.includes('*'))
      problems.push(`events.${type}: clients may not send engine events or wildcards`)
    if (type.includes('#')) problems.push(`events.${type}: a # ends the type in the name of a form`)
    problems.push(...(isSchema(schema) ? lintFields(type, schema) : [`events.${type}: not a Standard Schema`]))
  }
  if (context !== undefined && !isSchema(context)) problems.push('context: not a Standard Schema')
  problems.push(...lintContext(options), ...lintHistory(options))
  problems.push(...lintEffects(options), ...lintDurations('lifetime', { ...options.lifetime }))
  problems.push(...lintDelays(options.machine, options.lifetime))
  if (!(maxBytes > 0)) problems.push(`maxBytes: ${maxBytes} must be positive`)
  return problems
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
