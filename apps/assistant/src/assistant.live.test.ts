// The stand-in as its callers meet it: a process of its own, asked by OpenAI's own client and by hand.
import { randomUUID } from 'node:crypto'
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { freePort } from '../../../scripts/processes.mjs'
import { startStandIn } from '../../stand-in.fixture.ts'

let data = ''
let port = 0
let before = 0
/** The idempotency key of this test. */
let key = ''
let stop = async (_signal?: NodeJS.Signals) => {}
const at = (path: string) => `http://127.0.0.1:${port}${path}`
const KEY = 'sk-of-the-test'

const start = async () => {
  const env = { ASSISTANT_PORT: String(port), ASSISTANT_KEY: KEY, DOGEAR_DATA: data }
  stop = await startStandIn(import.meta.dirname, env)
}

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'dogear-assistant-'))
  port = await freePort()
  await start()
})

afterAll(async () => {
  await stop()
  await rm(data, { recursive: true })
})

beforeEach(async () => {
  before = (await lines()).length
  key = randomUUID()
})

const system = 'Answer from the passages.\n[1] The rent is 900 euros.\n[2] It is due on Monday.'
const ANSWER = '“The rent is 900 euros.” [1]'
const question = (content = 'How much is the rent?') => [
  { role: 'system' as const, content: system },
  { role: 'user' as const, content },
]
const client = (apiKey = KEY) => new OpenAI({ baseURL: at('/v1'), apiKey, maxRetries: 0 })
const json = { 'content-type': 'application/json' }
const post = (body: object, headers: Record<string, string> = {}, signal?: AbortSignal) =>
  fetch(at('/v1/chat/completions'), {
    method: 'POST',
    headers: { ...json, authorization: `Bearer ${KEY}`, ...headers },
    body: JSON.stringify({ model: 'extract-1', messages: question(), ...body }),
    ...(signal && { signal }),
  })
const order = (body: object) => fetch(at('/control'), { method: 'POST', headers: json, body: JSON.stringify(body) })
async function lines() {
  const all = (await readFile(join(data, 'assistant.ndjson'), 'utf8')).split('\n')
  expect(all.pop()).toBe('')
  return all.map((line) => JSON.parse(line))
}
/** The lines of this test. */
const log = async () => (await lines()).slice(before)
/** The text that came before the connection broke, and whether it did. */
async function received(response: Response): Promise<{ text: string; broke: boolean }> {
  let text = ''
  try {
    for await (const part of response.body ?? []) text += Buffer.from(part).toString()
    return { text, broke: false }
  } catch {
    return { text, broke: true }
  }
}

test('says that it is a stand-in', async () => {
  expect(await (await fetch(at('/'))).json()).toMatchObject({ standIn: true })
})

test('answers the client of OpenAI whole, as a stream, and with its models', async () => {
  const whole = await client().chat.completions.create({ model: 'extract-1', messages: question() })
  expect(whole.choices).toMatchObject([{ message: { role: 'assistant', content: ANSWER }, finish_reason: 'stop' }])
  const usage = { prompt_tokens: 26, completion_tokens: 8, total_tokens: 34 }
  expect(whole.usage).toEqual(usage)

  const options = { stream: true, stream_options: { include_usage: true } } as const
  const stream = await client().chat.completions.create({ model: 'extract-1', messages: question(), ...options })
  const chunks: OpenAI.ChatCompletionChunk[] = []
  for await (const chunk of stream) chunks.push(chunk)
  expect(chunks.flatMap(({ choices }) => choices.map(({ delta }) => delta.content ?? '')).join('')).toBe(ANSWER)
  expect(chunks.length).toBeGreaterThan(6)
  expect(chunks.flatMap(({ choices }) => choices.map((one) => one.finish_reason)).at(-1)).toBe('stop')
  expect(chunks.map((chunk) => chunk.usage ?? null)).toEqual([...chunks.slice(1).map(() => null), usage])
  expect((await client().models.list()).data.map(({ id }) => id)).toEqual(['extract-1'])
})

test('ends a stream with [DONE], and counts no tokens in it unasked', async () => {
  const response = await post({ stream: true })
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  const text = await response.text()
  expect(text).toMatch(/\n\ndata: \[DONE\]\n\n$/)
  expect(text).not.toContain('usage')
})

test('has an accepted request in its log before it answers, as one JSON line', async () => {
  const { id, usage } = await (await post({})).json()
  const messages = question()
  const entry = { id, idempotencyKey: null, model: 'extract-1', messages, usage, billed: true, at: expect.any(String) }
  expect(await log()).toEqual([entry])
})

test('answers one key once, however many ask at the same time, and bills it once', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => post({}, { 'idempotency-key': key })))
  const bodies = new Set(await Promise.all(answers.map((answer) => answer.text())))
  expect(bodies.size).toBe(1)
  expect((await log()).map(({ billed }) => billed)).toEqual([true, ...new Array(19).fill(false)])
  await post({})
  await post({})
  expect((await log()).filter(({ billed }) => billed)).toHaveLength(3)
})

