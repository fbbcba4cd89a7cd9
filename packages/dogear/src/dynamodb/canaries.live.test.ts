// A table of DynamoDB after sealed sessions: nothing that people sent is in any item, in whatever encoding.

import { randomUUID } from 'node:crypto'
import { PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, expect, it } from 'vitest'
import { createCanaries } from '../../fixtures/canaries.ts'
import { asForm, asJson, browser, flowUrl, keys, opId, order, site } from '../../fixtures/order.ts'
import { createEngine } from '../engine/engine.ts'
import { createHttp } from '../http/index.ts'
import type { HandoffReply } from '../wire.ts'
import { clientOf, ownDynamodb, patientMs } from './own-dynamodb.fixture.ts'
import { dynamodbStore } from './store.ts'

const server = await ownDynamodb()
const client = clientOf(server.port)
afterAll(async () => {
  client.destroy()
  await server.close()
})

it('[M44] [M61] holds nothing of anybody, and nothing that opens a session', async () => {
  const table = `test-${randomUUID()}`
  await server.create(table)
  const store = dynamodbStore(client, { table, deadlineMs: patientMs })
  const engine = createEngine({ store, flows: [order], keys: keys[0], deadlineMs: patientMs })
  const identify = (request: Request) => /user=(\w+)/.exec(request.headers.get('cookie') ?? '')?.[1] ?? null
  const http = createHttp({ engine, publicUrl: site, identify })
  const canaries = createCanaries()
  const { text } = canaries
  for (let count = 0; count < 20; count++) {
    const person = Object.assign(browser(http), { cookie: `user=${text()}` })
    const details = { type: 'details.submitted', name: text(), email: `${text()}@example.org`, note: text() }
    const begun = await person(
      `${flowUrl}/events`,
      asJson({ opId: text() + opId(), event: { ...details, extras: [text()] } }),
    )
    expect(begun.status).toBe(200)
    await person(
      `${flowUrl}/drafts/payment`,
      asJson({ opId: opId(), values: { method: text(), [text()]: text() } }, 'PUT'),
    )
    await person(
      `${flowUrl}/events`,
      asForm({ 'dogear.opId': opId(), 'dogear.type': 'payment.submitted', method: text() }),
    )
    const { url, code } = (await (await person(`${flowUrl}/handoffs`, asJson({ mode: 'join' }))).json()) as HandoffReply
    for (const part of [
      ...person.cookie.split(/[;=.]/),
      ...(url.split('#')[1] ?? '').split('.'),
      code.replace('-', ''),
    ])
      if (part.length >= 10 && !part.includes('Host')) canaries.add(part)
  }
  expect(canaries.size).toBeGreaterThan(200)

  const dump = async () =>
    Buffer.from(JSON.stringify((await client.send(new ScanCommand({ TableName: table }))).Items, asBase64))
  expect((await dump()).length).toBeGreaterThan(10_000)
  expect(canaries.foundIn(await dump())).toEqual([])
  const leak = { pk: { S: 'planted' }, sk: { S: 'planted' }, planted: { B: Buffer.from(text()) } }
  await client.send(new PutItemCommand({ TableName: table, Item: leak }))
  expect(canaries.foundIn(await dump())).not.toEqual([])
})

/** Bytes as the service itself writes them down. */
const asBase64 = (_: string, value: unknown): unknown =>
  value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value
