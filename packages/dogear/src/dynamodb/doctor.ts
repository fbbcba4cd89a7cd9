// The doctor of a DynamoDB: it asks for everything that would lose, refuse or delay sessions.

import {
  BatchGetItemCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type TableDescription,
} from '@aws-sdk/client-dynamodb'
import type { DogearError } from '../errors.ts'
import { agenda, clock, fail, ok, reachable, unreachable, warn } from '../store/checks.ts'
import type { Check, SessionId } from '../store/store.ts'
import { dueIn } from './agenda.ts'
import { type Item, idOf, isAlive, leasesIn, number, timeIn } from './item.ts'
import type { Requests } from './requests.ts'
import { agendaIndex, dynamodbTable, dynamodbTimeToLive } from './table.ts'

const longestHiddenMs = 20 * 60_000
const mostLookedAt = 10
const makes = 'run "npx dogear dynamodb table --create"'

/**
 * The checks of the table; changes nothing in it. A question that cannot be answered does not stop the others. `local`
 * is this machine's clock, in milliseconds since the Unix epoch.
 */
export async function diagnose(
  requests: Requests,
  partitions: number,
  local: () => number = Date.now,
): Promise<Check[]> {
  const began = performance.now()
  let time: number
  try {
    time = await requests.ask()
  } catch (error) {
    const [reason, remedy] = textOf(error)
    return remedy === undefined ? [unreachable(reason)] : [fail('reachable', reason, remedy)]
  }
  const answeredAt = local()
  return [
    reachable(performance.now() - began),
    clock('DynamoDB', time, { sentAt: answeredAt, answeredAt }),
    await looked('table', () => tableOf(requests)),
    await looked('expiry', () => expiryOf(requests)),
    await looked('backups', () => backupsOf(requests)),
    await looked('agenda', () => agendaOf(requests, partitions)),
  ]
}

async function tableOf({ send, table }: Requests): Promise<Check> {
  const { output } = await send(() => new DescribeTableCommand({ TableName: table }))
  const { TableStatus: status = 'unknown', BillingModeSummary: billing } = output.Table ?? {}
  const wrong = misfit(output.Table ?? {})
  if (wrong) return fail('table', `"${table}" has other ${wrong}`, `make a new table, under another name: ${makes}`)
  const paid = billing?.BillingMode === 'PAY_PER_REQUEST' ? 'paid per request' : 'of provisioned capacity'
  const detail = `"${table}" is ${status.toLowerCase()}, ${paid}`
  const works = ['ACTIVE', 'UPDATING'].includes(status)
  return works ? ok('table', detail) : fail('table', detail, 'wait until it is active, or see why it is not')
}

/** The part of a table that is not as this release needs it. */
function misfit({ KeySchema, GlobalSecondaryIndexes = [] }: TableDescription): string | undefined {
  const wanted = dynamodbTable()
  const index = GlobalSecondaryIndexes.find(({ IndexName }) => IndexName === agendaIndex)
  if (shapeOf(KeySchema) !== shapeOf(wanted.KeySchema)) return 'keys'
  const keys = wanted.GlobalSecondaryIndexes?.[0]?.KeySchema
  return shapeOf(index?.KeySchema) === shapeOf(keys)
    ? undefined
    : `keys in the index "${agendaIndex}", or no such index`
}

const shapeOf = (keys: TableDescription['KeySchema'] = []): string =>
  keys.map(({ AttributeName, KeyType }) => `${KeyType} ${AttributeName}`).join()

async function expiryOf({ send, table }: Requests): Promise<Check> {
  const { output } = await send(() => new DescribeTimeToLiveCommand({ TableName: table }))
  const { TimeToLiveStatus: status = 'DISABLED', AttributeName: attribute } = output.TimeToLiveDescription ?? {}
  const wanted = dynamodbTimeToLive().TimeToLiveSpecification?.AttributeName
  if (['ENABLED', 'ENABLING'].includes(status) && attribute === wanted)
    return ok('expiry', `by the attribute ${wanted}`)
  const detail = 'time to live is off: what expired is hidden, and never deleted'
  return warn('expiry', detail, `switch it on for the attribute ${wanted}, or ${makes}`)
}

