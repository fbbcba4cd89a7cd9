// Code of others around the engine: it may throw, reject, or never settle. Code inside a turn: `flow/foreign.ts`.

import type { Codec } from '../codec/codec.ts'
import { DogearError, isDogearError } from '../errors.ts'
import { settleWithin } from '../time.ts'

/** The subject of an error: a session, by its tag, or an answer, by the reference that it has in place of one. */
export type About = { session?: string; reference?: string }

/** Tells the application of an error. Neither throws nor rejects. */
export type Report = (error: unknown, about?: About) => void

/** `onError` as the engine calls it. An error of its own is dropped: there is nobody left to tell. */
export function quiet(onError: (error: unknown) => unknown): Report {
  return (error) => tell(() => onError(error), ignore)
}

const ignore = () => {}

/** Calls code that nobody waits for. Whatever goes wrong, now or later, is reported. */
export function tell(call: () => unknown, report: Report): void {
  try {
    const answer = call()
    if (typeof answer === 'object' && answer !== null) Promise.resolve(answer).then(ignore, report)
  } catch (error) {
    report(error)
  }
}

/** Asks code that may take its time. Rejects with what it throws, or if it has no answer after `ms` milliseconds. */
export async function ask<T>(ms: number, what: string, call: () => T | PromiseLike<T>): Promise<T> {
  return settleWithin(ms, Promise.resolve(call()), () => {
    throw new Error(`${what} gave no answer within ${ms} ms`)
  })
}

/** Drafts that are too large are a person's doing, and no error about a session. */
const isFault = ({ code, reference }: DogearError): boolean =>
  code === 'flow_failed' || code === 'not_serializable' || (code === 'too_large' && reference !== undefined)

/**
 * `codec`, of which a promise settles within `deadlineMs` milliseconds, or rejects as a service that does not answer.
 * One that answers at once does so still: a promise would cost a turn its time.
 */
export function guardCodec(codec: Codec, deadlineMs: number): Codec {
  const late = (): never => {
    throw new DogearError('store_unavailable', `the codec did not answer within ${deadlineMs} ms`, {
      retryAfterMs: 2_000,
    })
  }
  const inTime = <T>(answer: T | Promise<T>) =>
    'then' in Object(answer) ? settleWithin(deadlineMs, Promise.resolve(answer), late) : answer
  return {
    encode: (record, place) => inTime(codec.encode(record, place)),
    decode: (bytes, place) => inTime(codec.decode(bytes, place)),
  }
}

type Methods = Record<string, (...args: never[]) => Promise<unknown>>

/** `methods` of which every call that a flow's own code made fail is reported, besides being rejected. */
export function reporting<M extends Methods>(methods: M, report: Report): M {
  const reported = ([name, call]: [string, Methods[string]]): [string, Methods[string]] => [
    name,
    (...args) =>
      call(...args).catch((error: unknown) => {
        if (isDogearError(error) && isFault(error)) report(error)
        throw error
      }),
  ]
  return Object.fromEntries(Object.entries(methods).map(reported)) as M
}
