// Sealing or hashing of secrets with the server's keys.

import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import { bound } from './bound.ts'
import type { Keys } from './key-check.ts'
import { type ServerKey, type ServerKeys, serverKeys, subkey } from './server-keys.ts'

/** The purpose of a sealed text. A text sealed for another purpose or another session does not open. */
export type SealContext = { purpose: string; session: string }

/**
 * Seals and hashes with a list of keys. The first makes everything new; the others only open and find older texts. To
 * replace a key, put a new one first, and take the old one off the list once everything made with it has expired.
 */
export interface Keyring {
  /** Authenticated encryption of a short text. Only the id of the key is in the clear. */
  seal(context: SealContext, text: string): string
  /** The same, but equal for equal texts, so that it can be looked up: one per key, the first key's first. */
  names(context: SealContext, text: string): readonly [string, ...string[]]
  /** The sealed text; undefined if its key is not on the list, its context is another, or it was tampered with. */
  open(context: SealContext, sealed: string): string | undefined
  /** Keyed hashes of `value`, one per key, the first key's first. */
  digests(purpose: string, value: string): readonly [string, ...string[]]
}

const algorithm = 'aes-256-gcm'
const ivBytes = 12
// Without an explicit length Node accepts shorter tags (DEP0182).
const tagBytes = 16
/** A text that a keyring sealed: the id of the key, then base64url. */
export const isSealedText = (text: string): boolean => pattern.test(text)

const pattern = /^([\w-]{1,32})\.([\w-]{38,})$/

/**
 * The keyring of `keys`, each at least 32 random bytes in base64url. Throws `TypeError` for unusable keys, in
 * `production` also for keys that a person made up. No message and no property of it holds a key.
 */
export const createKeyring = (keys: Keys, production: boolean): Keyring => keyringOf(serverKeys(keys, production))

export function keyringOf({ all, find }: ServerKeys): Keyring {
  const [first, ...older] = all
  const digestKeys = new Map<string, Buffer>()
  const digest = ({ ownId, secret }: ServerKey, purpose: string, value: string | Uint8Array) => {
    const name = `${ownId} ${purpose}`
    const key = digestKeys.get(name) ?? subkey(secret, `digest ${purpose}`, '')
    digestKeys.set(name, key)
    return createHmac('sha256', key).update(value).digest('base64url')
  }

  function sealWith({ id, secret }: ServerKey, { purpose, session }: SealContext, text: string, iv: Uint8Array) {
    const key = subkey(secret, `seal ${purpose}`, session)
    const cipher = createCipheriv(algorithm, key, iv, { authTagLength: tagBytes })
    cipher.setAAD(bound(id, purpose, session))
    const sealed = [iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]
    return `${id}.${Buffer.concat(sealed).toString('base64url')}`
  }

  /** The IV is a keyed hash of all that is sealed, so it occurs with one text only (RFC 5297 calls that synthetic). */
  function nameWith(key: ServerKey, context: SealContext, text: string): string {
    const iv = digest(key, `name ${context.purpose}`, bound(key.id, context.session, text))
    return sealWith(key, context, text, Buffer.from(iv, 'base64url').subarray(0, ivBytes))
  }

  return {
    seal: (context, text) => sealWith(first, context, text, randomBytes(ivBytes)),
    names: (context, text) => [nameWith(first, context, text), ...older.map((key) => nameWith(key, context, text))],
    open({ purpose, session }, sealed) {
      const [, id = '', body = ''] = pattern.exec(sealed) ?? []
      const key = find(id)
      if (!key) return undefined
      const bytes = Buffer.from(body, 'base64url')
      const secret = subkey(key.secret, `seal ${purpose}`, session)
      const decipher = createDecipheriv(algorithm, secret, bytes.subarray(0, ivBytes), { authTagLength: tagBytes })
      decipher.setAAD(bound(id, purpose, session))
      decipher.setAuthTag(bytes.subarray(-tagBytes))
      try {
        return decipher.update(bytes.subarray(ivBytes, -tagBytes), undefined, 'utf8') + decipher.final('utf8')
      } catch {
        return undefined
      }
    },
    digests: (purpose, value) => [digest(first, purpose, value), ...older.map((key) => digest(key, purpose, value))],
  }
}
