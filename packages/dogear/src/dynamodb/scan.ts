// Finds all sessions of a table: a page of its items at a time, the strongly consistent way.

import { DescribeTableCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import type { Batch, Scanned } from '../store/store.ts'
import { type Item, idOf, isAlive, sessionPrefix, storedIn, text, timeIn } from './item.ts'
import type { Requests } from './requests.ts'

/** The progress of a scan: `passed` items, up to the one with the key `after`. */
type ScanPlace = { passed: number; after: Item }

// Nobody waits for it, and a page may be of a megabyte.
const deadlineMs = 10_000

/** Reads a cursor. Throws `TypeError` for what `toCursor` did not write. */
export function fromCursor(cursor: string): ScanPlace {
  const [, passed, pk, sk] = /^(\d{1,15})\.([\w-]+)\.([\w-]+)$/.exec(cursor) ?? []
  if (!passed || !pk || !sk) throw new TypeError('This cursor is none of a DynamoDB store')
  return { passed: Number(passed), after: { pk: text(decoded(pk)), sk: text(decoded(sk)) } }
}

const toCursor = ({ passed, after }: ScanPlace): string =>
  `${passed}.${encoded(after.pk?.S ?? '')}.${encoded(after.sk?.S ?? '')}`

const encoded = (key: string): string => Buffer.from(key).toString('base64url')
const decoded = (key: string): string => Buffer.from(key, 'base64url').toString()

/** The batch after `place`, or the first one. All other items count for `limit`, but are left out. */
export async function scan(
  requests: Requests,
  { place, limit }: { place: ScanPlace | undefined; limit: number },
): Promise<Batch> {
  const [{ output, now }, estimate] = await Promise.all([
    requests.send(
      () =>
        new ScanCommand({
          TableName: requests.table,
          ConsistentRead: true,
          FilterExpression: 'begins_with(#pk, :session) AND attribute_exists(#position)',
          ExpressionAttributeNames: { '#pk': 'pk', '#position': 'position' },
          ExpressionAttributeValues: { ':session': text(sessionPrefix) },
          Limit: Math.max(1, Math.ceil(limit)),
          ...(place && { ExclusiveStartKey: place.after }),
        }),
      deadlineMs,
    ),
    countOf(requests),
  ])
  const { Items: items = [], ScannedCount: scanned = 0, LastEvaluatedKey: after } = output
  const found = items.filter((item) => isAlive(item, now)).map((item) => toScanned(item, now))
  if (!after) return { found, cursor: undefined, done: 1 }
  const passed = (place?.passed ?? 0) + scanned
  return { found, cursor: toCursor({ passed, after }), done: Math.min(0.99, passed / Math.max(passed, estimate)) }
}

/** The last count that DynamoDB knows, some hours old; 0 where it may not be asked. */
const countOf = (requests: Requests): Promise<number> =>
  requests
    .send(() => new DescribeTableCommand({ TableName: requests.table }), deadlineMs)
    .then(
      ({ output }) => output.Table?.ItemCount ?? 0,
      () => 0,
    )

function toScanned(item: Item, now: number): Scanned {
  const ttlMs = Math.max(1, timeIn(item, 'expiresAt') - now)
  try {
    return { id: idOf(item), stored: storedIn(item), ttlMs }
  } catch {
    return { id: idOf(item), stored: null, ttlMs }
  }
}
