// Operation ids: one per submission, so that the server recognises a retry.

/** A fresh operation id: 128 random bits or a UUID. Works on plain http, where `crypto.randomUUID` is missing. */
export function createOpId(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID()
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
