// The rules of every story: what must be so after each deed, whatever happened before.

import { isDogearError } from '../../errors.ts'
import { liftEvent } from '../../flow/evolve/lift.ts'
import { policyOf } from '../../flow/policy.ts'
import { canonical } from '../../turn/receipts.ts'
import { valueText } from '../../turn/trail.ts'
import type { View } from '../../wire.ts'
import { isIdempotent } from '../actors.ts'
import { downMs } from '../test-engine.ts'
import { type Deed, literal } from './deeds.ts'
import type { Done, Moment, World } from './world.ts'

/** After an deed: `before` it, what it came to, `now`. */
export type After = { world: World; deed: Deed; done: Done; before: Moment; now: Moment }

/** The reason why something is wrong; undefined if nothing is. */
export type Rule = (after: After) => string | undefined

/** Errors that are answers to what a person did, or to what the story did to them. */
const expected: ReadonlySet<string> = new Set(['effect_failed', 'store_unavailable', 'session_gone', 'handoff_gone'])
const isExpected = (error: unknown): boolean => isDogearError(error) && expected.has(error.code)

export const messageOf = (error: unknown): string => {
  if (!(error instanceof Error)) return literal(error)
  const { cause } = error
  return cause === undefined ? error.message : `${error.message}: ${messageOf(cause)}`
}

const nothingThrows: Rule = ({ done, world: { engine } }) => {
  if (done.error !== undefined && !isExpected(done.error)) return messageOf(done.error)
  const error = engine.errors.find((one) => !isExpected(one))
  return error === undefined ? undefined : messageOf(error)
}

/** An event that fits the schema of the page's version is no surprise to a lift from that version. */
const liftsAreTotal: Rule = ({ deed, world: { flow } }) => {
  if (deed.kind !== 'send' || deed.version === undefined) return undefined
  const { version, event } = deed
  return liftEvent(flow, event, version) ? undefined : `a lift throws at what pages of version ${version} send`
}

const nothingTwice: Rule = ({ deed, done: { replies }, before, now }) => {
  if (deed.kind !== 'double click' || replies.length < 2) return undefined
  const taken = replies.filter(({ outcome }) => outcome === 'applied').length
  if (taken > 1) return 'a double click was taken twice'
  const refused = replies.filter(({ outcome }) => outcome === 'rejected').length
  if (taken === 1 && refused > 0) return 'the second click of a double click was refused'
  return taken === 1 && now.view.revision === before.view.revision ? 'an event that was taken left no trace' : undefined
}

/** A page may send from its own step only, or know all that has happened since. */
const staleIsRefused: Rule = ({ world, deed, done: { replies }, before: { view, opened } }) => {
  if (deed.kind !== 'send' || deed.tab === undefined || !opened) return undefined
  const step = world.pages[deed.tab]?.view.step ?? null
  const isThere = step === null || step === view.step || opened.states.includes(step)
  return isThere || replies.every(({ outcome }) => outcome !== 'applied')
    ? undefined
    : `an event from a page of "${step}" was taken in "${valueText(view.value)}"`
}

const neverForks: Rule = ({ before, now }) => {
  if (!before.record || !now.record) return undefined
  if (now.record.revision < before.record.revision) return 'the session went back to what it was before'
  const same = now.record.revision === before.record.revision
  return same && now.record.mark !== before.record.mark ? 'the session has forked' : undefined
}

const shown = ({ status, value, step, context, accepts, steps, pending, timers, drafts }: View) => ({
  ...{ status, value, step, context, accepts, steps, pending, timers, drafts },
})

/** The members in which two things differ, as text. */
export function differenceOf(one: object, other: object): string | undefined {
  const a = one as Record<string, unknown>
  const b = other as Record<string, unknown>
  const key = Object.keys({ ...a, ...b }).find((name) => canonical(a[name]) !== canonical(b[name]))
  if (key === undefined) return undefined
  const [left, right] = [a[key], b[key]]
  if (isPlain(left) && isPlain(right)) return `${key}.${differenceOf(left, right)}`
  return `${key} is ${literal(left)} and ${literal(right)}`
}
const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

