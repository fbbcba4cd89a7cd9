// JSON from strangers: what is taken as it is, and what never gets further.

import { describe, expect, it } from 'vitest'
import { parseJson } from './json.ts'

const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`
const wide = (keys: number) =>
  JSON.stringify(Object.fromEntries(Array.from({ length: keys }, (_, index) => [`k${index}`, 1])))

describe('JSON from a client', () => {
  it('is taken as it is within the limits', () => {
    expect(parseJson('{"a":[1,{"b":null}],"c":"__proto__"}')).toEqual({ a: [1, { b: null }], c: '__proto__' })
    expect(() => parseJson(nested(32))).not.toThrow()
    expect(() => parseJson(wide(1000))).not.toThrow()
  })

  it.each([
    ['nothing', ''],
    ['half an object', '{"a":'],
    ['a byte order mark', '\uFEFF{}'],
    ['single quotes', "{'a':1}"],
    ['something after it', '{} {}'],
    ['a trailing comma', '{"a":1,}'],
    ['NaN', '{"a":NaN}'],
    ['33 levels', nested(33)],
    ['33 levels of arrays', `${'['.repeat(33)}${']'.repeat(33)}`],
    ['1001 keys', wide(1001)],
    ['1001 keys in many objects', JSON.stringify(Array.from({ length: 1001 }, () => ({ a: 1 })))],
    ['__proto__', '{"__proto__":{"admin":true}}'],
    ['__proto__ deep inside', '{"a":[{"b":{"__proto__":1}}]}'],
    ['an escaped __proto__', '{"\\u005f_proto__":1}'],
    ['constructor', '{"a":{"constructor":{"prototype":{}}}}'],
    ['prototype', '{"prototype":1}'],
  ])('is refused with %s', (_, text) => {
    expect(() => parseJson(text)).toThrow(expect.objectContaining({ code: 'invalid_request' }))
  })

  it('is refused without repeating what it said', () => {
    expect(() => parseJson('{"card":"4242')).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('4242') }),
    )
  })

  it('is refused when it nests a hundred thousand brackets, without running out of stack', () => {
    expect(() => parseJson(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)).toThrow(
      expect.objectContaining({ code: 'invalid_request' }),
    )
  })
})
