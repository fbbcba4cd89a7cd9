// The server whose memory is measured: sealed sessions with an effect each, behind the listener for Node servers.

import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createEngine, defineFlow, fromEffect } from 'dogear'
import { createHttp } from 'dogear/http'
import { createNodeListener } from 'dogear/node'
import { assign, setup } from 'xstate'
import { z } from 'zod'
import { sealing } from '../contenders/sealing.ts'
import { openStore } from '../contenders/stores.ts'
import { limits } from '../limits.ts'

/** Bytes that the process holds, the most it has ever held, and the number of errors it was told of. */
export type Memory = { rss: number; heap: number; buffers: number; peak: number; failures: number }

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

let failures = 0
const onError = (error: unknown) => {
  failures++
  console.error(error)
}
const engine = createEngine({ store: await openStore(), flows: [flow], ...sealing, onError })
const http = createHttp({ engine, production: true, limits, onError })
createServer(createNodeListener(http)).listen(Number(process.env.PORT), '127.0.0.1')

process.on('message', (message) => {
  if (message !== 'memory') return
  const { rss, heapUsed: heap, arrayBuffers: buffers } = process.memoryUsage()
  const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1_024
  process.send?.({ rss, heap, buffers, peak, failures } satisfies Memory)
})
