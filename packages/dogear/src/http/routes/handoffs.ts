// Routes of the browser that offers its session to another one, or takes it back.

import { hash } from 'node:crypto'
import type { HandoffIssued } from '../../engine/contract.ts'
import { formatCode, locatorOf, mintCode } from '../../engine/handoff/codes.ts'
import { DogearError } from '../../errors.ts'
import { created } from '../answer.ts'
import type { Unsaid } from '../exchange.ts'
import { answerEither, handoffsOf, type RouteContext, readEither, readOptionalJson, refused } from '../handler.ts'
import { toMode } from '../handoff-request.ts'
import type { Settings } from '../options.ts'
import { members } from '../request.ts'

// So many codes in a row whose beginning is taken mean that something else is wrong.
const maxMints = 20

/** `POST /:flow/handoffs`. Link and code are written out only in this answer. */
export async function issueHandoff(context: RouteContext): Promise<Unsaid> {
  const { settings, browser, spot } = context
  const { keyring, origin, path, lifetimeMs } = handoffsOf(settings)
  const mode = toMode(await readOptionalJson(context))
  const parsed = browser.token(spot)
  if (!parsed) throw new DogearError('no_session', 'There is no session to hand over.')
  await settings.limits.handoff(parsed.credential.id, browser.address())

  const visitor = await browser.issuer(spot)
  const secret = Buffer.from(settings.random(32)).toString('base64url')
  const link = hash('sha256', secret, 'base64url')
  const { code, issued } = await withFreeCode(settings, (code) => {
    const hashed = { code: keyring.digests('code', code)[0], locator: keyring.digests('locator', locatorOf(code))[0] }
    return settings.engine.offerHandoff(spot.flow, visitor, { mode, link, lifetimeMs, ...hashed })
  })
  if (issued.outcome === 'rejected') return refused(browser, spot, issued)
  const url = `${origin}${path}#${parsed.selector}.${secret}`
  return created({ url, code: formatCode(code), expiresAt: issued.expiresAt })
}

async function withFreeCode(
  { random }: Settings,
  issue: (code: string) => Promise<HandoffIssued>,
): Promise<{ code: string; issued: Exclude<HandoffIssued, { outcome: 'taken' }> }> {
  for (let tries = 0; tries < maxMints; tries++) {
    const code = mintCode(random)
    const issued = await issue(code)
    if (issued.outcome !== 'taken') return { code, issued }
  }
  throw new DogearError('store_unavailable', 'There is no free code right now.')
}

/** `POST /:flow/take-back`, from the browser that had the session before. */
export async function takeBack(context: RouteContext): Promise<Unsaid> {
  const { settings, browser, spot } = context
  members(await readEither(context, []), [])
  return answerEither(context, settings.pagePath(spot, null), async () => {
    const parsed = browser.token(spot)
    if (!parsed) throw new DogearError('no_session', 'There is no session to take back.')
    const device = browser.mint(parsed.selector)
    return { spot, reply: await settings.engine.takeBack(spot.flow, await browser.visitor(spot), device) }
  })
}
