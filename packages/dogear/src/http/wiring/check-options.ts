// The options of `createHttp` as untyped code may give them: every problem, each with its path.

import {
  aCount,
  aFunction,
  anObject,
  aSwitch,
  aText,
  type Check,
  having,
  listOf,
  must,
  optional,
  problemsOf,
} from '../../wiring.ts'

const isPath = (value: unknown): boolean => typeof value === 'string' && /^(\/[^/?#]+)+$/.test(value)
const aPath = must('a path that starts with a slash and does not end with one', isPath)

const isOrigin = (text: unknown): boolean =>
  typeof text === 'string' && /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text
const anOrigin: Check = (value, path) =>
  // An address is no secret, and seeing it helps most.
  isOrigin(value)
    ? []
    : [`${path}: ${JSON.stringify(value)} is not an origin such as https://shop.example, without a slash at the end`]

const keyList = listOf('keys, as in DOGEAR_KEYS or in a list', aText)
const keysAsGiven: Check = (value, path) => (typeof value === 'string' ? [] : keyList(value, path))

const checks = {
  engine: having('an engine, as createEngine makes it', ['send', 'read', 'watch'], ['flows', 'store']),
  basePath: optional(aPath),
  origins: optional(listOf('a list of origins', anOrigin)),
  insecureOnLocalhost: optional(aSwitch),
  production: optional(aSwitch),
  pagePath: optional(aFunction),
  maxBytes: optional(aCount(1)),
  maxTextLength: optional(aCount(1)),
  onError: optional(aFunction),
  explain: optional(aFunction),
  random: optional(aFunction),
  keys: optional(keysAsGiven),
  publicUrl: optional(anOrigin),
  handoffPath: optional(aPath),
  identify: optional(aFunction),
  inputs: optional(anObject),
  messages: optional(aFunction),
  limits: optional(anObject),
  clientAddress: optional(aFunction),
}

type Given = {
  limits?: { redis?: unknown }
  inputs?: Readonly<Record<string, unknown>>
  engine?: { flows?: ReadonlyMap<string, unknown>; keyring?: unknown }
  publicUrl?: string
  identify?: unknown
  keys?: unknown
}

// Routes have these names in the place of a flow's id.
const reservedIds = ['handoffs', 'attach', 'devices']

/** Every problem, as far as it can be told without making anything of the options. */
export function lintHttp(options: object): string[] {
  const problems = problemsOf(options, checks)
  const { engine, publicUrl, identify, keys = engine?.keyring, limits, inputs } = Object(options) as Given
  for (const id of reservedIds)
    if (engine?.flows?.has?.(id)) problems.push(`flow "${id}" cannot be served: its id is a word of the routes`)
  const flows = engine?.flows instanceof Map ? engine.flows : new Map<string, unknown>()
  for (const [id, flow] of flows) {
    const asks = Object(flow).input !== undefined
    const given = Object(inputs)[id]
    if (asks && typeof given !== 'function')
      problems.push(`inputs.${id}: flow "${id}" begins with an input; give a function that makes it of the request`)
    if (!asks && given !== undefined)
      problems.push(`inputs.${id}: flow "${id}" takes no input; declare its schema there`)
  }
  for (const id of Object.keys(Object(inputs)))
    if (!flows.has(id)) problems.push(`inputs.${id}: the engine has no flow of this id`)
  if (publicUrl !== undefined && !keys)
    problems.push('publicUrl needs keys: a handoff by code seals the way into the session')
  if (identify !== undefined && !keys) problems.push('identify needs keys: the ids of users are kept as keyed hashes')
  if (limits?.redis !== undefined && !keys)
    problems.push('limits.redis needs keys: the addresses of clients are counted there as keyed hashes')
  return problems
}
