// The keys of records: the one that seals, those that open what names them.

import type { KeyObject } from 'node:crypto'
import type { ServerKeys } from './server-keys.ts'

/** `wrapped` is a data key as a key service wrapped it, `secret` the same key in the clear; else a server's key. */
export type RecordKey = { id: string; wrapped: Uint8Array | undefined; secret: KeyObject }

/** A promise only where a key service has to be asked; it rejects with `store_unavailable` if that does not answer. */
export type RecordKeys = {
  /** The key that seals from now on. */
  current(): RecordKey | Promise<RecordKey>
  /** The key that a record names; undefined if it is none of these. */
  find(id: string, wrapped: Uint8Array | undefined): RecordKey | undefined | Promise<RecordKey | undefined>
}

/** The server's own keys. A record under the id that derives from a key opens also once the key has one of its own. */
export function ownRecordKeys({ all: [first], find }: ServerKeys): RecordKeys {
  const current: RecordKey = { id: first.id, wrapped: undefined, secret: first.secret }
  return {
    current: () => current,
    find(id, wrapped) {
      const key = wrapped ? undefined : find(id)
      return key && { id, wrapped, secret: key.secret }
    },
  }
}
