import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createSocketServer, type Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { type Answer, openLine } from './line.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** The answers to two requests, one after the other, as a line reads them. */
async function heard(answer: (response: ServerResponse) => void): Promise<Answer[]> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => answer(response))
  }).listen(0, '127.0.0.1')
  closing.push(() => server.close())
  await once(server, 'listening')
  const line = await openLine((server.address() as AddressInfo).port, fail)
  closing.push(line.close)
  const send = () => new Promise<Answer>((resolve) => line.send('/events', '', '{"é":1}', resolve))
  return [await send(), await send()]
}

const fail = (error: Error) => {
  throw error
}

test('reads answers of a known length, with their cookies', async () => {
  const answers = await heard((response) => {
    response.setHeader('Set-Cookie', ['id=1; HttpOnly', 'theme=dark'])
    response.end('{"é":2}')
  })
  expect(answers).toEqual(Array(2).fill({ status: 200, cookies: ['id=1', 'theme=dark'], body: '{"é":2}' }))
})

test('reads answers in chunks', async () => {
  const answers = await heard((response) => {
    response.writeHead(409)
    response.write('{"one":')
    response.end('"é"}')
  })
  expect(answers).toEqual(Array(2).fill({ status: 409, cookies: [], body: '{"one":"é"}' }))
})

/** Two answers, as a line reads them from `bytes` that arrive one by one. */
async function heardBytewise(bytes: Buffer): Promise<Answer[]> {
  const server = createSocketServer((socket: Socket) => {
    closing.push(() => socket.destroy())
    socket.setNoDelay(true).on('data', async () => {
      for (const byte of bytes) {
        socket.write(Buffer.of(byte))
        await setImmediate()
      }
    })
  }).listen(0, '127.0.0.1')
  closing.push(() => server.close())
  await once(server, 'listening')
  const line = await openLine((server.address() as AddressInfo).port, fail)
  closing.push(line.close)
  const send = () => new Promise<Answer>((resolve) => line.send('/', '', '', resolve))
  return [await send(), await send()]
}

test.each([
  ['of a known length', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole'],
  ['in chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nwh\r\n3\r\nole\r\n0\r\n\r\n'],
])('waits for the whole of an answer %s', async (_, text) => {
  const answers = await heardBytewise(Buffer.from(text))
  expect(answers).toEqual(Array(2).fill({ status: 200, cookies: [], body: 'whole' }))
})

test('hears of a server that closes the connection', async () => {
  const server = createSocketServer((socket) => socket.once('data', () => socket.destroy())).listen(0, '127.0.0.1')
  closing.push(() => server.close())
  await once(server, 'listening')
  const failed = await new Promise<Error>((resolve) => {
    openLine((server.address() as AddressInfo).port, resolve).then((line) => line.send('/', '', '', () => {}))
  })
  expect(failed.message).toMatch(/closed/)
})
