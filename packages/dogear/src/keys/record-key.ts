// A key that seals records, or opens those that name it.

import type { KeyObject } from 'node:crypto'

/** `wrapped` is a data key as a key service wrapped it, `secret` the same key in the clear; else a server's key. */
export type RecordKey = { id: string; wrapped: Uint8Array | undefined; secret: KeyObject }
