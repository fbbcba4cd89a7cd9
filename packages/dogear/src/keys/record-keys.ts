// The keys of records: the one that seals, those that open what names them.

import { createDataKeys, type DataKeys } from './data-keys.ts'
import { idPattern, type Keys, listed } from './key-check.ts'
import { isKeyService } from './key-service.ts'
import type { RecordKey } from './record-key.ts'
import type { ServerKeys } from './server-keys.ts'

/** A promise only where a key service has to be asked; it rejects with `store_unavailable` if that does not answer. */
export type RecordKeys = {
  /** The id of the key that seals from now on. */
  sealsWith: string
  current(): RecordKey | Promise<RecordKey>
  /** The key that a record names; undefined if it is none of these. */
  find(id: string, wrapped: Uint8Array | undefined): RecordKey | undefined | Promise<RecordKey | undefined>
}

/**
 * The keys of `keys`, of which `own` are the server's. The first in the list seals. A record under the id that derives
 * from a key opens also once the key has one of its own. Throws `TypeError` for a key service whose id cannot be used.
 */
export function recordKeys(keys: Keys, own: ServerKeys, deadlineMs: number): RecordKeys {
  const services = new Map<string, DataKeys>()
  for (const service of listed(keys).filter(isKeyService)) {
    const { id } = service
    if (!idPattern.test(id)) throw new TypeError('a key service needs an id of 1 to 32 letters, digits, - or _')
    if (services.has(id) || own.find(id)) throw new TypeError(`keys has two keys with the id "${id}"`)
    services.set(id, createDataKeys(service, { deadlineMs }))
  }
  const [first] = listed(keys)
  const find: RecordKeys['find'] = (id, wrapped) => {
    if (wrapped) return services.get(id)?.open(wrapped)
    const key = own.find(id)
    return key && { id, wrapped, secret: key.secret }
  }
  if (isKeyService(first))
    return { sealsWith: first.id, current: () => (services.get(first.id) as DataKeys).current(), find }
  const [{ id, secret }] = own.all
  const current: RecordKey = { id, wrapped: undefined, secret }
  return { sealsWith: id, current: () => current, find }
}
