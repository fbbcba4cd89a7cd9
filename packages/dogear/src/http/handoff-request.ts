// The bodies of requests that offer, take over or open a session, checked.

import type { HandoffMode } from '../wire.ts'
import { members, refuse } from './request.ts'

const maxText = 1024

/** A link's token, or a code as typed. */
export type GivenProof = { token: string } | { code: string }

/** The body of `POST /:flow/handoffs`. */
export function toMode(body: unknown): HandoffMode {
  const { mode = 'move' } = members(body, ['mode'])
  if (mode !== 'move' && mode !== 'join') throw refuse('"mode" must be "move" or "join"')
  return mode
}

/** The body of `POST /handoffs/look`. */
export function toGivenProof(body: unknown): GivenProof {
  const { token, code } = members(body, ['token', 'code'])
  if ((token === undefined) === (code === undefined)) throw refuse('Either "token" or "code" must be given')
  return token === undefined ? { code: toText('code', code) } : { token: toText('token', token) }
}

/** The body of `POST /handoffs/redeem`. */
export function toRedemption(body: unknown): { shown: GivenProof; replace: boolean } {
  const { replace, ...shown } = members(body, ['token', 'code', 'replace'])
  return { shown: toGivenProof(shown), replace: toFlag('replace', replace) }
}

/** The body of `POST /:flow/open`. */
export function toOpening(body: unknown): { session: string; replace: boolean } {
  const { session, replace } = members(body, ['session', 'replace'])
  return { session: toSession(session), replace: toFlag('replace', replace) }
}

/** The name of a saved session, as the list of them gives it. */
export function toSession(value: unknown): string {
  if (typeof value !== 'string' || !/^[\w-]{1,128}$/.test(value)) throw refuse('"session" must name a saved session')
  return value
}

function toText(name: string, value: unknown): string {
  if (typeof value !== 'string' || value.length > maxText) throw refuse(`"${name}" must be a text`)
  return value
}

// In a form the value may be that of a checkbox or a button.
function toFlag(name: string, value: unknown): boolean {
  if (value === undefined || value === false || value === 'false') return false
  if (value === true || value === 'true' || value === 'on' || value === '1') return true
  throw refuse(`"${name}" must be true or false`)
}
