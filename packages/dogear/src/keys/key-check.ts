// Refuses keys that are unfit for a keyring: too short, named twice or, in production, made up by a person.

import { isKeyService, type KeyService } from './key-service.ts'
import { isMadeUp } from './made-up.ts'

/**
 * Keys as an operator gives them: `id:base64url` or base64url alone, separated by commas or in a list, which may hold
 * key services as well.
 */
export type Keys = string | readonly (string | KeyService)[]

/** `id` is undefined for a key without one. */
export type GivenKey = { id: string | undefined; bytes: Uint8Array }

const minBytes = 32
// Shorter than a key in base64url, so that a key in the place of its id is refused and printed nowhere.
export const idPattern: RegExp = /^[\w-]{1,32}$/

/**
 * The keys in `keys`, each base64url of at least 32 bytes. Throws `TypeError` with the index of the key at fault, never
 * the key itself.
 *
 * In `production`, keys that are unlikely to be random are refused: few different bytes, a regular sequence, only text,
 * words.
 */
export function checkKeys(keys: Keys, production: boolean): GivenKey[] {
  const list = listed(keys)
  if (list.length === 0 || list.join('') === '')
    throw new TypeError(`keys is empty: give at least one key of 32 random bytes, as id:base64url; ${unset}`)
  const given = list.flatMap((text, index): GivenKey[] => {
    if (isKeyService(text)) return []
    const at = String(text).indexOf(':')
    const [id, key] = at < 0 ? [undefined, text] : [text.slice(0, at), text.slice(at + 1)]
    const problem = id !== undefined && !idPattern.test(id) ? badId : problemOf(key, production)
    if (problem) throw new TypeError(`keys[${index}] ${problem}; make one with: ${recipe}`)
    return [{ id, bytes: Buffer.from(key, 'base64url') }]
  })
  if (new Set(given.map(({ bytes }) => Buffer.from(bytes).toString('hex'))).size < given.length)
    throw new TypeError('keys has the same key twice')
  return given
}

/** The keys one by one, in their order. */
export const listed = (keys: Keys): readonly (string | KeyService)[] =>
  typeof keys === 'string' ? keys.split(',').map((text) => text.trim()) : keys

const unset = 'set the variable it comes from, such as DOGEAR_KEYS, where this server starts'
const badId = 'has an id that is not 1 to 32 letters, digits, - or _'
const recipe = "openssl rand -base64 32 | tr '+/' '-_'"

function problemOf(key: unknown, production: boolean): string | undefined {
  if (key === '') return `is empty: ${unset}`
  if (typeof key !== 'string' || !/^[A-Za-z0-9_-]+={0,2}$/.test(key)) return 'is not base64url'
  const bytes = Buffer.from(key, 'base64url')
  if (bytes.length < minBytes) return `has ${bytes.length} bytes, and needs at least ${minBytes}`
  return production && isMadeUp(key, bytes) ? 'looks made up, not random' : undefined
}
