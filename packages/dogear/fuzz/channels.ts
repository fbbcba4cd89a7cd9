// The ways a request reaches the routes: a web-standard server, a Next route file, a socket of a Node server.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import type { Http } from '../src/http/index.ts'
import { createRouteHandlers } from '../src/next/route-handlers.ts'
import { createNodeListener } from '../src/node/index.ts'
import type { Attack, Sent } from './attack.ts'
import { site } from './people.ts'

/** An answer as it arrived. `more` counts further answers to what was one request to its sender. */
export type Arrived = {
  status: number
  header(name: string): string | null
  cookies: string[]
  text: string
  more: number
}

/** Sends a request to `http`. Undefined: the request never reached it, or its sender went away. */
export type Channel = (http: Http, sent: Sent, pace: Attack['pace']) => Promise<Arrived | undefined>

export const overWeb: Channel = async (http, sent, pace) => {
  const request = toRequest(sent, pace)
  return request && arrived(await http.handle(request))
}

export const overNext: Channel = async (http, sent, pace) => {
  const request = toRequest(sent, pace)
  const handlers: Partial<Record<string, (request: Request) => Promise<Response>>> = createRouteHandlers(http)
  const handler = request && Object.hasOwn(handlers, request.method) ? handlers[request.method] : undefined
  // Next itself answers the methods that a route file does not export.
  return request && handler && arrived(await handler(request))
}

/** The request as the web has it; undefined for what it cannot say. */
function toRequest({ method, target, headers, body }: Sent, pace: Attack['pace']): Request | undefined {
  try {
    const all = new Headers()
    for (const [name, value] of headers) all.append(name, value)
    if (!body || ['GET', 'HEAD'].includes(method)) return new Request(`${site}${target}`, { method, headers: all })
    const init = { method, headers: all, body: pace === 'whole' ? body : inPieces(body, pace), duplex: 'half' }
    return new Request(`${site}${target}`, init as RequestInit)
  } catch {
    return undefined
  }
}

function inPieces(body: Uint8Array, pace: Attack['pace']): ReadableStream<Uint8Array> {
  let at = 0
  return new ReadableStream({
    pull(controller) {
      if (pace === 'broken off' && at > body.length / 2) return controller.error(new Error('the sender went away'))
      if (at >= body.length) return controller.close()
      controller.enqueue(Uint8Array.from(body.subarray(at, at + 1000)))
      at += 1000
    },
  })
}

async function arrived(response: Response): Promise<Arrived> {
  const { status, headers } = response
  const streams = headers.get('content-type')?.startsWith('text/event-stream')
  const text = streams ? await firstOf(response) : await response.text()
  return { status, header: (name) => headers.get(name), cookies: headers.getSetCookie(), text, more: 0 }
}

async function firstOf({ body }: Response): Promise<string> {
  const reader = body?.getReader()
  const { value } = (await reader?.read()) ?? {}
  await reader?.cancel()
  return Buffer.from(value ?? []).toString()
}

/** A Node server, for one http after another. */
export async function openNode(): Promise<{ channel: Channel; port: number; to(http: Http): void; close(): void }> {
  let listener = (_: IncomingMessage, response: ServerResponse): unknown => response.end()
  const server: Server = createServer((request, response) => listener(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const to = (http: Http) => {
    listener = createNodeListener(http)
  }
  const channel: Channel = async (http, { method, target, headers, body }, pace) => {
    to(http)
    const named = headers.some(([name]) => name === 'host') ? [] : [['host', 'trip.example']]
    const framing = body
      ? [pace === 'in pieces' ? ['transfer-encoding', 'chunked'] : ['content-length', body.length]]
      : []
    const lines = [...named, ...headers, ...framing, ['connection', 'close']].map((pair) => pair.join(': '))
    // Latin-1: what does not fit into one byte loses its upper half, and may so become a control character.
    const head = Buffer.from([`${method} ${target} HTTP/1.1`, ...lines, '', ''].join('\r\n'), 'latin1')
    const answer = parse(await raw(port, [head, ...piecesOf(body, pace)], pace === 'broken off'))
    return answer && isOfNode(answer) ? undefined : answer
  }
  return {
    channel,
    port,
    to,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** True for what Node's own parser refuses: it never reaches a listener. */
export const isOfNode = ({ status, header }: Arrived): boolean =>
  header('dogear-now') === null && [400, 408, 413, 417, 431].includes(status)

function piecesOf(body: Uint8Array | undefined, pace: Attack['pace']): Uint8Array[] {
  if (!body) return []
  if (pace === 'whole') return [body]
  if (pace === 'broken off') return [body.subarray(0, body.length / 2)]
  const chunk = (part: Uint8Array) => [Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')]
  const parts = body.length > 1 ? [body.subarray(0, 1), body.subarray(1)] : [body]
  return [...parts.filter(({ length }) => length > 0).flatMap(chunk), Buffer.from('0\r\n\r\n')]
}

/** Writes bytes to a server; resolves with all that comes back until the connection is closed, or a stream began. */
export async function raw(port: number, pieces: readonly Uint8Array[], leave = false): Promise<Buffer> {
  const socket = connect(port, '127.0.0.1')
  const back: Uint8Array[] = []
  socket.on('error', () => {})
  socket.on('data', (data: Uint8Array) => {
    back.push(data)
    if (Buffer.from(data).includes('\ndata: {')) socket.destroy()
  })
  for (const piece of pieces) socket.write(piece)
  if (leave) socket.end()
  // A server that refuses what it has not read whole resets the connection: what came before that is its answer.
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve))
  return Buffer.concat(back)
}

/** The first answer in what came back. */
export function parse(bytes: Buffer): Arrived | undefined {
  const [head = '', ...rest] = bytes.toString('latin1').split('\r\n\r\n')
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1])
  if (!status) return undefined
  const lines = head
    .split('\r\n')
    .slice(1)
    .map((line) => line.split(/: ?(.*)/, 2) as [string, string])
  const all = (name: string) => lines.filter(([own]) => own.toLowerCase() === name).map(([, value]) => value)
  const text = Buffer.from(rest.join('\r\n\r\n'), 'latin1').toString()
  const more = [...text.matchAll(/HTTP\/1\.1 \d{3} /g)].length
  return { status, header: (name) => all(name)[0] ?? null, cookies: all('set-cookie'), text, more }
}
