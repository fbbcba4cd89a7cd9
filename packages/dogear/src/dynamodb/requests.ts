// Requests to DynamoDB: each settles within a deadline, is repeated if it failed in passing, tells the time.

import type {
  $Command,
  DynamoDBClient,
  DynamoDBClientResolvedConfig,
  QueryCommandInput,
  ServiceInputTypes,
  ServiceOutputTypes,
} from '@aws-sdk/client-dynamodb'
import { GetItemCommand, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { sleep } from '../time.ts'
import { createServiceClock } from './clock.ts'
import { isPassing, toFailure } from './failure.ts'
import { type Item, text } from './item.ts'

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
  returns?: 'ALL_NEW' | 'UPDATED_OLD'
}

/**
 * `now` is the time of the request that did it. Where the condition did not hold it is `refused`, and `item` is the one
 * that is there; else `item` is what the answer holds.
 */
export type Updated = { refused: boolean; item: Item | undefined; now: number }

export type Query = Omit<QueryCommandInput, 'TableName' | 'ExpressionAttributeNames'>

export type Requests = {
  readonly client: DynamoDBClient
  readonly table: string
  /** Sends the command that `make` makes of the service's time, again where that helps, for `ms` milliseconds. */
  send: <Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    make: (now: number) => Command<Input, Output>,
    ms?: number,
  ) => Promise<{ output: Output; now: number }>
  /** The newest item under `key`, with the time at which it was asked for. */
  get(key: Item): Promise<{ item: Item | undefined; now: number }>
  update(make: (now: number) => Update): Promise<Updated>
  /** One page. `#name` in its expressions stands for the attribute `name`. */
  query(make: (now: number) => Query): Promise<Page>
  /** The service's clock, asked now. */
  ask(): Promise<number>
}

export type Page = { items: Item[]; scanned: number; next: Item | undefined; now: number }

type Command<Input extends ServiceInputTypes, Output extends ServiceOutputTypes> = $Command<
  Input,
  Output,
  DynamoDBClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes
>

/** Between two tries, at first and at most, in milliseconds; by chance, so that callers do not come back together. */
const firstPauseMs = 25
const mostPauseMs = 400

/** Requests to `table` through the caller's client. They reject with errors of this package. */
export function createRequests(client: DynamoDBClient, table: string, deadlineMs: number): Requests {
  const clock = createServiceClock()
  let asking: Promise<void> | undefined

  /** Sends a command once. Every answer says what time it is, also one that refuses. */
  function once<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    command: Command<Input, Output>,
    ms: number,
  ): Promise<Output> {
    command.middlewareStack.add(
      (next) => async (args) => {
        const sent = clock.moment()
        const result = await next(args)
        const { headers } = result.response as { headers?: Record<string, string> }
        clock.learn(headers?.date, sent)
        return result
      },
      // Nearest to the wire, where answers that refuse are no errors yet.
      { step: 'deserialize', priority: 'low' },
    )
    return client.send(command, { abortSignal: AbortSignal.timeout(Math.max(1, Math.ceil(ms))) })
  }

  async function repeat<T>(ms: number, attempt: (leftMs: number) => Promise<T>): Promise<T> {
    const until = performance.now() + ms
    for (let tries = 0; ; tries++) {
      try {
        return await attempt(until - performance.now())
      } catch (error) {
        const pause = Math.random() * Math.min(mostPauseMs, firstPauseMs * 2 ** tries)
        if (!isPassing(error) || performance.now() + pause >= until) throw error
        await sleep(pause, undefined, { holds: true })
      }
    }
  }

  /** Asks for an item that is not there, which is the smallest of all requests. */
  const probe = async (): Promise<void> => {
    const Key = { pk: text('clock'), sk: text('.') }
    await repeat(deadlineMs, (left) => once(new GetItemCommand({ TableName: table, Key }), left))
  }

  /** A condition on a wrong time could overwrite what is alive, so nothing is sent before the time is known. */
  async function known(): Promise<void> {
    asking ??= probe()
    try {
      await asking
    } catch (error) {
      asking = undefined
      if (!clock.known()) throw error
    }
  }

  const send: Requests['send'] = async (make, ms = deadlineMs) => {
    try {
      if (!clock.known()) await known()
      return await repeat(ms, async (left) => {
        const now = clock.now()
        return { output: await once(make(now), left), now }
      })
    } catch (error) {
      // The one error that is a result.
      throw isRefusal(error) ? error : toFailure(error)
    }
  }

  async function get(Key: Item): Promise<{ item: Item | undefined; now: number }> {
    const { output, now } = await send(() => new GetItemCommand({ TableName: table, Key, ConsistentRead: true }))
    return { item: output.Item, now }
  }

  return {
    client,
    table,
    send,
    get,
    async update(make) {
      let [key, now]: [Item, number] = [{}, 0]
      try {
        const { output } = await send((at) => {
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
      const { output, now } = await send((at) => {
        const input = make(at)
        const names = namesIn([input.KeyConditionExpression, input.FilterExpression])
        return new QueryCommand({ TableName: table, ...names, ...input })
      })
      const { Items: items = [], ScannedCount: scanned = 0, LastEvaluatedKey: next } = output
      return { items, scanned, next, now }
    },
    async ask() {
      try {
        await probe()
        return clock.now()
      } catch (error) {
        throw toFailure(error)
      }
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

const isRefusal = (error: unknown): error is { Item?: Item } =>
  (error as Error | undefined)?.name === 'ConditionalCheckFailedException'
