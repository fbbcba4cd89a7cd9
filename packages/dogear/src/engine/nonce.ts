// Marks that tell this process's commits from everyone else's.

import { randomBytes } from 'node:crypto'

const process = randomBytes(6).toString('base64url')
let count = 0

/** Unique across processes and within this one; not a secret. */
export function nextNonce(): string {
  count++
  return `${process}${count.toString(36)}`
}
