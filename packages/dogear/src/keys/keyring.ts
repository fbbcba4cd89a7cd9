// Sealing or hashing of secrets with the server's keys.

import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { checkKeys } from './key-check.ts'

/** The purpose of a sealed text. A text sealed for another purpose or another session does not open. */
export type SealContext = { purpose: string; session: string }

/**
 * Seals and hashes with a list of keys. The first makes everything new; the others only open and find older texts. To
 * replace a key, put a new one first, and take the old one off the list once everything made with it has expired.
 */
export interface Keyring {
  /** Authenticated encryption of a short text. Only the id of the key is in the clear. */
  seal(context: SealContext, text: string): string
  /** The sealed text; undefined if its key is not on the list, its context is another, or it was tampered with. */
  open(context: SealContext, sealed: string): string | undefined
  /** Keyed hashes of `value`, one per key, the first key's first. */
  digests(purpose: string, value: string): readonly [string, ...string[]]
}

type Key = { id: string; master: Uint8Array; digestKeys: Map<string, Buffer> }

const algorithm = 'aes-256-gcm'
const ivBytes = 12
// Without an explicit length Node accepts shorter tags (DEP0182).
const tagBytes = 16
const pattern = /^([\w-]{8})\.([\w-]{38,})$/

/**
 * The keyring of `keys`, each at least 32 random bytes in base64url. Throws `TypeError` for unusable keys, in
 * `production` also for keys that a person made up. No message and no property of it holds a key.
 */
export function createKeyring(keys: readonly string[], production: boolean): Keyring {
  const [first, ...older] = checkKeys(keys, production).map((master): Key => {
    return { id: subkey(master, 'key id', '').toString('base64url').slice(0, 8), master, digestKeys: new Map() }
  }) as [Key, ...Key[]]
  const all = new Map([first, ...older].map((key) => [key.id, key]))
  const digest = ({ master, digestKeys }: Key, purpose: string, value: string) => {
    const key = digestKeys.get(purpose) ?? subkey(master, `digest ${purpose}`, '')
    digestKeys.set(purpose, key)
    return createHmac('sha256', key).update(value).digest('base64url')
  }

  return {
    seal({ purpose, session }, text) {
      const iv = randomBytes(ivBytes)
      const key = subkey(first.master, `seal ${purpose}`, session)
      const cipher = createCipheriv(algorithm, key, iv, { authTagLength: tagBytes })
      cipher.setAAD(bound(first.id, purpose, session))
      const sealed = [iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]
      return `${first.id}.${Buffer.concat(sealed).toString('base64url')}`
    },
    open({ purpose, session }, sealed) {
      const [, id = '', body = ''] = pattern.exec(sealed) ?? []
      const key = all.get(id)
      if (!key) return undefined
      const bytes = Buffer.from(body, 'base64url')
      const secret = subkey(key.master, `seal ${purpose}`, session)
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

// One key per purpose and session, so that the bound on random IVs (NIST SP 800-38D section 8.3) is one per session.
function subkey(master: Uint8Array, purpose: string, salt: string): Buffer {
  return Buffer.from(hkdfSync('sha256', master, salt, `dogear ${purpose}`, 32))
}

// Each part is preceded by its length, so that ("a", "bc") and ("ab", "c") differ.
function bound(...parts: readonly string[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const bytes = Buffer.from(part)
      const length = Buffer.alloc(4)
      length.writeUInt32BE(bytes.length)
      return [length, bytes]
    }),
  )
}
