// Sealed records: nobody reads them without the key, and nothing opens that was changed or is not where it was written.

import { createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkout } from '../flow/checkout.fixture.ts'
import { recordKeys } from '../keys/record-keys.ts'
import { serverKeys } from '../keys/server-keys.ts'
import { newRecord, type SessionRecord } from '../turn/record.ts'
import { start } from '../turn/session.fixture.ts'
import { jsonCodec, msgpackCodec, type PlainCodec, type RecordPlace } from './codec.ts'
import { createIvs } from './envelope.ts'
import { recordsOf } from './records.ts'
import { keyIdOf, type SealingMode, sealedCodec } from './sealed.ts'

const newKey = () => randomBytes(32).toString('base64url')
const keys = `k1:${newKey()}`
const secretText = 'Ada-Lovelace-12-St-James-Square'

const recordAt = (revision: number): SessionRecord => ({
  ...newRecord(checkout, { status: 'active', value: 'shipping', context: { name: secretText } }, start),
  revision,
  mark: `mark${revision}`.padEnd(8, '-'),
})
const record = recordAt(3)
const placeOf = ({ epoch, revision, mark }: SessionRecord, session = 'session-1'): RecordPlace => ({
  session,
  position: { epoch, revision, mark },
})
const here = placeOf(record)

const keysOf = (given: string) => recordKeys(given, serverKeys(given, true), 1_000)
const sealedBy = (given: string | undefined, mode: SealingMode = 'on', inner: PlainCodec = msgpackCodec()) => {
  const codec = sealedCodec(inner, given === undefined ? undefined : keysOf(given), mode)
  return {
    encode: async (one: SessionRecord = record, place = placeOf(one)) => codec.encode(one, place),
    decode: (bytes: Uint8Array, place = here) => codec.decode(bytes, place) as SessionRecord,
    codec,
  }
}
const sealed = sealedBy(keys)

/** A decode that is refused, with the bytes as they were. */
function refused(bytes: Uint8Array, place = here, by = sealed): string {
  const before = Buffer.from(bytes)
  try {
    by.decode(bytes, place)
  } catch (error) {
    expect(error).toMatchObject({ name: 'DogearError', code: 'record_unreadable' })
    expect(Buffer.compare(bytes, before)).toBe(0)
    expect(inspect(error, { depth: 9 })).not.toContain(secretText)
    return (error as Error).message
  }
  throw new Error('it was opened')
}

describe('a sealed record', () => {
  it.each([
    ['MessagePack', msgpackCodec()],
    ['JSON', jsonCodec()],
  ])('[M44] of %s comes back as it was, and shows nothing of its content', async (_, inner) => {
    const by = sealedBy(keys, 'on', inner)
    const bytes = await by.encode()
    expect(by.decode(bytes)).toEqual(record)
    expect(Buffer.from(inner.encode(record)).toString('latin1')).toContain(secretText)
    expect(Buffer.from(bytes).toString('latin1')).not.toMatch(/Ada|shipping|name/)
  })

  it('[M38] [M39] [M40] has the layout that the docs describe, and opens by the standard alone', async () => {
    const bytes = Buffer.from(await sealed.encode())
    const header = Buffer.concat([Buffer.from([4, 2]), Buffer.from('k1'), Buffer.from([8]), Buffer.from('checkout')])
    expect(bytes.subarray(0, header.length)).toEqual(header)
    const rest = bytes.subarray(header.length)
    const master = Buffer.from(keys.slice(3), 'base64url')
    const key = Buffer.from(hkdfSync('sha256', master, 'session-1', 'dogear record k1', 32))
    const decipher = createDecipheriv('aes-256-gcm', key, rest.subarray(0, 12), { authTagLength: 16 })
    const parts = ['4', 'record', 'checkout', 'session-1', '0', '3', 'mark3---', 'k1', '']
    const length = (text: string) => Buffer.from([0, 0, 0, text.length])
    decipher.setAAD(Buffer.concat(parts.flatMap((part) => [length(part), Buffer.from(part)])))
    decipher.setAuthTag(rest.subarray(-16))
    const plain = Buffer.concat([decipher.update(rest.subarray(12, -16)), decipher.final()])
    expect(plain).toEqual(Buffer.from(msgpackCodec().encode(record)))
  })

  it('has its own content, however many are written side by side', async () => {
    const all = Array.from({ length: 200 }, (_, revision) => recordAt(revision))
    const bytes = await Promise.all(all.map((one) => sealed.encode(one)))
    expect(bytes.map((one, index) => sealed.decode(one, placeOf(all[index] as SessionRecord)))).toEqual(all)
  })

  it('[M40] has an IV of its own, and of a million no two are the same', async () => {
    const [once, again] = [await sealed.encode(), await sealed.encode()].map((bytes) =>
      Buffer.from(bytes).toString('hex', 13, 25),
    )
    expect(once).not.toBe(again)
    const next = createIvs()
    const ivs = new Set<string>()
    for (let count = 0; count < 1_000_000; count++) ivs.add(Buffer.from(next()).toString('latin1'))
    expect(ivs.size).toBe(1_000_000)
  })

  it('[M38] does not open with any of its bits changed', async () => {
    const bytes = await sealed.encode()
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes)
      changed.writeUInt8((bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7)), bit >> 3)
      refused(changed)
    }
  })

  it.each([4, 8, 12, 15])('[M38] does not open with a tag of %d bytes', async (tag) => {
    refused((await sealed.encode()).subarray(0, tag - 16))
  })

  it('does not open cut short or lengthened, wherever', async () => {
    const bytes = await sealed.encode()
    for (let length = 1; length < bytes.length; length++) refused(bytes.subarray(0, length))
    refused(Buffer.concat([bytes, Buffer.from([0])]))
  })

  it.each<[string, RecordPlace]>([
    ['another session', placeOf(record, 'session-2')],
    ['an earlier revision', placeOf(recordAt(2))],
    ['a later revision', { ...here, position: { ...here.position, revision: 4 } }],
    ['another epoch', { ...here, position: { ...here.position, epoch: 1 } }],
    ['another commit of the same revision', { ...here, position: { ...here.position, mark: 'another-' } }],
  ])('[M39] does not open in the place of %s', async (_, place) => {
    refused(await sealed.encode(), place)
  })

  it('[M39] does not open as one of another flow, neither by its header nor by its content', async () => {
    const bytes = Buffer.from(await sealed.encode())
    bytes.write('checkin-', 5)
    refused(bytes)
    const lying: PlainCodec = { ...msgpackCodec(), encode: () => msgpackCodec().encode({ ...record, flow: 'other' }) }
    expect(refused(await sealedBy(keys, 'on', lying).encode())).toContain('of another flow')
  })

  it('is bound to each part of its place by itself, also where two run together the same', async () => {
    const text = fc.stringMatching(/^[\w-]{1,12}$/)
    await fc.assert(
      fc.asyncProperty(text, text, fc.nat(), fc.nat(), async (session, other, revision, wrong) => {
        fc.pre(session !== other && revision !== wrong)
        const one = recordAt(revision)
        const bytes = await sealed.encode(one, placeOf(one, session))
        expect(sealed.decode(bytes, placeOf(one, session))).toEqual(one)
        refused(bytes, placeOf(one, other))
        refused(bytes, placeOf({ ...one, revision: wrong }, session))
      }),
    )
  })

  it('does not open for another key of the same id', async () => {
    refused(await sealed.encode(), here, sealedBy(`k1:${newKey()}`))
  })
})

