// Refuses keys that are unfit for a keyring: too short or, in production, made up by a person.

const minBytes = 32
// Words of examples and templates, long enough not to occur in random text.
const placeholder = /change|replace|placeholder|example|sample|secret|password|insert|development/i

/**
 * The bytes of `keys`, each base64url of at least 32 bytes. Throws `TypeError` with the index of the key at fault,
 * never the key itself.
 *
 * In `production`, keys that are unlikely to be random are refused: few different bytes, a regular sequence, only text,
 * words.
 */
export function checkKeys(keys: readonly string[], production: boolean): Uint8Array[] {
  if (keys.length === 0) throw new TypeError('keys is empty: give at least one key of 32 random bytes in base64url')
  const decoded = keys.map((key, index) => {
    const problem = problemOf(key, production)
    if (problem) throw new TypeError(`keys[${index}] ${problem}; make one with: openssl rand -base64 32 | tr '+/' '-_'`)
    return Buffer.from(key, 'base64url')
  })
  const distinct = new Set(decoded.map((bytes) => bytes.toString('hex')))
  if (distinct.size < keys.length) throw new TypeError('keys has the same key twice')
  return decoded
}

function problemOf(key: unknown, production: boolean): string | undefined {
  if (key === '') return 'is empty: set the variable it comes from, such as DOGEAR_KEYS, where this server starts'
  if (typeof key !== 'string' || !/^[A-Za-z0-9_-]+={0,2}$/.test(key)) return 'is not base64url'
  const bytes = Buffer.from(key, 'base64url')
  if (bytes.length < minBytes) return `has ${bytes.length} bytes, and needs at least ${minBytes}`
  return production && madeUp(key, bytes) ? 'looks made up, not random' : undefined
}

// Of 32 random bytes about 30 differ. Fewer than 20 have a chance of less than one in 10^9, and so have 43 characters
// without a capital letter or without a small one.
function madeUp(key: string, bytes: Uint8Array): boolean {
  const steps = bytes.map((byte, index) => byte - (bytes[index - 1] ?? byte))
  const printable = bytes.every((byte) => byte >= 32 && byte < 127)
  return (
    new Set(bytes).size < 20 ||
    new Set(steps).size < 16 ||
    printable ||
    !/[A-Z]/.test(key) ||
    !/[a-z]/.test(key) ||
    placeholder.test(key)
  )
}
