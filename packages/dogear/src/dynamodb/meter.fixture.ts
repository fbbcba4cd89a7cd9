// A meter for the request units of a client, by the capacity that every answer says it consumed.
//
// dynalite counts no writes of an index, none of refused conditions, and nothing for a query that finds nothing. They
// are added by the rules of the service: an entry of an index that comes or goes is a unit, one that moves is two (it
// is of keys alone, far below a kilobyte), a refused write takes the units of the item that is there, a read takes half
// a unit at least, or one if it is strongly consistent.

import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import type { Item } from './item.ts'

export type Units = { reads: number; writes: number }

type Input = { TableName?: string; Key?: Item; ConsistentRead?: boolean; ReturnConsumedCapacity?: string }

/** Counts what `client` consumes from now on. `inspector` is another client of the same tables. */
export function meterOf(client: DynamoDBClient, inspector: DynamoDBClient): { units: Units; reset(): void } {
  const units: Units = { reads: 0, writes: 0 }

  async function placeOf({ TableName, Key }: Input): Promise<{ place: string; kilobytes: number }> {
    const asked = { TableName, Key, ConsistentRead: true, ReturnConsumedCapacity: 'TOTAL' } as const
    const { Item: item } = await inspector.send(new GetItemCommand(asked))
    const place = item?.claimableAt ? `${item.partition?.N} ${item.claimableAt.N}` : ''
    return { place, kilobytes: Math.max(1, Math.ceil(sizeOf(item ?? {}) / 1024)) }
  }

  client.middlewareStack.add(
    (next, context) => async (args) => {
      const input = args.input as Input
      const writes = context.commandName === 'UpdateItemCommand' || context.commandName === 'DeleteItemCommand'
      const before = writes ? await placeOf(input) : undefined
      const result = await next({ ...args, input: { ...input, ReturnConsumedCapacity: 'TOTAL' } as never }).catch(
        (error: Error) => {
          if (error.name === 'ConditionalCheckFailedException') units.writes += before?.kilobytes ?? 0
          throw error
        },
      )
      const { ConsumedCapacity: consumed } = result.output as { ConsumedCapacity?: { CapacityUnits?: number } }
      const least = writes ? 1 : input.ConsistentRead ? 1 : 0.5
      units[writes ? 'writes' : 'reads'] += Math.max(least, consumed?.CapacityUnits ?? 0)
      if (before) {
        const { place } = await placeOf(input)
        if (place !== before.place) units.writes += Number(place !== '') + Number(before.place !== '')
      }
      return result
    },
    { step: 'initialize', name: 'meter' },
  )
  return {
    units,
    reset() {
      units.reads = 0
      units.writes = 0
    },
  }
}

/** About the bytes of an item, as the service counts them. */
const sizeOf = (item: Item): number =>
  Object.entries(item).reduce((sum, [name, { S = '', N = '', B = [], M }]) => {
    return sum + name.length + S.length + Math.ceil(N.length / 2) + 1 + B.length + (M ? 3 + sizeOf(M) : 0)
  }, 0)
