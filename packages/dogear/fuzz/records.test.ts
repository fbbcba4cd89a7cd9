// Stored records damaged in every place: each is read as one that may be used, or refused by a code and kept as it is.

import { describe, expect, it } from 'vitest'
import { type Codec, jsonCodec, msgpackCodec } from '../src/codec/codec.ts'
import { cutOff, flipped, judged, open } from './damage.ts'

const codecs: [string, Codec][] = [
  ['MessagePack', msgpackCodec()],
  ['JSON', jsonCodec()],
]

describe.each(codecs)('a record in %s', (_, codec) => {
  it('with any bit turned is used as what it says, or refused by a code and kept [M56]', async () => {
    const opening = await open(codec)
    // A sample of a hundred bits; `npm run fuzz` turns all of them.
    const codes = await judged(flipped(opening.ada.bytes, Math.floor(opening.ada.bytes.length / 12.5)), opening)
    expect(codes).toMatchObject({ none: expect.any(Number), record_unreadable: expect.any(Number) })
  }, 120_000)

  it('cut off anywhere is unreadable, and kept [M56]', async () => {
    const opening = await open(codec)
    const codes = await judged(cutOff(opening.ada.bytes, 31), opening)
    expect(Object.keys(codes)).toEqual(['record_unreadable'])
  }, 120_000)

  it('that is none at all is unreadable, and kept [M56]', async () => {
    const opening = await open(codec)
    const { bytes } = opening.ada
    const none = [[], [0], [255], [192], [...bytes, 0], [...bytes, ...bytes], Buffer.from('null'), Buffer.from('{}')]
    const codes = await judged(
      none.map((one) => Uint8Array.from(one)),
      opening,
    )
    expect(Object.keys(codes)).toEqual(['record_unreadable'])
  })

  it('of another session opens nothing of it in this one’s place [M56]', async () => {
    const opening = await open(codec)
    const codes = await judged([opening.eve.bytes], opening)
    expect(Object.keys(codes)).toEqual(['record_unreadable'])
  })
})
