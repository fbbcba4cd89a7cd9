// A row of the store in memory.

import type { Found, Stored } from './store.ts'

export type Row = {
  found: Exclude<Found, undefined>
  expiresAt: number
  dueAt?: number | undefined
  claimableAt?: number | undefined
  life?: string
}

/** Bytes of its own, so that an edit of one side is not seen by the other. */
export function copy(found: Stored): Stored
export function copy(found: Found): Found
export function copy(found: Found): Found {
  return typeof found === 'object' ? { bytes: new Uint8Array(found.bytes), position: { ...found.position } } : found
}
