// The keyring: what it seals only it opens, and only as what it was sealed; what it hashes outlives a change of keys.

import { createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkKeys } from './key-check.ts'
import { createKeyring } from './keyring.ts'

const newKey = () => randomBytes(32).toString('base64url')
const context = { purpose: 'way', session: 'session-1' }

function idOfAnother(): string {
  const [one, two] = [newKey(), newKey()]
  return `${createKeyring(one, true).seal(context, '').split('.')[0]}:${two},${one}`
}

describe('sealing', () => {
  it('gives the text back to the same purpose and session, whatever the text', () => {
    const ring = createKeyring([newKey()], true)
    const character = fc.nat(0xffff).map((unit) => String.fromCharCode(unit))
    fc.assert(
      fc.property(fc.string({ unit: character }), (text) => {
        expect(ring.open(context, ring.seal(context, text))).toBe(Buffer.from(text).toString())
      }),
    )
  })

  it('gives nothing to another purpose or session, also where the two run together the same', () => {
    const ring = createKeyring([newKey()], true)
    const sealed = ring.seal({ purpose: 'a', session: 'bc' }, 'text')
    for (const other of [
      { purpose: 'ab', session: 'c' },
      { purpose: 'a', session: 'bd' },
      { purpose: 'b', session: 'bc' },
      { purpose: '', session: 'abc' },
    ])
      expect(ring.open(other, sealed)).toBeUndefined()
  })

  it('never opens what was changed in a single bit, shortened or lengthened', () => {
    const ring = createKeyring([newKey()], true)
    const [id, body = ''] = ring.seal(context, 'selector').split('.')
    const bytes = Buffer.from(body, 'base64url')
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes)
      changed.writeUInt8((bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7)), bit >> 3)
      expect(ring.open(context, `${id}.${changed.toString('base64url')}`)).toBeUndefined()
    }
    for (const length of [0, 1, 4, 8, 12, 15, 16, 27, 28, bytes.length - 1])
      expect(ring.open(context, `${id}.${bytes.subarray(0, length).toString('base64url')}`)).toBeUndefined()
    expect(ring.open(context, `${id}.${bytes.toString('base64url')}AAAA`)).toBeUndefined()
    for (const garbage of ['', '.', `${id}`, `${id}.`, 'x'.repeat(200), `.${body}`, `${id}.${body}.`])
      expect(ring.open(context, garbage)).toBeUndefined()
  })

  it('makes the same name each time for the same text, and opens it like any other', () => {
    const ring = createKeyring(`k2:${newKey()},k1:${newKey()}`, true)
    const [name, older] = ring.names(context, 'text')
    expect(ring.names(context, 'text')).toEqual([name, older])
    expect([name, older].map((one) => ring.open(context, one ?? ''))).toEqual(['text', 'text'])
    expect(name).toMatch(/^k2\./)
    expect(older).toMatch(/^k1\./)
    const others = [ring.names(context, 'texts'), ring.names({ ...context, session: 'b' }, 'text')]
    for (const [other = ''] of others) expect(other.slice(0, 20)).not.toBe(name?.slice(0, 20))
    expect(ring.open({ ...context, session: 'b' }, name ?? '')).toBeUndefined()
  })

  it('never makes the same envelope twice', () => {
    const ring = createKeyring([newKey()], true)
    expect(new Set(Array.from({ length: 1000 }, () => ring.seal(context, 'text'))).size).toBe(1000)
  })

  it('opens what an older key sealed while that key is on the list, and nothing once it is taken away', () => {
    const [old, fresh] = [newKey(), newKey()]
    const before = createKeyring([old], true)
    const during = createKeyring([fresh, old], true)
    const after = createKeyring([fresh], true)
    const sealed = before.seal(context, 'text')
    expect(during.open(context, sealed)).toBe('text')
    expect(after.open(context, sealed)).toBeUndefined()
    expect(after.open(context, during.seal(context, 'new'))).toBe('new')
    expect(before.open(context, during.seal(context, 'new'))).toBeUndefined()
    // An envelope that names another of our keys does not open either.
    const [, body = ''] = sealed.split('.')
    expect(during.open(context, `${during.seal(context, '').split('.')[0]}.${body}`)).toBeUndefined()
  })
})

describe('hashing', () => {
  it('is HMAC-SHA-256 with a key of its own for every purpose', () => {
    const key = newKey()
    const own = Buffer.from(hkdfSync('sha256', Buffer.from(key, 'base64url'), '', 'dogear digest owner', 32))
    const ring = createKeyring([key], true)
    expect(ring.digests('owner', 'ada')).toEqual([createHmac('sha256', own).update('ada').digest('base64url')])
    expect(ring.digests('code', 'ada')).not.toEqual(ring.digests('owner', 'ada'))
  })

  it('finds under an earlier key what was written with it, and writes with the first', () => {
    const [old, fresh] = [newKey(), newKey()]
    const [written] = createKeyring([old], true).digests('owner', 'ada')
    const digests = createKeyring([fresh, old], true).digests('owner', 'ada')
    expect(digests).toHaveLength(2)
    expect(digests[1]).toBe(written)
    expect(digests[0]).toBe(createKeyring([fresh], true).digests('owner', 'ada')[0])
  })
})

