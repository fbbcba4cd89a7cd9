// A codec around a codec: the same bytes, sealed for the place they are stored in.

import { createCipheriv, createDecipheriv } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { DogearError } from '../errors.ts'
import { bound } from '../keys/bound.ts'
import type { RecordKey } from '../keys/record-key.ts'
import type { RecordKeys } from '../keys/record-keys.ts'
import { subkey } from '../keys/server-keys.ts'
import type { SessionId } from '../store/store.ts'
import type { SessionRecord } from '../turn/record.ts'
import type { Codec, RecordPlace } from './codec.ts'
import {
  createIvs,
  type Envelope,
  formatOf,
  type Header,
  isSealed,
  ivBytes,
  readEnvelope,
  startEnvelope,
  tagBytes,
} from './envelope.ts'

/** `on`: writes sealed, reads both. `required`: refuses records that are not sealed. `off`: writes as they are. */
export type SealingMode = 'on' | 'required' | 'off'

const algorithm = 'aes-256-gcm'
const purpose = 'record'
/**
 * Sealing waits for this, so that the records of a cohort are packed side by side, then sealed side by side: what a
 * cipher needs is in the caches of the processor for all but the first of them.
 */
const nextStage = Promise.resolve()
/** Sessions whose key is remembered: deriving one costs as much as sealing. */
const rememberedKeys = 10_000

/**
 * `inner` with AES-256-GCM around it: a key for each session, derived by HKDF-SHA-256, bound to format, flow, session,
 * position and id of the key. A record is `record_unreadable` if it was changed, if it is not where it was written, or
 * if its key is not among `keys`. Bytes that are not sealed are read as `inner` reads them.
 */
export function sealedCodec(inner: Codec, keys: RecordKeys | undefined, mode: SealingMode): Codec {
  const subkeyOf = rememberedSubkeys()
  const nextIv = createIvs()

  function seal(key: RecordKey, plain: Uint8Array, flow: string, place: RecordPlace): Uint8Array {
    const header: Header = { keyId: key.id, wrapped: key.wrapped, flow }
    const iv = nextIv()
    const cipher = createCipheriv(algorithm, subkeyOf(key, place.session), iv, { authTagLength: tagBytes })
    cipher.setAAD(boundTo(header, place))
    const { bytes, at } = startEnvelope(header, plain.length)
    bytes.set(iv, at)
    bytes.set(cipher.update(plain), at + ivBytes)
    cipher.final()
    bytes.set(cipher.getAuthTag(), bytes.length - tagBytes)
    return bytes
  }

  function open(key: RecordKey | undefined, envelope: Envelope, place: RecordPlace): Uint8Array {
    if (!key) throw unreadable(`the record is sealed with key "${envelope.keyId}", which this process does not have`)
    const { iv, body, tag } = envelope
    const decipher = createDecipheriv(algorithm, subkeyOf(key, place.session), iv, { authTagLength: tagBytes })
    decipher.setAAD(boundTo(envelope, place))
    decipher.setAuthTag(tag)
    const plain = decipher.update(body)
    try {
      decipher.final()
    } catch {
      throw unreadable('the sealed record was changed, or is not where it was written')
    }
    return plain
  }

  return {
    encode(record, place) {
      const plain = inner.encode(record, place)
      if (!keys || mode === 'off') return plain
      return nextStage.then(() =>
        then(plain, (bytes) => then(keys.current(), (key) => seal(key, bytes, record.flow, place))),
      )
    },
    decode(bytes, place) {
      if (!isSealed(bytes)) {
        if (mode === 'required') throw unreadable('the record is not sealed, and sealing is required')
        return inner.decode(bytes, place)
      }
      const envelope = partsOf(bytes)
      return then(keys?.find(envelope.keyId, envelope.wrapped), (key) =>
        then(inner.decode(open(key, envelope, place), place), (record) => ofFlow(record, envelope.flow)),
      )
    },
  }
}

/** The id of the key that bytes name; undefined if they are not sealed, or too short to name one. */
export function keyIdOf(bytes: Uint8Array): string | undefined {
  if (!isSealed(bytes)) return undefined
  try {
    return readEnvelope(bytes).keyId
  } catch {
    return undefined
  }
}

function partsOf(bytes: Uint8Array): Envelope {
  try {
    return readEnvelope(bytes)
  } catch (error) {
    throw unreadable('the envelope of the sealed record is broken', error)
  }
}

function ofFlow(record: SessionRecord, flow: string): SessionRecord {
  if (record.flow === flow) return record
  throw unreadable('the sealed record is of another flow than its envelope')
}

const unreadable = (what: string, cause?: unknown): DogearError =>
  new DogearError('record_unreadable', `${what}; it is kept as it is`, { cause })

function boundTo({ keyId, wrapped, flow }: Header, { session, position }: RecordPlace): Buffer {
  const { epoch, revision, mark } = position
  const format = String(formatOf({ wrapped }))
  const key = wrapped ? Buffer.from(wrapped).toString('base64url') : ''
  return bound(format, purpose, flow, session, String(epoch), String(revision), mark, keyId, key)
}

/** One key per session, so that the bound on random IVs (NIST SP 800-38D section 8.3) is one per session. */
function rememberedSubkeys(): (key: RecordKey, session: SessionId) => Uint8Array {
  // Bounded by size: `max` would take the memory of all of them at once, where a process starts.
  const known = new LRUCache<SessionId, { key: RecordKey; derived: Uint8Array }>({
    maxSize: rememberedKeys,
    sizeCalculation: () => 1,
  })
  return (key, session) => {
    const last = known.get(session)
    if (last && last.key.secret === key.secret && last.key.id === key.id) return last.derived
    const derived = subkey(key.secret, `${purpose} ${key.id}`, session)
    known.set(session, { key, derived })
    return derived
  }
}

function then<T, R>(value: T | Promise<T>, next: (value: T) => R | Promise<R>): R | Promise<R> {
  return value instanceof Promise ? value.then(next) : next(value)
}
