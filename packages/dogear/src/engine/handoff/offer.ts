// Types of a handoff on its way: offered, proven, found.

import type { Duration } from '../../flow/duration.ts'
import type { SessionId } from '../../store/store.ts'
import type { HandoffMode, HandoffReply } from '../../wire.ts'
import type { SessionAddress } from '../server/inspected.ts'

/** An offer to pass the session on: hashes of the link's secret and the code, a keyed hash of the code's locator. */
export type HandoffOffer = { mode: HandoffMode; link: string; code: string; locator: string; lifetimeMs: number }

/**
 * A handoff from the server. `join`, the one mode there is: no browser loses the session. `lifetime` (10 minutes) is
 * how long link and code work. `opId` names the handoff, for a caller that may ask again.
 */
export type HandoffOptions = { mode?: 'join'; lifetime?: Duration; opId?: string }

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

/** The part of an engine that hands a session over without its person. */
export interface Issuing {
  /**
   * For a return address in another browser, also from an effect: a link, used once, that lets one more browser in.
   * With an `opId`, such as the `effectId`, it is the same one each time. Needs `handoffUrl` and keys. Rejects with
   * `session_gone`, with `not_accepted` for a session that began before its flow said `serverHandoffs`.
   */
  issueHandoff(to: SessionAddress, how?: HandoffOptions): Promise<HandoffReply>
}
