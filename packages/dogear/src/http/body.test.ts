// How much of a request is read, and what is taken for a body at all.

import { describe, expect, it } from 'vitest'
import { bodyKind, parseJson as parseJsonOf, readText as readTextOf, requireBodyKind } from './body.ts'
import { fromRequest } from './fetch.ts'

const parseJson = (text: string) => parseJsonOf(text, 1000)
const readText = (request: Request, maxBytes: number) => readTextOf(fromRequest(request), maxBytes)

type Source = { request: Request; pulled: () => number; cancelled: () => boolean }

/** A request whose body is made on demand, without a length, `chunk` by `chunk`, for ever if nobody stops it. */
function streaming(chunk: Uint8Array, chunks = Number.POSITIVE_INFINITY): Source {
  let pulled = 0
  let cancelled = false
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        pulled += 1
        if (pulled > chunks) controller.close()
        else controller.enqueue(chunk)
      },
      cancel() {
        cancelled = true
      },
    },
    { highWaterMark: 0 },
  )
  const request = new Request('https://shop.example/', { method: 'POST', body, duplex: 'half' } as RequestInit)
  return { request, pulled: () => pulled, cancelled: () => cancelled }
}
const of = (body: BodyInit) => new Request('https://shop.example/', { method: 'POST', body })

describe('the body', () => {
  it('is read up to the limit, and not a byte less', async () => {
    expect(await readText(of('x'.repeat(100)), 100)).toHaveLength(100)
    await expect(readText(of('x'.repeat(101)), 100)).rejects.toMatchObject({ code: 'too_large' })
  })

  it('is cut off while it streams, and its source is told [M54]', async () => {
    const endless = streaming(new Uint8Array(1000).fill(120))
    await expect(readText(endless.request, 10_000)).rejects.toMatchObject({ code: 'too_large' })
    expect(endless.pulled()).toBeLessThanOrEqual(12)
    expect(endless.cancelled()).toBe(true)
  })

  it('is counted in bytes, not in characters', async () => {
    await expect(readText(of('é'.repeat(60)), 100)).rejects.toMatchObject({ code: 'too_large' })
  })

  it('is put together from chunks that split a character', async () => {
    const bytes = new TextEncoder().encode('é')
    const halves = new ReadableStream({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte))
        controller.close()
      },
    })
    expect(
      await readText(
        new Request('https://shop.example/', { method: 'POST', body: halves, duplex: 'half' } as RequestInit),
        10,
      ),
    ).toBe('é')
  })

  it.each([
    ['a broken sequence', Uint8Array.of(0xc3, 0x28)],
    ['half a character at the end', Uint8Array.of(0x61, 0xc3)],
    ['an overlong encoding', Uint8Array.of(0xc0, 0xaf)],
    ['a surrogate', Uint8Array.of(0xed, 0xa0, 0x80)],
  ])('must be UTF-8: %s is refused', async (_, bytes) => {
    await expect(readText(of(bytes), 100)).rejects.toMatchObject({ code: 'invalid_request' })
  })

  it('may be missing', async () => {
    expect(await readText(new Request('https://shop.example/', { method: 'POST' }), 100)).toBe('')
  })

  it('that breaks off is a bad request, not a crash', async () => {
    const broken = new ReadableStream({
      pull(controller) {
        controller.error(new Error('socket hang up'))
      },
    })
    const request = new Request('https://shop.example/', {
      method: 'POST',
      body: broken,
      duplex: 'half',
    } as RequestInit)
    await expect(readText(request, 100)).rejects.toMatchObject({ code: 'invalid_request' })
  })
})

describe('the media type', () => {
  it.each([
    ['application/json', 'json'],
    ['application/json; charset=utf-8', 'json'],
    ['Application/JSON;charset="UTF-8"', 'json'],
    ['application/json; profile=x', 'json'],
    ['application/x-www-form-urlencoded', 'form'],
    ['application/x-www-form-urlencoded;charset=UTF-8', 'form'],
  ])('%s is taken as %s', (contentType, kind) => {
    expect(bodyKind(contentType)).toBe(kind)
  })

  it.each([
    null,
    '',
    'text/plain',
    'text/plain; application/json',
    'text/json',
    'multipart/form-data; boundary=x',
    'application/json; charset=utf-16',
    'application/json, text/plain',
    'application/jsonx',
    'application/ld+json',
    'application/octet-stream',
    'constructor',
  ])('%j is not taken [M21]', (contentType) => {
    expect(bodyKind(contentType)).toBeUndefined()
  })

  it('must not hide behind a compression', () => {
    const request = new Request('https://shop.example/', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: '{}',
    })
    expect(() => requireBodyKind(fromRequest(request), ['json'])).toThrow(
      expect.objectContaining({ code: 'unsupported_media_type' }),
    )
  })
})

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
  ])('is refused with %s [M53] [M54]', (_, text) => {
    expect(() => parseJson(text)).toThrow(expect.objectContaining({ code: 'invalid_request' }))
  })

  it.each([
    ['a text', (text: string) => text],
    ['a text deep inside', (text: string) => ({ a: [{ b: text }] })],
    ['a key', (text: string) => ({ a: [{ [text]: 1 }] })],
  ])('is taken with %s up to the longest there may be, and refused past it [M54]', (_, body) => {
    expect(parseJson(JSON.stringify(body('é'.repeat(1000))))).toEqual(body('é'.repeat(1000)))
    expect(() => parseJson(JSON.stringify(body('é'.repeat(1001))))).toThrow(
      expect.objectContaining({ code: 'too_large', message: expect.not.stringContaining('é') }),
    )
  })

  it('is refused without repeating what it said', () => {
    expect(() => parseJson('{"card":"4242')).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('4242') }),
    )
  })

  it('is refused when it nests a hundred thousand brackets, without running out of stack [M54]', () => {
    expect(() => parseJson(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)).toThrow(
      expect.objectContaining({ code: 'invalid_request' }),
    )
  })
})
