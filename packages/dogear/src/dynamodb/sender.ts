// Sends commands to DynamoDB: each settles within a deadline, is repeated if it failed in passing, tells the time.

import type {
  $Command,
  DynamoDBClient,
  DynamoDBClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes,
} from '@aws-sdk/client-dynamodb'
import { GetItemCommand } from '@aws-sdk/client-dynamodb'
import { sleep } from '../time.ts'
import { createServiceClock } from './clock.ts'
import { isCutShort, isPassing, toFailure } from './failure.ts'
import { type Item, text } from './item.ts'

type Command<Input extends ServiceInputTypes, Output extends ServiceOutputTypes> = $Command<
  Input,
  Output,
  DynamoDBClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes
>

export type Sender = {
  readonly table: string
  /**
   * Sends the command that `make` makes of the service's time, again where that helps, for `ms` milliseconds. Rejects
   * with errors of this package, but for a condition that does not hold, see `isRefusal`.
   */
  send: <Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    make: (now: number) => Command<Input, Output>,
    ms?: number,
  ) => Promise<{ output: Output; now: number }>
  /** The service's clock, asked now. */
  ask(): Promise<number>
}

/** Between two tries, at first and at most, in milliseconds; by chance, so that callers do not come back together. */
const firstPauseMs = 25
const mostPauseMs = 400

export function createSender(client: DynamoDBClient, table: string, deadlineMs: number): Sender {
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

  /** Asks for an item that is not there, which is the smallest of all requests. */
  const probe = async (): Promise<void> => {
    const Key = { pk: text('clock'), sk: text('.') }
    await repeat(deadlineMs, (left) => once(new GetItemCommand({ TableName: table, Key }), left))
  }

  /** A condition on a wrong time could overwrite what is alive, so nothing is sent before the time is known. */
  async function learnTime(): Promise<void> {
    asking ??= probe()
    try {
      await asking
    } catch (error) {
      asking = undefined
      if (!clock.known()) throw error
    }
  }

  return {
    table,
    async send(make, ms = deadlineMs) {
      try {
        if (!clock.known()) await learnTime()
        return await repeat(ms, async (left) => {
          const now = clock.now()
          return { output: await once(make(now), left), now }
        })
      } catch (error) {
        throw isRefusal(error) ? error : toFailure(error)
      }
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

/** True if the condition of a write did not hold. `Item` is the one that is there, if the service hands it out. */
export const isRefusal = (error: unknown): error is { Item?: Item } =>
  (error as Error | undefined)?.name === 'ConditionalCheckFailedException'

/** Calls `attempt` with the time it has left, until it succeeds, fails for good, or `ms` milliseconds are over. */
async function repeat<T>(ms: number, attempt: (leftMs: number) => Promise<T>): Promise<T> {
  const until = performance.now() + ms
  let before: unknown
  for (let tries = 0; ; tries++) {
    try {
      return await attempt(until - performance.now())
    } catch (error) {
      const pause = Math.random() * Math.min(mostPauseMs, firstPauseMs * 2 ** tries)
      // An attempt that the deadline cut short says less than the one before it.
      if (isCutShort(error)) throw before ?? error
      if (!isPassing(error) || performance.now() + pause >= until) throw error
      before = error
      await sleep(pause, undefined, { holds: true })
    }
  }
}
