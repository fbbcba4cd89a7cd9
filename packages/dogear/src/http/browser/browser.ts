// The browser that sent a request: its sessions, its user, its cookies.

import type { Caller, Credential, Reply, SignedIn, Visitor } from '../../engine/contract.ts'
import { sealedSelectorPurpose } from '../../engine/handoff/selector.ts'
import { bytesFrom } from '../../keys/bytes-from.ts'
import type { Incoming } from '../exchange.ts'
import type { Settings } from '../options.ts'
import {
  type CookieSite,
  clearCookie,
  cookieSite,
  type Minted,
  mintToken,
  type ParsedToken,
  parseCookie,
  setCookie,
} from './cookie.ts'
import { refuseWithoutCookie } from './cookie-support.ts'
import { deviceLabel } from './device-label.ts'
import { identified } from './identity.ts'
import { inputOf } from './input.ts'
import { leastUsed } from './least-used.ts'
import { isSpotOf, type Spot, spotsIn } from './spot.ts'

export interface Browser {
  /** The name and the attributes of the cookie of a spot, for this browser. */
  site(spot: Pick<Spot, 'cookie'>): CookieSite
  /** The address it is counted under, if the application knows one. Asks the application the first time only. */
  address(): string | undefined
  /** The spots of flows of this server that the browser has a cookie of. */
  held(): Spot[]
  /** The token in the cookie of a spot. */
  token(spot: Spot): ParsedToken | undefined
  /** The signed-in user, once per key. Asks the application the first time only. */
  signedIn(): Promise<readonly SignedIn[]>
  /** As a visitor of its session at a spot; a promise only if the application has to be asked for the user. */
  visitor(spot: Spot): Visitor | Promise<Visitor>
  /** As `visitor`, with the sealed selector that a handoff needs. */
  issuer(spot: Spot): Promise<Visitor>
  /** As a caller that may begin a session; a promise, and asked for the user, where people can sign in. */
  caller(spot: Spot): Caller | Promise<Caller>
  /** A further credential for the session of `selector`. */
  mint(selector: string): Credential
  /** The `Set-Cookie` values for a reply that gave the browser a credential made here; undefined for none. */
  cookies(spot: Spot, reply: Reply): Promise<string[]> | undefined
  /** The `Set-Cookie` value that removes the session at a spot from the browser. */
  clear(spot: Spot): string
}

export function toBrowser(settings: Settings, request: Incoming): Browser {
  const { engine, random } = settings
  const label = deviceLabel(request.header('user-agent'))
  /** The tokens made here, by the hash of their secret. */
  let tokens: Map<string, string> | undefined
  /** The cookie read last: hashing it costs more than the rest of a request's way in. */
  let read: { cookie: string; token: ParsedToken | undefined } | undefined
  /** The cookies that came twice, each told to the log once. */
  let refused: Set<string> | undefined
  let users: Promise<readonly SignedIn[]> | undefined

  const site: Browser['site'] = ({ cookie }) => cookieSite(cookie, request.origin, settings.relaxedCookie)
  const remember = ({ token, ...parsed }: Minted): ParsedToken => {
    tokens = (tokens ?? new Map()).set(parsed.credential.secretHash, token)
    return parsed
  }

  /** Asked once, however often the beginning is shown. */
  let asked: { cookie: string; input: Visitor['input'] } | undefined
  const inputFor = (spot: Spot): Visitor['input'] => {
    if (asked?.cookie !== spot.cookie) asked = { cookie: spot.cookie, input: inputOf(settings, request, spot) }
    return asked.input
  }

  let from: { address: string | undefined } | undefined

  const browser: Browser = {
    site,
    address() {
      from ??= { address: settings.addressOf(request) }
      return from.address
    },
    held() {
      const spots = spotsIn(request.header('cookie'), site({ cookie: '' }).name)
      return spots.filter(({ flow }) => engine.flows.has(flow))
    },
    token(spot) {
      const { cookie, flow } = spot
      const onTwice = () => {
        if (!refused?.has(cookie)) engine.log({ name: 'cookie.refused', flow })
        refused = (refused ?? new Set()).add(cookie)
      }
      if (read?.cookie !== cookie)
        read = { cookie, token: parseCookie(site(spot).name, request.header('cookie'), onTwice) }
      return read.token
    },
    signedIn() {
      users ??= identified(settings.signIn, request)
      return users
    },
    visitor(spot) {
      const parsed = browser.token(spot)
      const input = inputFor(spot)
      const { key } = spot
      if (!parsed) return { credential: undefined, label, input, key }
      const { credential } = parsed
      const isUnder = (other: string | undefined) => isSpotOf(spot, other)
      if (!settings.signIn) return { credential, label, input, key, isUnder }
      return ownerOf(credential, spot).then((owner) => ({
        credential: ownedBy(settings, owner, parsed),
        owner,
        label,
        input,
        key,
        isUnder,
      }))
    },
    async issuer(spot) {
      const [visitor, parsed] = [await browser.visitor(spot), browser.token(spot)]
      return parsed ? { ...visitor, credential: withSelector(settings, parsed) } : visitor
    },
    caller(spot) {
      const visitor = browser.visitor(spot)
      if (!settings.signIn) return toCaller(spot, visitor as Visitor)
      return Promise.resolve(visitor).then(async (visitor) => {
        const caller = toCaller(spot, visitor)
        return visitor.owner ? caller : toCaller(spot, { ...visitor, owner: (await browser.signedIn())[0] })
      })
    },
    mint: (selector) => remember(mintToken(random, selector)).credential,
    cookies(spot, reply) {
      const token = reply.created && tokens?.get(reply.created.secretHash)
      if (token === undefined) return undefined
      const maxAgeMs = engine.flows.get(spot.flow)?.lifetime.absoluteMs ?? 0
      const given = setCookie(site(spot), token, maxAgeMs)
      return leastUsed(engine, browser, spot).then((others) => [given, ...others.map(browser.clear)])
    },
    clear: (spot) => clearCookie(site(spot)),
  }

  function toCaller(spot: Spot, visitor: Visitor): Caller {
    const { credential, owner } = visitor
    if (!credential) refuseWithoutCookie(request, site(spot))
    const mint = async (seed?: Uint8Array) => {
      await settings.limits.session(browser.address())
      const minted = remember(mintToken(seed ? bytesFrom(seed) : random))
      const isPrepared = engine.flows.get(spot.flow)?.serverHandoffs
      return isPrepared ? withSelector(settings, minted) : ownedBy(settings, owner, minted)
    }
    return { mint, ...visitor }
  }

  /** The signed-in user under the id the session has stored, which may be one of an earlier key. */
  async function ownerOf(credential: Credential, spot: Spot): Promise<SignedIn | undefined> {
    const names = await browser.signedIn()
    if (names.length < 2) return names[0]
    for (const owner of names) {
      const { gone } = await engine.read(spot.flow, { credential, owner, input: inputFor(spot) })
      if (gone?.why !== 'signed_out') return owner
    }
    return names[0]
  }

  return browser
}

function withSelector({ keyring }: Settings, { credential, selector }: ParsedToken): Credential {
  if (!keyring) return credential
  const sealedSelector = keyring.seal({ purpose: sealedSelectorPurpose, session: credential.id }, selector)
  return { ...credential, sealedSelector }
}

/** The credential in a token. The engine keeps the sealed selector only of a session with an owner. */
const ownedBy = (settings: Settings, owner: SignedIn | undefined, parsed: ParsedToken): Credential =>
  owner ? withSelector(settings, parsed) : parsed.credential
