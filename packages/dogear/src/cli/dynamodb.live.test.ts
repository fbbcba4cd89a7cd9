// `dogear dynamodb table` as a process of its own, on dynalite behind the proxy of dynamodb/service.fixture.ts.

import { afterAll, expect, it } from 'vitest'
import { ownDynamodb } from '../dynamodb/own-dynamodb.fixture.ts'
import { serviceBefore } from '../dynamodb/service.fixture.ts'
import { dynamodbTable, dynamodbTimeToLive } from '../dynamodb/table.ts'
import { configOf, type Ended, place } from './command.fixture.ts'

const server = await ownDynamodb()
const service = await serviceBefore(server.port)
afterAll(async () => {
  await service.close()
  await server.close()
})

/** Runs the command on a config that exports `expression`. */
async function run(expression: string, ...args: string[]): Promise<Ended> {
  const here = await place({ 'dogear.config.ts': configOf(expression) })
  return here.run(...args).finally(here.close)
}
const config = `() => made.onDynamodb(${service.port}, 'flows')`

it('prints what makes the table, as one document for other tools', async () => {
  const definition = {
    createTable: dynamodbTable({ name: 'flows' }),
    updateTimeToLive: dynamodbTimeToLive({ name: 'flows' }),
  }
  const [plain, json] = await Promise.all([
    run(config, 'dynamodb', 'table'),
    run(config, 'dynamodb', 'table', '--json'),
  ])
  for (const { code, stdout, stderr } of [plain, json]) {
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout)).toEqual(definition)
  }
  expect(service.calls).toEqual([])
})

it('makes the table, once', async () => {
  const create = () => run(config, 'dynamodb', 'table', '--create')
  expect(await create()).toMatchObject({ code: 0, stdout: 'The table "flows" is made, and active.\n' })
  expect(await create()).toMatchObject({ code: 0, stdout: 'The table "flows" was there, and active.\n' })
  expect(service.timeToLive).toContain('flows')
  const doctor = await run(config, 'doctor')
  expect(doctor).toMatchObject({ code: 0, stdout: expect.stringMatching(/^dynamodb store\n {2}ok {4}reachable/) })
})

it('refuses any other store, and any other word', async () => {
  const other = await run('made.onMemory()', 'dynamodb', 'table')
  expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining('the config has a memory store') })
  const word = await run(config, 'dynamodb', 'tables')
  expect(word).toMatchObject({ code: 2, stderr: expect.stringContaining('there is only "dogear dynamodb table"') })
})
