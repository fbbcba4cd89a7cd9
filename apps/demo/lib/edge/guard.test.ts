// The guard on a real server, before listeners that would do harm.

import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { guard } from './guard.ts'

/** As a route of Next reads it. */
function bodyOf(request: IncomingMessage): ReadableStream {
  const init = { method: 'POST', body: Readable.toWeb(request), duplex: 'half' }
  return new Request('http://shop.example', init as RequestInit).body as ReadableStream
}

let server: Server
let seen: (string | undefined)[]
let upgraded: number

beforeEach(async () => {
  ;[seen, upgraded] = [[], 0]
  server = createServer((request, response) => {
    seen.push(String(request.headers['x-client-address']))
    if (request.url === '/moved/') response.statusCode = 308
    if (request.url === '/moved/') response.setHeader('Location', '/moved')
    if (request.url === '/echo') Readable.fromWeb(bodyOf(request)).pipe(response)
    else response.end('a page')
  })
  // As Next does with what it has no use for: nothing, and the socket stays.
  server.on('upgrade', () => (upgraded += 1))
  guard(server, [])
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

async function raw(...lines: string[]): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  let back = ''
  socket.on('data', (data) => (back += data))
  socket.write([...lines, 'Connection: close', '', ''].join('\r\n'))
  await once(socket, 'close')
  return back
}
const host = 'Host: shop.example'

it('hands on the address of the connection, not the one that a client names [M77]', async () => {
  const answer = await raw('GET / HTTP/1.1', host, 'X-Client-Address: 203.0.113.9', 'X-Forwarded-For: 203.0.113.8')
  expect(answer).toContain('a page')
  expect(seen).toEqual(['127.0.0.1'])
})

it.each([
  ['TRACE / HTTP/1.1', host, 405],
  ['OPTIONS / HTTP/1.1', host, 405],
  ['GET /%zz HTTP/1.1', host, 400],
  ['GET / HTTP/1.1', 'Host: a b', 400],
])('refuses %s with %s itself, and tells nothing', async (line, hostLine, status) => {
  const answer = await raw(line, hostLine)
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  expect(answer).not.toMatch(/^allow:/im)
  expect(seen).toEqual([])
})

/** Refuses a request of which only a part has come; gives the socket, and what came back on it. */
async function half(length: number) {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const back = { text: '', closed: false }
  socket.on('data', (data) => (back.text += data))
  socket.on('error', () => {})
  socket.on('close', () => (back.closed = true))
  socket.write(['TRACE / HTTP/1.1', host, `Content-Length: ${length}`, '', 'a part'].join('\r\n'))
  await expect.poll(() => back.text).toMatch(/^HTTP\/1\.1 405 /)
  return { socket, back }
}

it('lets a client that is still writing see the answer, and go on with the connection', async () => {
  const { socket, back } = await half(100_000)
  socket.write('x'.repeat(100_000 - 'a part'.length))
  socket.write(['GET / HTTP/1.1', host, 'Connection: close', '', ''].join('\r\n'))
  await once(socket, 'close')
  expect(back.text).toContain('a page')
})

it('closes the connection of a client that does not stop writing', async () => {
  const { socket, back } = await half(10_000_000)
  const writing = setInterval(() => socket.write(Buffer.alloc(64 * 1024)), 5)
  await expect.poll(() => back.closed).toBe(true)
  clearInterval(writing)
})

it('closes the connection of a client that stops in the middle', async () => {
  const { back } = await half(100_000)
  await expect.poll(() => back.closed).toBe(true)
})

it('lets nobody keep a redirect', async () => {
  expect(await raw('GET /moved/ HTTP/1.1', host)).toMatch(/^HTTP\/1.1 308 [\s\S]*^cache-control: private, no-store/im)
  expect(await raw('GET / HTTP/1.1', host)).not.toMatch(/cache-control/i)
})

it('refuses a body that no form of a page has while it is still to come', async () => {
  const answer = await raw('POST /sign-in HTTP/1.1', host, 'Content-Length: 10000000')
  expect(answer).toMatch(/^HTTP\/1.1 413 /)
})

describe('a form with parts', () => {
  const field = ['--x', 'Content-Disposition: form-data; name="city"', '', 'London', '--x--', ''].join('\r\n')
  const head = (length: number, ...more: string[]) =>
    [
      ...['POST /echo HTTP/1.1', host, 'Content-Type: multipart/form-data; boundary=x', 'Connection: close'],
      ...[`Content-Length: ${length}`, ...more, '', ''],
    ].join('\r\n')
  /** Sends these pieces one after the other; gives what came back. */
  async function sent(...pieces: string[]): Promise<string> {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    let back = ''
    socket.on('data', (data) => (back += data))
    const closed = once(socket, 'close')
    for (const piece of pieces) {
      socket.write(piece)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    await closed
    return back
  }

  it('reaches its page as it was sent, in one piece or in many', async () => {
    for (const pieces of [[field], [...field], [field.slice(0, 9), field.slice(9)]]) {
      const answer = await sent(head(field.length), ...pieces)
      expect(answer).toMatch(/^HTTP\/1\.1 200 /)
      expect(answer.replaceAll(/\r\n[\da-f]+\r\n/g, '\r\n')).toContain('London')
    }
    const large = field.replace('London', 'London '.repeat(9_000))
    expect((await sent(head(large.length) + large)).length).toBeGreaterThan(large.length)
    expect(await sent(`${head(7)}--x--\r\n`)).toMatch(/^HTTP\/1\.1 200 /)
    expect(seen).toHaveLength(5)
  })

  it.each([
    ['that breaks off', field.slice(0, -8)],
    ['of other parts than it says', field.replaceAll('--x', '--y')],
    ['without a name', field.replace('; name="city"', '')],
    ['that goes on after its end', `${field}more`],
    ['that is none', 'city=London'],
    ['of nothing', ''],
  ])('%s is refused, and no page hears of it', async (_, body) => {
    expect(await sent(head(body.length) + body)).toMatch(/^HTTP\/1\.1 400 /)
    expect(seen).toEqual([])
  })

  it('of a client that leaves half-way is forgotten', async () => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    socket.write(head(field.length) + field.slice(0, 20))
    await new Promise((resolve) => setTimeout(resolve, 20))
    socket.destroy()
    await once(socket, 'close')
    expect(await raw('GET / HTTP/1.1', host)).toContain('a page')
    expect(seen).toHaveLength(1)
  })
})

it('answers a request for another protocol as any other, and keeps no socket of it', async () => {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.write(['GET /socket HTTP/1.1', host, 'Upgrade: websocket', 'Connection: Upgrade, close', '', ''].join('\r\n'))
  const [answer] = await once(socket, 'data')
  expect(String(answer)).toContain('a page')
  await once(socket, 'close')
  expect(upgraded).toBe(0)
})
