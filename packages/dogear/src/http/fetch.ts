// The translation between the exchange of the routes, web-standard requests, web-standard responses.

import type { Answer, Incoming, Messages } from './exchange.ts'

// Nothing waits for room in a stream of messages, so its size only serves to count what is unread.
const highWaterMark = 1024

export function fromRequest(request: Request): Incoming {
  const { pathname, search, protocol, host } = new URL(request.url)
  return {
    method: request.method,
    path: pathname,
    query: search,
    origin: `${protocol}//${request.headers.get('host') ?? host}`,
    signal: () => request.signal,
    header: (name) => request.headers.get(name),
    body: (maxBytes) => readBody(request, maxBytes),
    toRequest: () => request,
  }
}

export function toResponse({ status, headers, cookies, body }: Answer): Response {
  const all = new Headers(headers)
  for (const cookie of cookies) all.append('Set-Cookie', cookie)
  return new Response(typeof body === 'object' && body ? toStream(body) : body, { status, headers: all })
}

async function readBody({ body }: Request, maxBytes: number): Promise<Uint8Array> {
  if (body === null) return new Uint8Array()
  const reader: ReadableStreamDefaultReader<Uint8Array> = body.getReader()
  const chunks: Uint8Array[] = []
  let bytes = 0
  while (bytes <= maxBytes) {
    const { done, value } = await reader.read()
    if (done) return joined(chunks)
    chunks.push(value)
    bytes += value.byteLength
  }
  // Not awaited: a source may never confirm that it was cancelled, and the answer must not wait for it.
  reader.cancel().catch(() => {})
  return joined(chunks)
}

const joined = (chunks: readonly Uint8Array[]): Uint8Array =>
  chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks)

function toStream(messages: Messages): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  // Next does not always call `cancel`, and not every request has a signal that aborts: either ends the messages.
  return new ReadableStream(
    {
      start: (controller) =>
        messages.open({
          write: (text) => controller.enqueue(encoder.encode(text)),
          unread: () => highWaterMark - (controller.desiredSize ?? highWaterMark),
          close: () => closed(controller),
        }),
      cancel: () => messages.end(),
    },
    { highWaterMark },
  )
}

function closed(controller: ReadableStreamDefaultController<Uint8Array>): void {
  try {
    controller.close()
  } catch {
    // The reader cancelled it, which also ends up here.
  }
}
