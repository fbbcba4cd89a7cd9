// Operation ids: one per submission, so that the server recognises a retry.

/** A fresh operation id of 128 random bits. `crypto.randomUUID` is missing on plain http. */
export const createOpId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
