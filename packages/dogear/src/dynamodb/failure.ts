// Turns errors of the AWS SDK into errors of this package, without session data.

import { DogearError } from '../errors.ts'
import { scrubbed } from '../store/scrubbed.ts'

const throttled: ReadonlySet<string> = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'Throttling',
  'ThrottlingException',
])
// A transaction of others on the same item is soon over.
const passing: ReadonlySet<string> = new Set([
  ...throttled,
  'InternalServerError',
  'ServiceUnavailable',
  'TimeoutError',
  'TransactionConflictException',
])
const broken: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'])

/** The members of errors of the SDK that are looked at. */
type Failure = {
  name?: string
  message?: string
  code?: string
  $metadata?: { httpStatusCode?: number; clockSkewCorrected?: boolean }
}

/**
 * True if the same request may well succeed in a moment: the service throttles, or failed in passing; or the SDK signed
 * with a wrong time, and has just learned the right one.
 */
export function isPassing(error: unknown): boolean {
  const { name = '', code = '', $metadata } = (error ?? {}) as Failure
  const resigns = name === 'InvalidSignatureException' && $metadata?.clockSkewCorrected === true
  return passing.has(name) || broken.has(code) || resigns || Number($metadata?.httpStatusCode) >= 500
}

/** True if the deadline ended the request. */
export const isCutShort = (error: unknown): boolean => (error as Failure | undefined)?.name === 'AbortError'

const refused = 'AWS refused the credentials; see which ones the client was given, and if they or the session ended'
const expiry = 'AWS credentials have expired; renew them'

/** The remedy for what no repetition mends, by the name of the error. */
const remedies: Readonly<Record<string, string>> = {
  ResourceNotFoundException: 'the table or its index is not there; make it with "npx dogear dynamodb table --create"',
  ResourceInUseException: 'the table is being made or changed; wait until it is active',
  CredentialsProviderError: 'no AWS credentials were found; set them in the environment, a profile or a role',
  TokenProviderError: 'no AWS credentials were found; sign in again',
  UnrecognizedClientException: refused,
  InvalidSignatureException: `${refused}, and the clock of this machine`,
  IncompleteSignatureException: refused,
  MissingAuthenticationTokenException: refused,
  MissingAuthenticationToken: refused,
  InvalidClientTokenId: refused,
  ExpiredTokenException: expiry,
  ExpiredToken: expiry,
  AccessDeniedException: 'these AWS credentials may not do that; allow the actions that docs/dynamodb.md lists',
  NotAuthorized: 'these AWS credentials may not do that; allow the actions that docs/dynamodb.md lists',
  UnknownEndpoint: 'there is no DynamoDB at this address; see the region and the endpoint of the client',
}
const addresses: ReadonlySet<string> = new Set(['ENOTFOUND', 'EAI_AGAIN'])

/** The limit of DynamoDB for an item, names and all. */
export const mostBytes: number = 400 * 1024

export const tooLarge = (cause?: unknown): DogearError =>
  new DogearError('too_large', `The session would take more than the ${mostBytes} bytes of an item of DynamoDB.`, {
    cause,
  })

/**
 * The error to throw for an error of a request: `too_large` for an item past the limit, else `store_unavailable`, with
 * the remedy where one is known.
 *
 * Errors of the SDK carry the response, one of a condition the item, and some quote a value in the message. The cause
 * is therefore a copy that has only the name, the rest of the message and the code.
 */
export function toFailure(error: unknown): DogearError {
  if (error instanceof DogearError) return error
  const { name = 'Error', message = 'unknown failure', code } = (error ?? {}) as Failure
  const cause = scrubbed(error, quoted)
  if (name === 'ValidationException' && /item size/i.test(message)) return tooLarge(cause)
  return new DogearError('store_unavailable', explained({ name, message, code }), { cause, retryAfterMs: 1000 })
}

// A value that breaks a rule of the service's model.
const quoted = /(?<=Value )'.*?'(?= at )/gs

function explained({ name, message, code }: { name: string; message: string; code: string | undefined }): string {
  if (throttled.has(name)) return 'DynamoDB throttled the request until its deadline.'
  if (isCutShort({ name }) || name === 'TimeoutError') return 'DynamoDB did not answer in time.'
  const remedy = /^Region is missing/i.test(message)
    ? 'the client has no AWS region; give it one, or set AWS_REGION'
    : remedies[addresses.has(code ?? '') ? 'UnknownEndpoint' : name]
  return remedy === undefined ? 'DynamoDB did not answer as it should.' : `DynamoDB cannot be used: ${remedy}.`
}
