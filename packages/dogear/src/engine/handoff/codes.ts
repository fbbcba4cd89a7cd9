// The code that hands over a session: ten characters to read out or type.

// Crockford's Base32: no I, L, O (they are read as digits) and no U.
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const length = 10
const locatorLength = 4
// Longer than any spelling of a code.
const maxTyped = 64

/** A new code: 50 bits of `random`, without separators. */
export function mintCode(random: (size: number) => Uint8Array): string {
  // 256 is a multiple of 32, so every character is as likely as any other.
  return Array.from(random(length), (byte) => alphabet[byte % 32]).join('')
}

/** A code as it is shown: `XXXXX-XXXXX`. */
export function formatCode(code: string): string {
  return `${code.slice(0, length / 2)}-${code.slice(length / 2)}`
}

/** The code in a typed text, or undefined. Accepts small letters, spaces, any dashes, I or L for 1, O for 0. */
export function parseCode(typed: string): string | undefined {
  if (typed.length > maxTyped) return undefined
  const code = typed
    .normalize('NFKC')
    .replace(/[\s\p{Pd}]/gu, '')
    .toUpperCase()
    .replace(/[IL]/g, '1')
    .replaceAll('O', '0')
  return code.length === length && [...code].every((character) => alphabet.includes(character)) ? code : undefined
}

/** The part of a code under which its handoff is filed. */
export function locatorOf(code: string): string {
  return code.slice(0, locatorLength)
}
