// The browser that sent a request: its sessions, its user, its cookies.

import type { Caller, Credential, Reply, SignedIn, Visitor } from '../engine/engine.ts'
import {
  type CookieSite,
  clearCookie,
  cookieSite,
  mintToken,
  type ParsedToken,
  parseCookie,
  setCookie,
} from './cookie.ts'
import { deviceLabel } from './device-label.ts'
import { identified } from './identity.ts'
import type { Settings } from './options.ts'
import { ownOrigin } from './origin.ts'

/** Part of what a selector is sealed with. Stored selectors depend on it. */
export const sealedSelectorPurpose = 'way'

export interface Browser {
  readonly label: string
  /** The token in the cookie of a flow. */
  token(flowId: string): ParsedToken | undefined
  /** The signed-in user, once per key. Asks the application the first time only. */
  signedIn(): Promise<readonly SignedIn[]>
  /** As a visitor of its session of a flow. Without a session the application is not asked for the user. */
  visitor(flowId: string): Promise<Visitor & { label: string }>
  /** As `visitor`, with the sealed selector that a handoff needs. */
  issuer(flowId: string): Promise<Visitor>
  /** As a caller that may begin a session. */
  caller(flowId: string): Promise<Caller>
  /** A further credential for the session of `selector`. */
  mint(selector: string): Credential
  /** The `Set-Cookie` values for a reply that gave the browser a credential made here, or none. */
  cookies(flowId: string, reply: Reply): string[]
  /** The `Set-Cookie` value that removes the session of a flow from the browser. */
  clear(flowId: string): string
}

export function toBrowser(settings: Settings, request: Request): Browser {
  const { engine, keyring, random } = settings
  const tokens = new Map<string, string>()
  let users: Promise<readonly SignedIn[]> | undefined

  const site = (flowId: string): CookieSite => cookieSite(flowId, ownOrigin(request), settings.relaxedCookie)
  const remember = ({ token, ...held }: ReturnType<typeof mintToken>): ParsedToken => {
    tokens.set(held.credential.secretHash, token)
    return held
  }
  const withSelector = ({ credential, selector }: ParsedToken): Credential =>
    keyring
      ? {
          ...credential,
          sealedSelector: keyring.seal({ purpose: sealedSelectorPurpose, session: credential.id }, selector),
        }
      : credential
  // The engine keeps the sealed selector only of a session with an owner.
  const ownedBy = (owner: SignedIn | undefined, held: ParsedToken): Credential =>
    owner ? withSelector(held) : held.credential

  const browser: Browser = {
    label: deviceLabel(request.headers.get('user-agent')),
    token: (flowId) => parseCookie(site(flowId).name, request.headers.get('cookie')),
    signedIn() {
      users ??= identified(settings.signIn, request)
      return users
    },
    async visitor(flowId) {
      const held = browser.token(flowId)
      if (!held) return { credential: undefined, label: browser.label }
      const owner = await ownerOf(held.credential, flowId)
      return { credential: ownedBy(owner, held), label: browser.label, ...(owner && { owner }) }
    },
    async issuer(flowId) {
      const [visitor, held] = [await browser.visitor(flowId), browser.token(flowId)]
      return held ? { ...visitor, credential: withSelector(held) } : visitor
    },
    async caller(flowId) {
      const visitor = await browser.visitor(flowId)
      const owner = visitor.owner ?? (await browser.signedIn())[0]
      const mint = async () => {
        await settings.limits.session(settings.addressOf(request))
        return ownedBy(owner, remember(mintToken(random)))
      }
      return { ...visitor, mint, ...(owner && { owner }) }
    },
    mint: (selector) => remember(mintToken(random, selector)).credential,
    cookies(flowId, reply) {
      const token = reply.created && tokens.get(reply.created.secretHash)
      const maxAgeMs = engine.flows.get(flowId)?.lifetime.absoluteMs ?? 0
      return token === undefined ? [] : [setCookie(site(flowId), token, maxAgeMs)]
    },
    clear: (flowId) => clearCookie(site(flowId)),
  }

  /** The signed-in user under the id the session has stored, which may be one of an earlier key. */
  async function ownerOf(credential: Credential, flowId: string): Promise<SignedIn | undefined> {
    const names = await browser.signedIn()
    if (names.length < 2) return names[0]
    for (const owner of names) {
      const { gone } = await engine.read(flowId, { credential, owner })
      if (gone?.why !== 'signed_out') return owner
    }
    return names[0]
  }

  return browser
}
