// The payment provider's messages, believed only with its signature.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { dataFolder } from './data-folder.ts'
import { isSigned } from './signed.ts'

const Message = z.object({
  type: z.string(),
  data: z.object({ chargeId: z.string(), reference: z.string(), code: z.string().optional() }),
})
/** `id` is the same however often a message is sent; `reference` is the session, as the charge was given it. */
export type PaymentMessage = { id: string } & z.infer<typeof Message>

const maxBytes = 16 * 1024

/**
 * The message in a request; undefined unless it was signed with the secret that we share, at most five minutes ago.
 * Throws for one that is signed and makes no sense.
 */
export async function verifiedMessage(request: Request): Promise<PaymentMessage | undefined> {
  if (Number(request.headers.get('content-length') ?? Number.POSITIVE_INFINITY) > maxBytes) return undefined
  const body = await request.text()
  if (!isSigned(request.headers, body, sharedSecret())) return undefined
  return { id: request.headers.get('webhook-id') ?? '', ...Message.parse(JSON.parse(body)) }
}

/** From the environment, or the one that the stand-in has made for development. */
const sharedSecret = (): string =>
  process.env.PAYMENTS_WEBHOOK_SECRET ?? readFileSync(join(dataFolder(), 'webhook.secret'), 'utf8').trim()
