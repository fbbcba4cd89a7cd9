// A request of a Node server as routes see it.

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Incoming } from '../http/index.ts'

export function toIncoming(message: IncomingMessage, response: ServerResponse): Incoming {
  const { headers } = message
  const method = message.method ?? 'GET'
  const [path, query] = toPath(message)
  const header = (name: string): string | null => {
    const value = headers[name]
    return value === undefined ? null : String(value)
  }
  // HTTP/2 has the host under a name of its own.
  const host = headers.host ?? header(':authority') ?? 'localhost'
  const { encrypted = false } = message.socket as { encrypted?: boolean }
  const origin = `${encrypted ? 'https' : 'http'}://${host}`
  let web: Request | undefined
  return {
    method,
    path,
    query,
    origin,
    header,
    signal: () => untilClosed(response),
    body: (maxBytes) => readBody(message, maxBytes),
    toRequest() {
      web ??= new Request(`${origin}${path}${query}`, { method, headers: toHeaders(message) })
      return web
    },
  }
}

/** The path and the query. Express takes the path of a mounted listener off `url`, and keeps the whole one. */
function toPath(message: IncomingMessage): [path: string, query: string] {
  const { originalUrl, url = '/' } = message as IncomingMessage & { originalUrl?: string }
  const target = originalUrl ?? url
  if (!target.startsWith('/')) return toPathOf(target)
  const end = target.indexOf('?')
  return end < 0 ? [target, ''] : [target.slice(0, end), target.slice(end)]
}

/** Proxies may send a whole URL, and `OPTIONS` a star. */
function toPathOf(target: string): [path: string, query: string] {
  if (!URL.canParse(target)) return ['', '']
  const { pathname, search } = new URL(target)
  return [pathname, search]
}

function toHeaders({ headers }: IncomingMessage): Headers {
  const all = new Headers()
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined && !name.startsWith(':')) all.set(name, String(value))
  return all
}

function readBody(message: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    if (message.readableEnded) reject(new Error('the body was read before: mount the listener before any body parser'))
    const chunks: Uint8Array[] = []
    let bytes = 0
    message.on('data', (chunk: Uint8Array) => {
      // The rest of too long a body is read and dropped: a browser that still sends would not read the answer.
      if (bytes > maxBytes) return
      chunks.push(chunk)
      bytes += chunk.byteLength
      if (bytes > maxBytes) resolve(joined(chunks))
    })
    message.on('end', () => resolve(joined(chunks)))
    message.on('error', reject)
    // Every message is closed at its end, too, and an error for nobody costs a look at the stack.
    message.on('close', () => {
      if (!message.complete) reject(new Error('the connection was closed'))
    })
  })
}

const joined = (chunks: readonly Uint8Array[]): Uint8Array =>
  chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks)

function untilClosed(response: ServerResponse): AbortSignal {
  const gone = new AbortController()
  if (response.destroyed) gone.abort()
  else response.once('close', () => gone.abort())
  return gone.signal
}
