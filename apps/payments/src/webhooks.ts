// Messages to the shop, signed as Standard Webhooks (standardwebhooks.com), sent again until they are taken.
import { randomBytes } from 'node:crypto'
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Webhook } from 'standardwebhooks'
import { createGate, type Gate, within } from '../../gate.ts'

/** `id` is the same however often it is sent. `reference` is what the shop calls the charge. */
export type Message = { id: string; type: string; data: { chargeId: string; reference?: string | undefined } }

export type Webhooks = {
  /** Sends a message `afterMs` from now, until the shop takes it. Resolves when it did, or after the last attempt. */
  send(message: Message, afterMs?: number): Promise<void>
  close(): void
}

/** Messages wait at `gate`, each attempt anew. */
export type WebhookOptions = { url: string; folder: string; secret: string; gate?: Gate }

const ATTEMPTS = 12
const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 30_000
const TIMEOUT_MS = 10_000

/** Every attempt is a line `{ id, type, status, at }` in `webhooks.ndjson`. At a restart no taken one is sent again. */
export async function openWebhooks({ url, folder, secret, gate = createGate() }: WebhookOptions): Promise<Webhooks> {
  const file = join(folder, 'webhooks.ndjson')
  const taken = takenIn(await readFile(file, 'utf8').catch(() => ''))
  const closing = new AbortController()
  const { signal } = closing

  async function attempt({ id, type, data }: Message): Promise<boolean> {
    const now = new Date()
    const body = JSON.stringify({ type, data })
    const headers = {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(id, now, body),
    }
    const ends = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])
    const status = await fetch(url, { method: 'POST', headers, body, signal: ends }).then(
      (answer) => answer.status,
      () => 0,
    )
    await appendFile(file, `${JSON.stringify({ id, type, status, at: now.toISOString() })}\n`)
    return status >= 200 && status < 300
  }

  async function deliver(message: Message, afterMs: number): Promise<void> {
    let pause = FIRST_PAUSE_MS
    await sleep(afterMs, undefined, { signal })
    for (let attempts = 0; attempts < ATTEMPTS; attempts++) {
      await within(gate.pass(), signal)
      if (await attempt(message)) return
      await sleep(pause * (0.5 + Math.random() / 2), undefined, { signal })
      pause = Math.min(LONGEST_PAUSE_MS, pause * 2)
    }
  }

  return {
    send: async (message, afterMs = 0) => {
      if (!taken.has(message.id) && message.data.reference !== undefined)
        await deliver(message, afterMs).catch(() => {})
    },
    close: () => closing.abort(),
  }
}

function takenIn(text: string): ReadonlySet<string> {
  // A crash may have cut the last line short.
  const whole = text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter(Boolean)
  const attempts = whole.map((line): { id: string; status: number } => JSON.parse(line))
  return new Set(attempts.filter(({ status }) => status >= 200 && status < 300).map(({ id }) => id))
}

/** The secret shop and provider share: from the environment, or made once for development, in the data folder. */
export async function webhookSecret(folder: string, given = process.env.PAYMENTS_WEBHOOK_SECRET): Promise<string> {
  if (given) return given
  const file = join(folder, 'webhook.secret')
  await mkdir(folder, { recursive: true })
  await writeFile(file, `whsec_${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' }).catch(() => {})
  return (await readFile(file, 'utf8')).trim()
}
