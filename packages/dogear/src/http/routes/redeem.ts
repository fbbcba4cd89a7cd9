// Routes of a browser that was given a link or a code of a handoff.

import type { HandoffFound, HandoffProof } from '../../engine/contract.ts'
import { locatorOf, parseCode } from '../../engine/handoff/codes.ts'
import { sealedSelectorPurpose } from '../../engine/handoff/selector.ts'
import { DogearError, isDogearError } from '../../errors.ts'
import type { Keyring } from '../../keys/keyring.ts'
import { json } from '../answer.ts'
import { parseToken } from '../browser/cookie.ts'
import { spotOf } from '../browser/spot.ts'
import type { Unsaid } from '../exchange.ts'
import { answerEither, handoffsOf, isForm, type RouteContext, readEither, readJson } from '../handler.ts'
import { type GivenProof, toGivenProof, toRedemption } from '../handoff-request.ts'
import type { Settings } from '../options.ts'
import { lookIn } from '../words/said.ts'

/** An open handoff, with the selector of its session: a link contains it, that of a code is unsealed. */
type OpenHandoff = { found: HandoffFound; selector: string }

/** `POST /handoffs/look`: tells what is handed over. Uses up nothing but a try at a code. */
export async function lookAtHandoff(context: RouteContext): Promise<Unsaid> {
  const { settings, browser } = context
  handoffsOf(settings)
  const { found } = await find(context, toGivenProof(await readJson(context)))
  const look = await alike(settings.engine.lookHandoff(found, await browser.visitor(spotOf(found.flow, found.key))))
  return json((words) => lookIn(words, look))
}

/** `POST /handoffs/redeem`: gives this browser the session, once. */
export async function redeemHandoff(context: RouteContext): Promise<Unsaid> {
  const { settings, browser } = context
  const { path } = handoffsOf(settings)
  const { shown, replace } = toRedemption(await readShown(context))
  return answerEither(context, path, async () => {
    const { found, selector } = await find(context, shown)
    const { flow, key } = found
    // The session stays under the key it was begun under, so that its pages find it here, too.
    const spot = spotOf(flow, key)
    const entrance = { device: browser.mint(selector), here: await browser.visitor(spot), replace }
    return { spot, reply: await alike(settings.engine.redeem(found, entrance)), extra: { flow, key } }
  })
}

// A form without a code counts as one with a wrong code, so that its sender is led back to the field.
async function readShown(context: RouteContext): Promise<unknown> {
  const values = await readEither(context, ['token', 'code', 'replace'])
  if (!isForm(context.request)) return values
  const { token, code = '', ...others } = values as Record<string, unknown>
  return token === undefined ? { ...others, code } : values
}

async function find(context: RouteContext, shown: GivenProof): Promise<OpenHandoff> {
  try {
    return await findOpen(context, shown)
  } catch (error) {
    if (isGone(error)) context.settings.engine.log({ name: 'handoff.refused', by: 'token' in shown ? 'link' : 'code' })
    throw error
  }
}

async function findOpen({ settings, browser }: RouteContext, shown: GivenProof): Promise<OpenHandoff> {
  const { keyring } = handoffsOf(settings)
  if ('token' in shown) {
    // A link's token has the format of a cookie, which is checked before anything is read.
    const parsed = parseToken(shown.token)
    if (!parsed) throw gone()
    const { id, secretHash: hash } = parsed.credential
    return { found: await alike(settings.engine.findHandoff({ kind: 'link', id, hash })), selector: parsed.selector }
  }
  const code = parseCode(shown.code)
  if (code === undefined) throw gone()
  const uncount = await settings.limits.code(browser.address())
  const found = await findByCode(settings, keyring, code)
  await uncount()
  const { session, sealedSelector = '' } = found
  const selector = keyring.open({ purpose: sealedSelectorPurpose, session }, sealedSelector)
  if (selector !== undefined) return { found, selector }
  settings.report(new TypeError('a code leads to a session that was sealed with a key that is not in keys'))
  throw gone()
}

/** Tries the locators of all keys: an earlier key may have filed it. Each is filed apart, so no try counts twice. */
async function findByCode({ engine }: Settings, keyring: Keyring, code: string): Promise<HandoffFound> {
  const hashes = keyring.digests('code', code)
  const locators = keyring.digests('locator', locatorOf(code))
  const proofs = hashes.map((hash, key): HandoffProof => ({ kind: 'code', hash, locator: locators[key] ?? '' }))
  for (const proof of proofs) {
    const found = await engine.findHandoff(proof).catch((error: unknown) => {
      if (!isGone(error)) throw error
    })
    if (found) return found
  }
  throw gone()
}

/** The same message for every handoff that is not open, so that nobody learns the reason. */
async function alike<T>(finding: Promise<T>): Promise<T> {
  try {
    return await finding
  } catch (error) {
    throw isGone(error) ? gone() : error
  }
}

const isGone = (error: unknown): boolean => isDogearError(error) && error.code === 'handoff_gone'

function gone(): DogearError {
  return new DogearError(
    'handoff_gone',
    'This link or code does not work any more. Ask for a new one on the other device.',
  )
}
