// Errors as RFC 9457 problems that tell a stranger no more than they may know.

import type { RejectedReply } from '../engine/contract.ts'
import { type DogearError, type DogearErrorCode, errorPage, httpStatus, isDogearError } from '../errors.ts'
import type { Problem } from '../wire.ts'

export type ProblemReply = { problem: Problem; retryAfterMs: number | undefined }

// The title is the status phrase, whatever the type: a program goes by `code`, a developer by the page of the type.
const phrases: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  410: 'Gone',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
}

// If the error names no time: soon enough for a person, late enough for a service that is starting.
const defaultRetryAfterMs = 2000

// The message of such an error is for an operator: it names the service or the key, and what is wrong with it.
const inPublic: Partial<Record<DogearErrorCode, string>> = {
  store_unavailable: 'This cannot be done right now. Try again in a moment.',
  record_unreadable: 'This cannot be read right now. It is kept as it is.',
}

/** The answer to a request that threw `error`. Of an error that is not a DogearError nothing is told. */
export function toProblem(error: unknown): ProblemReply {
  const status = isDogearError(error) ? httpStatus[error.code] : undefined
  if (status === undefined)
    return { problem: problem(500, 'internal', 'Something went wrong on our side.'), retryAfterMs: undefined }
  const { code, message, issues, retryAfterMs, reference } = error as DogearError
  const detail = inPublic[code] ?? message
  const refused = { ...problem(status, code, detail), ...(reference ? { reference } : {}) }
  return {
    problem: issues.length > 0 ? { ...refused, issues } : refused,
    retryAfterMs: status === 503 || status === 429 ? (retryAfterMs ?? defaultRetryAfterMs) : undefined,
  }
}

/** The answer to an event the engine rejected. Its view lets the page catch up without another request. */
export function toRejectedProblem({ code, message, issues, view, retryAfterMs }: RejectedReply): ProblemReply {
  const refused = problem(httpStatus[code], code, message)
  return { problem: { ...refused, ...(issues.length > 0 && { issues }), view }, retryAfterMs }
}

function problem(status: number, code: string, detail: string): Problem {
  return { type: errorPage(code), title: phrases[status] ?? 'Internal Server Error', status, code, detail }
}