describe('keys', () => {
  const letters = (text: string) => Buffer.from(text).toString('base64url')
  const madeUp: [string, string][] = [
    ['zeroes', Buffer.alloc(32).toString('base64url')],
    ['one byte over and over', Buffer.alloc(32, 0xa7).toString('base64url')],
    ['a few bytes over and over', Buffer.from('0123456789abcdef').toString('base64url').repeat(2)],
    ['a sequence', Buffer.from(Array.from({ length: 32 }, (_, index) => index * 7)).toString('base64url')],
    ['a passphrase', letters('a passphrase that somebody thought up')],
    ['a password with everything in it', letters('Kx9#mQ2$vL7!pR4@wZ8%tY1^nB6&hJ3*')],
    ['small letters', 'correct-horse-battery-staple-and-forty-three'],
    ['words', 'MyVeryOwnDogearProductionSealingKeyNumberOne'],
    ['words and a year', 'ThisIsMyCompanyKeyForTheDogearSessions2026x'],
    ['words in another language', 'DiesIstDerGeheimeSchluesselUnseresLadens2026'],
    ['words and dashes', 'Correct-Horse-Battery-Staple-And-Some-More-Of-It'],
    ['a template', `CHANGE_this-Key_before-You_deploy-${newKey().slice(0, 12)}`],
  ]

  it.each(madeUp)('of %s are refused in production, without being repeated', (_, key) => {
    const make = () => createKeyring([key], true)
    expect(make).toThrow(TypeError)
    expect(make).toThrow(/keys\[0\] looks made up/)
    expect(make).not.toThrow(key)
    expect(() => createKeyring([key], false)).not.toThrow()
  })

  it.each([
    ['none', []],
    ['a short one', [randomBytes(31).toString('base64url')]],
    ['one that is not base64url', [`${newKey().slice(0, 40)} + /`]],
    ['one that is no text', [undefined as unknown as string]],
    ['an empty one', [newKey(), '']],
  ])('are refused everywhere: %s', (_, keys) => {
    for (const production of [true, false]) expect(() => createKeyring(keys, production)).toThrow(TypeError)
  })

  it('are refused if two are the same, padded or not', () => {
    const key = newKey()
    expect(() => createKeyring([key, `${key}=`], false)).toThrow('same key twice')
  })

  it('are read from one text as from a list, with or without ids, the first one first', () => {
    const [one, two] = [newKey(), newKey()]
    const text = createKeyring(`k2:${two}, ${one}`, true)
    const list = createKeyring([`k2:${two}`, one], true)
    expect(text.seal(context, 'text')).toMatch(/^k2\./)
    expect(list.open(context, text.seal(context, 'text'))).toBe('text')
    expect(text.digests('owner', 'ada')).toEqual(list.digests('owner', 'ada'))
    expect(text.open(context, createKeyring(one, true).seal(context, 'old'))).toBe('old')
  })

  it.each([
    ['an empty text', () => '', 'keys is empty'],
    ['a comma too many', () => `k1:${newKey()},`, 'keys[1] is empty'],
    ['an id without a key', () => 'k1:', 'keys[0] is empty'],
    ['a key without its id', () => `:${newKey()}`, 'keys[0] has an id that'],
    ['two parts too many', () => `k1:${newKey()}:x`, 'keys[0] is not base64url'],
    ['the key in the place of its id', () => `${newKey()}:k1`, 'keys[0] has an id that'],
    ['two keys of one id', () => `k1:${newKey()},k1:${newKey()}`, 'two keys with the id "k1"'],
    ['an id that another key has by itself', idOfAnother, 'two keys with the id'],
  ])('are refused with a reason that repeats none: %s', (_, keys, message) => {
    const text = keys()
    const make = () => createKeyring(text, false)
    expect(make).toThrow(message)
    for (const part of text.split(/[:,]/)) if (part.length > 32) expect(make).not.toThrow(part)
  })

  it('that chance made are never mistaken for made up', () => {
    for (let times = 0; times < 20_000; times++) checkKeys([newKey()], true)
  })

  it('are not in what a log shows of the keyring', () => {
    const key = newKey()
    const ring = createKeyring([key], true)
    ring.digests('owner', 'ada')
    const shown = inspect(ring, { depth: 10, showHidden: true }) + JSON.stringify(ring) + String(ring)
    expect(shown).not.toContain(key)
    expect(shown).not.toMatch(/Buffer|Uint8Array|[0-9a-f]{8}/)
  })
})
