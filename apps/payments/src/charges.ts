// Charges a token once per idempotency key. Some test tokens make it slow, flaky, silent, or tell the result later.
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { createGate, type Gate } from '../../gate.ts'
import type { Charge, Ledger } from './ledger.ts'
import { idFor, resultOf } from './results.ts'
import type { Webhooks } from './webhooks.ts'

export type ChargeRequest = Pick<Charge, 'idempotencyKey' | 'amount' | 'token' | 'reference'>

/** `dropConnection`: the charge happened, but the caller gets no reply. */
export type ChargeReply = { status: number; body: unknown; dropConnection?: boolean }

/** `charged` are those that took money; `declined` those whose refusal is told later than the answer. */
export type Ledgers = { charged: Ledger; declined: Ledger }

export type Charges = {
  request(request: ChargeRequest): Promise<ChargeReply>
  /** The charge that waits until its person confirms it; undefined for one that nobody asked for of late. */
  waiting(id: string): ChargeRequest | undefined
  /** The result of a charge that its person was asked about; undefined until there is one. */
  resultOf(id: string): 'charged' | 'declined' | undefined
  /** Ends the wait, once: later calls change nothing. The shop is told by a message. */
  settle(charge: ChargeRequest, result: 'charged' | 'declined'): Promise<void>
}

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

export type ChargesOptions = { maxKeys?: number; maxCharges?: number; gate?: Gate }

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

/**
 * Answers charge requests from `ledgers`. Later requests with a key get the result of the first one, also after a
 * restart and while the first is still running. The same key with another amount or token is refused. Messages that the
 * shop has not taken before a restart are sent again.
 * A slow answer waits at `gate`.
 */
export function createCharges(
  ledgers: Ledgers,
  webhooks: Webhooks,
  { maxKeys = MAX_KEYS, maxCharges = MAX_CHARGES, gate = createGate() }: ChargesOptions = {},
): Charges {
  function remember<T>(all: Map<string, T>, key: string, value: T): void {
    all.set(key, value)
    const [oldest] = all.keys()
    if (all.size > maxKeys && oldest !== undefined) all.delete(oldest)
  }

  const charged = new Map<string, Known>()
  const others = new Map<string, Known>()
  const failures = new Map<string, number>()
  const asked = new Map<string, ChargeRequest>()
  const settled = new Map<string, 'charged' | 'declined'>()
  for (const charge of ledgers.charged.charges) {
    const told = charge.token.startsWith('tok_webhook')
    const reply = Promise.resolve(told ? processing(charge) : succeeded(charge))
    charged.set(charge.idempotencyKey, { ...charge, reply })
    settled.set(charge.id, 'charged')
    if (told) webhooks.send(resultOf(charge))
  }
  for (const charge of ledgers.declined.charges) {
    remember(others, charge.idempotencyKey, { ...charge, reply: Promise.resolve(processing(charge)) })
    settled.set(charge.id, 'declined')
    webhooks.send(resultOf(charge, true))
  }

  const charge = async (request: ChargeRequest): Promise<ChargeReply> => {
    const { token } = request
    const id = `ch_${randomBytes(12).toString('hex')}`
    const entry = { id, ...request, at: new Date().toISOString() }
    await ledgers.charged.append(entry)
    if (token.startsWith('tok_webhook')) return tellLater(entry)
    if (token === 'tok_slow') {
      await sleep(SLOW_MS)
      await gate.pass()
    }
    return succeeded(entry)
  }

  /** The charge's result goes to the shop as a message; the answer only says that it is under way. */
  const tellLater = async (entry: Charge): Promise<ChargeReply> => {
    const message = resultOf(entry)
    if (entry.token === 'tok_webhook_storm') {
      // Before the answer, twice at once, with one that is older than what it tells.
      await Promise.race([Promise.all([webhooks.send(message), webhooks.send(message)]), sleep(3_000)])
      webhooks.send({ ...message, id: `${message.id}_processing`, type: 'charge.processing' })
    } else webhooks.send(message, entry.token === 'tok_webhook_late' ? SLOW_MS : SOON_MS)
    return processing(entry)
  }

  const withId = (request: ChargeRequest): Charge => ({
    id: idFor(request.idempotencyKey),
    ...request,
    at: new Date().toISOString(),
  })

  const decline = async (request: ChargeRequest, afterMs: number): Promise<ChargeReply> => {
    const entry = withId(request)
    await ledgers.declined.append(entry)
    webhooks.send(resultOf(entry, true), afterMs)
    return processing(entry)
  }

  const decide = (request: ChargeRequest): Promise<ChargeReply> | ChargeReply => {
    if (charges.has(request.token)) return charge(request)
    const id = idFor(request.idempotencyKey)
    switch (request.token) {
      case 'tok_webhook_declined':
        return decline(request, SOON_MS)
      case 'tok_webhook_confirm':
        remember(asked, id, request)
        return { status: 202, body: { id, status: 'requires_confirmation' } }
      case 'tok_declined':
        return failed(402, 'card_declined', 'The card was declined.')
      default:
        return failed(402, 'invalid_token', 'This is not one of the test tokens.')
    }
  }

  return {
    async request(request) {
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
      const all = charges.has(request.token) ? charged : others
      if (all === charged) charged.set(request.idempotencyKey, entry)
      else remember(others, request.idempotencyKey, entry)
      // A charge that could not be written did not happen, so its key can be used again.
      reply.catch(() => all.delete(request.idempotencyKey))
      const answer = await reply
      return request.token === 'tok_lost_reply' ? { ...answer, dropConnection: true } : answer
    },
    waiting: (id) => asked.get(id),
    resultOf: (id) => settled.get(id),
    async settle(request, result) {
      const entry = withId(request)
      if (settled.has(entry.id)) return
      settled.set(entry.id, result)
      try {
        if (result === 'charged') await ledgers.charged.append(entry)
        else await ledgers.declined.append(entry)
      } catch (error) {
        settled.delete(entry.id)
        throw error
      }
      const known = { ...request, reply: Promise.resolve(processing(entry)) }
      if (result === 'charged') charged.set(request.idempotencyKey, known)
      else remember(others, request.idempotencyKey, known)
      webhooks.send(resultOf(entry, result === 'declined'))
    },
  }
}
