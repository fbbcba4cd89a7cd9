// Leases beside a record: attributes of the session's item that neither commits nor removals touch.

import { DogearError } from '../errors.ts'
import { positionText } from '../position.ts'
import type { SessionId } from '../store/store.ts'
import type { Position } from '../wire.ts'
import {
  type Item,
  isAt,
  leaseIn,
  leaseName,
  leaseOf,
  leasesIn,
  number,
  sessionKey,
  text,
  timeIn,
  ttlOf,
} from './item.ts'
import type { Requests, Update } from './requests.ts'

/** As `Store.hold` takes it; `forMs` 0 gives the lease up. */
export type Hold = { key: string; token: string; forMs: number; known: Position | undefined }

/** Where the item is seen to be another than expected, the next attempt fits it; each is a condition of its own. */
const mostAttempts = 8

export async function hold(requests: Requests, id: SessionId, lease: Hold): Promise<boolean | 'unchanged'> {
  const { key, token, forMs, known } = lease
  const atKnown = (item: Item | undefined, now: number) => known && isAt(item, { position: known, now })
  let seen: { item: Item | undefined; now: number } | undefined
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const expected = seen ? atKnown(seen.item, seen.now) : known !== undefined
    const result = await requests.update((now) => {
      const made = forMs > 0 ? taking(lease, seen?.item, now) : givingUp(lease)
      return expected ? at(known as Position, made, now) : made
    })
    if (!result.refused) return expected ? 'unchanged' : true
    seen = result
    const { token: holder, until } = leaseIn(seen.item, key)
    if (until > seen.now && holder !== token) return false
    if (forMs === 0 && holder !== token) return atKnown(seen.item, seen.now) ? 'unchanged' : true
  }
  const message = 'DynamoDB did not settle who holds a lease.'
  throw new DogearError('store_unavailable', message, { retryAfterMs: 1000 })

  function at(position: Position, { values, condition, ...rest }: Update, now: number): Update {
    return {
      ...rest,
      key: sessionKey(id),
      condition: `(${condition}) AND #position = :known AND #expiresAt > :now`,
      values: { ...values, ':known': text(positionText(position)), ':now': number(now) },
    }
  }

  /** An item that the service would delete before the lease ends lives longer; any other keeps its time. */
  function taking({ key, token, forMs }: Hold, item: Item | undefined, now: number): Update {
    const until = now + forMs
    const free = '(attribute_not_exists(#lease) OR #lease.#until <= :now OR #lease.#token = :token)'
    const early = timeIn(item, 'ttl') * 1000 < until
    return {
      key: sessionKey(id),
      condition: `${free} AND ${early ? '#ttl < :end' : '(attribute_not_exists(#ttl) OR #ttl >= :end)'}`,
      update: `SET #lease = :lease, #ttl = ${early ? ':ttl' : 'if_not_exists(#ttl, :ttl)'}`,
      names: { '#lease': leaseName(key) },
      values: {
        ':now': number(now),
        ':token': text(token),
        ':lease': leaseOf(token, until),
        ':end': number(until / 1000),
        ':ttl': ttlOf(until),
      },
    }
  }

  function givingUp({ key, token }: Hold): Update {
    return {
      key: sessionKey(id),
      condition: '#lease.#token = :token',
      update: 'REMOVE #lease',
      names: { '#lease': leaseName(key) },
      values: { ':token': text(token) },
    }
  }
}

/** The item of a session as it was at `now`. */
type Untidy = { item: Item; now: number; from?: number }

/**
 * Takes the leases out of an item that have lapsed, once there are `from` of them: an effect that has ended leaves its
 * lease behind. A failure is left to the next time.
 */
export async function tidy(requests: Requests, id: SessionId, { item, now, from = 1 }: Untidy): Promise<void> {
  const { lapsed } = leasesIn(item, now)
  if (lapsed.length < from) return
  const tokens = lapsed.map((_, i) => `#lease${i}` as const)
  await requests
    .update((now) => ({
      key: sessionKey(id),
      condition: tokens.map((token) => `${token}.#until <= :now`).join(' AND '),
      update: `REMOVE ${tokens.join(', ')}`,
      names: Object.fromEntries(tokens.map((token, i) => [token, lapsed[i] ?? ''])),
      values: { ':now': number(now) },
    }))
    .catch(() => {})
}
