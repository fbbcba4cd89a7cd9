// A DynamoDB for tests: dynalite in a process of its own, with tables to make in it, gone with the test.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
} from '@aws-sdk/client-dynamodb'
import { freePort } from '../../../../scripts/processes.mjs'
import { recommendedDynamodbOptions } from './options.ts'
import { dynamodbTable } from './table.ts'

export type OwnDynamodb = {
  port: number
  /** Makes an empty table. */
  create(name: string): Promise<void>
  drop(name: string): Promise<void>
  close(): Promise<void>
}

// The SDK warns of this version of Node, and a test that prints fails.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'

/** The deadline of stores that are not to fail because the machine is busy. */
export const patientMs = 20_000

/** A client of the DynamoDB at `port` of this machine. */
export const clientOf = (port: number, more: DynamoDBClientConfig = {}): DynamoDBClient =>
  new DynamoDBClient({
    ...recommendedDynamodbOptions,
    // A busy machine is no outage, and must not make the SDK print.
    requestHandler: { requestTimeout: patientMs, socketAcquisitionWarningTimeout: 600_000 },
    endpoint: `http://127.0.0.1:${port}`,
    region: 'local',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    ...more,
  })

export async function ownDynamodb(): Promise<OwnDynamodb> {
  const port = await freePort()
  const program = createRequire(import.meta.url).resolve('dynalite/cli.js')
  const settings = ['--host', '127.0.0.1', '--port', `${port}`, '--createTableMs', '0', '--deleteTableMs', '0']
  const child: ChildProcess = spawn(process.execPath, [program, ...settings], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  await Promise.race([
    once(child.stdout as NodeJS.ReadableStream, 'data'),
    ended.then(() => Promise.reject(new Error('dynalite ended before it was ready'))),
  ])
  child.stdout?.resume()
  // A connection that was silent for long may be closed when it is used again.
  const client = clientOf(port, { maxAttempts: 5 })
  return {
    port,
    async create(name) {
      await client.send(new CreateTableCommand(dynamodbTable({ name })))
      while ((await client.send(new DescribeTableCommand({ TableName: name }))).Table?.TableStatus !== 'ACTIVE')
        await sleep(1)
    },
    drop: async (name) => void (await client.send(new DeleteTableCommand({ TableName: name }))),
    async close() {
      client.destroy()
      child.kill('SIGKILL')
      await ended
    },
  }
}