test('gives the first completion for a known key after kill -9, too, and refuses other messages', async () => {
  const first = await (await post({ max_tokens: 4 }, { 'idempotency-key': key })).json()
  await stop()
  await appendFile(join(data, 'assistant.ndjson'), '{"id":"chatcmpl-half')
  await start()
  expect(await (await post({ max_tokens: 4 }, { 'idempotency-key': key })).json()).toEqual(first)
  const refused = await post({ messages: question('When is it due?') }, { 'idempotency-key': key })
  expect(refused.status).toBe(422)
  expect(await refused.json()).toMatchObject({ error: { code: 'idempotency_key_reused' } })
  expect((await log()).map(({ id, billed }) => [id, billed])).toEqual([
    [first.id, true],
    [first.id, false],
  ])
})

test('refuses a wrong key, a missing one, an unknown model, each with the error that the client knows', async () => {
  const ask = (apiKey?: string, model = 'extract-1') =>
    client(apiKey).chat.completions.create({ model, messages: question() })
  await expect(ask('sk-wrong')).rejects.toMatchObject({ status: 401, code: 'invalid_api_key' })
  await expect(ask('sk-wrong')).rejects.toBeInstanceOf(OpenAI.AuthenticationError)
  expect((await post({}, { authorization: '' })).status).toBe(401)
  expect((await fetch(at('/v1/models'))).status).toBe(401)
  await expect(ask(KEY, 'gpt-4')).rejects.toBeInstanceOf(OpenAI.NotFoundError)
  await expect(ask(KEY, 'extract-1:fast')).rejects.toMatchObject({ code: 'model_not_found', param: 'model' })
  expect(await log()).toEqual([])
})

test('refuses what it could not make sense of, and says which part', async () => {
  const refused = async (body: object, headers?: Record<string, string>) => {
    const answer = await post(body, headers)
    const { error } = await answer.json()
    expect([answer.status, error.type, error.message]).toEqual([400, 'invalid_request_error', expect.any(String)])
    return error.param
  }
  expect(await refused({ model: 1 })).toBe('model')
  expect(await refused({ messages: [] })).toBe('messages')
  expect(await refused({ messages: [{ role: 'user' }] })).toBe('messages[0].content')
  expect(await refused({ messages: [{ role: 'toString', content: '' }] })).toBe('messages[0].role')
  expect(await refused({ messages: [...question(), { role: 'assistant', content: '' }] })).toBe('messages[2].role')
  expect(await refused({ max_tokens: 0 })).toBe('max_completion_tokens')
  expect(await refused({ stream_options: { include_usage: true } })).toBe('stream_options')
  expect(await refused({ stream: 'yes' })).toBe('stream')
  expect(await refused({ n: 2 })).toBe('n')
  expect(await refused({ response_format: { type: 'json_object' } })).toBe('response_format')
  expect(await refused({}, { 'idempotency-key': 'k'.repeat(256) })).toBe('Idempotency-Key')
  expect((await post({}, { 'content-type': 'text/plain' })).status).toBe(415)
  expect((await fetch(at('/v1/other'), { headers: { authorization: `Bearer ${KEY}` } })).status).toBe(404)
  expect(await log()).toEqual([])
})

test('refuses a body that is too large, and takes one of a thousand passages', async () => {
  const of = (count: number) => [
    { role: 'system', content: Array.from({ length: count }, (_, i) => `[${i}] ${'word '.repeat(150)}`).join('\n') },
    { role: 'user', content: [{ type: 'text', text: 'Anything?' }] },
  ]
  expect((await post({ messages: of(1_000) })).status).toBe(200)
  expect((await post({ messages: of(2_000) })).status).toBe(413)
})

test('is slow for a model that says so', async () => {
  const started = performance.now()
  const text = await (await post({ model: 'extract-1:slow=30', stream: true })).text()
  const chunks = text.split('\n\n').length - 1
  expect(performance.now() - started).toBeGreaterThan(chunks * 29)
})

test('cuts a stream off after exactly as many bytes as it is told: none, a few, whole events, all', async () => {
  const text = await (await post({ stream: true })).text()
  const events = (count: number) => Buffer.byteLength(text.split('\n\n').slice(0, count).join('\n\n')) + 2
  for (const cut of [0, 1, 120, events(1), events(3), events(3) + 1, Buffer.byteLength(text)]) {
    await order({ cut })
    const got = await received(await post({ stream: true }))
    expect([Buffer.byteLength(got.text), got.broke]).toEqual([cut, true])
  }
  await order({ cut: Buffer.byteLength(text) + 1 })
  expect((await received(await post({ stream: true }))).broke).toBe(false)
})

test('a model that cuts its answers gives the whole to the retry with the same key', async () => {
  const ask = () => post({ model: 'extract-1:cut=400', stream: true }, { 'idempotency-key': key })
  const first = await received(await ask())
  const second = await received(await ask())
  expect([first.broke, second.broke, second.text.startsWith(first.text)]).toEqual([true, false, true])
  expect(second.text).toMatch(/data: \[DONE\]\n\n$/)
  expect((await log()).map(({ billed }) => billed)).toEqual([true, false])
})

