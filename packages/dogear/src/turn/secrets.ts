// Values that are never stored: fields the flow declares secret, payment card numbers wherever they turn up.

import type { Issue } from '../errors.ts'
import type { Flow } from '../flow/define.ts'
import { holdsCardNumber } from '../flow/form/cards.ts'
import { hidden, isMarked } from '../flow/form/marks.ts'
import { toPlainError } from '../flow/machine.ts'
import { type Path, walk } from '../plain-data.ts'
import type { Result } from './record.ts'

type Rules = Pick<Flow, 'secret' | 'cardNumbers' | 'marks'>
/** Where a value comes from: card numbers in an event are looked for only where the flow asks for it. */
type From = 'event' | 'draft' | 'result'

const looksForCards = ({ cardNumbers }: Rules, from: From): boolean =>
  from === 'event' ? (cardNumbers ?? 'refuse') === 'refuse' : cardNumbers !== 'allow'

/** An issue for every part of a payload that must not be stored. */
export function secretsIn(rules: Rules, payload: unknown, from: From): Issue[] {
  const issues: Issue[] = []
  const cards = looksForCards(rules, from)
  const secret = from === 'result' ? [] : rules.secret
  if (!cards && secret.length === 0) return issues
  let seen: Set<unknown> | undefined
  const look = (part: unknown, path: Path): void => {
    if (cards && mayBeNumber(part) && holdsCardNumber(String(part)))
      issues.push({ path: [...path], message: 'This looks like a card number. It is not kept here.' })
  }
  walk(payload, (part, path) => {
    const name = path.at(-1)
    if (isMarked(secret, path)) {
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

/** The values of a draft without the fields that are secret, at any depth. */
export const withoutSecrets = <T extends object>({ marks }: Pick<Rules, 'marks'>, values: T): T =>
  hidden(marks.secret, values)

/** The result of an effect as it may be kept: one that holds a card number becomes an error. */
export function keepable(rules: Rules, result: Result): Result {
  const value = result.ok ? result.output : toPlainError(result.error)
  if (secretsIn(rules, value, 'result').length === 0) return result
  const error = new Error('the result held what looks like a card number; it was not kept')
  return { ok: false, error, retryable: !result.ok && result.retryable === true }
}

const mayBeNumber = (value: unknown): value is string | number | bigint =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint'
