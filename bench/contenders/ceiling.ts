// The least a safe turn can cost: a request is parsed, one compare-and-set goes to Redis, the answer is the state.
// Nothing is validated, no machine runs, an event that comes twice counts twice.

import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import { Redis } from 'ioredis'

const { PORT = '', REDIS_URL = '' } = process.env
const script = `
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', 3600000)
return 1`
const client = new Redis(REDIS_URL, { enableAutoPipelining: true })
client.defineCommand('swap', { numberOfKeys: 1, lua: script })
const swap = (key: string, before: string, after: string) =>
  (client as unknown as { swap(...args: string[]): Promise<number> }).swap(key, before, after)

type State = { revision: number; context: { answers: object; visits: number } }
const cache = new Map<string, { state: State; text: string }>()

async function turn(id: string, { event }: { event: { type: string; answers?: object } }): Promise<string> {
  const key = `ceiling:${id}`
  for (;;) {
    const before = cache.get(id)
    const { revision, context } = before?.state ?? { revision: 0, context: { answers: {}, visits: 0 } }
    const state = {
      revision: revision + 1,
      context:
        event.type === 'visited'
          ? { answers: context.answers, visits: context.visits + 1 }
          : { answers: event.answers ?? {}, visits: context.visits },
    }
    const text = JSON.stringify(state)
    if (await swap(key, before?.text ?? '', text)) {
      cache.set(id, { state, text })
      return text
    }
    const stored = (await client.get(key)) ?? ''
    if (stored === '') cache.delete(id)
    else cache.set(id, { state: JSON.parse(stored), text: stored })
  }
}

function bodyOf(request: IncomingMessage, done: (body: string) => void): void {
  let body = ''
  request.setEncoding('utf8')
  request.on('data', (part) => {
    body += part
  })
  request.on('end', () => done(body))
}

createServer((request, response) => {
  bodyOf(request, async (body) => {
    const known = /id=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1]
    const id = known ?? randomBytes(16).toString('base64url')
    const text = await turn(id, JSON.parse(body))
    const headers: Record<string, string | number> = {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(text),
    }
    if (!known) headers['Set-Cookie'] = `id=${id}; HttpOnly; SameSite=Lax`
    response.writeHead(200, headers).end(text)
  })
}).listen(Number(PORT), '127.0.0.1')
