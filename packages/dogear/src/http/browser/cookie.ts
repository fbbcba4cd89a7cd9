// The session cookie: its name, its format, the credential in it.

import { hash } from 'node:crypto'
import type { Credential } from '../../engine/contract.ts'
import { isLocal } from '../origin.ts'

// Base64url of 16 and 32 bytes; the last characters carry 2 and 4 bits, so only canonical spellings match.
const format = /^[A-Za-z0-9_-]{21}[AQgw]\.[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/

// RFC 6265bis section 5.5: browsers cap a cookie's life at 400 days.
const maxAgeLimitS = 400 * 24 * 60 * 60

/** A token read: the credential for the engine, and the selector, which other devices of the session need too. */
export type ParsedToken = { credential: Credential; selector: string }

/** A new token. `token` itself goes to the browser and nowhere else. */
export type Minted = ParsedToken & { token: string }

/** A cookie's name and attributes: with the `__Host-` prefix and `Secure`, or without on a plain local server. */
export type CookieSite = { name: string; secure: boolean }

/**
 * Chooses the cookie of a place, for an origin such as `https://shop.example`. Safari refuses `Secure` cookies on plain
 * http://localhost, so there, and only if `relaxed`, prefix and `Secure` are dropped.
 */
export function cookieSite(place: string, origin: string, relaxed: boolean): CookieSite {
  const local = relaxed && origin.startsWith('http:') && isLocal(origin)
  return local ? { name: `dogear.${place}`, secure: false } : { name: `__Host-dogear.${place}`, secure: true }
}

/**
 * The token in a `Cookie` header, or undefined. Nothing is read from a store for a wrong format. Of two cookies of the
 * name another host of the domain set one (RFC 6265bis section 4.1.3), so neither is used, and `onTwice` is called.
 */
export function parseCookie(
  name: string,
  cookieHeader: string | null,
  onTwice: () => void = () => {},
): ParsedToken | undefined {
  if (cookieHeader === null) return undefined
  let token: string | undefined
  for (const part of cookieHeader.split(';')) {
    const pair = part.trim()
    if (!pair.startsWith(name) || pair[name.length] !== '=') continue
    if (token !== undefined) {
      onTwice()
      return undefined
    }
    token = pair.slice(name.length + 1)
  }
  return token === undefined ? undefined : parseToken(token)
}

/**
 * A `Cookie` header without the cookies whose name occurs twice. A browser keeps the cookies of other hosts of the
 * domain and of other paths beside one's own, and does not say which is which, so neither of two may tell who somebody
 * is.
 */
export function unambiguousCookies(header: string): string {
  const pairs = header.split(';').map((pair) => pair.trim())
  const nameOf = (pair: string) => pair.split('=', 1)[0]?.trim()
  const count = new Map<string | undefined, number>()
  for (const pair of pairs) count.set(nameOf(pair), (count.get(nameOf(pair)) ?? 0) + 1)
  return pairs.filter((pair) => count.get(nameOf(pair)) === 1).join('; ')
}

/** A token from a cookie or a handoff's link; undefined if the text is not one. */
export function parseToken(token: string): ParsedToken | undefined {
  return format.test(token) ? toParsed(token) : undefined
}

/** A new token: the `selector` of a session, by default 128 random bits, and a secret of 256 random bits. */
export function mintToken(random: (size: number) => Uint8Array, selector: string = toBase64url(random(16))): Minted {
  const token = `${selector}.${toBase64url(random(32))}`
  return { token, ...toParsed(token) }
}

/** The `Set-Cookie` value that gives `token` to the browser for `maxAgeMs` milliseconds. */
export function setCookie({ name, secure }: CookieSite, token: string, maxAgeMs: number): string {
  const maxAgeS = Math.min(Math.floor(maxAgeMs / 1000), maxAgeLimitS)
  return `${name}=${token}; Max-Age=${maxAgeS}; Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`
}

/** The `Set-Cookie` value that removes the cookie. */
export function clearCookie(site: CookieSite): string {
  return setCookie(site, '', 0)
}

function toParsed(token: string): ParsedToken {
  const [selector = '', secret = ''] = token.split('.')
  return { credential: { id: sha256(selector), secretHash: sha256(secret) }, selector }
}

function sha256(text: string): string {
  return hash('sha256', text, 'base64url')
}

function toBase64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url')
}
