// Routes of a signed-in user for their saved sessions.

import type { Credential, HeldCredentials, SignedIn } from '../../engine/contract.ts'
import { sealedSelectorPurpose } from '../../engine/handoff/selector.ts'
import { DogearError, httpStatus, isDogearError } from '../../errors.ts'
import type { SavedSession } from '../../wire.ts'
import { json, noContent } from '../answer.ts'
import { deviceLabel } from '../browser/device-label.ts'
import { nameOf, type Spot } from '../browser/spot.ts'
import type { Unsaid } from '../exchange.ts'
import { answerEither, notHere, type RouteContext, readEither, readOptionalJson } from '../handler.ts'
import { toOpening, toSession } from '../handoff-request.ts'
import { members } from '../request.ts'
import { savedIn } from '../words/said.ts'

/** `GET /` */
export async function listSessions(context: RouteContext): Promise<Unsaid> {
  const { settings } = context
  const owners = await owning(context)
  const lists = await Promise.all(owners.map((owner) => settings.engine.sessionsOf(owner, heldHere(context))))
  const byId = new Map<string, SavedSession>(lists.flat().map((saved) => [saved.session, saved]))
  const sessions = [...byId.values()].sort((a, b) => b.updatedAt - a.updatedAt)
  return json((words) => ({ sessions: savedIn(words, sessions) }))
}

/** `DELETE /devices`: signs out everywhere else: only this browser keeps the user's sessions it has open. */
export async function signOutElsewhere(context: RouteContext): Promise<Unsaid> {
  const { settings, request } = context
  const label = deviceLabel(request.header('user-agent'))
  let sessions = 0
  for (const owner of await owning(context))
    sessions += await settings.engine.signOutElsewhere(owner, heldHere(context), label)
  return json({ sessions })
}

/** The credentials of this browser, by session. */
function heldHere({ browser }: RouteContext): HeldCredentials {
  const held = browser.held().flatMap((spot) => {
    const credential = browser.token(spot)?.credential
    return credential ? { ...credential, flow: spot.flow } : []
  })
  return new Map(held.map((credential) => [credential.id, credential]))
}

/** `POST /:flow/open`: continues a saved session in this browser. */
export async function openSession(context: RouteContext): Promise<Unsaid> {
  const { settings, browser, spot } = context
  const { flow, key } = spot
  const { session, replace } = toOpening(await readEither(context, ['session', 'replace']))
  const device = (sealedSelector: string): Credential => {
    const selector = settings.keyring?.open({ purpose: sealedSelectorPurpose, session }, sealedSelector)
    if (selector !== undefined) return browser.mint(selector)
    // The session itself is unharmed. Only opening it in another browser needs the key its selector was sealed with.
    throw new DogearError('record_unreadable', 'This session cannot be opened here, because a key is missing.')
  }
  return answerEither(context, settings.pagePath(spot, null), async () => {
    const [owners, here] = [await owning(context), await browser.visitor(spot)]
    const open = (owner: SignedIn) => settings.engine.open(flow, session, { device, here, replace, owner })
    return { spot, reply: await asAnyOf(owners, open), extra: { flow, key } }
  })
}

/** `DELETE /:flow/sessions/:session` */
export async function removeSession(context: RouteContext): Promise<Unsaid> {
  const { settings, browser, spot } = context
  const session = toSession(context.item)
  await asAnyOf(await owning(context), (owner) => settings.engine.removeOwned(spot.flow, session, owner))
  const held = browser.held().filter((one) => browser.token(one)?.credential.id === session)
  return noContent(held.map(browser.clear))
}

/**
 * `POST /attach`: at sign-in, makes all sessions of this browser that have no owner the user's, each with a new cookie.
 * `shared` names those that other devices have open, too, such as `order` or `order@a`: these devices joined before, so
 * the person has to be asked about them.
 */
export async function attach(context: RouteContext): Promise<Unsaid> {
  const { browser } = context
  members(await readOptionalJson(context), [])
  await owning(context)
  const [attached, shared, cookies] = [new Set<string>(), new Set<string>(), [] as string[]]
  for (const spot of browser.held()) {
    const given = browser.token(spot) && (await attachOne(context, spot).catch(refusedOnly))
    if (!given) continue
    attached.add(spot.flow)
    cookies.push(...given.cookies)
    if (given.isShared) shared.add(nameOf({ flow: spot.flow, key: given.key }))
  }
  return json({ attached: [...attached], shared: [...shared] }, cookies)
}

type Attached = { cookies: string[]; key: string | undefined; isShared: boolean }

async function attachOne({ settings, browser }: RouteContext, spot: Spot): Promise<Attached | undefined> {
  const { engine } = settings
  const visitor = await browser.visitor(spot)
  const device = browser.mint(browser.token(spot)?.selector ?? '')
  const reply = await engine.attach(spot.flow, visitor, device)
  if (reply.outcome === 'rejected') return undefined
  // The new secret must reach the browser, so what cannot be found out is asked about.
  const devices = await engine.devices(spot.flow, { ...visitor, credential: device }).catch(() => undefined)
  const cookies = (await browser.cookies(spot, reply)) ?? []
  return { cookies, key: reply.view.key, isShared: devices?.length !== 1 }
}

/** A session that is gone is left out. An outage must not look like that. */
function refusedOnly(error: unknown): undefined {
  if (!isDogearError(error) || httpStatus[error.code] >= 500) throw error
}

/** The signed-in user under every id their sessions may be filed under. */
async function owning({ settings, browser }: RouteContext): Promise<readonly SignedIn[]> {
  if (!settings.signIn) throw notHere()
  const owners = await browser.signedIn()
  if (owners.length === 0) throw new DogearError('not_signed_in', 'Nobody is signed in here.')
  return owners
}

async function asAnyOf<T>(owners: readonly SignedIn[], run: (owner: SignedIn) => Promise<T>): Promise<T> {
  const [owner, ...others] = owners as [SignedIn, ...SignedIn[]]
  try {
    return await run(owner)
  } catch (error) {
    if (others.length === 0 || !isDogearError(error) || error.code !== 'not_found') throw error
    return asAnyOf(others, run)
  }
}
