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

/** The item of a session as it was at `now`. */
type Seen = { item: Item | undefined; now: number }

const mostAttempts = 8

/**
 * Takes, renews or gives up a lease, as `Store.hold` does. The first attempt expects that the record is where it is
 * known to be; where the item turns out to be another, the next fits what was seen.
 */
export async function hold(requests: Requests, id: SessionId, lease: Hold): Promise<boolean | 'unchanged'> {
  const { key, token, forMs, known } = lease
  const isKnown = ({ item, now }: Seen) => known !== undefined && isAt(item, { position: known, now })
  let seen: Seen | undefined
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const expected = seen === undefined || isKnown(seen) ? known : undefined
    const { refused, item, now } = await requests.update((now) => {
      const update = forMs > 0 ? taking(id, lease, { item: seen?.item, now }) : givingUp(id, lease)
      return expected ? whileAt(expected, update, now) : update
    })
    if (!refused) return expected ? 'unchanged' : true
    seen = { item, now }
    const holder = leaseIn(item, key)
    if (holder.until > now && holder.token !== token) return false
    if (forMs === 0 && holder.token !== token) return isKnown(seen) ? 'unchanged' : true
  }
  const message = 'DynamoDB did not settle who holds a lease.'
  throw new DogearError('store_unavailable', message, { retryAfterMs: 1000 })
}

/** An item that the service would delete before the lease ends lives longer; any other keeps its time. */
function taking(id: SessionId, { key, token, forMs }: Hold, { item, now }: Seen): Update {
  const until = now + forMs
  const tooShort = timeIn(item, 'ttl') * 1000 < until
  const lives = tooShort ? '#ttl < :end' : '(attribute_not_exists(#ttl) OR #ttl >= :end)'
  return {
    key: sessionKey(id),
    condition: `(attribute_not_exists(#lease) OR #lease.#until <= :now OR #lease.#token = :token) AND ${lives}`,
    update: `SET #lease = :lease, #ttl = ${tooShort ? ':ttl' : 'if_not_exists(#ttl, :ttl)'}`,
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

/** Has a condition, so that it makes no item where there is none. */
const givingUp = (id: SessionId, { key, token }: Hold): Update => ({
  key: sessionKey(id),
  condition: '#lease.#token = :token',
  update: 'REMOVE #lease',
  names: { '#lease': leaseName(key) },
  values: { ':token': text(token) },
})

const whileAt = (position: Position, { condition, values, ...rest }: Update, now: number): Update => ({
  ...rest,
  condition: `(${condition}) AND #position = :known AND #expiresAt > :now`,
  values: { ...values, ':known': text(positionText(position)), ':now': number(now) },
})

/** Takes all leases out of the item of a session that was removed; `item` is what was there before. */
export async function freeAll(requests: Requests, id: SessionId, item: Item | undefined): Promise<void> {
  const { held, lapsed } = leasesIn(item ?? {}, 0)
  const names = [...held, ...lapsed].map((name, i) => [`#lease${i}` as const, name] as const)
  if (names.length === 0) return
  await requests.update(() => ({
    key: sessionKey(id),
    condition: 'attribute_not_exists(#position)',
    update: `REMOVE ${names.map(([token]) => token).join(', ')}`,
    names: Object.fromEntries(names),
  }))
}

/**
 * Takes the leases out of an item that have lapsed, once there are `from` of them: an effect that has ended leaves its
 * lease behind. A failure is left to the next time.
 */
export async function tidy(
  requests: Requests,
  id: SessionId,
  { item, now, from = 1 }: { item: Item; now: number; from?: number },
): Promise<void> {
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
