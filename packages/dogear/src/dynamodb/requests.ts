// The requests the store makes of DynamoDB, with expressions as they are read.

import {
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  type QueryCommandInput,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import type { Item } from './item.ts'
import { createSender, isRefusal, type Sender } from './sender.ts'

/**
 * One write of one item. In the expressions `#name` stands for the attribute `name`, unless `names` has another for it.
 * `returns` is what the answer holds.
 */
export type Update = {
  key: Item
  update: string
  condition?: string
  names?: Readonly<Record<`#${string}`, string>>
  values?: Item
  returns?: 'ALL_NEW' | 'ALL_OLD'
}

/**
 * `now` is the time of the request that did it. Where the condition did not hold it is `refused`, and `item` is the one
 * that is there; else `item` is what the answer holds.
 */
export type Updated = { refused: boolean; item: Item | undefined; now: number }

export type Query = Omit<QueryCommandInput, 'TableName' | 'ExpressionAttributeNames'>

/** One page of a query; `next` is where another begins. `scanned` counts those that a filter left out too. */
export type Page = { items: Item[]; scanned: number; next: Item | undefined; now: number }

export type Requests = Sender & {
  /** The newest item under `key`, with the time at which it was asked for. */
  get(key: Item): Promise<{ item: Item | undefined; now: number }>
  update(make: (now: number) => Update): Promise<Updated>
  query(make: (now: number) => Query): Promise<Page>
}

/** Requests to `table` through the caller's client. They reject with errors of this package. */
export function createRequests(client: DynamoDBClient, table: string, deadlineMs: number): Requests {
  const sender = createSender(client, table, deadlineMs)

  async function get(Key: Item): Promise<{ item: Item | undefined; now: number }> {
    const { output, now } = await sender.send(() => new GetItemCommand({ TableName: table, Key, ConsistentRead: true }))
    return { item: output.Item, now }
  }

  return {
    ...sender,
    get,
    async update(make) {
      let [key, now]: [Item, number] = [{}, 0]
      try {
        const { output } = await sender.send((at) => {
          const made = make(at)
          ;[key, now] = [made.key, at]
          return toCommand(table, made)
        })
        return { refused: false, item: output.Attributes, now }
      } catch (error) {
        if (!isRefusal(error)) throw error
        // No item in the answer: there was none, or the service does not hand it out.
        return { refused: true, ...(error.Item ? { item: error.Item, now } : await get(key)) }
      }
    },
    async query(make) {
      const { output, now } = await sender.send((at) => {
        const input = make(at)
        const names = namesIn([input.KeyConditionExpression, input.FilterExpression])
        return new QueryCommand({ TableName: table, ...names, ...input })
      })
      const { Items: items = [], ScannedCount: scanned = 0, LastEvaluatedKey: next } = output
      return { items, scanned, next, now }
    },
  }
}

function toCommand(table: string, { key, update, condition, names, values, returns }: Update): UpdateItemCommand {
  return new UpdateItemCommand({
    TableName: table,
    Key: key,
    UpdateExpression: update,
    ...(condition !== undefined && {
      ConditionExpression: condition,
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    }),
    ...namesIn([update, condition], names),
    ...(values && { ExpressionAttributeValues: values }),
    ...(returns && { ReturnValues: returns }),
  })
}

function namesIn(
  expressions: readonly (string | undefined)[],
  names: Readonly<Record<string, string>> = {},
): { ExpressionAttributeNames: Record<string, string> } {
  const tokens = expressions.flatMap((expression) => expression?.match(/#\w+/g) ?? [])
  return {
    ExpressionAttributeNames: Object.fromEntries(tokens.map((token) => [token, names[token] ?? token.slice(1)])),
  }
}
