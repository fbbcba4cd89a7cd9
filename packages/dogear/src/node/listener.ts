// The listener of a Node server: its requests as routes see them, their answers written to its responses.

import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { Answer, Http, Messages } from '../http/index.ts'
import { toIncoming } from './incoming.ts'

/** `next` is the rest of a framework's chain, for requests that are not below the base path. */
export type NodeListener = (request: IncomingMessage, response: ServerResponse, next?: () => void) => void

/**
 * Answers every request below the base path of `http`; every other one with 404, or by `next` where there is one.
 *
 * For `http.createServer(listener)`, the compatible part of `node:http2`, and `app.use(listener)` of Express or
 * Connect, before anything that reads the body.
 */
export function createNodeListener(http: Http): NodeListener {
  return (message, response, next) => {
    const request = toIncoming(message, response)
    if (next && !isBelow(http.basePath, request.path)) return next()
    // A browser that goes away breaks its answer off. Nobody is left to be told.
    response.on('error', () => {})
    http.answer(request).then((answer) => write(response, answer))
  }
}

const isBelow = (base: string, path: string): boolean =>
  path.startsWith(base) && (path.length === base.length || path[base.length] === '/')

function write(response: ServerResponse, { status, headers, cookies, body }: Answer): void {
  const all: OutgoingHttpHeaders = { ...headers }
  if (cookies.length > 0) all['Set-Cookie'] = [...cookies]
  if (typeof body === 'string') all['Content-Length'] = Buffer.byteLength(body)
  response.writeHead(status, all)
  if (typeof body === 'object' && body) stream(response, body)
  else response.end(body)
}

function stream(response: ServerResponse, messages: Messages): void {
  let unread = 0
  const taken = () => void unread--
  response.flushHeaders()
  response.once('close', () => messages.end())
  messages.open({
    write(text) {
      unread++
      response.write(text, taken)
    },
    unread: () => unread,
    close: () => void response.end(),
  })
}
