// The requests of callers: bounded bodies, checked charge requests.
import type { IncomingMessage } from 'node:http'
import type { ChargeRequest } from './charges.ts'
import type { Return } from './confirmations.ts'

const MAX_BYTES = 16 * 1024

/** The reason why a request is refused, with the status and code of the answer. */
export type RefusedRequest = Error & { status: number; code: string }

export function refusal(status: number, code: string, message: string): RefusedRequest {
  return Object.assign(new Error(message), { name: 'RefusedRequest', status, code })
}

export function isRefusal(error: unknown): error is RefusedRequest {
  return error instanceof Error && error.name === 'RefusedRequest'
}

export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    if (size > MAX_BYTES) throw refusal(413, 'too_large', 'The request is too large.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

export async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(await readBody(request))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  } catch (error) {
    if (isRefusal(error)) throw error
  }
  throw refusal(400, 'invalid_request', 'The body must be a JSON object.')
}

/** `POST /charges`: `{ amount, currency, token, reference? }`, an `Idempotency-Key` header; `amount` in minor units. */
export async function readCharge(request: IncomingMessage): Promise<ChargeRequest> {
  const key = request.headers['idempotency-key']
  if (typeof key !== 'string' || key === '' || key.length > 255) {
    throw refusal(400, 'idempotency_key_required', 'Send an Idempotency-Key header of 1 to 255 characters.')
  }
  const { amount, currency, token, reference } = await readJson(request)
  if (typeof amount !== 'number' || !Number.isSafeInteger(amount) || amount <= 0) {
    throw refusal(400, 'invalid_amount', 'The amount must be a positive whole number of minor units.')
  }
  if (typeof currency !== 'string' || !/^[a-z]{3}$/i.test(currency)) {
    throw refusal(400, 'invalid_currency', 'The currency must be a three-letter code.')
  }
  if (typeof token !== 'string' || token === '' || token.length > 255)
    throw refusal(400, 'invalid_token', 'The token is missing.')
  if (reference !== undefined && (typeof reference !== 'string' || reference.length > 255)) {
    throw refusal(400, 'invalid_reference', 'The reference must be a text of up to 255 characters.')
  }
  return { idempotencyKey: key, amount, token, reference }
}

/** `POST /charges/:id/confirmation`: `{ returnUrl, returnCode? }`. Only a page of the shop is accepted. */
export async function readReturn(request: IncomingMessage, origins: ReadonlySet<string>): Promise<Return> {
  const { returnUrl, returnCode } = await readJson(request)
  if (typeof returnUrl !== 'string' || !URL.canParse(returnUrl) || !origins.has(new URL(returnUrl).origin))
    throw refusal(400, 'invalid_return_url', 'returnUrl must be a page of the shop.')
  if (returnCode !== undefined && (typeof returnCode !== 'string' || returnCode.length > 100))
    throw refusal(400, 'invalid_return_code', 'returnCode must be a text of up to 100 characters.')
  return { returnUrl, returnCode }
}
