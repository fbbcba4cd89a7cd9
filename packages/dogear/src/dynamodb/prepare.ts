// Makes the table where it is not there yet.

import {
  CreateTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb'
import { DogearError } from '../errors.ts'
import { sleep } from '../time.ts'
import type { Requests } from './requests.ts'
import { dynamodbTable, dynamodbTimeToLive } from './table.ts'

const deadlineMs = 10_000
const patienceMs = 120_000
const pauseMs = 250

/** See `DynamodbStore.prepare`. */
export async function prepare(requests: Requests): Promise<boolean> {
  const { table: name } = requests
  const made = (await statusOf(requests)) === undefined && (await make(requests))
  const until = performance.now() + patienceMs
  while ((await statusOf(requests)) !== 'ACTIVE') {
    if (performance.now() > until)
      throw new DogearError('store_unavailable', `The table "${name}" is not active after ${patienceMs / 1000} s.`)
    await sleep(pauseMs, undefined, { holds: true })
  }
  const { output } = await requests.send(() => new DescribeTimeToLiveCommand({ TableName: name }), deadlineMs)
  const deletes = ['ENABLED', 'ENABLING'].includes(output.TimeToLiveDescription?.TimeToLiveStatus ?? '')
  if (!deletes) await requests.send(() => new UpdateTimeToLiveCommand(dynamodbTimeToLive({ name })), deadlineMs)
  return made
}

async function make(requests: Requests): Promise<boolean> {
  try {
    await requests.send(() => new CreateTableCommand(dynamodbTable({ name: requests.table })), deadlineMs)
    return true
  } catch (error) {
    // Another process was faster.
    if (causeOf(error) === 'ResourceInUseException') return false
    throw error
  }
}

/** The status of the table; undefined if it is not there. */
async function statusOf(requests: Requests): Promise<string | undefined> {
  try {
    const { output } = await requests.send(() => new DescribeTableCommand({ TableName: requests.table }), deadlineMs)
    return output.Table?.TableStatus
  } catch (error) {
    if (causeOf(error) === 'ResourceNotFoundException') return undefined
    throw error
  }
}

/** The name that the service has for a failure. */
const causeOf = (error: unknown): string | undefined =>
  error instanceof DogearError ? (error.cause as Error | undefined)?.name : undefined
