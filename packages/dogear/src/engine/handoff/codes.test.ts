// The code that is typed: how it is made, shown and read back.

import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatCode, locatorOf, mintCode, parseCode } from './codes.ts'

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

describe('a code', () => {
  it('is ten characters of Crockford’s alphabet, each as likely as any other [M34]', () => {
    const counts = new Map<string, number>()
    const times = 10_000
    for (let time = 0; time < times; time++) {
      const code = mintCode(randomBytes)
      expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{10}$/)
      for (const character of code) counts.set(character, (counts.get(character) ?? 0) + 1)
    }
    const expected = (times * 10) / 32
    const chiSquare = [...alphabet].reduce((sum, one) => sum + ((counts.get(one) ?? 0) - expected) ** 2 / expected, 0)
    // 31 degrees of freedom: beyond 100 chance has odds of less than one in 10^8.
    expect(chiSquare).toBeLessThan(100)
  })

  it('comes from the generator it is given and nothing else', () => {
    const asked: number[] = []
    const zeroes = (size: number) => {
      asked.push(size)
      return new Uint8Array(size)
    }
    expect(mintCode(zeroes)).toBe('0000000000')
    expect(asked).toEqual([10])
    expect(mintCode((size) => Uint8Array.from({ length: size }, (_, index) => 255 - index))).toBe('ZYXWVTSRQP')
  })

  it('is read back however it is shown or typed', () => {
    const characters = fc.string({ unit: fc.constantFrom(...alphabet), minLength: 10, maxLength: 10 })
    const gaps = fc.array(fc.constantFrom('', ' ', '-', '–', '—', '\u00a0', '\t'), { minLength: 11, maxLength: 11 })
    fc.assert(
      fc.property(characters, gaps, fc.boolean(), (code, between, small) => {
        const typed = between.map((gap, index) => gap + (code[index] ?? '')).join('')
        expect(parseCode(small ? typed.toLowerCase() : typed)).toBe(code)
        expect(parseCode(formatCode(code))).toBe(code)
      }),
    )
    expect(formatCode('0123456789')).toBe('01234-56789')
  })

  it.each([
    ['oil0o-il1o0', '0110011100'],
    ['ＡＢＣＤＥ１２３４５', 'ABCDE12345'],
  ])('may be typed as %s', (typed, code) => {
    expect(parseCode(typed)).toBe(code)
  })

  it.each([
    '',
    '-',
    'ABCDE-1234',
    'ABCDE-123456',
    'ABCDU-12345',
    'ABCDE_12345',
    'ABCDE!1234',
    'é'.repeat(10),
    `ABCDE${' '.repeat(60)}12345`,
  ])('is not %j', (typed) => {
    expect(parseCode(typed)).toBeUndefined()
  })

  it('is found by its first four characters', () => {
    expect(locatorOf('ABCDE12345')).toBe('ABCD')
  })
})
