// The answers: JSON, with CORS headers that let only the shop's pages call this server.
import type { IncomingMessage, ServerResponse } from 'node:http'

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
    .end(JSON.stringify(body))
}

/** Sets the CORS headers for an allowed origin; true when the request was a preflight and is answered. */
export function answerCors(request: IncomingMessage, response: ServerResponse, origins: ReadonlySet<string>): boolean {
  const { origin } = request.headers
  response.setHeader('vary', 'Origin')
  if (origin && origins.has(origin)) {
    response.setHeader('access-control-allow-origin', origin)
    response.setHeader('access-control-allow-methods', 'POST')
    response.setHeader('access-control-allow-headers', 'content-type')
  }
  if (request.method !== 'OPTIONS') return false
  response.writeHead(204).end()
  return true
}
