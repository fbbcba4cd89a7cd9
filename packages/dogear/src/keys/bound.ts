// The data that an envelope is bound to without containing it.

/** The parts, each after its length, so that ("a", "bc") and ("ab", "c") differ. */
export function bound(...parts: readonly string[]): Buffer {
  let length = 0
  for (const part of parts) length += 4 + Buffer.byteLength(part)
  const bytes = Buffer.allocUnsafe(length)
  let at = 0
  for (const part of parts) {
    const written = bytes.write(part, at + 4)
    bytes.writeUInt32BE(written, at)
    at += 4 + written
  }
  return bytes
}
