// The messages about charges as the shop gets them: signed, sent again, twice, out of order, before the answer.
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createGate } from '../../gate.ts'
import { createCharges, type Ledgers } from './charges.ts'
import { openLedger } from './ledger.ts'
import { openWebhooks, type Webhooks, webhookSecret } from './webhooks.ts'

type Got = { id: string; type: string; data: object }

let folder = ''
let shop: Server
let got: Got[] = []
/** The statuses of the next answers; 200 once there are none left. */
let answers: number[] = []
const opened: { ledgers: Ledgers; webhooks: Webhooks }[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dogear-webhooks-'))
  got = []
  answers = []
  const secret = await webhookSecret(folder, undefined)
  shop = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const headers = request.headers as Record<string, string>
    const body = new Webhook(secret).verify(Buffer.concat(chunks).toString(), headers) as Omit<Got, 'id'>
    got.push({ id: headers['webhook-id'] ?? '', ...body })
    response.writeHead(answers.shift() ?? 200).end()
  }).listen(0)
  await once(shop, 'listening')
})

afterEach(async () => {
  for (const { ledgers, webhooks } of opened.splice(0)) {
    webhooks.close()
    await ledgers.charged.close()
    await ledgers.declined.close()
  }
  shop.close()
  shop.closeAllConnections()
  await rm(folder, { recursive: true })
})

async function provider() {
  const address = shop.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const charged = await openLedger(join(folder, 'payments.ndjson'))
  const declined = await openLedger(join(folder, 'declined.ndjson'))
  const ledgers = { charged, declined }
  const secret = await webhookSecret(folder, undefined)
  const gate = createGate()
  const webhooks = await openWebhooks({ url: `http://127.0.0.1:${port}`, folder, secret, gate })
  opened.push({ ledgers, webhooks })
  const { request: charge } = createCharges(ledgers, webhooks)
  return {
    gate,
    webhooks,
    charge: (token: string) => charge({ idempotencyKey: 'key-1', amount: 1, token, reference: 'order-1' }),
  }
}

const until = (check: () => void) => vi.waitFor(check, { timeout: 30_000, interval: 20 })

test('says that the charge is under way, and tells its result later', async () => {
  const { charge } = await provider()
  const { status, body } = await charge('tok_webhook')
  const { id } = body as { id: string }
  expect([status, body]).toEqual([202, { id, status: 'processing' }])
  expect(got).toEqual([])
  await until(() =>
    expect(got).toMatchObject([{ type: 'charge.succeeded', data: { chargeId: id, reference: 'order-1' } }]),
  )
})

test('tells of a declined one without having charged', async () => {
  const { charge } = await provider()
  await charge('tok_webhook_declined')
  await until(() => expect(got).toMatchObject([{ type: 'charge.failed', data: { code: 'card_declined' } }]))
  expect(await readFile(join(folder, 'payments.ndjson'), 'utf8')).toBe('')
})

test('keeps its messages back while they are held', async () => {
  const { charge, gate } = await provider()
  gate.shut()
  await charge('tok_webhook')
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  expect(got).toEqual([])
  gate.open()
  await until(() => expect(got).toHaveLength(1))
})

test('sends the same message again until it is taken', async () => {
  const { charge } = await provider()
  answers = [503, 500]
  await charge('tok_webhook')
  await until(() => expect(got).toHaveLength(3))
  expect(new Set(got.map(({ id }) => id)).size).toBe(1)
})

test('sends it twice, before its answer, and an older one after it', async () => {
  const { charge } = await provider()
  await charge('tok_webhook_storm')
  expect(got.map(({ type }) => type)).toEqual(['charge.succeeded', 'charge.succeeded'])
  expect(got[0]?.id).toBe(got[1]?.id)
  await until(() => expect(got.at(-1)?.type).toBe('charge.processing'))
})

test.each([
  ['tok_webhook', 'charge.succeeded'],
  ['tok_webhook_declined', 'charge.failed'],
])('tells the result of %s that was not taken after a restart, and nothing that was', async (token, type) => {
  const first = await provider()
  answers = [503]
  await first.charge(token)
  await until(() => expect(got).toHaveLength(1))
  first.webhooks.close()
  await provider()
  await until(() => expect(got).toHaveLength(2))
  await until(async () => expect(await readFile(join(folder, 'webhooks.ndjson'), 'utf8')).toContain('"status":200'))
  expect(got.map((message) => message.type)).toEqual([type, type])
  expect(got[0]?.id).toBe(got[1]?.id)
  await (await provider()).webhooks.send({ ...(got[0] as Got), data: { chargeId: 'x', reference: 'order-1' } })
  expect(got).toHaveLength(2)
})
