// The sealing of an engine: all that it stores with, from the keys that it was given.

import { randomBytes } from 'node:crypto'
import { type Codec, msgpackCodec } from '../../codec/codec.ts'
import { sealedCodec } from '../../codec/sealed.ts'
import { isBuilding, isProduction } from '../../environment.ts'
import { listed } from '../../keys/key-check.ts'
import { isKeyService } from '../../keys/key-service.ts'
import { keyringOf } from '../../keys/keyring.ts'
import { recordKeys } from '../../keys/record-keys.ts'
import { serverKeys } from '../../keys/server-keys.ts'
import type { Engine, EngineOptions } from '../contract.ts'
import { guardCodec } from '../foreign.ts'
import { sealedArchive, sealedStore } from './sealed-store.ts'

export type SealingOptions = Pick<EngineOptions, 'store' | 'archive' | 'codec' | 'keys' | 'sealing' | 'deadlineMs'>

/** `store` and `archive` are those of the options, sealed. */
export type Sealing = Pick<Engine, 'store' | 'archive' | 'codec' | 'keyring' | 'sealsWith'>

/**
 * In production keys are needed, unless `sealing` is `off`, and none may be made up by a person. A build, which serves
 * nobody, gets one of its own. Throws `TypeError` for keys that are missing or unusable.
 */
export function toSealing(options: SealingOptions): Sealing {
  const { store, archive, sealing, deadlineMs = 3_000 } = options
  const codec = options.codec ? guardCodec(keepingBytes(options.codec), deadlineMs) : msgpackCodec()
  const { keys = isBuilding() ? randomBytes(32).toString('base64url') : undefined } = options
  const mode = sealing ?? (keys === undefined ? 'off' : 'on')
  if (keys === undefined) {
    if (mode !== 'off' || (sealing === undefined && isProduction())) throw new TypeError(noKeys)
    return { store, archive, codec: sealedCodec(codec, undefined, mode), keyring: undefined, sealsWith: undefined }
  }
  const own = serverKeys(keys, isProduction())
  const records = recordKeys(keys, own, deadlineMs)
  const keyring = keyringOf(own)
  // With a key service, it and the codec have one deadline together. The cipher alone needs none: a timer would cost
  // every turn time.
  const inTime = (sealed: Codec) => (listed(keys).some(isKeyService) ? guardCodec(sealed, deadlineMs) : sealed)
  const by = { keyring, writes: mode !== 'off' }
  return {
    store: sealedStore(store, by),
    archive: archive && sealedArchive(archive, by),
    codec: inTime(sealedCodec(codec, records, mode)),
    keyring,
    sealsWith: mode === 'off' ? undefined : records.sealsWith,
  }
}

/** `codec` of others, whose bytes are copied: it may write the next record into their memory before they are sealed. */
function keepingBytes(codec: Codec): Codec {
  const kept = (bytes: Uint8Array): Uint8Array => Buffer.from(bytes)
  return {
    encode(record, place) {
      const bytes = codec.encode(record, place)
      return 'then' in bytes ? bytes.then(kept) : kept(bytes)
    },
    decode: (bytes, place) => codec.decode(bytes, place),
  }
}

const noKeys =
  'createEngine needs keys to seal what it stores: give it the keys in DOGEAR_KEYS, such as ' +
  "\"k1:$(openssl rand -base64 32 | tr '+/' '-_')\", or say sealing: 'off'"
