// The composition root of the payment stand-in: environment in, listening server out.
import { fileURLToPath } from 'node:url'
import { createGate } from '../../gate.ts'
import { createCharges } from './charges.ts'
import { type Confirmation, createConfirmations } from './confirmations.ts'
import { openLedger } from './ledger.ts'
import { createPaymentsServer } from './server.ts'
import { openWebhooks, webhookSecret } from './webhooks.ts'

const shopPort = Number(process.env.PORT ?? 3000)
const port = Number(process.env.PAYMENTS_PORT ?? shopPort + 1)
const data = process.env.DOGEAR_DATA ?? fileURLToPath(new URL('../../../.dogear', import.meta.url))
const shop =
  process.env.DEMO_ORIGIN?.split(',') ?? ['localhost', '127.0.0.1', '[::1]'].map((host) => `http://${host}:${shopPort}`)

const charged = await openLedger(`${data}/payments.ndjson`)
const declined = await openLedger(`${data}/declined.ndjson`)
const asked = await openLedger<Confirmation>(`${data}/confirmations.ndjson`)
const gate = createGate()
const webhooks = await openWebhooks({
  url: process.env.PAYMENTS_WEBHOOK_URL ?? `http://127.0.0.1:${shopPort}/api/payments`,
  secret: await webhookSecret(data),
  folder: data,
  gate,
})
const origins = new Set(shop.map((origin) => new URL(origin.trim()).origin))
const charges = createCharges({ charged, declined }, webhooks, { gate })
const confirmations = createConfirmations(asked, charges)
const publicUrl = `http://localhost:${port}`
const server = createPaymentsServer({ charges, confirmations, gate, publicUrl, origins, onError: console.error })

server.on('error', (error: NodeJS.ErrnoException) => {
  console.error(error.code === 'EADDRINUSE' ? `Port ${port} is in use: set PAYMENTS_PORT to another one.` : error)
  process.exit(1)
})
// Nobody but this machine may make up charges.
server.listen(port, '127.0.0.1', () =>
  console.log(`Payment stand-in (no money moves) listening on http://localhost:${port}`),
)

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    webhooks.close()
    server.close(() => {
      Promise.all([charged, declined, asked].map((file) => file.close())).then(() => process.exit(0))
    })
    server.closeIdleConnections()
  })
}
