// Keys that a person made up, told from random ones.

// Words of examples and templates, long enough not to occur in random text.
const placeholder = /change|replace|placeholder|example|sample|secret|password|insert|development/i

/** Of 1,043 letters of English text, the number that each letter has. */
const frequencies = Object.fromEntries(
  'a82 b15 c28 d43 e127 f22 g20 h61 i70 j2 k8 l40 m24 n67 o75 p19 q1 r60 s63 t91 u28 v10 w24 x2 y20 z1'
    .split(' ')
    .map((entry) => [entry.charAt(0), Number(entry.slice(1)) / 1043]),
)
/** Small letters, capitals, all others: the chance that one of each follows one of them in text made of words. */
const follows = { small: [0.8, 0.12, 0.08], capital: [0.85, 0.1, 0.05], other: [0.4, 0.3, 0.3] } as const
const kinds = ['small', 'capital', 'other'] as const
const wordBits = 22

/**
 * True for a key, as given and as bytes, that is unlikely to be random: few different bytes, a regular sequence, only
 * text, one case of letters, words. Of 32 random bytes about 30 differ. Fewer than 20 have a chance of less than one in
 * 10^9, and so have 43 characters without a capital letter or without a small one; words have one of less than one in
 * 10^8.
 */
export function isMadeUp(key: string, bytes: Uint8Array): boolean {
  const steps = bytes.map((byte, index) => byte - (bytes[index - 1] ?? byte))
  const printable = bytes.every((byte) => byte >= 32 && byte < 127)
  return (
    new Set(bytes).size < 20 ||
    new Set(steps).size < 16 ||
    printable ||
    !/[A-Z]/.test(key) ||
    !/[a-z]/.test(key) ||
    placeholder.test(key) ||
    bitsOfWords(key) > wordBits
  )
}

/** The number of bits by which the text is likelier as one made of words than as one drawn from 64 characters. */
function bitsOfWords(text: string): number {
  let bits = 0
  let last: keyof typeof follows = 'other'
  for (const character of text) {
    const kind = /[a-z]/.test(character) ? 0 : /[A-Z]/.test(character) ? 1 : 2
    const chance = kind === 2 ? 1 / 12 : (frequencies[character.toLowerCase()] ?? 0)
    bits += Math.log2(64 * follows[last][kind] * chance)
    last = kinds[kind]
  }
  return bits
}