describe('the id of the key', () => {
  it.each(['k\n', '\u001b[', 'né', ''])(
    'is one that an operator may have given, or repeated nowhere: %j',
    async (id) => {
      const bytes = Buffer.from(await sealed.encode())
      const forged = Buffer.concat([
        bytes.subarray(0, 1),
        Buffer.from([Buffer.byteLength(id)]),
        Buffer.from(id),
        bytes.subarray(4),
      ])
      expect(refused(forged)).toBe('the envelope of the sealed record is broken; it is kept as it is')
      expect(keyIdOf(forged)).toBeUndefined()
    },
  )

  it('is in the clear, and only the key of that id is tried [M41]', async () => {
    const both = sealedBy(`k2:${newKey()},${keys}`)
    expect(keyIdOf(await sealed.encode())).toBe('k1')
    expect(keyIdOf(await both.encode())).toBe('k2')
    expect(both.decode(await sealed.encode())).toEqual(record)
    expect(keyIdOf(msgpackCodec().encode(record))).toBeUndefined()
  })

  it.each([
    ['with other keys', sealedBy(`k2:${newKey()}`)],
    ['without keys', sealedBy(undefined)],
    ['with sealing off, and no keys', sealedBy(undefined, 'off')],
  ])('[M42] is named where a process %s does not know it', async (_, by) => {
    const message = refused(await sealed.encode(), here, by)
    expect(message).toContain('"k1"')
    expect(message).not.toContain(keys.slice(3))
  })

  it('may be given to a key that had none: what it sealed before opens still', async () => {
    const before = sealedBy(keys.slice(3))
    expect(keyIdOf(await before.encode())).toMatch(/^[\w-]{8}$/)
    expect(sealed.decode(await before.encode())).toEqual(record)
  })
})

describe('records that are not sealed', () => {
  const plain = msgpackCodec().encode(record)

  it('are read, and sealed with their next write', async () => {
    expect(sealed.decode(plain)).toEqual(record)
    expect(keyIdOf(await sealed.encode(sealed.decode(plain)))).toBe('k1')
  })

  it('are refused where sealing is required', async () => {
    const required = sealedBy(keys, 'required')
    expect(refused(plain, here, required)).toContain('not sealed')
    expect(required.decode(await required.encode())).toEqual(record)
  })

  it('are written where sealing is off, and sealed ones read with the keys', async () => {
    const off = sealedBy(keys, 'off')
    expect(await off.encode()).toEqual(plain)
    expect(off.decode(await sealed.encode())).toEqual(record)
  })
})

it('awaits a codec that answers later, and a key that comes later', async () => {
  const slow = {
    encode: async (one: SessionRecord) => msgpackCodec().encode(one),
    decode: async (bytes: Uint8Array) => msgpackCodec().decode(bytes),
  }
  const own = keysOf(keys)
  const later = {
    ...own,
    current: async () => own.current(),
    find: async (id: string) => own.find(id, undefined),
  }
  const records = recordsOf(sealedCodec(slow, later, 'on'))
  const stored = await records.write('session-1', record, 65_536)
  expect(keyIdOf(stored.bytes)).toBe('k1')
  expect(await records.read('session-1', stored)).toEqual(record)
})

it('[M43] shows no key, not even to somebody who looks into the codec', async () => {
  const by = sealedBy(keys)
  by.decode(await by.encode())
  const shown = inspect(by.codec, { depth: 10, showHidden: true }) + JSON.stringify(by.codec)
  expect(shown).not.toContain(keys.slice(3))
  expect(shown).not.toMatch(/<Buffer|Uint8Array/)
})
