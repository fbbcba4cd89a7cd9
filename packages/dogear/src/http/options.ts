// The options of `createHttp`, checked, with their defaults.

import { randomBytes } from 'node:crypto'
import type { Engine } from '../engine/contract.ts'
import { quiet, type Report } from '../engine/foreign.ts'
import { reportTo } from '../engine/log/log.ts'
import { isBuilding } from '../environment.ts'
import { type Duration, toMs } from '../flow/duration.ts'
import { refusePromise } from '../flow/foreign.ts'
import type { Keys } from '../keys/key-check.ts'
import { createKeyring, type Keyring } from '../keys/keyring.ts'
import { refuseWiring } from '../wiring.ts'
import { nameOf, type Spot } from './browser/spot.ts'
import type { Incoming } from './exchange.ts'
import { createLimits, type LimitOptions, type Limits } from './limits/limits.ts'
import { createSlots, type Slots } from './limits/slots.ts'
import { lintHttp } from './wiring/check-options.ts'
import type { Words } from './words/catalogue.ts'

/** A signed-in user. `id` never changes; of `label`, a name or an e-mail address, only a masked form is kept. */
export type Identity = { id: string; label?: string }

/** Tells the signed-in user from a request's own cookies; a plain string is an `id`. */
export type Identify = (
  request: Request,
) => Identity | string | null | undefined | Promise<Identity | string | null | undefined>

/** Makes the input of a flow's machine of the request that begins a session, and its key; its schema checks it. */
export type Input = (request: Request, key: string | undefined) => unknown

/** The language of a list that a browser asks for by `Accept-Language`; the first of the list where it names none. */
export type Accepts = <L extends string>(languages: readonly [L, ...L[]]) => L

/** Chooses the words for a request; undefined leaves all as it is, in English. */
export type ChooseMessages = (request: Request, accepts: Accepts) => Words | undefined | Promise<Words | undefined>

/**
 * The URL of a step's page, or of the flow's entry when `stepPath` is null; with a `key`, of the session under it. No
 * more than a path, perhaps with a query.
 */
export type PagePath = (flowId: string, stepPath: string | null, key: string | undefined) => string

/** Tells the developer something in words. */
export type Explain = (text: string) => unknown

/** The options of `createHttp`, which throws a `TypeError` that names each one that cannot work. */
export type HttpOptions = {
  engine: Engine
  /** Where the routes are mounted. Default `/api/flows`. */
  basePath?: string
  /** Further origins whose pages may send events, such as `https://shop.example` behind a proxy that ends TLS. */
  origins?: readonly string[]
  /** Allows the cookie without `Secure` on http://localhost even in production. Default false. */
  insecureOnLocalhost?: boolean
  /** Default true. Say false only where that is certain. */
  production?: boolean
  /** The page of a step, for forms without JavaScript. Default `/<flow>/<step path>`, `/<flow>@<key>/<step path>`. */
  pagePath?: PagePath
  /** The most bytes read from one request. Default 64 KiB. */
  maxBytes?: number
  /** The most characters of one text in a request, such as a field. Default half of `maxBytes`: 32,768. */
  maxTextLength?: number
  /** Called with the cause of every answer of 500 and above; the client does not learn it. */
  onError?: (cause: unknown) => unknown
  /**
   * Called with a text for the developer about every answer of 400 and above: what was wrong, and what to look at.
   * Default: `console.warn`, but nothing in production. The text may hold what a person typed.
   */
  explain?: Explain
  random?: (size: number) => Uint8Array
  /**
   * Keys as `createEngine` takes them, needed with `publicUrl` or `identify`. The first seals and hashes, all of them
   * open: put a new key first, and remove an old one when no session is left from its time. Default: the engine's.
   */
  keys?: Keys | undefined
  /** The origin of handoff links, such as `https://shop.example`; no request may set it. Without it: no handoffs. */
  publicUrl?: string
  /** The page a handoff link opens. Default `/handoff`. */
  handoffPath?: string
  /** The time for which a link and its code work. Default `10 minutes`. */
  handoffLifetime?: Duration
  /**
   * Tells the signed-in user, at most once per request, or per heartbeat of a stream. Without it: no owners. The
   * request has no body, and no cookie whose name came twice. A cookie that another host of the domain can set is no
   * proof of who somebody is: let the name of yours begin with `__Host-`.
   */
  identify?: Identify
  /**
   * The input of each flow that has one, by its id: of the page's query, of the signed-in user. Asked where a session
   * begins, or its beginning is shown; it has 2 seconds. The URL of the request is that of the page, as far as the
   * browser says so; it has no body.
   */
  inputs?: Readonly<Record<string, Input>>
  /**
   * Chooses the words for a request: step titles, messages of schemas, problems, names of devices, the page in place of
   * one that failed. Asked once for every answer that has words; it has 2 seconds. Default: English, the texts of the
   * flows as they are.
   */
  messages?: ChooseMessages
  limits?: LimitOptions
  /**
   * The address of a client, for limits per address; undefined if it is not known. Without it only the other limits
   * apply: anyone can send `X-Forwarded-For`, so only a header that your own proxy sets can be believed.
   */
  clientAddress?: (request: Request) => string | undefined
}

