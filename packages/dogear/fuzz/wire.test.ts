// Bytes on a socket of a Node server that are no proper request, or far too much of one.

import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, describe, expect, it } from 'vitest'
import { createNodeListener } from '../src/node/index.ts'
import { memoryStore } from '../src/store/memory.ts'
import { parse, raw } from './channels.ts'
import { openWorld, type World } from './world.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

type Site = { world: World; port: number; underWay: () => number; answered: () => number }

async function open(times: object = {}): Promise<Site> {
  const world = await openWorld(memoryStore())
  let [begun, done] = [0, 0]
  const answer: World['http']['answer'] = async (request) => {
    begun++
    return world.http.answer(request).finally(() => done++)
  }
  const server = createServer(times, createNodeListener({ ...world.http, answer }))
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { world, port, underWay: () => begun - done, answered: () => done }
}

const body = JSON.stringify({ opId: 'operation-1', event: { type: 'payment.given', method: 'card' } })
const headOf = (first: string, ...lines: string[]) => [first, 'Host: trip.example', ...lines, '', ''].join('\r\n')
const gate = ['Sec-Fetch-Site: same-origin', 'Content-Type: application/json']
const post = (...lines: string[]) => headOf('POST /api/flows/trip/events HTTP/1.1', ...gate, ...lines)
const get = headOf('GET /api/flows/trip HTTP/1.1', 'Connection: close')
/** A request that an attacker hopes to have taken for a request of somebody else's connection. */
const hidden = (cookie: string) =>
  headOf('DELETE /api/flows/trip HTTP/1.1', 'Sec-Fetch-Site: same-origin', `Cookie: ${cookie}`, 'Connection: close')

