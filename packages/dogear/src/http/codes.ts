// The code by which a session is handed over: ten characters to read out and type, forgiving about how.

// Crockford's Base32: no I, L, O (they are read as digits) and no U.
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const length = 10
const locatorLength = 4
// No way of writing a code takes more; what is longer is not looked at.
const maxTyped = 64

/** A new code: 50 bits of `random`, without separators. */
export function mintCode(random: (size: number) => Uint8Array): string {
  // 256 is a multiple of 32, so every character is as likely as any other.
  return Array.from(random(length), (byte) => alphabet[byte % 32]).join('')
}

/** How a code is shown: `XXXXX-XXXXX`. */
export function formatCode(code: string): string {
  return `${code.slice(0, length / 2)}-${code.slice(length / 2)}`
}

/** The code someone typed, in small letters, with spaces and any dashes, I and L for 1, O for 0; undefined if it cannot be one. */
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

/** The part of a code by which its handoff is found; the rest has to be right too. */
export function locatorOf(code: string): string {
  return code.slice(0, locatorLength)
}
