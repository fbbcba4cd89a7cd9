// Values that are never stored: fields the flow declares secret, payment card numbers wherever they turn up.

import type { Issue } from '../errors.ts'
import type { Flow } from '../flow/define.ts'
import { toPlainError } from '../flow/machine.ts'
import { holdsCardNumber } from './cards.ts'
import type { Result } from './effects.ts'
import { isPlain, membersOf } from './plain.ts'

type Rules = Pick<Flow, 'secret' | 'cardNumbers'>

// No codec carries data that is nested deeper.
const maxDepth = 64

/** An issue for every part of a payload that must not be stored. */
export function secretsIn({ secret, cardNumbers }: Rules, payload: unknown): Issue[] {
  const issues: Issue[] = []
  // Every event passes here, so an issue's path is copied only if there is an issue.
  const path: (string | number)[] = []
  const seen = new Set<object>()
  const note = (message: string) => void issues.push({ path: [...path], message })
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) {
      if (cardNumbers === 'refuse' && mayBeNumber(value) && holdsCardNumber(String(value)))
        note('This looks like a card number. It is not kept here.')
    } else if (path.length <= maxDepth && !seen.has(value)) {
      seen.add(value)
      for (const [name, part] of membersOf(value)) {
        path.push(typeof name === 'number' ? name : String(name))
        if (isSecret(secret, name)) note('This is never kept here.')
        else {
          if (typeof name !== 'number') look(name)
          look(part)
        }
        path.pop()
      }
    }
  }
  look(payload)
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
  const held = result.ok ? result.output : toPlainError(result.error)
  if (secretsIn({ secret: [], cardNumbers }, held).length === 0) return result
  return { ok: false, error: new Error('the result held what looks like a card number; it was not kept') }
}

const mayBeNumber = (value: unknown): value is string | number | bigint =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint'

// Forms name nested fields `card.cvc` or `card[cvc]`.
const isSecret = (secret: readonly string[], name: unknown): boolean =>
  secret.length > 0 && typeof name === 'string' && name.split(/[.[\]]/).some((part) => secret.includes(part))
