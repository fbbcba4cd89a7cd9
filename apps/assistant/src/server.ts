// The HTTP server of the stand-in: the handler of each path.
import { createHash, randomUUID, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createGate } from '../../gate.ts'
import type { Completion } from './completions.ts'
import { deliver } from './delivery.ts'
import { createControl, type Misbehaviour, MODEL, misbehaviourOf, readOrder } from './misbehaviour.ts'
import { isRefusal, refusal } from './refusals.ts'
import { replyOf } from './replies.ts'
import { type ChatRequest, readChat, readJson } from './requests.ts'

export type ServerOptions = {
  complete: (request: ChatRequest) => Promise<Completion>
  /** Callers have to send it as a bearer token; without one nobody has to. */
  key: string | undefined
  onError: (error: unknown) => void
}

const about = {
  service: 'assistant',
  standIn: true,
  note: [
    'A stand-in for a model. It thinks nothing: it quotes sentences of the passages it is given.',
    `POST /v1/chat/completions as with OpenAI, model ${MODEL}; passages are lines "[1] text" of a system message.`,
    'POST /control {slow, hold, cut, quota, rate, nonsense, times} tells it to misbehave.',
  ].join(' '),
}
const models = { object: 'list', data: [{ id: MODEL, object: 'model', created: 0, owned_by: 'stand-in' }] }

export function createAssistantServer({ complete, key, onError }: ServerOptions): Server {
  const control = createControl()
  const gate = createGate()

  async function chat(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = await readChat(request)
    const ofModel = misbehaviourOf(asked.model)
    const ordered = control.next()
    refuseOver({ ...ofModel, ...ordered })
    if (ofModel.hold !== undefined || ordered.hold !== undefined) gate.shut()
    // A release holds for every answer asked for before it, however far that has come.
    const released = gate.pass()
    const completion = await complete(asked)
    // A model that cuts every answer off could never be asked again: one that its key had before is whole.
    const told = { ...(completion.again ? { slow: ofModel.slow ?? 0 } : ofModel), ...ordered }
    await deliver(response, replyOf(completion, { ...asked, ...told }), { ...told, released })
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://assistant')
    if (pathname.startsWith('/v1/')) checkKey(request, key)
    switch (`${request.method} ${pathname}`) {
      case 'GET /':
        return sendJson(response, 200, about)
      case 'GET /v1/models':
        return sendJson(response, 200, models)
      case 'POST /v1/chat/completions':
        return chat(request, response)
      case 'POST /control':
        control.add(readOrder(await readJson(request)))
        return sendJson(response, 200, { orders: control.orders() })
      case 'DELETE /control':
        control.clear()
        gate.open()
        return sendJson(response, 200, { orders: [] })
      case 'POST /control/release':
        gate.open()
        return sendJson(response, 200, { orders: control.orders() })
      case 'GET /control':
        return sendJson(response, 200, { orders: control.orders() })
      default:
        throw refusal(404, { message: 'There is nothing here. GET / says what there is.', code: 'not_found' })
    }
  }

  return createServer((request, response) => {
    response.setHeader('x-request-id', randomUUID())
    answer(request, response).catch((error: unknown) => {
      if (!isRefusal(error)) onError(error)
      if (response.headersSent || response.destroyed) return response.destroy()
      const { status, headers, body } = isRefusal(error)
        ? error
        : refusal(500, { message: 'The request could not be recorded.', type: 'server_error' })
      sendJson(response, status, { error: body }, headers)
    })
  })
}

function checkKey({ headers }: IncomingMessage, key: string | undefined): void {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  if (!key || timingSafeEqual(digest(headers.authorization ?? ''), digest(`Bearer ${key}`))) return
  throw refusal(401, {
    message: 'The key is missing or wrong: send ASSISTANT_KEY as a bearer token.',
    code: 'invalid_api_key',
  })
}

function refuseOver({ quota, rate }: Misbehaviour): void {
  if (quota !== undefined) {
    const message = `The quota is used up. Try again in ${quota} s.`
    throw refusal(
      429,
      { message, type: 'insufficient_quota', code: 'insufficient_quota' },
      { 'retry-after': `${quota}` },
    )
  }
  if (rate === undefined) return
  const message = `Too many requests. Try again in ${rate} s.`
  throw refusal(429, { message, type: 'requests', code: 'rate_limit_exceeded' }, { 'retry-after': `${rate}` })
}

function sendJson(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  response
    .writeHead(status, { ...headers, 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
    .end(JSON.stringify(body))
}
