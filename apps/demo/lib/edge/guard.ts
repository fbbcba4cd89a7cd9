// The guard in front of Next: it stands on the server that `next start` has made, as there is no other place before it.

import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { behind, clientHeader } from './address.ts'
import { isPageForm, wholeForm } from './page-form.ts'
import { hasOwnLimit, refusalOf } from './refusal.ts'

/** Bounds on the part of a body that is read after its request was refused. */
const mostForgottenBytes = 256 * 1024
const mostForgottenMs = 2_000

type Listener = (request: IncomingMessage, response: ServerResponse) => void

/** Guards the server of this process from its next connection on. Harmless to repeat. */
export function guardThisServer(proxies: readonly string[]): void {
  const guarded = new Set<Server>()
  subscribe('net.server.socket', (message) => {
    const { server } = (message as { socket: { server?: Server } }).socket
    if (!server || guarded.has(server) || server.listenerCount('request') === 0) return
    guarded.add(server)
    guard(server, proxies)
  })
}

/** Puts the guard before the listeners that `server` has. */
export function guard(server: Server, proxies: readonly string[]): void {
  const addressOf = behind(proxies)
  const others = server.listeners('request') as Listener[]
  server.removeAllListeners('request')
  const goOn = (request: IncomingMessage, response: ServerResponse) => {
    // Whatever came under this name is the word of a client.
    request.headers[clientHeader] = addressOf(request.socket.remoteAddress, request.headers['x-forwarded-for'])
    keepNoRedirect(response)
    for (const listener of others) listener.call(server, request, response)
  }
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const status = refusalOf(request)
    if (status !== undefined) return refuse(request, response, status)
    if (hasOwnLimit(request) || !isPageForm(request)) return goOn(request, response)
    wholeForm(request).then(
      (form) => (form ? goOn(form, response) : refuse(request, response, 400)),
      // The client has left before it had sent the form.
      () => response.destroy(),
    )
  })
  // Nothing here speaks another protocol. Without a listener Node answers an `Upgrade` as any request; Next's own would
  // keep the socket for ever.
  server.removeAllListeners('upgrade')
}

/** Next's own redirects, such as that of a slash at the end, say nothing about caches: some would keep them. */
function keepNoRedirect(response: ServerResponse): void {
  const { writeHead } = response
  response.writeHead = function (this: ServerResponse, ...given: unknown[]) {
    if (this.hasHeader('location') && !this.hasHeader('cache-control'))
      this.setHeader('cache-control', 'private, no-store')
    return Reflect.apply(writeHead, this, given)
  } as typeof writeHead
}

/**
 * Answers with `status`. The part of the body that is still on its way is read and forgotten, up to a bound in bytes
 * and time: a connection that is closed while a client writes is reset, and the client never sees the answer (RFC 9112,
 * section 9.6).
 */
function refuse(request: IncomingMessage, response: ServerResponse, status: number): void {
  if (!request.complete) forgetBody(request)
  response.writeHead(status, { 'Content-Type': 'text/plain', 'Cache-Control': 'no-store' })
  response.end('This request cannot be answered.\n')
}

function forgetBody(request: IncomingMessage): void {
  let left = mostForgottenBytes
  const close = () => request.socket.destroy()
  const patience = setTimeout(close, mostForgottenMs).unref()
  request.on('data', (part: Buffer) => {
    left -= part.length
    if (left < 0) close()
  })
  request.once('close', () => clearTimeout(patience))
}
