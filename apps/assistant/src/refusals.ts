// The refusals of requests, in the shape of OpenAI's errors.

/** The error of the protocol: `param` names the part of the request that is wrong. */
export type ErrorBody = { message: string; type: string; param: string | null; code: string | null }

/** The reason why a request is refused, with the status, the headers and the body of the answer. */
export type Refusal = Error & { status: number; headers: Record<string, string>; body: ErrorBody }

export function refusal(
  status: number,
  { message, type = 'invalid_request_error', param = null, code = null }: Partial<ErrorBody> & { message: string },
  headers: Record<string, string> = {},
): Refusal {
  const body = { message, type, param, code }
  return Object.assign(new Error(message), { name: 'Refusal', status, headers, body })
}

export function isRefusal(error: unknown): error is Refusal {
  return error instanceof Error && error.name === 'Refusal'
}

/** A part of the request that is missing or of the wrong kind. */
export const invalid = (param: string, message: string, code: string | null = null): Refusal =>
  refusal(400, { message, param, code })