const showsWhatIs: Rule = ({ now: { view, opened } }) => {
  const difference = opened && differenceOf(shown(view), shown(opened.view()))
  return difference && `the view shows what is not stored: ${difference}`
}

/** Two devices of one session show one thing. */
const showsTheSame: Rule = ({ now: { view, elsewhere } }) => {
  const difference = elsewhere?.tag === view.tag && elsewhere && differenceOf(shown(view), shown(elsewhere))
  return difference ? `another device shows something else: ${difference}` : undefined
}

const hasAPlace: Rule = ({ now: { view } }) =>
  view.status === 'error' ? `the session ended in an error, in "${valueText(view.value)}"` : undefined

const fitsItsSchema: Rule = ({ world: { flow }, now: { opened } }) => {
  const result = opened && flow.context?.['~standard'].validate(structuredClone(opened.context))
  if (!result || result instanceof Promise || !result.issues) return undefined
  const issues = result.issues.map(({ path = [], message }) => {
    const keys = path.map((part) => String(typeof part === 'object' ? part.key : part))
    return `${['context', ...keys].join('.')}: ${message}`
  })
  return `the context is none that its schema accepts: ${issues.join('; ')}`
}

const nothingIsLate: Rule = ({ deed, world: { engine }, now: { view } }) => {
  const late = deed.kind === 'wait' && view.timers.find(({ dueAt }) => dueAt <= engine.now())
  return late ? `the timer "${late.id}" is due and does not fire` : undefined
}

const sameAnswer = ({ world: { effects } }: Pick<After, 'world'>): string | undefined => {
  const twice = [...effects.values()].find((one) => !isIdempotent(one))
  if (!twice) return undefined
  const answers = twice.outputs.map(literal).join(', then ')
  return `the effect "${twice.src}" is not idempotent: under one and the same id it answered ${answers}`
}

/** The effects of two worlds, as the tries of one: their ids are the same. */
function inBoth(world: World, calm: World): World {
  const effects = [...world.effects].map(([id, one]) => {
    const outputs = [...one.outputs, ...(calm.effects.get(id)?.outputs ?? [])]
    return [id, { ...one, outputs }] as const
  })
  return { ...world, effects: new Map(effects) }
}

export const rules: readonly Rule[] = [
  nothingThrows,
  liftsAreTotal,
  nothingTwice,
  staleIsRefused,
  neverForks,
  sameAnswer,
  hasAPlace,
  fitsItsSchema,
  nothingIsLate,
  showsWhatIs,
  showsTheSame,
]

/** True if the outage of a deed may change the outcome: a timer went off, or an effect has no try left. */
export function isDecisive({ deed, before, now, world: { flow, effects, engine } }: After): boolean {
  if (deed.kind !== 'crash' && deed.kind !== 'overtake') return false
  const until = engine.now() + downMs
  if ([...before.view.timers, ...now.view.timers].some(({ dueAt }) => dueAt <= until)) return true
  return [...effects.values()].some(({ src, tries }) => tries > 1 && tries >= policyOf(flow, src).attempts)
}

const reached = ({ view, opened }: Moment) => {
  const { status, value, step, accepts, steps, drafts } = view
  return { status, value, step, accepts, steps, drafts, context: opened?.context }
}

const isTaken = ({ replies }: Done): boolean => replies.some(({ outcome }) => outcome !== 'rejected')

type There = { world: World; done: Done; now: Moment }

/** The rule of two worlds: what happens without accidents is what happens with them. */
export function differsFromCalm(story: There, calm: There): string | undefined {
  if (story.done.replies.length > 0 && isTaken(story.done) !== isTaken(calm.done))
    return `the event was ${isTaken(story.done) ? 'taken' : 'refused'} here, and not where nothing went wrong`
  const difference = differenceOf(reached(story.now), reached(calm.now))
  if (difference === undefined) return undefined
  const world = inBoth(story.world, calm.world)
  return (
    sameAnswer({ world }) ??
    `the same deeds lead to another state a second time, so code of the flow is not pure: ${difference}`
  )
}
