// Charges a token once per idempotency key. Some test tokens make it slow, flaky, silent, or tell the result later.
import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Charge, Ledger } from './ledger.ts'
import type { Message, Webhooks } from './webhooks.ts'

export type ChargeRequest = Pick<Charge, 'idempotencyKey' | 'amount' | 'token' | 'reference'>

/** `dropConnection`: the charge happened, but the caller gets no reply. */
export type ChargeReply = { status: number; body: unknown; dropConnection?: boolean }

const SLOW_MS = 5_000
const SOON_MS = 1_000
const FLAKY_FAILURES = 2
/** Keys without a charge that are remembered; the oldest is forgotten first. */
const MAX_KEYS = 10_000
/** Charges are remembered for ever, as no key may be charged twice, so there is an end to them. */
const MAX_CHARGES = 100_000

const charges: ReadonlySet<string> = new Set([
  ...['tok_ok', 'tok_slow', 'tok_lost_reply', 'tok_flaky'],
  ...['tok_webhook', 'tok_webhook_storm', 'tok_webhook_late'],
])

type Known = { amount: number; token: string; reply: Promise<ChargeReply> }

const succeeded = ({ id, amount, at }: Charge): ChargeReply => ({
  status: 200,
  body: { id, status: 'succeeded', amount, at },
})

const processing = ({ id }: Pick<Charge, 'id'>): ChargeReply => ({ status: 202, body: { id, status: 'processing' } })

const failed = (status: number, code: string, message: string): ChargeReply => ({
  status,
  body: { error: { code, message } },
})

/** The message that tells the result of a charge, the same every time it is made. */
export function resultOf({ id, idempotencyKey, reference, token }: Omit<Charge, 'at' | 'amount'>): Message {
  const declined = token === 'tok_webhook_declined'
  const data = { chargeId: id, reference, ...(declined && { code: 'card_declined' }) }
  const type = declined ? 'charge.failed' : 'charge.succeeded'
  return { id: `evt_${digest(`${type} ${idempotencyKey}`)}`, type, data }
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 24)

/**
 * Answers charge requests from `ledger`. Later requests with a key get the result of the first one, also after a
 * restart and while the first is still running. The same key with another amount or token is refused.
 */
export function createCharges(
  ledger: Ledger,
  webhooks: Webhooks,
  { maxKeys = MAX_KEYS, maxCharges = MAX_CHARGES } = {},
): (request: ChargeRequest) => Promise<ChargeReply> {
  function remember<T>(all: Map<string, T>, key: string, value: T): void {
    all.set(key, value)
    const [oldest] = all.keys()
    if (all.size > maxKeys && oldest !== undefined) all.delete(oldest)
  }

  const charged = new Map<string, Known>()
  const others = new Map<string, Known>()
  const failures = new Map<string, number>()
  for (const charge of ledger.charges) {
    const told = charge.token.startsWith('tok_webhook')
    charged.set(charge.idempotencyKey, {
      ...charge,
      reply: Promise.resolve(told ? processing(charge) : succeeded(charge)),
    })
    if (told) webhooks.send(resultOf(charge))
  }

  const charge = async (request: ChargeRequest): Promise<ChargeReply> => {
    const { token } = request
    const id = `ch_${randomBytes(12).toString('hex')}`
    const entry = { id, ...request, at: new Date().toISOString() }
    await ledger.append(entry)
    if (token.startsWith('tok_webhook')) return tellLater(entry)
    if (token === 'tok_slow') await sleep(SLOW_MS)
    return succeeded(entry)
  }

  /** The charge's result goes to the shop as a message; the answer only says that it is under way. */
  const tellLater = async (entry: Omit<Charge, 'at' | 'amount'>): Promise<ChargeReply> => {
    const message = resultOf(entry)
    if (entry.token === 'tok_webhook_storm') {
      // Before the answer, twice at once, with one that is older than what it tells.
      await Promise.race([Promise.all([webhooks.send(message), webhooks.send(message)]), sleep(3_000)])
      webhooks.send({ ...message, id: `${message.id}_processing`, type: 'charge.processing' })
    } else webhooks.send(message, entry.token === 'tok_webhook_late' ? SLOW_MS : SOON_MS)
    return processing(entry)
  }

  const decide = (request: ChargeRequest): Promise<ChargeReply> | ChargeReply => {
    if (charges.has(request.token)) return charge(request)
    switch (request.token) {
      case 'tok_webhook_declined':
        return tellLater({ id: `ch_${digest(request.idempotencyKey)}`, ...request })
      case 'tok_declined':
        return failed(402, 'card_declined', 'The card was declined.')
      default:
        return failed(402, 'invalid_token', 'This is not one of the test tokens.')
    }
  }

  return async (request) => {
    const known = charged.get(request.idempotencyKey) ?? others.get(request.idempotencyKey)
    if (known) {
      if (known.amount === request.amount && known.token === request.token) return known.reply
      return failed(422, 'parameters_differ', 'This idempotency key was used with other parameters.')
    }
    if (request.token === 'tok_flaky') {
      const count = failures.get(request.idempotencyKey) ?? 0
      remember(failures, request.idempotencyKey, count + 1)
      if (count < FLAKY_FAILURES) return failed(503, 'unavailable', 'Try again with the same idempotency key.')
    }
    if (charged.size >= maxCharges)
      return failed(503, 'full', 'This stand-in takes no more charges. Delete its ledger.')
    const reply = Promise.resolve(decide(request))
    const entry = { amount: request.amount, token: request.token, reply }
    if (charges.has(request.token)) {
      charged.set(request.idempotencyKey, entry)
      // A charge that could not be written did not happen, so its key can be used again.
      reply.catch(() => charged.delete(request.idempotencyKey))
    } else remember(others, request.idempotencyKey, entry)
    const answer = await reply
    return request.token === 'tok_lost_reply' ? { ...answer, dropConnection: true } : answer
  }
}
