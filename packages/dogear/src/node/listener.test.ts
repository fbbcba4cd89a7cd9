// A listener on real sockets: what servers, frameworks and browsers do there that a web-standard request hides.

import { once } from 'node:events'
import { createServer, type Server, request as send } from 'node:http'
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { asJson, browser, countingStore, detailsSubmitted, flowUrl, opId, serve, shared } from '../../fixtures/order.ts'
import type { Http, Messages, Reader } from '../http/index.ts'
import { createNodeListener, type NodeListener } from './listener.ts'
import { closeServers, overNode } from './server.fixture.ts'

const open: Server[] = []
afterEach(async () => {
  await closeServers()
  for (const server of open.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

async function listen(listener: NodeListener): Promise<number> {
  const server = createServer(listener)
  open.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

/** Writes `text` to a server as it stands; resolves with everything that comes back until the connection is closed. */
async function raw(port: number, text: string | Buffer): Promise<string> {
  const socket: Socket = connect(port, '127.0.0.1')
  let back = ''
  socket.on('data', (data) => (back += data))
  socket.on('error', () => {})
  socket.write(text)
  await once(socket, 'close')
  return back
}

const head = (target: string, ...more: string[]) =>
  [`GET ${target} HTTP/1.1`, 'Host: shop.example', 'Connection: close', ...more, '', ''].join('\r\n')

describe('a request line', () => {
  it.each([
    ['/api/flows/order', 200],
    ['/api/flows/order/', 200],
    ['/api/flows/order?x=1', 200],
    ['http://shop.example/api/flows/order', 200],
    ['/api/flows/../flows/order', 404],
    ['/api/flows/%2e%2e/order', 404],
    ['//api/flows/order', 404],
    ['/api/flows/%zz', 404],
    ['/', 404],
    ['*', 404],
  ])('for %s is answered with %i', async (target, status) => {
    const port = await listen(createNodeListener(serve().http))
    expect(await raw(port, head(target))).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  })

  it('comes without a host from old programs', async () => {
    const port = await listen(createNodeListener(serve().http))
    expect(await raw(port, 'GET /api/flows/order HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1.1 200 /)
  })
})

describe('a header', () => {
  it('that came twice is believed neither time', async () => {
    const { http, store } = serve()
    const port = await listen(createNodeListener(http))
    const body = JSON.stringify({ opId: opId(), event: detailsSubmitted })
    for (const twice of [
      ['Sec-Fetch-Site: same-origin', 'Sec-Fetch-Site: cross-site'],
      ['Origin: http://shop.example', 'Origin: https://evil.example'],
    ]) {
      const lines = ['Content-Type: application/json', `Content-Length: ${body.length}`, ...twice]
      const post = head('/api/flows/order/events', ...lines).replace('GET', 'POST')
      expect(await raw(port, post + body)).toContain('origin_refused')
    }
    expect(store.calls).toEqual([])
  })
})

describe('a body', () => {
  const post = (length: number) =>
    head(
      '/api/flows/order/events',
      ...['Content-Type: application/json', 'Sec-Fetch-Site: same-origin', `Content-Length: ${length}`],
    ).replace('GET', 'POST')

  it('that is too long is answered while it still comes, and not kept', async () => {
    const port = await listen(createNodeListener(serve({ maxBytes: 1000 }).http))
    const socket = connect(port, '127.0.0.1')
    socket.write(post(20_000_000).replace('Connection: close\r\n', ''))
    socket.write(Buffer.alloc(2000, 97))
    const [answer] = await once(socket, 'data')
    expect(String(answer)).toMatch(/^HTTP\/1.1 413 [\s\S]+too_large/)
    // The rest is read, so that the connection serves the next request.
    socket.write(Buffer.alloc(20_000_000 - 2000, 97))
    socket.write(head('/api/flows/order'))
    const [next] = await once(socket, 'data')
    expect(String(next)).toMatch(/^HTTP\/1.1 200 /)
    socket.destroy()
  })

  it('that ends early harms nobody', async () => {
    const { http, store } = serve()
    const port = await listen(createNodeListener(http))
    const socket = connect(port, '127.0.0.1')
    socket.write(`${post(100)}{"opId":`)
    await wait(20)
    socket.destroy()
    await wait(20)
    expect(await raw(port, head('/api/flows/order'))).toMatch(/^HTTP\/1.1 200 /)
    expect(store.calls).toEqual([])
  })

  it('that was read before says so to the developer', async () => {
    const told: unknown[] = []
    const listener = createNodeListener(serve({ explain: (text) => told.push(text) }).http)
    const port = await listen(async (request, response) => {
      request.resume()
      await once(request, 'end')
      listener(request, response)
    })
    expect(await raw(port, `${post(2)}{}`)).toMatch(/^HTTP\/1.1 400 /)
    expect(told).toEqual([expect.stringContaining('mount the listener before any body parser')])
  })
})

describe('beside others', () => {
  it('leaves to a framework what is not below the base path', async () => {
    const listener = createNodeListener(serve().http)
    const port = await listen((request, response) => listener(request, response, () => response.end('another page')))
    for (const path of ['/', '/api', '/api/flowsandmore', '/api/flow/order'])
      expect(await raw(port, head(path))).toContain('another page')
    expect(await raw(port, head('/api/flows/order'))).toContain('"step":"details"')
    expect(await raw(port, head('/api/flows/nothing'))).toContain('unknown_flow')
  })

  it('goes by the whole path where a framework took its own part off', async () => {
    const listener = createNodeListener(serve().http)
    const port = await listen((request, response) => {
      Object.assign(request, { originalUrl: request.url, url: request.url?.replace('/api/flows', '') })
      listener(request, response)
    })
    expect(await raw(port, head('/api/flows/order'))).toContain('"step":"details"')
  })

  it('speaks HTTP/2, too, cookies included', async () => {
    const listener = createNodeListener(serve().http)
    const server = createHttp2Server((request, response) => listener(request as never, response as never))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const session = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    const ask = async (headers: Record<string, string>, body?: string): Promise<Record<string, unknown>> => {
      const stream = session.request(headers)
      stream.end(body)
      const [answered] = (await once(stream, 'response')) as [Record<string, unknown>]
      let text = ''
      for await (const chunk of stream) text += chunk
      return { ...answered, body: JSON.parse(text) as unknown }
    }
    const sent = {
      ':method': 'POST',
      ':path': '/api/flows/order/events',
      'content-type': 'application/json',
      'sec-fetch-site': 'same-origin',
    }
    const begun = await ask(sent, JSON.stringify({ opId: opId(), event: detailsSubmitted }))
    expect(begun).toMatchObject({ ':status': 200, body: { view: { step: 'payment' } } })
    const cookie = String(begun['set-cookie']).split(';')[0] ?? ''
    expect(await ask({ ':path': '/api/flows/order', cookie })).toMatchObject({ body: { step: 'payment' } })
    session.close()
    server.close()
  })

  it('hands the request to the application as the web has it', async () => {
    const seen: string[] = []
    const identify = (request: Request) =>
      void seen.push(`${request.method} ${request.url} ${request.headers.get('x')}`)
    const port = await listen(createNodeListener(serve({ ...shared, identify }).http))
    await raw(port, head('/api/flows?a=b', 'X: y'))
    expect(seen).toEqual(['GET http://shop.example/api/flows?a=b y'])
  })
})

it("a Host header that is none is refused, passes no limit, and is nobody's failure", async () => {
  const reported: unknown[] = []
  const onError = (error: unknown) => reported.push(error)
  const asked: string[] = []
  const clientAddress = () => void asked.push('the address')
  const { http } = serve({ ...shared, identify: () => null, clientAddress, onError })
  const port = await listen(createNodeListener(http))
  const body = '{"code":"ABCDE12345"}'
  const lines = ['Content-Type: application/json', 'Sec-Fetch-Site: same-origin', `Content-Length: ${body.length}`]
  const guess = head('/api/flows/handoffs/redeem', ...lines).replace('GET', 'POST') + body
  for (const sent of [head('/api/flows'), guess])
    for (const host of ['a b', '[', 'http://x', 'x@y', ''])
      expect(await raw(port, sent.replace('shop.example', host))).toMatch(/^HTTP\/1.1 400 /)
  expect([reported, asked]).toEqual([[], []])
  expect(await raw(port, guess)).toMatch(/^HTTP\/1.1 410 /)
  expect(asked).toEqual(['the address'])
})

describe('a stream', () => {
  async function begun() {
    let watchers = 0
    const store = countingStore()
    const { watch } = store
    Object.assign(store, {
      watch(...parameters: Parameters<NonNullable<typeof watch>>) {
        watchers++
        const stop = watch?.(...parameters)
        return () => {
          watchers--
          stop?.()
        }
      },
    })
    const { http } = serve({ ...shared, store, limits: { streamsPerSession: 2 } })
    const fetch = browser(overNode(http))
    await fetch(`${flowUrl}/events`, asJson({ opId: opId(), event: detailsSubmitted }))
    const lines = [`Cookie: ${fetch.cookie}`, 'Sec-Fetch-Site: same-origin']
    const port = await listen(createNodeListener(http))
    return { http, fetch, lines, port, watchers: () => watchers }
  }

  it('gives its place back when its browser goes away, however it goes', async () => {
    const { lines, port, watchers } = await begun()
    for (let time = 0; time < 200; time++) {
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => {})
      socket.write(head('/api/flows/order/stream', ...lines))
      if (time % 4 > 0) await once(socket, 'data')
      if (time % 4 === 1) socket.destroy()
      else if (time % 4 === 2) socket.resetAndDestroy()
      else socket.end()
      if (time % 4 === 3) socket.destroy()
      await vi.waitFor(() => expect(watchers()).toBe(0), { interval: 1, timeout: 20_000 })
    }
  })

  it('knows what a browser that does not read has not taken', async () => {
    const { http } = serve()
    let reader: Reader | undefined
    const body: Messages = {
      open(given) {
        reader = given
      },
      end() {},
    }
    const answer = async () => ({ status: 200, headers: {}, cookies: [], body })
    const port = await listen(createNodeListener({ ...http, answer }))
    const socket = connect(port, '127.0.0.1')
    socket.write(head('/'))
    await vi.waitFor(() => expect(reader).toBeDefined(), { interval: 1, timeout: 20_000 })
    socket.pause()
    const text = 'a'.repeat(100_000)
    for (let count = 0; count < 100; count++) reader?.write(text)
    await wait(50)
    expect(reader?.unread()).toBeGreaterThan(10)
    socket.resume()
    await vi.waitFor(() => expect(reader?.unread()).toBe(0), { interval: 1, timeout: 20_000 })
    socket.destroy()
  })
})

it('an answer whose browser has gone is dropped without a word', async () => {
  const { http } = serve()
  const answer: Http['answer'] = (request) => wait(20).then(() => http.answer(request))
  const port = await listen(createNodeListener({ ...http, answer }))
  for (let time = 0; time < 10; time++) {
    const sent = send({ port, path: '/api/flows/order' })
    sent.on('error', () => {})
    sent.end()
    await wait(5)
    sent.destroy()
  }
  await wait(50)
  expect(await raw(port, head('/api/flows/order'))).toMatch(/^HTTP\/1.1 200 /)
})
