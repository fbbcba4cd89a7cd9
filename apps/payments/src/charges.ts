// Charges a token once per idempotency key. Some test tokens make it slow, flaky or silent.
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Charge, Ledger } from './ledger.ts'

export type ChargeRequest = { idempotencyKey: string; amount: number; token: string }

/** `dropConnection`: the charge happened, but the caller gets no reply. */
export type ChargeReply = { status: number; body: unknown; dropConnection?: boolean }

const SLOW_MS = 5_000
const FLAKY_FAILURES = 2

const succeeded = ({ id, amount, at }: Charge): ChargeReply => ({
  status: 200,
  body: { id, status: 'succeeded', amount, at },
})

const failed = (status: number, code: string, message: string): ChargeReply => ({
  status,
  body: { error: { code, message } },
})

/**
 * Answers charge requests from `ledger`. Later requests with a key get the result of the first one, also after a
 * restart and while the first is still running. The same key with another amount or token is refused.
 */
export function createCharges(ledger: Ledger): (request: ChargeRequest) => Promise<ChargeReply> {
  const first = new Map<string, { amount: number; token: string; reply: Promise<ChargeReply> }>()
  const failures = new Map<string, number>()
  for (const charge of ledger.charges) {
    first.set(charge.idempotencyKey, { ...charge, reply: Promise.resolve(succeeded(charge)) })
  }

  const charge = async ({ idempotencyKey, amount, token }: ChargeRequest): Promise<ChargeReply> => {
    const id = `ch_${randomBytes(12).toString('hex')}`
    const entry = { id, idempotencyKey, amount, token, at: new Date().toISOString() }
    await ledger.append(entry)
    if (token === 'tok_slow') await sleep(SLOW_MS)
    return succeeded(entry)
  }

  const decide = (request: ChargeRequest): Promise<ChargeReply> | ChargeReply => {
    switch (request.token) {
      case 'tok_ok':
      case 'tok_slow':
      case 'tok_lost_reply':
      case 'tok_flaky':
        return charge(request)
      case 'tok_declined':
        return failed(402, 'card_declined', 'The card was declined.')
      default:
        return failed(402, 'invalid_token', 'This is not one of the test tokens.')
    }
  }

  return async (request) => {
    const known = first.get(request.idempotencyKey)
    if (known) {
      if (known.amount === request.amount && known.token === request.token) return known.reply
      return failed(422, 'parameters_differ', 'This idempotency key was used with other parameters.')
    }
    if (request.token === 'tok_flaky') {
      const count = failures.get(request.idempotencyKey) ?? 0
      failures.set(request.idempotencyKey, count + 1)
      if (count < FLAKY_FAILURES) return failed(503, 'unavailable', 'Try again with the same idempotency key.')
    }
    const reply = Promise.resolve(decide(request))
    first.set(request.idempotencyKey, { amount: request.amount, token: request.token, reply })
    // A charge that could not be written did not happen, so its key can be used again.
    reply.catch(() => first.delete(request.idempotencyKey))
    const answer = await reply
    return request.token === 'tok_lost_reply' ? { ...answer, dropConnection: true } : answer
  }
}
