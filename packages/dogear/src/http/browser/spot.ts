// The spot of a session in a browser: its flow, with a key where a browser may hold several sessions of one flow.

import { hash } from 'node:crypto'
import { DogearError } from '../../errors.ts'

/** `cookie` is the part of the cookie's name after the prefix. A spot that was found in a cookie has no `key`. */
export type Spot = { flow: string; key: string | undefined; cookie: string }

/** How many keys of one flow a browser holds. */
export const keyLimit = 20

// Characters that no URL, cookie or log spells in two ways; without a dot first, as a folder of that name leads away.
const format = /^[\w-][\w.~-]{0,63}$/

/** True for a key that may stand in a URL. */
export const isKey = (key: string): boolean => format.test(key)

/** Throws `invalid_request` for a key that is none. */
export function spotOf(flow: string, key?: string): Spot {
  if (key === undefined) return { flow, key, cookie: flow }
  if (!isKey(key)) {
    const message = 'A key has 1 to 64 letters of ASCII, digits and -_.~ and begins with none of the last two.'
    throw new DogearError('invalid_request', message)
  }
  return { flow, key, cookie: `${flow}.${hashOf(key)}` }
}

const hashOf = (key: string): string => hash('sha256', key, 'base64url').slice(0, 16)

/** True if a session under `key`, or under none, has its cookie at this spot. */
export const isSpotOf = ({ flow, key: known, cookie }: Spot, key: string | undefined): boolean =>
  known === undefined ? (key === undefined ? flow : `${flow}.${hashOf(key)}`) === cookie : known === key

/** The two parts of a name in the routes: `checkout`, or `checkout@order-42`. */
export function splitName(name: string): { flow: string; key: string | undefined } {
  const at = name.indexOf('@')
  return at < 0 ? { flow: name, key: undefined } : { flow: name.slice(0, at), key: name.slice(at + 1) }
}

/** The spot of a name in the routes. Throws `invalid_request` for a key that is none. */
export function toSpot(name: string): Spot {
  const { flow, key } = splitName(name)
  return spotOf(flow, key)
}

/** The name of a spot in the routes. */
export const nameOf = ({ flow, key }: Pick<Spot, 'flow' | 'key'>): string =>
  key === undefined ? flow : `${flow}@${key}`

/** The spots whose cookies, named with `prefix`, are in a `Cookie` header, in its order. */
export function spotsIn(cookieHeader: string | null, prefix: string): Spot[] {
  const names = (cookieHeader ?? '').split(';').map((pair) => pair.trim().split('=', 1)[0] ?? '')
  const cookies = new Set(names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length)))
  return [...cookies].map((cookie) => ({ flow: cookie.split('.', 1)[0] ?? '', key: undefined, cookie }))
}

/** True for one of several spots of its flow. */
export const isKeyed = ({ flow, cookie }: Spot): boolean => flow !== cookie
