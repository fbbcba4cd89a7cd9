// Errors as data: whatever was thrown, as what a record can keep.

/** An error as data that survives storage: `{ name, message, code? }` (`JSON.stringify(new Error)` is `{}`). */
export function toPlainError(error: unknown): { name: string; message: string; code?: string | number } {
  if (typeof error !== 'object' || error === null) return { name: 'Error', message: textOf(error) }
  const { name = 'Error', message = '', code } = error as { name?: unknown; message?: unknown; code?: unknown }
  const plain = { name: textOf(name), message: textOf(message) }
  return typeof code === 'string' || typeof code === 'number' ? { ...plain, code } : plain
}

// Text from outside may be cut in the middle of a character; what has no text of its own throws.
function textOf(value: unknown): string {
  try {
    return String(value).toWellFormed()
  } catch {
    return typeof value
  }
}
