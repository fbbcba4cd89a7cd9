// The sealing of an engine: the codec it works with, from the keys that it was given.

import { randomBytes } from 'node:crypto'
import { type Codec, msgpackCodec } from '../../codec/codec.ts'
import { type SealingMode, sealedCodec } from '../../codec/sealed.ts'
import { isBuilding, isProduction } from '../../environment.ts'
import type { Keys } from '../../keys/key-check.ts'
import { type Keyring, keyringOf } from '../../keys/keyring.ts'
import { recordKeys } from '../../keys/record-keys.ts'
import { serverKeys } from '../../keys/server-keys.ts'
import type { Archive } from '../../store/archive.ts'
import type { Store } from '../../store/store.ts'
import { sealedArchive, sealedStore } from './sealed-store.ts'

export type SealingOptions = {
  store: Store
  archive?: Archive
  codec?: Codec
  keys?: Keys | undefined
  sealing?: SealingMode | undefined
  /** How long a key service is waited for, in milliseconds. */
  deadlineMs?: number
}

/** `store` and `archive` are those of the options, sealed. */
export type Sealing = { store: Store; archive: Archive | undefined; codec: Codec; keyring: Keyring | undefined }

/**
 * In production keys are needed, unless `sealing` is `off`, and none may be made up by a person. A build, which serves
 * nobody, gets one of its own. Throws `TypeError` for keys that are missing or unusable.
 */
export function toSealing(options: SealingOptions): Sealing {
  const { store, archive, codec = msgpackCodec(), sealing, deadlineMs = 3_000 } = options
  const production = isProduction()
  const { keys = isBuilding() ? randomBytes(32).toString('base64url') : undefined } = options
  const mode = sealing ?? (keys === undefined ? 'off' : 'on')
  if (keys === undefined && (sealing === undefined ? production : mode !== 'off')) throw new TypeError(noKeys)
  if (keys === undefined) return { store, archive, codec: sealedCodec(codec, undefined, mode), keyring: undefined }
  const own = serverKeys(keys, production)
  const sealed = sealedCodec(codec, recordKeys(keys, own, deadlineMs), mode)
  const keyring = keyringOf(own)
  if (!keyring) return { store, archive, codec: sealed, keyring }
  const by = { keyring, writes: mode !== 'off' }
  return {
    ...{ codec: sealed, keyring, store: sealedStore(store, by) },
    archive: archive && sealedArchive(archive, by),
  }
}

const noKeys =
  'createEngine needs keys to seal what it stores: give it the keys in DOGEAR_KEYS, such as ' +
  "\"k1:$(openssl rand -base64 32 | tr '+/' '-_')\", or say sealing: 'off'"
