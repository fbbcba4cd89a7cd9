// Marks of commits: 3 characters that are the same for all of a session, 5 random ones.

import { randomFillSync } from 'node:crypto'
import type { SessionId } from '../store/store.ts'
import { tagOf } from './access.ts'

const randomBytes = 4
// Random bytes for many marks at once: a call per commit would cost more than the rest of a mark.
const pool = Buffer.alloc(randomBytes * 256)
let used = pool.length

export function nextMark(session: SessionId): string {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += randomBytes
  return tagOf(session).slice(0, 3) + pool.toString('base64url', used - randomBytes, used).slice(0, 5)
}
