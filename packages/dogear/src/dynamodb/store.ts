// The store on DynamoDB: one item per session, one write per commit.

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { positionText } from '../position.ts'
import type { Entry, SessionId, Store } from '../store/store.ts'
import type { Position } from '../wire.ts'
import { refuseWiring } from '../wiring.ts'
import { claimDue, defer } from './agenda.ts'
import { dynamodbDirectory } from './directory.ts'
import { diagnose } from './doctor.ts'
import { mostBytes, tooLarge } from './failure.ts'
import { foundIn, isAlive, leaseName, leaseOf, leasesIn, number, partitionOf, sessionKey, text, ttlOf } from './item.ts'
import { freeAll, hold, tidy } from './leases.ts'
import { type DynamodbStoreOptions, dynamodbProblems } from './options.ts'
import { prepare } from './prepare.ts'
import { dynamodbProgress } from './progress.ts'
import { createRequests, type Update } from './requests.ts'
import { fromCursor, scan } from './scan.ts'

/** The store on DynamoDB: one item for each session. */
export interface DynamodbStore extends Store {
  /** The name of the table. */
  readonly table: string
  /**
   * Makes the table if it is not there, and lets the service delete what expired. Resolves once it is active, to
   * whether it was made. A table that is there is not changed otherwise: `diagnose` says if it fits. Safe to call from
   * any number of processes at once.
   */
  prepare(): Promise<boolean>
}

/**
 * A `Store` on Amazon DynamoDB, through the caller's client, which stays the caller's to close. See
 * `recommendedDynamodbOptions` for its settings, and `dynamodbTable` for the table, which has to be there.
 *
 * `read` and `commit` are one request each. Record, leases and place on the agenda are one item, so that a commit is
 * one conditional write; entries of progress are items of their own. Expired items count as absent, and the service
 * deletes them within days. A request that is throttled, or that fails in passing, is repeated until the deadline. The
 * backlog mark has no effect, as a commit is on the disks of several data centres already. Failures of the service are
 * `store_unavailable`, an item past 400 kB is `too_large`, one that this package did not write is `record_unreadable`
 * and stays as it is. Errors hold no session data.
 *
 * DynamoDB tells nobody of a change and has no clock: the engine looks at watched sessions from time to time, and the
 * clock is this machine's, led by the Date header of the answers.
 */
export function dynamodbStore(client: DynamoDBClient, options: DynamodbStoreOptions = {}): DynamodbStore {
  refuseWiring('dynamodbStore was given what cannot work', dynamodbProblems(client, options))
  const { table = 'dogear', partitions = 4, deadlineMs = 1500 } = options
  const requests = createRequests(client, table, deadlineMs)
  const { forget, holds, ...progress } = dynamodbProgress(requests)

  return {
    name: 'dynamodb',
    durability: 'archived',
    table,
    prepare: () => prepare(requests),

    async read(id, known) {
      if (!known) {
        const { item, now } = await requests.get(sessionKey(id))
        return foundIn(item, now)
      }
      const { items, scanned, now } = await requests.query((now) => unless(id, known, now))
      return items.length === 0 && scanned > 0 ? 'unchanged' : foundIn(items[0], now)
    },

    async commit(id, expected, entry) {
      if (entry.bytes.length > mostBytes) throw tooLarge()
      const partition = partitionOf(id, partitions)
      const { refused, item, now } = await requests.update((now) => commit({ id, expected, entry, partition, now }))
      if (refused) return { committed: false, current: foundIn(item, now) }
      // Nobody waits for it.
      if (item) void tidy(requests, id, { item, now, from: mostLapsed })
      return { committed: true, now }
    },

    async remove(id, tombstoneMs) {
      const { item, now } = await requests.update((now) => removal(id, now + Math.ceil(tombstoneMs)))
      await forget(id)
      await freeAll(requests, id, item)
      return isAlive(item, now) && item?.position !== undefined
    },

    claimDue: (limit, leaseMs, except = new Set(), order = 'earliest') =>
      claimDue(requests, partitions, { limit, leaseMs: Math.ceil(leaseMs), except, order }),

    defer: (id, at, leaseUntil) => defer(requests, id, { at: Math.ceil(at), leaseUntil }),

    hold: (id, key, token, forMs, known) => hold(requests, id, { key, token, forMs: Math.ceil(forMs), known }),

    ...progress,

    async tracesOf(id) {
      const [{ item }, entries] = await Promise.all([requests.get(sessionKey(id)), holds(id)])
      const { held, lapsed } = leasesIn(item ?? {}, 0)
      return {
        record: item?.position !== undefined,
        agenda: item?.claimableAt !== undefined,
        backlog: false,
        leases: held.length + lapsed.length > 0,
        progress: entries,
      }
    },

    now: () => requests.ask(),

    directory: dynamodbDirectory(requests),

    async scan(cursor, limit) {
      return scan(requests, { place: cursor === undefined ? undefined : fromCursor(cursor), limit })
    },

    diagnose: () => diagnose(requests, partitions),
  }
}

