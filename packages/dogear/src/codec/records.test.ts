// The door to stored records: only what is filed where it belongs comes in, only what fits goes out.

import { describe, expect, it } from 'vitest'
import { checkout } from '../flow/checkout.fixture.ts'
import { newRecord, type SessionRecord } from '../turn/record.ts'
import { start } from '../turn/session.fixture.ts'
import { type Codec, msgpackCodec, type RecordPlace } from './codec.ts'
import { recordsOf } from './records.ts'

const record: SessionRecord = {
  ...newRecord(checkout, { status: 'active', value: 'shipping', context: { name: 'Ada' } }, start),
  epoch: 1,
  revision: 3,
  mark: 'markmark',
}

const here = { epoch: 1, revision: 3, mark: 'markmark' }

/** A codec like one that seals with a key from afar: it answers later, and notes what it is told. */
function slowCodec(): { codec: Codec; places: RecordPlace[] } {
  const [inner, places] = [msgpackCodec(), [] as RecordPlace[]]
  const codec: Codec = {
    async encode(one, place) {
      places.push(place)
      return inner.encode(one)
    },
    async decode(bytes, place) {
      places.push(place)
      return inner.decode(bytes)
    },
  }
  return { codec, places }
}

describe.each([
  ['at once', () => msgpackCodec()],
  ['later', () => slowCodec().codec],
])('with a codec that answers %s, a record', (_, codec) => {
  const records = recordsOf(codec())
  const write = async (maxBytes: number) => records.write('a', record, maxBytes)

  it('comes back as it was, with the position it is at', async () => {
    const stored = await write(65_536)
    expect(stored.position).toEqual(here)
    expect(await records.read('a', stored)).toEqual(record)
  })

  it.each([
    ['another revision', { ...here, revision: 4 }],
    ['another epoch', { ...here, epoch: 0 }],
    ['another commit', { ...here, mark: 'another-' }],
  ])('that is filed under %s is unreadable', async (_, position) => {
    const { bytes } = await write(65_536)
    await expect(records.read('a', { bytes, position })).rejects.toMatchObject({ code: 'record_unreadable' })
  })

  it('that is larger than its flow allows is not written, and one of that very size is [M55]', async () => {
    const { bytes } = await write(65_536)
    await expect(write(bytes.length)).resolves.toBeDefined()
    await expect(write(bytes.length - 1)).rejects.toMatchObject({
      code: 'too_large',
      message: `the session would take ${bytes.length} bytes, flow "checkout" allows ${bytes.length - 1}`,
    })
  })

  it('that cannot be read or written rejects as the codec says', async () => {
    const broken = { bytes: Uint8Array.of(9), position: here }
    await expect(records.read('a', broken)).rejects.toMatchObject({ code: 'record_unreadable' })
    const snapshot = { ...record.snapshot, context: () => 1 }
    const writing = async () => records.write('a', { ...record, snapshot }, 65_536)
    await expect(writing()).rejects.toMatchObject({ code: 'not_serializable' })
  })
})

it.each([
  [
    'throws',
    () => {
      throw new Error('no key')
    },
  ],
  ['rejects', () => Promise.reject(new Error('no key'))],
])('a codec of the application that %s is an error with a code, and its own as the cause', async (_, fail) => {
  const records = recordsOf({ encode: fail, decode: fail })
  const cause = expect.objectContaining({ message: 'no key' })
  const stored = { bytes: Uint8Array.of(1), position: here }
  await expect(records.read('a', stored)).rejects.toMatchObject({ code: 'record_unreadable', cause })
  const writing = async () => records.write('a', record, 65_536)
  await expect(writing()).rejects.toMatchObject({ code: 'not_serializable', cause })
})

it('a codec is told where the record is filed', async () => {
  const { codec, places } = slowCodec()
  const records = recordsOf(codec)
  await records.read('a', await records.write('a', record, 65_536))
  const place = { session: 'a', position: here }
  expect(places).toEqual([place, place])
})