/** The options, checked and complete; `keyring`, `handoff` and `signIn` are undefined where they were left out. */
export type Settings = {
  engine: Engine
  basePath: string
  origins: readonly string[]
  relaxedCookie: boolean
  pagePath: (spot: Pick<Spot, 'flow' | 'key'>, stepPath: string | null) => string
  maxBytes: number
  maxTextLength: number
  /** Reports to the operator. Never throws. */
  report: Report
  explain: Explain | undefined
  random: (size: number) => Uint8Array
  keyring: Keyring | undefined
  handoff: { keyring: Keyring; origin: string; path: string; lifetimeMs: number } | undefined
  signIn: { keyring: Keyring; identify: Identify } | undefined
  inputs: Readonly<Record<string, Input>>
  messages: ChooseMessages | undefined
  limits: Limits
  streams: Slots
  addressOf: (request: Incoming) => string | undefined
}

// biome-ignore lint/suspicious/noConsole: only outside production, where the console is the place to be told.
const printed: Explain = (text) => console.warn(text)

/** Throws `TypeError` for options that cannot work. */
export function toSettings(given: HttpOptions): Settings {
  // A build looks at the routes where no keys are at hand. Nothing that it encrypts is ever read.
  const options = isBuilding() ? { ...given, keys: [randomBytes(32).toString('base64url')] } : given
  refuseWiring('createHttp was given what cannot work', lintHttp(options))
  const { engine, basePath = '/api/flows', origins = [], maxBytes = 64 * 1024, random = randomBytes } = options
  const { insecureOnLocalhost = false, production = true, limits = {}, inputs = {} } = options
  const report = reportTo(engine.log, quiet(options.onError ?? (() => {})))
  const keyring = options.keys === undefined ? engine.keyring : createKeyring(options.keys, production)
  return {
    engine,
    basePath,
    origins,
    relaxedCookie: insecureOnLocalhost || !production,
    pagePath: toPagePath(options.pagePath, report),
    maxBytes,
    maxTextLength: options.maxTextLength ?? Math.ceil(maxBytes / 2),
    report,
    explain: options.explain ?? (production ? undefined : printed),
    random,
    keyring,
    handoff: toHandoff(options, keyring),
    signIn: toSignIn(options, keyring),
    inputs,
    messages: options.messages,
    limits: createLimits(limits, keyring && { hashed: (text) => keyring.digests('limit', text)[0] }),
    streams: createSlots(limits),
    addressOf: toAddressOf(options.clientAddress, report),
  }
}

function toHandoff(options: HttpOptions, keyring: Keyring | undefined): Settings['handoff'] {
  const { publicUrl, handoffPath = '/handoff', handoffLifetime = '10 minutes' } = options
  const lifetimeMs = toMs(handoffLifetime)
  if (Number.isNaN(lifetimeMs)) throw new TypeError(`handoffLifetime "${handoffLifetime}" is no duration`)
  if (publicUrl === undefined || !keyring) return undefined
  return { keyring, origin: publicUrl, path: handoffPath, lifetimeMs }
}

function toSignIn({ identify }: HttpOptions, keyring: Keyring | undefined): Settings['signIn'] {
  if (!identify || !keyring) return undefined
  return { keyring, identify }
}

function toPagePath(pagePath: PagePath | undefined, report: Report): Settings['pagePath'] {
  const otherwise: Settings['pagePath'] = (spot, step) => `/${nameOf(spot)}${step === null ? '' : `/${step}`}`
  if (!pagePath) return otherwise
  const checked: Settings['pagePath'] = ({ flow, key }, step) => {
    const path = refusePromise('pagePath', pagePath(flow, step, key))
    if (typeof path !== 'string') throw new TypeError(`pagePath gave ${path} for a step of flow "${flow}"`)
    return path
  }
  return orElse(checked, { otherwise, report })
}

function toAddressOf(clientAddress: HttpOptions['clientAddress'], report: Report): Settings['addressOf'] {
  const none: Settings['addressOf'] = () => undefined
  if (!clientAddress) return none
  const checked: Settings['addressOf'] = (request) => {
    const address: unknown = refusePromise('clientAddress', clientAddress(request.toRequest()))
    if (address === undefined || address === null) return undefined
    if (typeof address !== 'string') throw new TypeError(`clientAddress gave a ${typeof address}`)
    return address
  }
  return orElse(checked, { otherwise: none, report })
}

/** `call`, or what `otherwise` says: an answer, perhaps with the cookie of a new session, must not be lost with it. */
function orElse<Args extends unknown[], T>(
  call: (...args: Args) => T,
  { otherwise, report }: { otherwise: (...args: Args) => T; report: Report },
): (...args: Args) => T {
  return (...args) => {
    try {
      return call(...args)
    } catch (error) {
      report(error)
      return otherwise(...args)
    }
  }
}
