// Every way Dogear says no: one error class with its codes, each of one HTTP status.

/** The stable name of an error. `docs/errors` has a page for each: cause, what a person sees, what to do. */
export type DogearErrorCode =
  | 'invalid_request'
  | 'no_session'
  | 'not_signed_in'
  | 'origin_refused'
  | 'unknown_flow'
  | 'not_found'
  | 'method_not_allowed'
  | 'stale_step'
  | 'rewound'
  | 'not_accepted'
  | 'effect_pending'
  | 'conflict'
  | 'other_session'
  | 'no_cookies'
  | 'session_gone'
  | 'handoff_gone'
  | 'too_large'
  | 'nearly_too_large'
  | 'unsupported_media_type'
  | 'invalid_event'
  | 'op_reused'
  | 'rate_limited'
  | 'record_unreadable'
  | 'not_serializable'
  | 'flow_failed'
  | 'effect_failed'
  | 'effect_parameters_changed'
  | 'store_unavailable'
  | 'newer_version'

/** The HTTP status of every code (RFC 9110); a code without one does not compile. */
export const httpStatus: Readonly<Record<DogearErrorCode, number>> = {
  invalid_request: 400,
  no_session: 401,
  not_signed_in: 401,
  origin_refused: 403,
  unknown_flow: 404,
  not_found: 404,
  method_not_allowed: 405,
  stale_step: 409,
  rewound: 409,
  not_accepted: 409,
  effect_pending: 409,
  conflict: 409,
  other_session: 409,
  no_cookies: 409,
  session_gone: 410,
  handoff_gone: 410,
  too_large: 413,
  nearly_too_large: 413,
  unsupported_media_type: 415,
  invalid_event: 422,
  op_reused: 422,
  rate_limited: 429,
  record_unreadable: 500,
  not_serializable: 500,
  flow_failed: 500,
  effect_failed: 500,
  effect_parameters_changed: 500,
  store_unavailable: 503,
  newer_version: 503,
}

/** The URL of the docs of the newest release, which lie in the package. */
export const docsUrl = 'https://unpkg.com/dogear/docs'

/** The URL of the page about a code: the `type` of its problem (RFC 9457). */
export const errorPage = (code: string): string => `${docsUrl}/errors/${code}.md`

/** One thing wrong with one value: where it is, and what to tell the person. */
export type Issue = { path: readonly (string | number)[]; message: string }

/** The members of a `DogearError` beside its code and message. */
export type DogearErrorOptions = {
  cause?: unknown
  issues?: readonly Issue[]
  retryAfterMs?: number
  reference?: string | undefined
}

/**
 * The one error this package throws once a flow is running; wrong wiring throws `TypeError` at construction instead.
 *
 * `message` never holds personal data, keys or stored bytes. `issues` says which values were refused. `retryAfterMs` is
 * set where trying again later makes sense. `reference` names the session concerned, for a person to tell an operator:
 * it is the tag of its views, and opens nothing. `help` is the URL of the page about the code. The underlying error, if
 * any, is `cause`.
 */
export class DogearError extends Error {
  readonly code: DogearErrorCode
  readonly issues: readonly Issue[]
  readonly retryAfterMs: number | undefined
  readonly reference: string | undefined
  readonly help: string

  constructor(code: DogearErrorCode, message: string, options: DogearErrorOptions = {}) {
    const { cause, issues = [], retryAfterMs, reference } = options
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'DogearError'
    this.code = code
    this.issues = issues
    this.retryAfterMs = retryAfterMs
    this.reference = reference
    this.help = errorPage(code)
  }
}

/** True for a `DogearError` of this or of another copy of the package (recognised by name, not by identity). */
export function isDogearError(error: unknown): error is DogearError {
  return error instanceof Error && error.name === 'DogearError' && 'code' in error
}
