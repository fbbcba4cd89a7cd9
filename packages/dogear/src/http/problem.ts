// Refusals as RFC 9457 problems, and nothing in them that is not meant for a stranger.

import { type DogearError, httpStatus, isDogearError } from '../errors.ts'
import type { Problem, View } from '../wire.ts'

export type ProblemReply = { problem: Problem; retryAfterMs: number | undefined }

// With the type "about:blank" a problem's title is the status phrase (RFC 9457 section 4.2.1); `code` tells them apart.
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

// When the cause names no time: soon enough for a person, late enough for a service that is starting.
const defaultRetryAfterMs = 2000

/** What to answer when `error` was thrown; an error that is not ours says nothing about itself. */
export function toRefusal(error: unknown): ProblemReply {
  const status = isDogearError(error) ? httpStatus[error.code] : undefined
  if (status === undefined)
    return { problem: problem(500, 'internal', 'Something went wrong on our side.'), retryAfterMs: undefined }
  const { code, message, issues, retryAfterMs, reference } = error as DogearError
  const refused = { ...problem(status, code, message), ...(reference ? { reference } : {}) }
  return {
    problem: issues.length > 0 ? { ...refused, issues } : refused,
    retryAfterMs: status === 503 || status === 429 ? (retryAfterMs ?? defaultRetryAfterMs) : undefined,
  }
}

/** What to answer when the engine turned an event down; the fresh view lets the page catch up without asking again. */
export function toRejection(reply: {
  code: DogearError['code']
  message: string
  issues: Problem['issues']
  view: View
}): ProblemReply {
  const refused = problem(httpStatus[reply.code], reply.code, reply.message)
  const issues = reply.issues && reply.issues.length > 0 ? { issues: reply.issues } : {}
  return { problem: { ...refused, ...issues, view: reply.view }, retryAfterMs: undefined }
}

function problem(status: number, code: string, detail: string): Problem {
  return { type: 'about:blank', title: phrases[status] ?? 'Internal Server Error', status, code, detail }
}