async function backupsOf({ send, table }: Requests): Promise<Check> {
  const { output } = await send(() => new DescribeContinuousBackupsCommand({ TableName: table }))
  const { PointInTimeRecoveryDescription: recovery } = output.ContinuousBackupsDescription ?? {}
  if (recovery?.PointInTimeRecoveryStatus === 'ENABLED') return ok('backups', 'point-in-time recovery')
  const advice =
    'switch point-in-time recovery on: a table that was deleted or overwritten by mistake is lost without it'
  return warn('backups', 'point-in-time recovery is off', advice)
}

async function agendaOf(requests: Requests, partitions: number): Promise<Check> {
  const all = Array.from({ length: partitions }, (_, partition) => partition)
  const looks = await Promise.all(all.map((partition) => lookAt(requests, partition)))
  const late = looks.flatMap(({ deadlines }) => deadlines).sort((a, b) => a.dueAt - b.dueAt)
  const size = looks.reduce((sum, look) => sum + look.size, 0)
  const [oldest] = late
  return agenda(size, oldest ? (await requests.ask()) - oldest.dueAt : 0, oldest?.id)
}

/**
 * The size of a partition's agenda, and the deadlines of those that come next. A session that was claimed or put off
 * is claimable later than its deadline, which is in the item.
 */
async function lookAt(
  requests: Requests,
  partition: number,
): Promise<{ size: number; deadlines: { id: SessionId; dueAt: number }[] }> {
  const { query, send, table } = requests
  const { items } = await query((now) => ({ ...dueIn(partition, now + longestHiddenMs), Limit: mostLookedAt }))
  const keys = items.map(({ pk, sk }) => ({ pk, sk }) as Item)
  const size = await sizeOf(requests, partition)
  if (keys.length === 0) return { size, deadlines: [] }
  const get = { RequestItems: { [table]: { Keys: keys, ConsistentRead: true } } }
  const { output, now } = await send(() => new BatchGetItemCommand(get))
  const found = (output.Responses?.[table] ?? []).filter((item) => isAlive(item, now))
  // A session whose effect a process works on is due for a look at its lease, and not late.
  const waiting = found.filter((item) => leasesIn(item, now).held.length === 0)
  return { size, deadlines: waiting.map((item) => ({ id: idOf(item), dueAt: timeIn(item, 'dueAt') })) }
}

async function sizeOf({ query }: Requests, partition: number): Promise<number> {
  let [size, from]: [number, Item | undefined] = [0, undefined]
  do {
    const start: Item | undefined = from
    const page = await query(() => ({
      IndexName: agendaIndex,
      Select: 'COUNT',
      KeyConditionExpression: '#partition = :partition',
      ExpressionAttributeValues: { ':partition': number(partition) },
      ...(start && { ExclusiveStartKey: start }),
    }))
    size += page.scanned
    from = page.next
  } while (from)
  return size
}

async function looked(name: string, look: () => Promise<Check>): Promise<Check> {
  try {
    return await look()
  } catch (error) {
    const [reason, remedy] = textOf(error)
    return warn(name, `could not look: ${reason}`, remedy ?? 'allow these credentials to look, or look by other means')
  }
}

/** The reason of a failure, and its remedy if one is known. */
function textOf(error: unknown): [reason: string, remedy: string | undefined] {
  const { message, cause } = error as DogearError
  const { name, message: reason } = (cause ?? {}) as Error
  const [, remedy] = /^DynamoDB cannot be used: (.*)\.$/.exec(message) ?? []
  return [[name, reason].filter(Boolean).join(': ') || message, remedy]
}
