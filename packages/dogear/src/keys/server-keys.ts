// The server's own keys, by their ids.

import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import { checkKeys, type Keys } from './key-check.ts'

/** `ownId` derives from the key itself: it stands for the key where none was given, and may have, in the past. */
export type ServerKey = { id: string; ownId: string; secret: KeyObject }

/** The first key makes everything new; `find` has all of them, under both of their ids. */
export type ServerKeys = { all: readonly [ServerKey, ...ServerKey[]]; find(id: string): ServerKey | undefined }

/** Throws `TypeError` for unusable keys, in `production` also for those that a person made up. Leaves services out. */
export function serverKeys(keys: Keys, production: boolean): ServerKeys {
  const [first, ...others] = checkKeys(keys, production).map(({ id, bytes }): ServerKey => {
    const secret = createSecretKey(bytes)
    const ownId = subkey(secret, 'key id', '').toString('base64url').slice(0, 8)
    return { id: id ?? ownId, ownId, secret }
  })
  if (!first) throw new TypeError('keys has only key services: what is looked up by its hash needs a key of the server')
  const all = [first, ...others] as const
  const byId = new Map<string, ServerKey>()
  for (const key of all) {
    for (const id of new Set([key.id, key.ownId])) {
      if (byId.has(id)) throw new TypeError(`keys has two keys with the id "${id}"`)
      byId.set(id, key)
    }
  }
  return { all, find: (id) => byId.get(id) }
}

/** The key for one purpose and, by its `salt`, one session: HKDF-SHA-256 (RFC 5869), 32 bytes. */
export function subkey(secret: KeyObject, purpose: string, salt: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, salt, `dogear ${purpose}`, 32))
}
