// The progress of effects on DynamoDB: an item for each entry, beside that of the session.

import { DeleteItemCommand } from '@aws-sdk/client-dynamodb'
import { DogearError } from '../errors.ts'
import type { SessionId, Store } from '../store/store.ts'
import { type Item, isAlive, number, progressKey, sessionKey, text, timeIn, ttlOf } from './item.ts'
import type { Requests } from './requests.ts'

export type Progress = Required<Pick<Store, 'addProgress' | 'progressOf'>>

/** How often an entry is numbered anew because another writer took its number. */
const mostAttempts = 64
/** Deletions under way at the same time. */
const mostAtOnce = 25

/**
 * Entries have consecutive numbers: one is written only where the one before it was seen and its own place is free. So
 * a reader that knows the newest entry has missed none of those before it.
 *
 * Its session is looked at once an entry is there. A removal, which writes its tombstone first, either finds the entry
 * or is found by its writer; both take the entry out.
 */
export function dynamodbProgress(requests: Requests): Progress & {
  forget(id: SessionId): Promise<void>
  holds(id: SessionId): Promise<boolean>
} {
  /** The numbers of the entries under way here. */
  const lines = new Map<SessionId, Promise<number>>()
  const remove = (Key: Item) => requests.send(() => new DeleteItemCommand({ TableName: requests.table, Key }))

  /** The items of a session from number `from` on; `newest`: the last one alone. */
  async function itemsOf(id: SessionId, { from = 0, newest = false } = {}): Promise<{ items: Item[]; now: number }> {
    const { pk = text(''), sk = text('') } = progressKey(id, from)
    const found: Item[] = []
    for (let after: Item | undefined; ; ) {
      const { items, next, now } = await requests.query(() => ({
        ConsistentRead: true,
        KeyConditionExpression: '#pk = :pk AND #sk >= :sk',
        ExpressionAttributeValues: { ':pk': pk, ':sk': sk },
        ...(newest && { ScanIndexForward: false, Limit: 1 }),
        ...(after && { ExclusiveStartKey: after }),
      }))
      found.push(...items)
      if (newest || !next) return { items: found, now }
      after = next
    }
  }

  const newest = async (id: SessionId): Promise<number> => numberOf((await itemsOf(id, { newest: true })).items[0])

  /** Writes one after the other here, so that only processes contend for a number. Resolves to that of the entry. */
  function write(id: SessionId, entry: string, ttlMs: number): Promise<number> {
    const mine = (lines.get(id) ?? newest(id))
      .catch(() => newest(id))
      .then((last) => put(id, entry, { first: last + 1, ttlMs }))
    lines.set(id, mine)
    const leave = () => {
      if (lines.get(id) === mine) lines.delete(id)
    }
    mine.then(leave, leave)
    return mine
  }

  async function put(id: SessionId, entry: string, { first, ttlMs }: { first: number; ttlMs: number }) {
    let nth = first
    for (let tries = 0; tries < mostAttempts; tries++) {
      const { refused } = await requests.update((now) => ({
        key: progressKey(id, nth),
        condition: 'attribute_not_exists(#pk)',
        update: 'SET #value = :value, #addedAt = :now, #expiresAt = :expiresAt, #ttl = :ttl',
        values: {
          ':value': text(entry),
          ':now': number(now),
          ':expiresAt': number(now + Math.ceil(ttlMs)),
          ':ttl': ttlOf(now + Math.ceil(ttlMs)),
        },
      }))
      if (!refused) return nth
      // Another process may have written many since.
      nth = Math.max(nth, await newest(id)) + 1
    }
    throw new DogearError('store_unavailable', 'DynamoDB did not settle the order of progress.', { retryAfterMs: 1000 })
  }

  async function forget(id: SessionId): Promise<void> {
    const { items } = await itemsOf(id)
    for (let from = 0; from < items.length; from += mostAtOnce)
      await Promise.all(items.slice(from, from + mostAtOnce).map((item) => remove(progressKey(id, numberOf(item)))))
  }

  return {
    async addProgress(id, entry, { keep, ttlMs }) {
      const nth = await write(id, entry, ttlMs)
      const { item, now } = await requests.get(sessionKey(id))
      const there = isAlive(item, now) && item?.position !== undefined
      if (!there) await forget(id)
      else if (nth > keep) await remove(progressKey(id, nth - keep))
      return there
    },

    async progressOf(id, after) {
      const [, nth] = entryName.exec(after ?? '') ?? []
      const some = nth === undefined ? undefined : await itemsOf(id, { from: Number(nth) })
      // Where that entry is not there it had to go, or the numbers have begun anew: then all of them come after it.
      const goesOn = some?.items[0] !== undefined && nameOf(some.items[0]) === after
      const { items, now } = goesOn ? some : await itemsOf(id)
      // All of them live as long as the newest.
      if (!isAlive(items.at(-1), now)) return []
      return items.slice(goesOn ? 1 : 0).map((item) => ({ at: nameOf(item), text: item.value?.S ?? '' }))
    },

    forget,
    holds: async (id) => (await itemsOf(id, { newest: true })).items.length > 0,
  }
}

/** The name of an entry: its number, and the time at which it was added, as numbers begin anew once all are gone. */
const entryName = /^(\d{1,15})-\d{1,15}$/
const nameOf = (item: Item): string => `${numberOf(item)}-${timeIn(item, 'addedAt')}`
const numberOf = (item: Item | undefined): number => Number(item?.sk?.S ?? 0)
