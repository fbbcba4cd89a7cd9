// The directory in DynamoDB: one item for each listed session or code.

import { DeleteItemCommand } from '@aws-sdk/client-dynamodb'
import type { Directory } from '../store/store.ts'
import { codeKey, type Item, isAlive, listingKey, number, text, timeIn, ttlOf } from './item.ts'
import type { Requests } from './requests.ts'

export function dynamodbDirectory(requests: Requests): Directory {
  const remove = (Key: Item) => requests.send(() => new DeleteItemCommand({ TableName: requests.table, Key }))

  return {
    async add(owner, id, ttlMs) {
      await requests.update((now) => ({
        key: listingKey(owner, id),
        update: 'SET #expiresAt = :expiresAt, #ttl = :ttl',
        values: { ':expiresAt': number(now + Math.ceil(ttlMs)), ':ttl': ttlOf(now + Math.ceil(ttlMs)) },
      }))
    },

    async list(owner, limit) {
      const listed: Item[] = []
      let from: Item | undefined
      do {
        const page = await requests.query(() => ({
          ConsistentRead: true,
          KeyConditionExpression: '#pk = :pk',
          ExpressionAttributeValues: { ':pk': listingKey(owner, '').pk ?? text('') },
          ...(from && { ExclusiveStartKey: from }),
        }))
        listed.push(...page.items.filter((item) => isAlive(item, page.now)))
        from = page.next
      } while (from)
      listed.sort((a, b) => timeIn(b, 'expiresAt') - timeIn(a, 'expiresAt'))
      return listed.slice(0, Math.max(0, limit)).map(({ sk }) => (sk?.S ?? '').slice(1))
    },

    async drop(owner, id) {
      await remove(listingKey(owner, id))
    },

    async putCode(code, value, ttlMs) {
      const { refused } = await requests.update((now) => ({
        key: codeKey(code),
        condition: 'attribute_not_exists(#expiresAt) OR #expiresAt <= :now',
        update: 'SET #value = :value, #tries = :none, #expiresAt = :expiresAt, #ttl = :ttl',
        values: {
          ':value': text(value),
          ':none': number(0),
          ':now': number(now),
          ':expiresAt': number(now + Math.ceil(ttlMs)),
          ':ttl': ttlOf(now + Math.ceil(ttlMs)),
        },
      }))
      return !refused
    },

    async tryCode(code, maxTries) {
      const { refused, item } = await requests.update((now) => ({
        key: codeKey(code),
        condition: 'attribute_exists(#value) AND #expiresAt > :now AND #tries < :most',
        update: 'SET #tries = #tries + :one',
        values: { ':now': number(now), ':most': number(maxTries), ':one': number(1) },
        returns: 'ALL_NEW',
      }))
      if (!refused) return item?.value?.S
      // Burned, expired, never there, or out of tries: only then there is a value to take away.
      if (item?.value && timeIn(item, 'tries') >= maxTries) await burn(code, maxTries)
      return undefined
    },

    async dropCode(code) {
      await remove(codeKey(code))
    },
  }

  /** The code stays taken, its value is gone. Another one under the same name has its tries yet. */
  function burn(code: string, maxTries: number): Promise<unknown> {
    return requests.update(() => ({
      key: codeKey(code),
      condition: 'attribute_exists(#value) AND #tries >= :most',
      update: 'REMOVE #value',
      values: { ':most': number(maxTries) },
    }))
  }
}
