// The client of the model against a real server: what counts as an answer, and what is told of one that is none.

import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { createModel } from './model.ts'

let server: Server | undefined
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

type Received = { headers: Record<string, unknown>; body: string; url: string }

/** Asks a server that answers as given. */
async function ask(
  answer: (response: ServerResponse) => unknown,
  {
    signal = new AbortController().signal,
    silenceMs = 5_000,
    maxTokens,
  }: { signal?: AbortSignal; silenceMs?: number; maxTokens?: number } = {},
) {
  let received: Received | undefined
  server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    received = { headers: request.headers, body, url: request.url ?? '' }
    await answer(response)
  })
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/`
  const clock = () => 1_000_000
  const model = createModel({ url, key: 'sk-1', model: 'm', silenceMs, clock })
  const texts: string[] = []
  const messages = [{ role: 'user' as const, content: 'Why?' }]
  const onText = (text: string) => texts.push(text)
  const answering = model({ messages, idempotencyKey: 'ada.answer.1', signal, onText, maxTokens })
  const said = await answering.then(
    (text) => ({ text }),
    (error: unknown) => ({ error }),
  )
  return { ...said, texts, received }
}

const stream = { 'content-type': 'text/event-stream; charset=utf-8' }
const chunk = (content: string | null, finish_reason: string | null = null) =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason }] })}\n\n`
const saying =
  (...parts: string[]) =>
  (response: ServerResponse) =>
    response.writeHead(200, stream).end(parts.join(''))

describe('an answer', () => {
  it('is read as it is written, under the key of its effect', async () => {
    const { received, ...answer } = await ask(
      saying(': hello\n\n', chunk(''), chunk('Fl'), chunk('owers.'), chunk(null, 'stop'), 'data: [DONE]\n\n'),
    )
    expect(answer).toEqual({ text: 'Flowers.', texts: ['Fl', 'owers.'] })
    expect(received?.url).toBe('/v1/chat/completions')
    expect(received?.headers).toMatchObject({ authorization: 'Bearer sk-1', 'idempotency-key': 'ada.answer.1' })
    expect(JSON.parse(received?.body ?? '')).toEqual({
      ...{ model: 'm', stream: true },
      messages: [{ role: 'user', content: 'Why?' }],
    })
  })

  it('is whole once it says so, whatever comes after that', async () => {
    expect(await ask(saying(chunk('Flowers.', 'stop'), 'data: nonsense\n\n'))).toMatchObject({ text: 'Flowers.' })
  })

  it.each<[string, (response: ServerResponse) => unknown]>([
    ['loses its connection', (response) => setTimeout(() => response.destroy(), 20)],
    ['is left open', () => {}],
  ])('that has said its end and then %s is whole', async (_, after) => {
    const answer = await ask((response) => {
      response.writeHead(200, stream).write(chunk('Flowers.', 'stop'))
      after(response)
    })
    expect(answer).toMatchObject({ text: 'Flowers.' })
  })

  it.each(['length', 'content_filter'])('that ends by %s says that it is not whole', async (reason) => {
    const answer = await ask(saying(chunk('Flow'), chunk('ers are', reason)))
    expect(answer).toMatchObject({ text: 'Flowers are […]', texts: ['Flow', 'ers are', ' […]'] })
  })

  it('is asked for with its bound, if there is one', async () => {
    const { received } = await ask(saying(chunk('Flowers.', 'stop')), { maxTokens: 400 })
    expect(JSON.parse(received?.body ?? '')).toMatchObject({ max_completion_tokens: 400 })
  })

  it('in pieces of a byte is the same', async () => {
    const whole = Buffer.from(`${chunk('Blüten 🌸')}${chunk('.', 'stop')}`)
    const answer = await ask(async (response) => {
      response.writeHead(200, stream)
      for (const byte of whole) {
        response.write(Buffer.from([byte]))
        await new Promise(setImmediate)
      }
      response.end()
    })
    expect(answer).toMatchObject({ text: 'Blüten 🌸.' })
  })

  it('without end is cut off', async () => {
    const { text } = (await ask((response) => {
      response.writeHead(200, stream)
      for (let index = 0; index < 100; index++) response.write(chunk('x'.repeat(1_000)))
    })) as { text: string }
    expect(text.length).toBeGreaterThan(16_000)
    expect(text.length).toBeLessThan(20_000)
    expect(text.endsWith(' […]')).toBe(true)
  })
})