test('holds an answer after as many chunks as it is told, until it is released', async () => {
  const release = () => fetch(at('/control/release'), { method: 'POST' })
  const whole = await (await post({ stream: true })).text()
  const chunks = whole.split('\n\n').length - 1
  const begun = async (hold: number) => {
    await order({ hold })
    const response = await post({ stream: true })
    const reader = (response.body as ReadableStream<Uint8Array>).getReader()
    const read = async () => Buffer.from((await reader.read()).value ?? [])
    const first = whole.split('\n\n').slice(0, hold).join('\n\n').length
    let bytes = Buffer.alloc(0)
    while (bytes.length < first) bytes = Buffer.concat([bytes, await read()])
    let [went, next] = [false, read()]
    next = next.finally(() => {
      went = true
    })
    return { text: `${bytes}`, next, went: () => went }
  }
  for (const hold of [1, 4, chunks, chunks + 5]) {
    const { text, next, went } = await begun(hold)
    expect(text.split('\n\n')).toHaveLength(Math.min(hold, chunks) + 1)
    // An answer that is not held overtakes it.
    await (await post({ stream: true })).text()
    expect(went()).toBe(false)
    await release()
    expect(`${await next}`).toMatch(hold < chunks ? /^data: / : /^$/)
  }
  const one = await begun(3)
  await fetch(at('/control'), { method: 'DELETE' })
  expect(`${await one.next}`).toMatch(/^data: /)

  // The release comes first: it holds for an answer that was asked for, and for no other one.
  const early = post({ model: 'extract-1:slow=30:hold=3', stream: true })
  while ((await log()).length < 10) await new Promise(setImmediate)
  await release()
  expect((await received(await early)).text).toMatch(/\[DONE\]/)
  const leave = new AbortController()
  const later = await post({ model: 'extract-1:hold=0', stream: true }, {}, leave.signal)
  leave.abort()
  await expect(later.text()).rejects.toThrow()
})

test('is over its quota for a model that says so, and has no line of it', async () => {
  const response = await post({ model: 'extract-1:quota=20' })
  expect([response.status, response.headers.get('retry-after')]).toEqual([429, '20'])
  expect(await response.json()).toMatchObject({ error: { type: 'insufficient_quota', code: 'insufficient_quota' } })
  const limited = client().chat.completions.create({ model: 'extract-1:rate=7', messages: question() })
  await expect(limited).rejects.toMatchObject({ status: 429, code: 'rate_limit_exceeded' })
  expect(await log()).toEqual([])
})

test('answers with nonsense of three kinds', async () => {
  const ask = async (kind: string, stream: boolean) => {
    const response = await post({ model: `extract-1:nonsense=${kind}`, stream })
    return { status: response.status, type: response.headers.get('content-type') ?? '', text: await response.text() }
  }
  const isJson = (text: string) => {
    try {
      return Boolean(JSON.parse(text.replace(/^data: /, '')))
    } catch {
      return false
    }
  }
  for (const stream of [true, false]) {
    const [text, empty, html] = [await ask('text', stream), await ask('empty', stream), await ask('html', stream)]
    expect([text.status, empty.status, html.status]).toEqual([200, 200, 200])
    expect(isJson(text.text.split('\n\n')[0] ?? '')).toBe(false)
    expect(JSON.parse((empty.text.split('\n\n')[0] ?? '').replace(/^data: /, '')).choices).toEqual([])
    expect([html.type, html.text]).toEqual([expect.stringContaining('text/html'), expect.stringContaining('<!doctype')])
  }
})

test('does for the next requests what it is ordered to, and is itself again', async () => {
  await order({ quota: 5 })
  await order({ cut: 10, times: 2 })
  expect((await post({})).status).toBe(429)
  for (let time = 0; time < 2; time++) expect((await received(await post({}))).broke).toBe(true)
  expect((await post({})).status).toBe(200)
  await order({ nonsense: 'html' })
  await fetch(at('/control'), { method: 'DELETE' })
  expect(await (await fetch(at('/control'))).json()).toEqual({ orders: [] })
  expect((await post({})).headers.get('content-type')).toContain('json')
  expect((await order({ slow: 'very' })).status).toBe(400)
  // A page of another site can send a text unasked, but no JSON.
  expect((await fetch(at('/control'), { method: 'POST', body: '{"quota":5}' })).status).toBe(415)
})

test('goes on after a caller who has gone, and ends at once when it is told to', async () => {
  const leave = new AbortController()
  const response = await post({ model: 'extract-1:slow=200', stream: true }, {}, leave.signal)
  leave.abort()
  await expect(response.text()).rejects.toThrow()
  expect((await post({})).status).toBe(200)
  const slow = received(await post({ model: 'extract-1:slow=60000', stream: true }))
  const started = performance.now()
  await stop('SIGTERM')
  expect(performance.now() - started).toBeLessThan(5_000)
  expect((await slow).broke).toBe(true)
  await start()
})

test('listens on this machine alone', async () => {
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
  for (const { address } of others) await expect(fetch(`http://${address}:${port}/`)).rejects.toThrow()
  expect((await fetch(at('/'))).status).toBe(200)
})
