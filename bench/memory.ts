// The memory of one server: many sessions, effects and streams in a process whose heap may take 256 MiB.

import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createEngine, defineFlow, fromEffect } from 'dogear'
import type { Caller, Credential } from 'dogear/http'
import { recommendedRedisOptions, redisStore } from 'dogear/redis'
import { Redis } from 'ioredis'
import { assign, setup } from 'xstate'
import { z } from 'zod'
import { startRedis } from '../scripts/services.mjs'

const sessions = Number(process.env.BENCH_SESSIONS ?? 100_000)
const streams = Math.min(2_000, sessions)
const heapMiB = 256
/** The rest of 512 MiB is for the system and a web framework. */
const mostMiB = 384

const machine = setup({
  types: {
    context: {} as { answers: Record<string, string>; receipt: string },
    events: {} as { type: 'answered'; answers: Record<string, string> } | { type: 'ordered' },
  },
  actors: { charge: fromEffect<string, { name: string }>(async ({ effectId }) => `receipt of ${effectId}`) },
}).createMachine({
  id: 'memory',
  initial: 'answers',
  context: { answers: {}, receipt: '' },
  states: {
    answers: {
      id: 'answers',
      meta: { step: { path: 'answers', title: 'Answers' } },
      on: { answered: { target: 'review', actions: assign({ answers: ({ event }) => event.answers }) } },
    },
    review: { id: 'review', meta: { step: { path: 'review', title: 'Review' } }, on: { ordered: 'charging' } },
    charging: {
      id: 'charging',
      invoke: {
        id: 'charge',
        src: 'charge',
        input: ({ context }) => ({ name: context.answers.name ?? '' }),
        onError: 'review',
        onDone: { target: 'done', actions: assign({ receipt: ({ event }) => event.output }) },
      },
    },
    done: { id: 'done', meta: { step: { path: 'done', title: 'Thank you' } } },
  },
})
const flow = defineFlow({
  id: 'memory',
  version: 1,
  machine,
  events: { answered: z.object({ answers: z.record(z.string(), z.string()) }), ordered: z.object({}) },
})

const hash = () => randomBytes(32).toString('base64url')
/** A context of about 1.2 kB. */
const answers = () =>
  Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`answer${index}`, randomBytes(42).toString('hex')]))

async function serve(url: string): Promise<void> {
  const client = new Redis(url, recommendedRedisOptions)
  await once(client, 'ready')
  let failures = 0
  const engine = createEngine({ store: redisStore(client), flows: [flow], onError: () => failures++ })
  let hints = 0
  const one = async (index: number): Promise<void> => {
    const credential: Credential = { id: hash(), secretHash: hash() }
    const caller: Caller = { credential: undefined, mint: () => credential }
    const send = (event: { type: string }) => engine.send('memory', caller, { opId: `${index} ${event.type}`, event })
    await send({ type: 'answered', answers: answers() } as { type: string })
    caller.credential = credential
    if (index < streams) await engine.watch('memory', caller, () => hints++)
    await send({ type: 'ordered' })
  }
  const report = (done: number) => {
    const { rss, heapUsed, arrayBuffers } = process.memoryUsage()
    const text = [rss, heapUsed, arrayBuffers].map((bytes) => (bytes / 2 ** 20).toFixed(0).padStart(6)).join(' MiB')
    console.log(`${done.toString().padStart(9)} sessions: ${text} MiB   (resident, heap, buffers)`)
  }
  report(0)
  let next = 0
  const worker = async () => {
    while (next < sessions) {
      const index = next++
      await one(index)
      if ((index + 1) % (sessions / 10) === 0) report(index + 1)
    }
  }
  await Promise.all(Array.from({ length: 32 }, worker))
  const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024
  console.log(`${sessions} sessions with an effect each, ${streams} streams (${hints} hints), ${failures} failures`)
  console.log(`peak ${peak.toFixed(0)} MiB, at most ${mostMiB}`)
  await engine.close()
  client.disconnect()
  process.exit(peak <= mostMiB && failures === 0 ? 0 : 1)
}

if (process.env.BENCH_MEMORY_REDIS) await serve(process.env.BENCH_MEMORY_REDIS)
else {
  const service = await startRedis()
  try {
    const child = spawn(process.execPath, [`--max-old-space-size=${heapMiB}`, fileURLToPath(import.meta.url)], {
      env: { ...process.env, BENCH_MEMORY_REDIS: service.url },
      stdio: 'inherit',
    })
    const [code] = await once(child, 'exit')
    process.exitCode = code ?? 1
  } finally {
    await service.stop()
  }
}
