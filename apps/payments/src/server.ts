// The provider's HTTP server: the handler of each path. It has no state of its own.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { ChargeReply, ChargeRequest } from './charges.ts'
import { isRefusal, readCharge, refusal } from './requests.ts'
import { answerCors, sendJson } from './responses.ts'
import { answerTokens } from './tokens.ts'

export type ServerOptions = {
  charge: (request: ChargeRequest) => Promise<ChargeReply>
  /** Origins whose pages may ask for tokens and be returned to. */
  origins: ReadonlySet<string>
  onError: (error: unknown) => void
}

const about = {
  service: 'payments',
  standIn: true,
  note: [
    'A stand-in for a payment provider. No money moves.',
    'POST /tokens {cardNumber}; POST /charges {amount, currency, token} with an Idempotency-Key header.',
  ].join(' '),
}

export function createPaymentsServer({ charge, origins, onError }: ServerOptions): Server {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname } = new URL(request.url ?? '/', 'http://payments')
    const route = `${request.method} ${pathname}`
    if (route === 'GET /') return sendJson(response, 200, about)
    if (pathname === '/tokens' && answerCors(request, response, origins)) return
    if (route === 'POST /tokens') return answerTokens(request, response, origins)
    if (route !== 'POST /charges') throw refusal(404, 'not_found', 'There is nothing here.')

    const reply = await charge(await readCharge(request))
    if (reply.dropConnection) request.socket.destroy()
    else sendJson(response, reply.status, reply.body)
  }

  return createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (response.headersSent || response.destroyed) return
      const { status, code, message } = isRefusal(error)
        ? error
        : refusal(500, 'internal', 'The charge could not be recorded.')
      sendJson(response, status, { error: { code, message } })
      if (!isRefusal(error)) onError(error)
    })
  })
}