describe('no answer', () => {
  it.each<[string, string, (response: ServerResponse) => unknown]>([
    ['broken_off', 'ends before it says so', saying(chunk('Flow'))],
    ['broken_off', 'ends in the middle of a part', saying(chunk('Flow'), 'data: {"choi')],
    ['broken_off', 'has nothing in it', saying()],
    [
      'broken_off',
      'loses its connection',
      (response) => {
        response.writeHead(200, stream).write(chunk('Flow'))
        setTimeout(() => response.destroy(), 20)
      },
    ],
    ['broken_off', 'falls silent', (response) => void response.writeHead(200, stream).write(chunk('Flow'))],
    ['nonsense', 'is no JSON', saying('data: flowers\n\n')],
    ['nonsense', 'is JSON of another kind', saying('data: {"choices":"flowers"}\n\n')],
    ['nonsense', 'has no choices', saying('data: {"choices":[]}\n\n')],
    ['nonsense', 'is a page', (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Hi')],
    [
      'broken_off',
      'is told chunk by chunk without an end',
      saying(...Array(9).fill(chunk('Flow')), 'data: [DONE]\n\n'),
    ],
    [
      'broken_off',
      'has no end within a chunk',
      async (response) => {
        response.writeHead(200, stream).write('data: {"choices":[{"delta":{"content":"')
        const flood = Buffer.alloc(1024 * 1024, 'x')
        while (!response.destroyed) if (!response.write(flood)) await new Promise(setImmediate)
      },
    ],
    ['unavailable', 'is an error from its start', saying('data: {"error":{"message":"busy"}}\n\n')],
    ['unavailable', 'is an error in its middle', saying(chunk('Flow'), 'data: {"error":{"message":"busy"}}\n\n')],
    ['unavailable', 'is an error of the server', (response) => response.writeHead(500).end('{}')],
  ])('%s, to be tried again, if it %s', async (code, how, answer) => {
    // Nobody else is silent, however late on a busy machine.
    const silenceMs = how === 'falls silent' ? 200 : 20_000
    const { error } = (await ask(answer, { silenceMs })) as { error: object }
    expect(error).toMatchObject({ code })
    expect(error).not.toHaveProperty('retryable')
  })

  it.each<[string, Record<string, string>, number]>([
    ['over_quota:1020000', { 'retry-after': '20' }, 429],
    ['over_quota:1060000', {}, 429],
    ['over_quota:1000000', { 'retry-after': 'Thu, 01 Jan 1970 00:00:10 GMT' }, 429],
    ['over_quota:87400000', { 'retry-after': '99999999' }, 429],
    ['unavailable', {}, 401],
    ['unavailable', {}, 422],
  ])('%s, for good (%j, %i)', async (code, headers, status) => {
    const { error } = (await ask((response) => response.writeHead(status, headers).end('{}'))) as { error: object }
    expect(error).toMatchObject({ code, retryable: false })
  })

  it('is fetched where a model redirects to: the key stays with its own', async () => {
    const other = createServer((_, response) => saying(chunk('Flowers.', 'stop'))(response))
    let requests = 0
    other.on('request', () => requests++)
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const location = `http://127.0.0.1:${(other.address() as AddressInfo).port}/v1/chat/completions`
    const { error } = (await ask((response) => response.writeHead(307, { location }).end())) as { error: object }
    other.close()
    expect(error).toMatchObject({ code: 'unavailable' })
    expect(requests).toBe(0)
  })

  it('tells what was asked in its error', async () => {
    const { error } = (await ask((response) => response.writeHead(500).end('{}'))) as { error: Error }
    expect(`${inspect(error, { depth: 9 })}${JSON.stringify(error)}`).not.toContain('Why?')
  })

  it('is waited for any longer once nobody wants it', async () => {
    const aborter = new AbortController()
    const answer = (response: ServerResponse) => {
      response.writeHead(200, stream).write(chunk('Flow'))
      setTimeout(() => aborter.abort(new Error('stopped')), 20)
    }
    expect(await ask(answer, { signal: aborter.signal })).toMatchObject({ error: { message: 'stopped' } })
  })
})
