// The options of the store on DynamoDB: what can work, the recommended settings of its client.

import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'
import { aCount, aNumber, having, must, optional, problemsOf } from '../wiring.ts'

/**
 * `table` is the name of the table, see `dynamodbTable` ("dogear"). `partitions` is the number of parts of the agenda,
 * 1 to 256 (4): a look at the agenda asks for each of them, and each takes some 500 changes a second. It may grow,
 * and must not shrink while there is data. `deadlineMs`: how long a call tries again where DynamoDB throttles or fails
 * in passing, in milliseconds (1,500).
 */
export type DynamodbStoreOptions = { table?: string; partitions?: number; deadlineMs?: number }

const checks = {
  table: optional(
    must(
      'a name of a table: 3 to 255 letters, digits, dots, dashes and underscores',
      (value) => typeof value === 'string' && /^[\w.-]{3,255}$/.test(value),
    ),
  ),
  partitions: optional(aCount(1, 256)),
  deadlineMs: optional(aNumber(1)),
}

const clientChecks = {
  client: having('a DynamoDBClient of @aws-sdk/client-dynamodb', ['send'], ['config', 'middlewareStack']),
}

/** The problems of that which a store on DynamoDB is given. */
export const dynamodbProblems = (client: unknown, options: unknown): string[] => [
  ...problemsOf({ client }, clientChecks),
  ...problemsOf(options, checks),
]

/**
 * Settings for `new DynamoDBClient({ region, ...recommendedDynamodbOptions })`.
 *
 * - `maxAttempts`: one, because the store itself tries again, with pauses that fit its deadline. Those of the SDK are
 *   half a second and more, and multiply with the store's.
 * - `requestHandler`: a connection and an answer are waited for in time, so that a call settles even if DynamoDB hangs.
 *   The outcome of such a commit is *unknown*: DynamoDB may have carried it out.
 */
export const recommendedDynamodbOptions: DynamoDBClientConfig = {
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 500, requestTimeout: 1000, throwOnRequestTimeout: true },
}
