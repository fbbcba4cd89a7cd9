// The bound data: its bytes are part of every sealed record there is.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { bound } from './bound.ts'

it('is each part in UTF-8 after its length in four bytes', () => {
  expect(bound('4', '', 'ß€').toString('hex')).toBe('0000000134' + '00000000' + '00000005c39fe282ac')
  const parts = fc.array(
    fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.string({ minLength: 250, maxLength: 300 })),
  )
  fc.assert(
    fc.property(parts, (all) => {
      const bytes = all.flatMap((part) => {
        const length = Buffer.alloc(4)
        length.writeUInt32BE(Buffer.byteLength(part))
        return [length, Buffer.from(part)]
      })
      expect(bound(...all).equals(Buffer.concat(bytes))).toBe(true)
    }),
  )
})

it('has lengths of more than one byte', () => {
  const long = 'x'.repeat(70_000)
  expect(bound(long, 'é').subarray(0, 4).readUInt32BE()).toBe(70_000)
  expect(bound(long, 'é').subarray(-6).toString('hex')).toBe('00000002c3a9')
})
