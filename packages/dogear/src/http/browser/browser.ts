// The browser that sent a request: its sessions, its user, its cookies.

import type { Caller, Credential, Reply, SignedIn, Visitor } from '../../engine/contract.ts'
import type { Incoming } from '../exchange.ts'
import type { Settings } from '../options.ts'
import {
  bytesFrom,
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

/** Part of what a selector is sealed with. Stored selectors depend on it. */
export const sealedSelectorPurpose = 'way'

export interface Browser {
  /** The name and the attributes of the cookie of a flow, for this browser. */
  site(flowId: string): CookieSite
  /** The address it is counted under, if the application knows one. Asks the application the first time only. */
  address(): string | undefined
  /** The token in the cookie of a flow. */
  token(flowId: string): ParsedToken | undefined
  /** The signed-in user, once per key. Asks the application the first time only. */
  signedIn(): Promise<readonly SignedIn[]>
  /** As a visitor of its session of a flow; a promise only if the application has to be asked for the user. */
  visitor(flowId: string): Visitor | Promise<Visitor>
  /** As `visitor`, with the sealed selector that a handoff needs. */
  issuer(flowId: string): Promise<Visitor>
  /** As a caller that may begin a session; a promise, and asked for the user, where people can sign in. */
  caller(flowId: string): Caller | Promise<Caller>
  /** A further credential for the session of `selector`. */
  mint(selector: string): Credential
  /** The `Set-Cookie` values for a reply that gave the browser a credential made here, or none. */
  cookies(flowId: string, reply: Reply): string[]
  /** The `Set-Cookie` value that removes the session of a flow from the browser. */
  clear(flowId: string): string
}

export function toBrowser(settings: Settings, request: Incoming): Browser {
  const { engine, random } = settings
  const label = deviceLabel(request.header('user-agent'))
  /** The tokens made here, by the hash of their secret. */
  let tokens: Map<string, string> | undefined
  /** The cookie read last: hashing it costs more than the rest of a request's way in. */
  let read: { flowId: string; token: ParsedToken | undefined } | undefined
  let users: Promise<readonly SignedIn[]> | undefined

  const site = (flowId: string): CookieSite => cookieSite(flowId, request.origin, settings.relaxedCookie)
  const remember = ({ token, ...parsed }: Minted): ParsedToken => {
    tokens = (tokens ?? new Map()).set(parsed.credential.secretHash, token)
    return parsed
  }

  /** Asked once, however often the beginning is shown. */
  let asked: { flowId: string; input: Visitor['input'] } | undefined
  const inputFor = (flowId: string): Visitor['input'] => {
    if (asked?.flowId !== flowId) asked = { flowId, input: inputOf(settings, request, flowId) }
    return asked.input
  }

  let from: { address: string | undefined } | undefined

  const browser: Browser = {
    site,
    address() {
      from ??= { address: settings.addressOf(request) }
      return from.address
    },
    token(flowId) {
      if (read?.flowId !== flowId) read = { flowId, token: parseCookie(site(flowId).name, request.header('cookie')) }
      return read.token
    },
    signedIn() {
      users ??= identified(settings.signIn, request)
      return users
    },
    visitor(flowId) {
      const parsed = browser.token(flowId)
      const input = inputFor(flowId)
      if (!parsed) return { credential: undefined, label, input }
      const { credential } = parsed
      if (!settings.signIn) return { credential, label, input }
      return ownerOf(credential, flowId).then((owner) => ({
        credential: ownedBy(settings, owner, parsed),
        owner,
        label,
        input,
      }))
    },
    async issuer(flowId) {
      const [visitor, parsed] = [await browser.visitor(flowId), browser.token(flowId)]
      return parsed ? { ...visitor, credential: withSelector(settings, parsed) } : visitor
    },
    caller(flowId) {
      const visitor = browser.visitor(flowId)
      if (!settings.signIn) return toCaller(flowId, visitor as Visitor)
      return Promise.resolve(visitor).then(async (visitor) => {
        const caller = toCaller(flowId, visitor)
        return visitor.owner ? caller : toCaller(flowId, { ...visitor, owner: (await browser.signedIn())[0] })
      })
    },
    mint: (selector) => remember(mintToken(random, selector)).credential,
    cookies(flowId, reply) {
      const token = reply.created && tokens?.get(reply.created.secretHash)
      const maxAgeMs = engine.flows.get(flowId)?.lifetime.absoluteMs ?? 0
      return token === undefined ? [] : [setCookie(site(flowId), token, maxAgeMs)]
    },
    clear: (flowId) => clearCookie(site(flowId)),
  }

  function toCaller(flowId: string, visitor: Visitor): Caller {
    const { credential, owner } = visitor
    if (!credential) refuseWithoutCookie(request, site(flowId))
    const mint = async (seed?: Uint8Array) => {
      await settings.limits.session(browser.address())
      return ownedBy(settings, owner, remember(mintToken(seed ? bytesFrom(seed) : random)))
    }
    return { mint, ...visitor }
  }

  /** The signed-in user under the id the session has stored, which may be one of an earlier key. */
  async function ownerOf(credential: Credential, flowId: string): Promise<SignedIn | undefined> {
    const names = await browser.signedIn()
    if (names.length < 2) return names[0]
    for (const owner of names) {
      const { gone } = await engine.read(flowId, { credential, owner, input: inputFor(flowId) })
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
