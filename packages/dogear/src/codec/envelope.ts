// The layout of a sealed record: a header in the clear, a random IV, the ciphertext, its tag.

import { randomFillSync } from 'node:crypto'
import { idPattern } from '../keys/key-check.ts'

/**
 * One byte of format: 4, or 5 with a wrapped data key. The id of the key after its length (one byte); of format 5 the
 * wrapped key after its length (two bytes, big endian); the id of the flow after its length (one byte). Then 12 bytes
 * of IV, the ciphertext, 16 bytes of tag.
 */
export type Envelope = Header & { iv: Uint8Array; body: Uint8Array; tag: Uint8Array }

/** The part in the clear. `wrapped` is a data key as a key service wrapped it. */
export type Header = { keyId: string; wrapped: Uint8Array | undefined; flow: string }

const sealedByte = 4
const wrappedByte = 5
export const ivBytes = 12
/** Without an explicit length Node accepts shorter tags (DEP0182). */
export const tagBytes = 16

/** True for bytes of a record that is sealed, by whatever key. */
export const isSealed = (bytes: Uint8Array): boolean => bytes[0] === sealedByte || bytes[0] === wrappedByte

/** The format that the header is of, as its first byte says it. */
export const formatOf = ({ wrapped }: Pick<Header, 'wrapped'>): number => (wrapped ? wrappedByte : sealedByte)

/** An envelope of this much ciphertext, with room for it: `at` is where IV, ciphertext and tag go, in this order. */
export function startEnvelope(header: Header, size: number): { bytes: Buffer; at: number } {
  const { keyId, wrapped, flow } = header
  const [idLength, flowLength] = [Buffer.byteLength(keyId), Buffer.byteLength(flow)]
  if (idLength > 0xff || flowLength > 0xff) throw new RangeError('the id of a flow or a key has more than 255 bytes')
  const length = 3 + idLength + flowLength + (wrapped ? 2 + wrapped.length : 0)
  const bytes = Buffer.allocUnsafe(length + ivBytes + size + tagBytes)
  let at = bytes.writeUInt8(formatOf(header), 0)
  at = bytes.writeUInt8(idLength, at)
  at += bytes.write(keyId, at)
  if (wrapped) {
    at = bytes.writeUInt16BE(wrapped.length, at)
    bytes.set(wrapped, at)
    at += wrapped.length
  }
  at = bytes.writeUInt8(flowLength, at)
  at += bytes.write(flow, at)
  return { bytes, at }
}

/** The parts of sealed bytes. Throws `RangeError` if they are cut short, or if nobody can have given their key id. */
export function readEnvelope(sealed: Uint8Array): Envelope {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
  let at = 1
  const take = (length: number): Buffer => {
    const end = at + length
    if (end > bytes.length) throw new RangeError('the envelope is cut short')
    const part = bytes.subarray(at, end)
    at = end
    return part
  }
  const keyId = take(take(1).readUInt8()).toString()
  if (!idPattern.test(keyId)) throw new RangeError('the envelope names no key')
  const wrapped = sealed[0] === wrappedByte ? take(take(2).readUInt16BE()) : undefined
  const flow = take(take(1).readUInt8()).toString()
  const iv = take(ivBytes)
  const body = take(bytes.length - at - tagBytes)
  return { keyId, wrapped, flow, iv, body, tag: take(tagBytes) }
}

/** Random IVs, drawn many at a time: a call for each would cost a turn its time. */
export function createIvs(): () => Uint8Array {
  const pool = Buffer.alloc(256 * ivBytes)
  let used = pool.length
  return () => {
    if (used === pool.length) {
      randomFillSync(pool)
      used = 0
    }
    used += ivBytes
    return pool.subarray(used - ivBytes, used)
  }
}
