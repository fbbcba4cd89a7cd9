// A real Node server on loopback, called as `http.handle` is, so that the tests of the routes run through it.

import { type ClientRequest, createServer, type IncomingMessage, type Server, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import type { Http } from '../http/index.ts'
import { createNodeListener } from './listener.ts'

const servers: Server[] = []

/** `http`, with `handle` sending its requests to a server; the server is told how its pages were reached. */
export function overNode(http: Http): Http {
  const listener = createNodeListener(http)
  let ports: Promise<{ http: number; https: number }> | undefined
  const start = async () => ({ http: await listen(listener), https: await listen(overTls(listener)) })
  return {
    ...http,
    async handle(request) {
      ports ??= start()
      const url = new URL(request.url)
      const port = (await ports)[url.protocol === 'https:' ? 'https' : 'http']
      return toResponse(await exchange(request, url, port))
    },
  }
}

export async function closeServers(): Promise<void> {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

type Listener = ReturnType<typeof createNodeListener>

/** As on a server with a certificate, whose sockets say that they are encrypted. */
const overTls =
  (listener: Listener): Listener =>
  (request, response) => {
    Object.assign(request.socket, { encrypted: true })
    listener(request, response)
  }

async function listen(listener: Listener): Promise<number> {
  // The client keeps its connections. One that the server closed meanwhile would fail the next request on it.
  const server = createServer({ keepAliveTimeout: 0 }, listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

function exchange(request: Request, url: URL, port: number): Promise<IncomingMessage> {
  const framing = request.body ? { 'transfer-encoding': 'chunked' } : {}
  const headers = { host: url.host, ...framing, ...Object.fromEntries(request.headers) }
  return new Promise((resolve, reject) => {
    const sent: ClientRequest = send({ port, method: request.method, path: url.pathname + url.search, headers })
    sent.on('response', resolve)
    sent.on('error', reject)
    request.signal.addEventListener('abort', () => sent.destroy())
    if (request.body) Readable.fromWeb(request.body as never).pipe(sent)
    else sent.end()
  })
}

function toResponse(message: IncomingMessage): Response {
  const headers = new Headers()
  const added = ['connection', 'keep-alive', 'date', 'content-length', 'transfer-encoding']
  for (let index = 0; index < message.rawHeaders.length; index += 2) {
    const [name = '', value = ''] = message.rawHeaders.slice(index, index + 2)
    if (!added.includes(name.toLowerCase())) headers.append(name, value)
  }
  const status = message.statusCode ?? 0
  const body = [204, 304].includes(status) ? null : (Readable.toWeb(message) as ReadableStream<Uint8Array>)
  return new Response(body, { status, headers })
}
