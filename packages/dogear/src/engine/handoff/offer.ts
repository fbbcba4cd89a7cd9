// Types of a handoff on its way: offered, proven, found.

import type { SessionId } from '../../store/store.ts'
import type { HandoffMode } from '../../wire.ts'

/** An offer to pass the session on: hashes of the link's secret and the code, a keyed hash of the code's locator. */
export type HandoffOffer = { mode: HandoffMode; link: string; code: string; locator: string; lifetimeMs: number }

/** A handoff's proof: the link's session and secret, or the code's locator and whole code, hashed as in the offer. */
export type HandoffProof =
  | { kind: 'link'; id: SessionId; hash: string }
  | { kind: 'code'; locator: string; hash: string }

/**
 * An open handoff. `key` is the session's, if it has one; `sealedSelector` is the issuing credential's, of a code only:
 * a link holds the selector itself.
 */
export type HandoffFound = {
  session: SessionId
  flow: string
  key: string | undefined
  sealedSelector: string | undefined
  proof: HandoffProof
}
