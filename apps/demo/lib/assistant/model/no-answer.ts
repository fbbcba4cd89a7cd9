// The reasons why a model gave no answer, as failures of the effect that asked it.

import { APICallError, InvalidResponseDataError, JSONParseError, TypeValidationError } from '@ai-sdk/provider'
import { overQuotaCode } from '../../../flows/assistant/trouble.ts'
import { failure, modelError } from '../failure.ts'

/**
 * The failure for an error of the library, after chunks `without` any choice or not. That error is not its cause: it
 * holds all that the model was sent.
 */
export function failureOf(error: unknown, { now, without }: { now: number; without: boolean }): unknown {
  if (JSONParseError.isInstance(error) || TypeValidationError.isInstance(error)) return modelError('nonsense')
  if (InvalidResponseDataError.isInstance(error)) return modelError(without ? 'nonsense' : 'broken_off')
  // An error that the model tells in the middle of its answer is an object of the protocol.
  if (!APICallError.isInstance(error)) return error instanceof Error ? error : modelError('unavailable')
  const { statusCode = 0, responseHeaders = {}, isRetryable } = error
  if (statusCode >= 200 && statusCode < 300) return modelError('broken_off')
  if (statusCode === 429) return failure(overQuotaCode(retryTime(responseHeaders, now)) as never, 'Too much was asked.')
  // A request that is refused as such is refused again.
  return isRetryable ? modelError('unavailable') : failure('unavailable', `The model answered ${statusCode}.`)
}

const minute = 60_000
const day = 24 * 60 * minute

/** The time from which on another try is welcome, by `Retry-After` in seconds or as a date; a minute without one. */
function retryTime({ 'retry-after': given = '' }: Readonly<Record<string, string>>, now: number): number {
  const at = /^\d+(\.\d+)?$/.test(given) ? now + Number(given) * 1000 : Date.parse(given)
  return Math.round(Number.isNaN(at) ? now + minute : Math.min(Math.max(at, now), now + day))
}
