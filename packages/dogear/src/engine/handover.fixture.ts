// Handing a session over in tests: an offer, its proofs, and the browser that redeems one.

import type { HandoffMode } from '../wire.ts'
import type { Credential, Engine, HandoffOffer, HandoffProof, Reply, Visitor } from './contract.ts'
import { hash, inside, type Person, person } from './harness.fixture.ts'

export type Offered = { offer: HandoffOffer; link: HandoffProof; code: HandoffProof }

/** Hashes as `http` makes them, of a link and a code nobody needs to know here. */
export function makeOffer(id: string, mode: HandoffMode = 'move', lifetimeMs = 600_000): Offered {
  const offer: HandoffOffer = { mode, link: hash(), code: hash(), locator: hash(), lifetimeMs }
  return {
    offer,
    link: { kind: 'link', id, hash: offer.link },
    code: { kind: 'code', locator: offer.locator, hash: offer.code },
  }
}

export const idOf = ({ caller }: Person): string => caller.credential?.id ?? ''

/** Someone offers their session. */
export async function offer(engine: Engine, from: Person, mode?: HandoffMode, lifetimeMs?: number): Promise<Offered> {
  const offered = makeOffer(idOf(from), mode, lifetimeMs)
  await engine.offerHandoff('checkout', from.caller, offered.offer)
  return offered
}

export const nobody: Visitor = { credential: undefined }

export type Came = { device: Credential; reply: Reply; person: Person }

/** A phone shows a proof and comes in, if it may. */
export async function comeIn(
  engine: Engine,
  proof: HandoffProof,
  { here = nobody, replace }: { here?: Visitor; replace?: boolean } = {},
): Promise<Came> {
  const found = await engine.findHandoff(proof)
  const device = inside(found.session)
  const reply = await engine.redeem(found, {
    device,
    here: { ...here, label: 'Safari on iPhone' },
    ...(replace && { replace }),
  })
  return { device, reply, person: person(engine, reply.created) }
}
