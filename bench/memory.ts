// `npm run bench -- memory [--sessions=100000]`: what one server holds whose heap may take 256 MiB, over HTTP: sealed
// sessions with an effect each, some of them watched over streams that stay open.

import { randomBytes } from 'node:crypto'
import { Agent, type IncomingMessage } from 'node:http'
import { parseArgs } from 'node:util'
import { command, say, seconds } from '../scripts/output.mjs'
import { startRedis } from '../scripts/services.mjs'
import { bundle } from './bundle.mjs'
import { watch } from './growth/held.ts'
import { type Line, openLine } from './load/line.ts'
import type { Memory } from './memory/server.ts'
import { keep } from './output/keep.ts'
import { startServer } from './server.ts'

const heapMiB = 256
/** The rest of 512 MiB is for the system and a web framework. */
const mostMiB = 384
const connections = 32
const path = '/api/flows/memory'
// As a browser sends them from a page of the same site.
const headers = 'Content-Type: application/json\r\nSec-Fetch-Site: same-origin\r\n'

/** Answers that take about 1.2 kB as JSON, unlike those of any other session. */
const answers = () =>
  Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`answer${index}`, randomBytes(42).toString('hex')]))

/** Sends an event; resolves with the cookie that the answer sets. Rejects if the answer is an error. */
function post(line: Line, event: object, cookie = ''): Promise<string> {
  const body = JSON.stringify({ opId: randomBytes(12).toString('hex'), event })
  return new Promise((resolve, reject) => {
    line.send(`${path}/events`, cookie ? `${headers}Cookie: ${cookie}\r\n` : headers, body, (answer) => {
      if (answer.status === 200) resolve(answer.cookies[0] ?? '')
      else reject(new Error(`An event was answered with ${answer.status}: ${answer.body}`))
    })
  })
}

command(async () => {
  const options = { sessions: { type: 'string', default: '100000' } } as const
  const sessions = Number(parseArgs({ args: process.argv.slice(3), options }).values.sessions)
  const streams = Math.min(2_000, sessions)
  const redis = await startRedis()
  const file = await bundle(['memory/server'])
  const server = await startServer({ file, env: { REDIS_URL: redis.url }, flags: [`--max-old-space-size=${heapMiB}`] })
  const agent = new Agent({ maxSockets: Number.POSITIVE_INFINITY })
  const open: IncomingMessage[] = []
  const rows: (Memory & { sessions: number })[] = []
  const measure = async (done: number) => {
    const memory = await server.ask<Memory>('memory')
    rows.push({ sessions: done, ...memory })
    const text = [memory.rss, memory.heap, memory.buffers].map((bytes) => `${mib(bytes).toString().padStart(5)} MiB`)
    console.log(`${done.toString().padStart(9)} sessions: ${text.join(' ')}   (resident, heap, buffers)`)
  }
  let next = 0
  const person = async (): Promise<void> => {
    const line = await openLine(server.port, () => {})
    while (next < sessions) {
      const index = next++
      const cookie = await post(line, { type: 'answered', answers: answers() })
      if (index < streams) open.push(await watch(`http://127.0.0.1:${server.port}${path}`, cookie, agent))
      await post(line, { type: 'ordered' }, cookie)
      if ((index + 1) % (sessions / 10) === 0) await measure(index + 1)
    }
    line.close()
  }
  try {
    await measure(0)
    await Promise.all(Array.from({ length: connections }, person))
    const { peak = 0, failures = 0 } = rows.at(-1) ?? {}
    const live = open.filter((stream) => !stream.destroyed).length
    say(`${sessions} sessions with an effect each, ${live} streams open, ${failures} failures (${seconds()})`)
    say(`peak ${mib(peak)} MiB, at most ${mostMiB}`)
    if (sessions >= 100_000) keep('memory', { heapMiB, mostMiB, streams: live, rows })
    if (mib(peak) > mostMiB || failures > 0 || live < streams) process.exitCode = 1
  } finally {
    for (const stream of open) stream.destroy()
    agent.destroy()
    await server.stop()
    await redis.stop()
  }
})

const mib = (bytes: number) => Math.round(bytes / 2 ** 20)
