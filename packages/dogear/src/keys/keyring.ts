// The server's keys: sealing what only this server may read again, and keyed hashes of what must not be guessed from a store.

import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { checkKeys } from './key-check.ts'

/** What a sealed text is for; one sealed for something else, or for another session, does not open. */
export type SealContext = { purpose: string; session: string }

/**
 * Seals and hashes with a list of keys: the first is used for what is new, all of them for what is there. So a key is replaced by
 * putting a new one first, and taken off the list when nothing made with it lives any more.
 */
export interface Keyring {
  /** Authenticated encryption of a short text. The id of the key is in the clear, the rest looks like noise. */
  seal(context: SealContext, text: string): string
  /** What was sealed, or undefined: made with a key that is not here (any more), for another context, or tampered with. */
  open(context: SealContext, sealed: string): string | undefined
  /** Keyed hashes of `value`, one per key, the first key's first. */
  digests(purpose: string, value: string): readonly [string, ...string[]]
}

type Key = { id: string; master: Uint8Array; digestKeys: Map<string, Buffer> }

const algorithm = 'aes-256-gcm'
const ivBytes = 12
// Node takes shorter tags unless it is told not to (DEP0182).
const tagBytes = 16
const pattern = /^([\w-]{8})\.([\w-]{38,})$/

/**
 * The keyring of `keys`, each at least 32 random bytes in base64url. Throws `TypeError` for keys that cannot be used, in
 * `production` also for those a person made up. No message and no property of it holds a key.
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
      const decipher = createDecipheriv(
        algorithm,
        subkey(key.master, `seal ${purpose}`, session),
        bytes.subarray(0, ivBytes),
        { authTagLength: tagBytes },
      )
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

// Lengths first: ("a", "bc") must not be ("ab", "c").
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
