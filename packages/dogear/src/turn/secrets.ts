// Values that are never stored: fields the flow declares secret, payment card numbers wherever they turn up.

import type { Issue } from '../errors.ts'
import type { Flow } from '../flow/define.ts'
import { toPlainError } from '../flow/machine.ts'
import { isPlain, maxDepth, type Path, walk } from '../plain-data.ts'
import { holdsCardNumber } from './cards.ts'
import type { Result } from './record.ts'

type Rules = Pick<Flow, 'secret' | 'cardNumbers'>

/** An issue for every part of a payload that must not be stored. */
export function secretsIn({ secret, cardNumbers }: Rules, payload: unknown): Issue[] {
  const issues: Issue[] = []
  let seen: Set<unknown> | undefined
  const look = (part: unknown, path: Path): void => {
    if (cardNumbers === 'refuse' && mayBeNumber(part) && holdsCardNumber(String(part)))
      issues.push({ path: [...path], message: 'This looks like a card number. It is not kept here.' })
  }
  walk(payload, (part, path) => {
    const name = path.at(-1)
    if (isSecret(secret, name)) {
      issues.push({ path: [...path], message: 'This is never kept here.' })
      return false
    }
    if (typeof name === 'string') look(name, path)
    look(part, path)
    if (typeof part !== 'object' || part === null || seen?.has(part)) return false
    // Most payloads hold no object but themselves.
    if (path.length > 0) seen = (seen ?? new Set()).add(part)
    return true
  })
  return issues
}

/** The values without the fields the flow declares secret, at any depth. */
export function withoutSecrets<T extends object>({ secret }: Rules, values: T): T {
  const strip = (value: unknown, depth: number): unknown => {
    if (typeof value !== 'object' || value === null || depth > maxDepth) return value
    if (Array.isArray(value)) return value.map((part) => strip(part, depth + 1))
    if (!isPlain(value)) return value
    const kept = Object.entries(value).filter(([name]) => !isSecret(secret, name))
    return Object.fromEntries(kept.map(([name, part]) => [name, strip(part, depth + 1)]))
  }
  return secret.length === 0 ? values : (strip(values, 0) as T)
}

/** The result of an effect as it may be kept: one that holds a card number becomes an error. */
export function keepable({ cardNumbers }: Rules, result: Result): Result {
  const value = result.ok ? result.output : toPlainError(result.error)
  if (secretsIn({ secret: [], cardNumbers }, value).length === 0) return result
  const error = new Error('the result held what looks like a card number; it was not kept')
  return { ok: false, error, retryable: !result.ok && result.retryable === true }
}

const mayBeNumber = (value: unknown): value is string | number | bigint =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint'

// Forms name nested fields `card.cvc` or `card[cvc]`.
const isSecret = (secret: readonly string[], name: unknown): boolean =>
  secret.length > 0 && typeof name === 'string' && name.split(/[.[\]]/).some((part) => secret.includes(part))
