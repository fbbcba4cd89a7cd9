// A short reference people can read out, made from what identifies an order.

// Crockford's base 32: no I, L, O or U to mistake for something else.
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/**
 * `seed` as a reference such as `DG-7K3F-9Q2M`. A machine has no random numbers, because the same decision taken twice
 * must have the same result. So the reference is a hash of `seed` (64-bit FNV-1a, of which 40 bits are shown).
 */
export function toOrderReference(seed: string): string {
  let hash = 0xcbf29ce484222325n
  for (const byte of new TextEncoder().encode(seed)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  }
  const letters = Array.from({ length: 8 }, (_, index) => alphabet[Number((hash >> BigInt(index * 5)) & 31n)])
  return `DG-${letters.slice(0, 4).join('')}-${letters.slice(4).join('')}`
}
