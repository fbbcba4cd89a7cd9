// The memory that a server process holds for each cached session, and for each open stream.

import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { Agent, get, type IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { bundle } from '../bundle.mjs'
import { begin } from '../load/dialects.ts'
import { startServer } from '../server.ts'

/** Bytes of heap, and of buffers beside it, after garbage was collected. */
export type Held = { sessions: number; streams: number; perSession: number; perStream: number }

const warmUp = 200
/** As many as fit into the cache by default, so that none makes room for another. */
const sessions = 4_000
const streams = 1_000

export async function measureHeld(redisUrl: string): Promise<Held> {
  const server = await startServer({ file: await bundle(['contenders/dogear-node']), env: { REDIS_URL: redisUrl } })
  const agent = new Agent({ maxSockets: Number.POSITIVE_INFINITY })
  const flow = `http://127.0.0.1:${server.port}/api/flows/bench`
  try {
    await many(warmUp, () => arrive(flow))
    for (const cookie of await many(warmUp, () => arrive(flow))) (await watch(flow, cookie, agent)).destroy()
    const before = await settled(server.heldBytes)
    const cookies = await many(sessions, () => arrive(flow))
    const withSessions = await settled(server.heldBytes)
    const open: IncomingMessage[] = []
    for (const cookie of cookies.slice(0, streams)) open.push(await watch(flow, cookie, agent))
    const withStreams = await settled(server.heldBytes)
    for (const one of open) one.destroy()
    const perSession = (withSessions - before) / sessions
    return { sessions, streams, perSession, perStream: (withStreams - withSessions) / streams }
  } finally {
    agent.destroy()
    await server.stop()
  }
}

/** Connections that fetch has kept are closed by then. */
async function settled(heldBytes: () => Promise<number>): Promise<number> {
  await sleep(6_000)
  return heldBytes()
}

async function many<T>(count: number, one: () => Promise<T>): Promise<T[]> {
  const all: T[] = []
  while (all.length < count) all.push(...(await Promise.all(Array.from({ length: 20 }, one))))
  return all
}

/** Begins a session of 1.2 kB; resolves with its cookie. */
async function arrive(flow: string): Promise<string> {
  const headers = { 'Content-Type': 'application/json', 'Sec-Fetch-Site': 'same-origin' }
  const body = JSON.stringify({ opId: randomUUID(), event: begin })
  const response = await fetch(`${flow}/events`, { method: 'POST', headers, body })
  if (!response.ok) throw new Error(`A session did not begin: ${await response.text()}`)
  await response.arrayBuffer()
  return response.headers.getSetCookie()[0]?.split(';')[0] ?? ''
}

/** Opens a stream; resolves when its first message has come. */
export async function watch(flow: string, cookie: string, agent: Agent): Promise<IncomingMessage> {
  const headers = { Accept: 'text/event-stream', 'Sec-Fetch-Site': 'same-origin', Cookie: cookie }
  const [response] = (await once(get(`${flow}/stream`, { headers, agent }), 'response')) as [IncomingMessage]
  if (response.statusCode !== 200) throw new Error(`A stream was answered with ${response.statusCode}.`)
  response.on('error', () => {})
  await once(response, 'data')
  return response
}
