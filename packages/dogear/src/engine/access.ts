// Access to a session: granted, or the reason a caller is given.

import { hash } from 'node:crypto'
import { DogearError, type DogearErrorCode, isDogearError } from '../errors.ts'
import type { Flow } from '../flow/define.ts'
import type { SessionId } from '../store/store.ts'
import { deviceIdAt, endedOf, mayEnter } from '../turn/access/devices.ts'
import { mayTakeBack } from '../turn/access/handoffs.ts'
import type { Sender } from '../turn/commands.ts'
import { isExpired } from '../turn/open.ts'
import type { SessionRecord } from '../turn/record.ts'
import type { Gone, Position } from '../wire.ts'
import type { Credential, SignedIn, Visitor } from './contract.ts'

const gone = (why: Gone['why']): Gone => ({ why, to: null, at: null, takeBack: false })

/** The session was ended for good; its tombstone says so. */
export const removed: Gone = gone('removed')
/** No session, without a reason: it has expired, or there never was one that this secret opens. */
export const unknown: Gone = gone('expired')

type Loaded = SessionRecord | 'removed' | undefined

/** True if nobody may use the record for `flow`: there is none, it is another flow's, or it has expired. */
export const isOver = (flow: Flow, record: Loaded, now: number): record is 'removed' | undefined =>
  typeof record !== 'object' || record.flow !== flow.id || isExpired(flow, record, now)

/** False for a finished session whose time on the screen is over. */
const isShown = ({ lifetime: { finishedMs } }: Flow, { snapshot, updatedAt }: SessionRecord, now: number): boolean =>
  finishedMs === undefined || snapshot.status === 'active' || now < updatedAt + finishedMs

/** True where an event begins another session in place of the one that is gone. */
export const isPast = ({ why }: Gone): boolean => why === 'expired' || why === 'finished'

type VisitorIds = Pick<Visitor, 'credential' | 'isUnder'> & { owner?: Pick<SignedIn, 'id'> | undefined }

/** The reason `visitor` may not use the session, or null if it may. A stranger learns only that there is none. */
export function barred(
  flow: Flow,
  record: SessionRecord | undefined,
  { visitor: { credential, owner, isUnder }, now }: { visitor: VisitorIds; now: number },
): Gone | null {
  if (!credential || isOver(flow, record, now) || isUnder?.(record.birth?.key) === false) return unknown
  const access = mayEnter(record, { secretHash: credential.secretHash, owner: owner?.id })
  if (access === 'yes') return isShown(flow, record, now) ? null : gone('finished')
  if (access === undefined) return unknown
  if (access === 'signed_out') return gone('signed_out')
  return { why: access.why, to: access.to || null, at: access.at, takeBack: mayTakeBack(record, access) }
}

/** How long after a sign-in a request may still arrive with the cookie of before. */
const onTheWayMs = 15_000

/**
 * True for the secret that a browser had until it signed in, moments ago: it opens nothing any more, but a request on
 * its way at that time may be sent again, and comes with the new cookie then.
 */
export function wasJustRenewed(record: SessionRecord | undefined, secretHash: string, now: number): boolean {
  const left = record && endedOf(record, secretHash)
  if (left?.why !== 'moved' || now - left.at > onTheWayMs) return false
  const renewed = record?.devices.find(({ id }) => id === deviceIdAt(left.revision))
  return renewed?.owned === true && renewed.label === left.label
}

/** A credential alone is a visitor who is not signed in. */
export function toVisitor(who: Visitor | Credential | undefined): Visitor {
  if (who === undefined) return { credential: undefined }
  return 'secretHash' in who ? { credential: who } : who
}

/** The sender of a visitor's commands. Throws `TypeError` for a signed-in visitor without a sealed selector. */
export function toSender({ credential, label = '', owner }: Visitor & { credential: Credential }): Sender {
  const { secretHash, sealedSelector } = credential
  if (!owner) return { secretHash, label }
  if (sealedSelector === undefined)
    throw new TypeError('the credential of a signed-in caller needs its sealed selector')
  return { secretHash, label, owner: { ...owner, sealedSelector } }
}

/** Throws `no_session` for a browser that has none. */
export function credentialOf({ credential }: Visitor): Credential {
  if (!credential) throw new DogearError('no_session', 'there is no session here')
  return credential
}

/**
 * True for a browser that has seen a session and names none. Whatever it began now, nobody could reach again: it keeps
 * no cookie, or has lost the one it had.
 */
export const keepsNoCookie = ({ credential }: Pick<Visitor, 'credential'>, seen: Position | undefined): boolean =>
  credential === undefined && seen !== undefined && seen.revision > 0

/**
 * The tag in every view of the session with this id: tells one from another in a browser, opens nothing, and the
 * store's key cannot be had from it. The id is that in lists of an owner, and the part of an `effectId` before its
 * first dot.
 */
export function tagOf(session: SessionId): string {
  return hash('sha256', `tag:${session}`, 'base64url').slice(0, 10)
}

/** Runs `task` on a session; an error about the stored record is given the session's tag as its reference. */
export async function withReference<T>(session: SessionId, task: () => Promise<T>): Promise<T> {
  try {
    return await task()
  } catch (error) {
    throw referred(session, error)
  }
}

/** The error; one about the stored record with the session's tag as its reference. */
export const referred = (session: SessionId, error: unknown): unknown =>
  isDogearError(error) && aboutSession.has(error.code) ? referTo(session, error) : error

/** The error with the session's tag as its reference. The same one and no copy: its cause may still be on its way. */
export const referTo = (session: SessionId, error: DogearError): DogearError =>
  error.reference ? error : Object.assign(error, { reference: tagOf(session) })

const aboutSession: ReadonlySet<DogearErrorCode> = new Set([
  'record_unreadable',
  'unknown_flow',
  'newer_version',
  'flow_failed',
  'not_serializable',
  'too_large',
])
