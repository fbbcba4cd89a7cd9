// The sealing of an engine: the codec it works with, from the keys that it was given.

import { randomBytes } from 'node:crypto'
import { isBuilding, isProduction } from '../environment.ts'
import type { Keys } from '../keys/key-check.ts'
import { type Keyring, keyringOf } from '../keys/keyring.ts'
import { recordKeys } from '../keys/record-keys.ts'
import { serverKeys } from '../keys/server-keys.ts'
import { type Codec, msgpackCodec } from './codec.ts'
import { type SealingMode, sealedCodec } from './sealed.ts'

export type SealingOptions = {
  codec?: Codec
  keys?: Keys | undefined
  sealing?: SealingMode | undefined
  /** How long a key service is waited for, in milliseconds. */
  deadlineMs?: number
}

export type Sealing = { codec: Codec; keyring: Keyring | undefined }

/**
 * In production keys are needed, unless `sealing` is `off`, and none may be made up by a person. A build, which serves
 * nobody, gets one of its own. Throws `TypeError` for keys that are missing or unusable.
 */
export function toSealing({
  codec = msgpackCodec(),
  sealing,
  deadlineMs = 3_000,
  ...options
}: SealingOptions): Sealing {
  const production = isProduction()
  const { keys = isBuilding() ? randomBytes(32).toString('base64url') : undefined } = options
  const mode = sealing ?? (keys === undefined ? 'off' : 'on')
  if (keys === undefined && (sealing === undefined ? production : mode !== 'off')) throw new TypeError(noKeys)
  if (keys === undefined) return { codec: sealedCodec(codec, undefined, mode), keyring: undefined }
  const own = serverKeys(keys, production)
  return { codec: sealedCodec(codec, recordKeys(keys, own, deadlineMs), mode), keyring: keyringOf(own) }
}

const noKeys =
  'createEngine needs keys to seal what it stores: give it the keys in DOGEAR_KEYS, such as ' +
  "\"k1:$(openssl rand -base64 32 | tr '+/' '-_')\", or say sealing: 'off'"
