// Marks that tell this process's commits from everyone else's.

import { randomBytes } from 'node:crypto'

const process = randomBytes(5)
let count = 0

/** Nine bytes in base64url, unique across processes and within this one; not a secret. */
export function nextNonce(): string {
  count = (count + 1) % 2 ** 32
  const bytes = Buffer.alloc(9)
  process.copy(bytes)
  bytes.writeUInt32BE(count, 5)
  return bytes.toString('base64url')
}