const length = `Content-Length: ${body.length}`
const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`

describe('a message that two servers could read in two ways', () => {
  const cases: [string, (tail: string) => string][] = [
    ['a length and chunks', (tail) => post(length, 'Transfer-Encoding: chunked') + chunked + tail],
    ['chunks and a length', (tail) => post('Transfer-Encoding: chunked', 'Content-Length: 4') + chunked + tail],
    ['two lengths', (tail) => post(length, 'Content-Length: 0') + body + tail],
    ['two lengths in one', (tail) => post(`${length}, 0`) + body + tail],
    ['a length with a sign', (tail) => post(`Content-Length: +${body.length}`) + body + tail],
    ['a length below zero', (tail) => post('Content-Length: -1') + body + tail],
    ['a length beyond numbers', (tail) => post('Content-Length: 99999999999999999999') + body + tail],
    ['a space before a colon', (tail) => post('Transfer-Encoding : chunked') + chunked + tail],
    ['chunks under another name', (tail) => post('Transfer-Encoding: xchunked') + chunked + tail],
    ['chunks, then something else', (tail) => post('Transfer-Encoding: chunked, identity') + chunked + tail],
    ['chunks after a control character', (tail) => post('Transfer-Encoding: \x0bchunked') + chunked + tail],
    ['a folded line', (tail) => post('Transfer-Encoding:\r\n chunked') + chunked + tail],
    ['a chunk of a wrong size', (tail) => `${post('Transfer-Encoding: chunked')}zz\r\n${body}\r\n0\r\n\r\n${tail}`],
    ['a chunk beyond numbers', (tail) => `${post('Transfer-Encoding: chunked')}fffffffffffffffff\r\n${body}${tail}`],
    ['a line that ends early', (tail) => post('A: b\nTransfer-Encoding: chunked') + chunked + tail],
    ['a zero in a header', (tail) => post('A: b\0c', length) + body + tail],
    ['a header without a name', (tail) => post(': b', length) + body + tail],
  ]

  it.each(cases)('%s is refused by the parser, and nothing after it is a request', async (_, bytes) => {
    const { world, port, answered } = await open()
    const before = await world.records()
    const back = await raw(port, [Buffer.from(bytes(hidden(world.people.cookies.ada)), 'latin1')])
    expect(parse(back)).toMatchObject({ status: 400, more: 0 })
    expect(await world.records()).toEqual(before)
    expect(answered()).toBeLessThanOrEqual(1)
    expect(parse(await raw(port, [Buffer.from(get)]))).toMatchObject({ status: 200 })
  })

  it('a request behind a proper one is read as one, so that the hidden one above would have been', async () => {
    const { world, port } = await open()
    const back = await raw(port, [Buffer.from(post(length) + body + hidden(world.people.cookies.ada))])
    expect(parse(back)).toMatchObject({ status: 409, more: 1 })
    expect((await world.records()).has(world.people.ada.id)).toBe(false)
  })

  it('trailers are no headers', async () => {
    const { world, port } = await open()
    const trailers = `Sec-Fetch-Site: same-origin\r\nCookie: ${world.people.cookies.ada}\r\n\r\n`
    const head = headOf(
      'POST /api/flows/trip/events HTTP/1.1',
      gate[1] ?? '',
      'Transfer-Encoding: chunked',
      'Trailer: Cookie',
      'Connection: close',
    )
    const back = await raw(port, [Buffer.from(head + chunked.replace(/\r\n$/, trailers))])
    expect(parse(back)).toMatchObject({ status: 403 })
  })
})

describe('a request line', () => {
  const cases: [string, string, number][] = [
    ['of an unknown method', 'FROB /api/flows/trip HTTP/1.1', 400],
    ['of a method in small letters', 'delete /api/flows/trip HTTP/1.1', 400],
    ['that asks for a trace', 'TRACE /api/flows/trip HTTP/1.1', 405],
    ['that would write where one reads', 'PROPFIND /api/flows/trip HTTP/1.1', 405],
    ['with a control character', 'GET /api/flows/tr\x01ip HTTP/1.1', 400],
    ['with a space', 'GET /api/flows/tr ip HTTP/1.1', 400],
    ['with an encoded slash', 'GET /api/flows%2ftrip HTTP/1.1', 404],
    ['with an encoded zero', 'GET /api/flows/trip%00 HTTP/1.1', 404],
    ['with broken percent-encoding', 'GET /api/flows/%c3%28 HTTP/1.1', 404],
    ['with dots', 'GET /api/flows/../flows/trip HTTP/1.1', 404],
    ['with a back slash', 'GET /api/flows\\trip HTTP/1.1', 404],
    ['for another host', 'GET http://evil.example/api/flows/trip HTTP/1.1', 200],
    ['for what is no host', 'GET http://[/api/flows/trip HTTP/1.1', 404],
    ['of another version', 'GET /api/flows/trip HTTP/3.0', 400],
    ['of HTTP/2', 'PRI * HTTP/2.0', 400],
  ]
  it.each(cases)('%s', async (_, line, status) => {
    const { port } = await open()
    const answer = parse(await raw(port, [Buffer.from(headOf(line, 'Connection: close'), 'latin1')]))
    expect(answer).toMatchObject({ status, more: 0 })
    expect(answer?.cookies).toEqual([])
  })

  it.each(['Upgrade: websocket\r\nConnection: Upgrade', 'Expect: 100-continue', 'Expect: 200-nothing'])(
    'with %j is answered, and leaves no socket open',
    async (lines) => {
      const { port, underWay } = await open()
      expect(
        (await raw(port, [Buffer.from(headOf('GET /api/flows/trip HTTP/1.1', lines, 'Connection: close'))])).length,
      ).toBeGreaterThan(0)
      expect(underWay()).toBe(0)
    },
  )
})

describe('far too much', () => {
  it.each([
    ['one header', `A: ${'a'.repeat(100_000)}`],
    ['many headers', Array.from({ length: 3_000 }, (_, index) => `A${index}: b`).join('\r\n')],
    ['many cookies', `Cookie: ${Array.from({ length: 5_000 }, (_, index) => `c${index}=d`).join('; ')}`],
  ])('in %s is refused before anything is read [M54]', async (_, lines) => {
    const { port, answered } = await open()
    expect(parse(await raw(port, [Buffer.from(headOf('GET /api/flows/trip HTTP/1.1', lines))]))).toMatchObject({
      status: 431,
    })
    expect(answered()).toBe(0)
  })

  it('in chunks without a length is refused, and takes no memory [M54]', async () => {
    setFlagsFromString('--expose-gc')
    const collect: () => void = runInNewContext('gc')
    const used = () => {
      collect()
      const { heapUsed, arrayBuffers } = process.memoryUsage()
      return heapUsed + arrayBuffers
    }
    const { port } = await open()
    const chunk = Buffer.from(`10000\r\n${'a'.repeat(65_536)}\r\n`)
    /** Sends ten megabytes; resolves once all are written and the answer is there, to the open connection. */
    async function flood(): Promise<Socket> {
      const socket = connect(port, '127.0.0.1')
      let back = ''
      socket.on('data', (data) => (back += data))
      socket.on('error', () => {})
      socket.write(post('Transfer-Encoding: chunked'))
      for (let sent = 0; sent < 160; sent++)
        if (!socket.write(chunk)) await new Promise((resolve) => socket.once('drain', resolve))
      await expect.poll(() => back, { timeout: 20_000 }).toMatch(/^HTTP\/1.1 413 [\s\S]+too_large/)
      return socket
    }
    // The first also pays for code that is compiled, and for buffers that stay.
    const sockets = [await flood()]
    const before = used()
    for (let more = 0; more < 4; more++) sockets.push(await flood())
    // Four bodies of ten megabytes are still under way. Node gives a buffer back some time after it was let go of.
    await expect.poll(() => used() - before, { timeout: 20_000 }).toBeLessThan(5_000_000)
    for (const socket of sockets) socket.destroy()
  })

  it.each([
    ['lists', '['.repeat(60_000)],
    ['closed lists', `${'['.repeat(30_000)}${']'.repeat(30_000)}`],
    ['objects', '{"a":'.repeat(12_000)],
    ['closed objects', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
  ])('nested %s are a bad request [M54]', async (_, deep) => {
    const { port } = await open()
    const bytes = Buffer.from(post(`Content-Length: ${deep.length}`, 'Connection: close') + deep)
    expect(parse(await raw(port, [bytes]))).toMatchObject({
      status: 400,
      text: expect.stringContaining('invalid_request'),
    })
  })
})

describe('a sender that takes its time', () => {
  // Long enough for those who do not take their time, on a busy machine, too.
  const times = { headersTimeout: 1_500, requestTimeout: 2_000, connectionsCheckingInterval: 50 }

  it.each([
    ['head', headOf('GET /api/flows/trip HTTP/1.1').slice(0, -2)],
    ['body', `${post(`Content-Length: ${body.length}`)}${body.slice(0, 9)}`],
    ['chunks', `${post('Transfer-Encoding: chunked')}5\r\n{"opI`],
  ])('over its %s is let go by the server, and holds up nobody', async (_, beginning) => {
    const { world, port, underWay } = await open(times)
    const before = await world.records()
    const slow = Array.from({ length: 50 }, () => raw(port, [Buffer.from(beginning)]))
    const others = await Promise.all(Array.from({ length: 20 }, () => raw(port, [Buffer.from(get)])))
    expect(new Set(others.map((back) => parse(back)?.status))).toEqual(new Set([200]))
    await Promise.all(slow)
    await expect.poll(underWay).toBe(0)
    expect(await world.records()).toEqual(before)
  })
})
