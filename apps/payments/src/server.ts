// The provider's HTTP server: the handler of each path. It has no state of its own.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Gate } from '../../gate.ts'
import type { Charges } from './charges.ts'
import { showConfirmation } from './confirm-page.ts'
import type { Confirmations } from './confirmations.ts'
import { isRefusal, readBody, readCharge, readReturn, refusal } from './requests.ts'
import { answerCors, sendJson } from './responses.ts'
import { answerTokens } from './tokens.ts'
import { wordsFor } from './words.ts'

export type ServerOptions = {
  charges: Charges
  confirmations: Confirmations
  /** Where slow answers and messages wait while they are held. */
  gate: Gate
  /** Where browsers reach this server. */
  publicUrl: string
  /** Origins whose pages may ask for tokens and be returned to. */
  origins: ReadonlySet<string>
  onError: (error: unknown) => void
}

const about = {
  service: 'payments',
  standIn: true,
  note: [
    'A stand-in for a payment provider. No money moves.',
    'POST /tokens {cardNumber}; POST /charges {amount, currency, token} with an Idempotency-Key header;',
    'POST /charges/:id/confirmation {returnUrl} for one that requires_confirmation.',
    'POST /control/hold keeps slow answers and messages back until POST /control/release.',
  ].join(' '),
}

export function createPaymentsServer(options: ServerOptions): Server {
  const { charges, confirmations, gate, publicUrl, origins, onError } = options

  /** `POST /charges/:id/confirmation`: where the person confirms it, and goes afterwards. */
  const begin = async (request: IncomingMessage, response: ServerResponse, id: string): Promise<void> => {
    const begun = await confirmations.begin(id, await readReturn(request, origins))
    if (!begun) throw refusal(404, 'not_waiting', 'No charge of this id waits for a confirmation. Ask for it again.')
    sendJson(response, 200, { id, url: `${publicUrl}/confirm/${id}` })
  }

  /** The page itself, in the `lang` that its address says; a form without an answer is shown again. */
  const confirm = async (request: IncomingMessage, response: ServerResponse, id: string): Promise<void> => {
    const { search, searchParams } = new URL(request.url ?? '/', 'http://payments')
    if (request.method !== 'POST') {
      const words = wordsFor(searchParams.get('lang'), request.headers['accept-language'])
      showConfirmation(response, { confirmations, id, words })
      return
    }
    const answer = new URLSearchParams(await readBody(request)).get('answer')
    if (answer === 'confirm' || answer === 'decline') await confirmations.answer(id, answer === 'confirm')
    response.writeHead(303, { location: `/confirm/${id}${search}`, 'cache-control': 'no-store' }).end()
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname } = new URL(request.url ?? '/', 'http://payments')
    const route = `${request.method} ${pathname}`
    if (route === 'GET /') return sendJson(response, 200, about)
    if (route === 'POST /control/hold' || route === 'POST /control/release') {
      if (pathname === '/control/hold') gate.shut()
      else gate.open()
      return sendJson(response, 200, {})
    }
    if (pathname === '/tokens' && answerCors(request, response, origins)) return
    if (route === 'POST /tokens') return answerTokens(request, response, origins)
    const [, what, id = ''] = /^\/(charges|confirm)\/(ch_[0-9a-f]+)(?=\/confirmation$|$)/.exec(pathname) ?? []
    if (what === 'charges' && route === `POST /charges/${id}/confirmation`) return begin(request, response, id)
    if (what === 'confirm' && pathname === `/confirm/${id}`) return confirm(request, response, id)
    if (route !== 'POST /charges') throw refusal(404, 'not_found', 'There is nothing here.')

    const reply = await charges.request(await readCharge(request))
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
