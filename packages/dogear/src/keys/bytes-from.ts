// Bytes that are the same every time for one seed.

import { createHmac } from 'node:crypto'

/** Bytes, at most 32 a call, that are the same every time, and as secret as their seed. */
export function bytesFrom(seed: Uint8Array): (size: number) => Uint8Array {
  let count = 0
  return (size) => createHmac('sha256', seed).update(`token ${count++}`).digest().subarray(0, size)
}
