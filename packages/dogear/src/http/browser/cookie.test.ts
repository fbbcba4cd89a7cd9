// The format of a cookie, and the refusal of every other one.

import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { clearCookie, cookieSite, mintToken, parseCookie, parseToken, setCookie, unambiguousCookies } from './cookie.ts'

const name = '__Host-dogear.order'
const { token, credential, selector } = mintToken(randomBytes)
const other = mintToken(randomBytes).token
const sha256 = (text: string) => createHash('sha256').update(text).digest('base64url')

describe('a credential', () => {
  it('is 128 and 256 bits from the given generator, and leaves as hashes only [M1] [M2]', () => {
    const sizes: number[] = []
    const minted = mintToken((size) => {
      sizes.push(size)
      return new Uint8Array(size).fill(255)
    })
    expect(sizes).toEqual([16, 32])
    expect(minted.token).toBe(`${'_'.repeat(21)}w.${'_'.repeat(42)}8`)
    const [selector = '', secret = ''] = minted.token.split('.')
    expect(minted.credential).toEqual({ id: sha256(selector), secretHash: sha256(secret) })
  })

  it('comes back from the cookie it went out with', () => {
    const held = { credential, selector }
    expect(parseCookie(name, `theme=dark; ${name}=${token}; lang=en`)).toEqual(held)
    expect(parseCookie(name, setCookie({ name, secure: true }, token, 1000).split(';')[0] ?? '')).toEqual(held)
    expect(parseToken(token)).toEqual(held)
  })

  it('of another device of a session has the same selector and a secret of its own', () => {
    const second = mintToken(randomBytes, selector)
    expect(second.credential.id).toBe(credential.id)
    expect(second.credential.secretHash).not.toBe(credential.secretHash)
    expect(parseToken(second.token)?.selector).toBe(selector)
  })

  it.each([
    ['no cookie', null],
    ['an empty header', ''],
    ['another name', `dogear.order=${token}`],
    ['a name that only ends like it', `x${name}=${token}`],
    ['another case', `__host-dogear.order=${token}`],
    ['two of the name', `${name}=${token}; ${name}=${other}`],
    ['two equal ones', `${name}=${token}; ${name}=${token}`],
    ['an empty value', `${name}=`],
    ['quotes', `${name}="${token}"`],
    ['only a selector', `${name}=${token.slice(0, 22)}`],
    ['no secret', `${name}=${token.slice(0, 23)}`],
    ['a third part', `${name}=${token}.x`],
    ['one character more', `${name}=${token}A`],
    ['one character less', `${name}=${token.slice(0, -1)}`],
    ['a spelling that decodes to the same bytes', `${name}=${'A'.repeat(21)}B.${'A'.repeat(43)}`],
    ['standard base64', `${name}=${'+'.repeat(21)}A.${'/'.repeat(42)}A`],
    ['a path', `${name}=../../../etc/passwd`],
    ['a hash tag of Redis', `${name}={${token}}`],
    ['a NUL', `${name}=${token.slice(0, 10)}\0${token.slice(11)}`],
    ['a line break', `${name}=${token}\r\nSet-Cookie: a=b`],
    ['an emoji', `${name}=🍪`],
    ['ten thousand characters', `${name}=${'A'.repeat(10_000)}`],
    ['its own hashes', `${name}=${credential.id}.${credential.secretHash}`],
  ])('is not read from %s [M2] [M3] [M15]', (_, header) => {
    expect(parseCookie(name, header)).toBeUndefined()
  })
})

describe('the cookie', () => {
  it('is bound to the host, hidden from scripts, and ends with the session [M13]', () => {
    expect(setCookie(cookieSite('order', 'https://shop.example', false), token, 90_000)).toBe(
      `__Host-dogear.order=${token}; Max-Age=90; Path=/; HttpOnly; SameSite=Lax; Secure`,
    )
  })

  it('lives 400 days at most, as browsers allow no more', () => {
    expect(setCookie({ name, secure: true }, token, 10 ** 12)).toContain('; Max-Age=34560000;')
  })

  it('is taken away under the same name and path', () => {
    expect(clearCookie({ name, secure: true })).toBe(`${name}=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax; Secure`)
  })

  it.each(['http://localhost:3000', 'http://localhost', 'http://127.0.0.1:80', 'http://[::1]:3000'])(
    'goes without prefix and Secure on %s, if the application allows it [M14]',
    (origin) => {
      expect(cookieSite('order', origin, true)).toEqual({ name: 'dogear.order', secure: false })
      expect(cookieSite('order', origin, false)).toEqual({ name, secure: true })
    },
  )

  it.each([
    'https://localhost:3000',
    'https://shop.example',
    'http://192.168.1.5:3000',
    'http://localhost.evil.example',
    'http://127.0.0.1.evil.example',
    'http://evil.example/http://localhost',
    'http://localhost:3000@evil.example',
  ])('[M14] keeps prefix and Secure on %s', (origin) => {
    expect(cookieSite('order', origin, true)).toEqual({ name, secure: true })
  })
})

it.each([
  ['user=ada', 'user=ada'],
  ['a=1; user=ada; user=eve; b=2', 'a=1; b=2'],
  ['user=ada; user=ada', ''],
  ['user=ada;user =eve', ''],
  ['user=ada; User=eve', 'user=ada; User=eve'],
  ['user; user=eve', ''],
  ['', ''],
])('of the cookies in %j the application sees %j: of two with one name neither [M15]', (sent, seen) => {
  expect(unambiguousCookies(sent)).toBe(seen)
})
