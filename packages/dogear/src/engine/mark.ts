// Marks of commits: random, 8 characters of base64url.

import { randomFillSync } from 'node:crypto'

const markBytes = 6
// Random bytes for many marks at once: a call per commit would cost more than the rest of a mark.
const pool = Buffer.alloc(markBytes * 256)
let used = pool.length

export function nextMark(): string {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += markBytes
  return pool.toString('base64url', used - markBytes, used)
}
