// Options as they may come from untyped code: what is wrong with them, each with its path.

/** Finds what is wrong with the value at `path`, if anything. */
export type Check = (value: unknown, path: string) => string[]

/** Throws a `TypeError` that lists every problem, if there are any. */
export function refuseWiring(what: string, problems: readonly string[]): void {
  if (problems.length > 0) throw new TypeError(`${what}:\n${problems.map((problem) => `- ${problem}`).join('\n')}`)
}

/** The problems of each member of `options` that has a check; without an object that is the one problem. */
export function problemsOf(options: unknown, checks: Readonly<Record<string, Check>>): string[] {
  if (typeof options !== 'object' || options === null) return [`the options are ${shown(options)}, not an object`]
  const given = options as Record<string, unknown>
  return Object.entries(checks).flatMap(([name, check]) => check(given[name], name))
}

/** Nothing, or a value that `check` allows. */
export const optional =
  (check: Check): Check =>
  (value, path) =>
    value === undefined ? [] : check(value, path)

/** A value that passes `test`; `what` completes "it must be …". */
export const must =
  (what: string, test: (value: unknown) => boolean): Check =>
  (value, path) =>
    test(value) ? [] : [`${path}: ${shown(value)}; it must be ${what}`]

/** An object of which these members are functions, and these are there at all. */
export function having(what: string, methods: readonly string[], members: readonly string[] = []): Check {
  return must(what, (value) => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false
    const given = value as Record<string, unknown>
    return (
      methods.every((name) => typeof given[name] === 'function') && members.every((name) => given[name] !== undefined)
    )
  })
}

/** A list of which every item passes `check`. */
export const listOf =
  (what: string, check: Check): Check =>
  (value, path) =>
    Array.isArray(value)
      ? value.flatMap((item, index) => check(item, `${path}[${index}]`))
      : must(what, () => false)(value, path)

export const aFunction: Check = must('a function', (value) => typeof value === 'function')
export const aText: Check = must('a text', (value) => typeof value === 'string')
export const aSwitch: Check = must('true or false', (value) => typeof value === 'boolean')
export const anObject: Check = must(
  'an object',
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
)

/** A number of `least` or more. */
export const aNumber = (least: number): Check =>
  must(`a number from ${least}`, (value) => typeof value === 'number' && value >= least)

/** A whole number of `least` or more, up to `most`. */
export const aCount = (least: number, most: number = Number.MAX_SAFE_INTEGER): Check =>
  must(
    `a whole number from ${least}${most < Number.MAX_SAFE_INTEGER ? ` to ${most}` : ''}`,
    (value) => Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most,
  )

/** A value as a message may name it: text is not quoted, as it may be a key. */
export function shown(value: unknown): string {
  if (value === null || value === undefined || typeof value === 'number' || typeof value === 'boolean')
    return String(value)
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'string') return value === '' ? 'an empty text' : 'a text'
  if (typeof value === 'function') return 'a function'
  if (typeof (value as { then?: unknown }).then === 'function') return 'a promise, which has to be awaited first'
  return Object.keys(value).length === 0 ? 'an empty object' : `an object with ${namesOf(value)}`
}

function namesOf(value: object): string {
  const names = Object.keys(value)
  return names.length > 4 ? `${names.slice(0, 4).join(', ')} …` : names.join(', ')
}