/** Finds the session unless it is at `known`: then it counts as looked at, and its bytes are not transferred. */
const unless = (id: SessionId, known: Position, now: number) => ({
  ConsistentRead: true,
  KeyConditionExpression: '#pk = :pk',
  FilterExpression: 'NOT (#position = :known AND #expiresAt > :now)',
  ExpressionAttributeValues: {
    ':pk': sessionKey(id).pk ?? text(''),
    ':known': text(positionText(known)),
    ':now': number(now),
  },
})

/** So many lapsed leases, of about a hundred bytes each, are cheaper in the item than a write that takes each out. */
const mostLapsed = 4

type Commit = { id: SessionId; expected: Position | 0; entry: Entry; partition: number; now: number }

/** Its answer holds the whole item if it takes leases, so that those before them can be seen. */
function commit({ id, expected, entry, partition, now }: Commit): Update {
  const { bytes, revision, epoch = 0, mark, ttlMs, dueAt, leases = [] } = entry
  const expiresAt = now + Math.ceil(ttlMs)
  const due = dueAt === undefined ? {} : { ':due': number(Math.ceil(dueAt)), ':partition': number(partition) }
  const agenda =
    dueAt === undefined
      ? ' REMOVE #dueAt, #claimableAt, #partition'
      : ', #dueAt = :due, #claimableAt = :due, #partition = :partition'
  return {
    key: sessionKey(id),
    condition:
      expected === 0
        ? 'attribute_not_exists(#expiresAt) OR #expiresAt <= :now'
        : '#position = :expected AND #expiresAt > :now',
    update: [
      'SET #position = :position, #bytes = :bytes, #expiresAt = :expiresAt, #ttl = :ttl',
      ...leases.map((_, i) => `, #lease${i} = :lease${i}`),
      agenda,
    ].join(''),
    names: Object.fromEntries(leases.map(({ key }, i) => [`#lease${i}`, leaseName(key)])),
    values: {
      ':now': number(now),
      ':position': text(positionText({ epoch, revision, mark })),
      ':bytes': { B: bytes },
      ':expiresAt': number(expiresAt),
      ':ttl': ttlOf(expiresAt),
      ...(expected !== 0 && { ':expected': text(positionText(expected)) }),
      ...due,
      ...Object.fromEntries(
        leases.map(({ token, forMs }, i) => [`:lease${i}`, leaseOf(token, now + Math.ceil(forMs))] as const),
      ),
    },
    ...(leases.length > 0 && { returns: 'ALL_NEW' }),
  }
}

/** Its answer holds what it removed. */
const removal = (id: SessionId, expiresAt: number): Update => ({
  key: sessionKey(id),
  update: 'SET #expiresAt = :expiresAt, #ttl = :ttl REMOVE #position, #bytes, #dueAt, #claimableAt, #partition',
  values: { ':expiresAt': number(expiresAt), ':ttl': ttlOf(expiresAt) },
  returns: 'ALL_OLD',
})
