// The event that begins a session, sent again without the credential: it finds the session that it has begun.

import { createHmac, randomBytes } from 'node:crypto'
import type { Store } from '../../store/store.ts'
import { canonical } from '../../turn/receipts.ts'
import type { SessionRecord } from '../../turn/record.ts'
import type { EventRequest } from '../../wire.ts'

const recognisedMs = 10 * 60_000

export type FirstEvent = Pick<EventRequest, 'opId' | 'event'> & {
  flow: string
  key?: string | undefined
  label: string | undefined
}

/** `seed` is for the credential of the session, the same each time; `again`: the event was here before. */
export type Beginning = { seed: Uint8Array; again: boolean }

/**
 * The beginning that belongs to this event for ten minutes, in any process.
 *
 * The store keeps a random salt under a hash of the request. The seed comes from both, so that neither the store alone
 * nor the request alone opens a session. The same request sent again gets the same credential, which is what its sender
 * needs if the reply was lost. Somebody else who has read the request can do the same until the person sends their next
 * event (see `isUntouched`), at most for ten minutes. That is no more than they could do before: the reply to what they
 * have read holds the credential in the clear, and so does every request after it. It does need operation ids that
 * nobody guesses or shares: `createOpId` makes random ones, and a page with a form in it must not be cached for others.
 */
export async function beginningOf({ directory }: Pick<Store, 'directory'>, first: FirstEvent): Promise<Beginning> {
  const { flow, key, label, opId, event } = first
  const request = canonical([flow, label ?? '', opId, event, ...(key === undefined ? [] : [key])])
  const code = `first.${hash('name', request).toString('base64url')}`
  const salt = randomBytes(32).toString('base64url')
  if (await directory.putCode(code, salt, recognisedMs)) return { seed: hash(salt, request), again: false }
  const known = await directory.tryCode(code, mostTries)
  return { seed: hash(known ?? salt, request), again: known !== undefined }
}

/** True until somebody has gone on in the session. From then on, its first event opens it no more. */
export const isUntouched = ({ receipts }: SessionRecord): boolean => receipts.length <= 1

const mostTries = 1_000_000

const hash = (key: string, text: string): Buffer => createHmac('sha256', key).update(text).digest()
