// The data that an envelope is bound to without containing it.

/**
 * The parts as UTF-8, each after its length in four bytes, so that ("a", "bc") and ("ab", "c") differ.
 *
 * The text is put together first and written at once, a character for each byte: a write for every part took half as
 * long again.
 */
export function bound(...parts: readonly string[]): Buffer {
  let text = ''
  for (const part of parts) {
    const isAscii = Buffer.byteLength(part) === part.length
    const bytes = isAscii ? part : Buffer.from(part).toString('latin1')
    text += lengthOf(bytes) + bytes
  }
  return Buffer.from(text, 'latin1')
}

function lengthOf({ length }: string): string {
  return String.fromCharCode(length >>> 24, (length >>> 16) & 0xff, (length >>> 8) & 0xff, length & 0xff)
}
