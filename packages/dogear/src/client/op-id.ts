// Operation ids: one per submission, so that the server recognises a retry.

/** A fresh operation id: 128 random bits. Works on plain http, where `crypto.randomUUID` is missing. */
export const createOpId = (): string => crypto.getRandomValues(new Uint32Array(4)).join('-')
