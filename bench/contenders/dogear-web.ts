// Dogear behind web requests, as frameworks that speak `Request` and `Response` call it.

import { createServer } from 'node:http'
import { Readable } from 'node:stream'
import { createEngine } from 'dogear'
import { createHttp } from 'dogear/http'
import { toFetchHandler } from 'dogear/web'
import { flow } from '../flow.ts'
import { limits } from '../limits.ts'
import { sealing } from './sealing.ts'
import { openStore } from './stores.ts'

const { PORT = '' } = process.env
const onError = console.error
const engine = createEngine({ store: await openStore(), flows: [flow], ...sealing, onError })
const handle = toFetchHandler(createHttp({ engine, production: true, limits, onError }))

createServer(async (incoming, outgoing) => {
  const request = new Request(`http://${incoming.headers.host}${incoming.url}`, {
    method: incoming.method ?? 'GET',
    headers: incoming.headers as Record<string, string>,
    body: Readable.toWeb(incoming) as ReadableStream,
    duplex: 'half',
  } as RequestInit)
  const response = await handle(request)
  outgoing.writeHead(response.status, [...response.headers].flat())
  outgoing.end(Buffer.from(await response.arrayBuffer()))
}).listen(Number(PORT), '127.0.0.1')
