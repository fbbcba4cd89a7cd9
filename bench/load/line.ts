// One keep-alive HTTP/1.1 connection that has one request under way at a time; as little work as possible per answer.

import { once } from 'node:events'
import { connect } from 'node:net'

export type Answer = { status: number; cookies: string[]; body: string }

export type Line = {
  send(path: string, headers: string, body: string, answered: (answer: Answer) => void): void
  close(): void
}

/** Opens a connection to `port`; `failed` hears of its end, unless `close` was called. */
export async function openLine(port: number, failed: (error: Error) => void): Promise<Line> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  let received: Buffer | undefined
  let answered: ((answer: Answer) => void) | undefined
  socket.on('data', (part: Buffer) => {
    const bytes = received ? Buffer.concat([received, part]) : part
    const answer = parse(bytes)
    received = answer ? undefined : bytes
    if (answer) answered?.(answer)
  })
  socket.on('error', failed)
  socket.on('close', () => failed(new Error('The server has closed a connection.')))
  return {
    send(path, headers, body, then) {
      answered = then
      const head = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${headers}`
      socket.write(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
    },
    close() {
      socket.removeAllListeners('close')
      socket.destroy()
    },
  }
}

/** The answer in `bytes`, or undefined while some of it is missing. */
function parse(bytes: Buffer): Answer | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const head = bytes.toString('latin1', 0, end + 2)
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  const start = end + 4
  const body = length === undefined ? chunked(bytes, start) : whole(bytes, start, Number(length))
  if (body === undefined) return undefined
  const cookies = [...head.matchAll(/\r\nset-cookie: *([^;\r]+)/gi)].map(([, cookie = '']) => cookie)
  return { status: Number(head.slice(9, 12)), cookies, body }
}

const whole = (bytes: Buffer, start: number, length: number) =>
  bytes.length < start + length ? undefined : bytes.toString('utf8', start, start + length)

function chunked(bytes: Buffer, start: number): string | undefined {
  const parts: Buffer[] = []
  for (let at = start; ; ) {
    const end = bytes.indexOf('\r\n', at)
    if (end < 0) return undefined
    const size = Number.parseInt(bytes.toString('latin1', at, end), 16)
    at = end + 2 + size + 2
    if (bytes.length < at) return undefined
    if (size === 0) return Buffer.concat(parts).toString('utf8')
    parts.push(bytes.subarray(end + 2, end + 2 + size))
  }
}
