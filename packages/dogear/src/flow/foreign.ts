// Code of a flow's author inside a turn: it has to answer at once, but may throw or give a promise instead.

import { DogearError } from '../errors.ts'

/** `T` when it is no promise. */
type Prompt<T> = Exclude<T, PromiseLike<unknown>>

/**
 * The answer of `call`. Throws `flow_failed` if it throws, or if it gives a promise: a turn waits for nobody. The
 * promise may reject later without harm; its reason becomes the `cause` of the error.
 */
export function answerOf<T>(what: string, call: () => T): Prompt<T> {
  let answer: T
  try {
    answer = call()
  } catch (cause) {
    throw new DogearError('flow_failed', `${what} threw`, { cause })
  }
  if (!isPromise(answer)) return answer as Prompt<T>
  // Schemas of zod give a promise also if a transform or a refinement threw.
  const error = new DogearError('flow_failed', `${what} gave a promise: it is asynchronous, or it threw`)
  answer.then(undefined, (cause: unknown) => Object.assign(error, { cause }))
  throw error
}

/** `call`, for code that calls it itself: throws `TypeError` instead of returning a promise. */
export function prompt<Args extends unknown[], T>(what: string, call: (...args: Args) => T): (...args: Args) => T {
  return (...args) => refusePromise(what, call(...args))
}

/** `value`, unless it is a promise: then throws `TypeError`, and its rejection does no harm. */
export function refusePromise<T>(what: string, value: T): Prompt<T> {
  if (!isPromise(value)) return value as Prompt<T>
  value.then(undefined, () => {})
  throw new TypeError(`${what} gave a promise; a turn waits for nobody`)
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
