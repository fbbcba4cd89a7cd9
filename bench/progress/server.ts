// The server whose progress is measured: its effects begin to speak together, at the bench's word.

import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { createEngine, defineFlow, fromEffect } from 'dogear'
import { createHttp } from 'dogear/http'
import { createNodeListener } from 'dogear/node'
import { assign, setup } from 'xstate'
import { z } from 'zod'
import { sealing } from '../contenders/sealing.ts'
import { openStore } from '../contenders/stores.ts'
import { limits } from '../limits.ts'
import { clockMs, type Given, type Mark, type Pace } from './messages.ts'

type Question = Pace & { name: string }

/** An effect that has begun: waits to be told to give its text, then to end. */
type Speaker = { give: () => Promise<Mark[]>; end: () => void }
const speakers = new Map<string, Speaker>()

/** Gives all chunks at their pace: every tick as many as are due. */
async function speak({ chunks, characters, perSecond }: Pace, progress: (chunk: string) => void): Promise<Mark[]> {
  const chunk = 'words '.repeat(characters).slice(0, characters)
  const marks: Mark[] = []
  const began = clockMs()
  for (let given = 0; given < chunks; ) {
    const at = clockMs()
    const due = Math.min(chunks, 1 + Math.floor(((at - began) * perSecond) / 1_000))
    if (due > given) {
      for (; given < due; given++) progress(chunk)
      marks.push([given * characters, at])
    }
    await sleep(10)
  }
  return marks
}

const answer = fromEffect<string, Question>(({ input, progress }) => {
  return new Promise((resolve) => {
    speakers.set(input.name, { give: () => speak(input, progress), end: () => resolve('done') })
  })
})
const machine = setup({
  types: { context: {} as { question: Question }, events: {} as { type: 'ask'; question: Question } },
  actors: { answer },
}).createMachine({
  initial: 'asking',
  context: { question: { name: '', chunks: 0, characters: 0, perSecond: 0 } },
  states: {
    asking: { on: { ask: { target: 'answering', actions: assign({ question: ({ event }) => event.question }) } } },
    answering: {
      invoke: {
        id: 'answer',
        src: 'answer',
        input: ({ context }) => context.question,
        onDone: 'over',
        onError: 'over',
      },
    },
    over: {},
  },
})
const question = z.object({
  name: z.string(),
  chunks: z.number(),
  characters: z.number(),
  perSecond: z.number(),
})
const flow = defineFlow({ id: 'progress', version: 1, machine, events: { ask: z.object({ question }) } })

const onError = console.error
const engine = createEngine({
  store: await openStore(),
  flows: [flow],
  ...sealing,
  effectWaitMs: 1,
  effectConcurrency: 10_000,
  onError,
})
const http = createHttp({ engine, production: true, limits: { ...limits, streamsPerSession: 1_000 }, onError })
createServer(createNodeListener(http)).listen(Number(process.env.PORT), '127.0.0.1')

process.on('message', async (message) => {
  if (message === 'begun') process.send?.({ begun: speakers.size })
  if (message === 'give') {
    const all = [...speakers].map(async ([name, { give }]) => [name, await give()] as const)
    process.send?.(Object.fromEntries(await Promise.all(all)) satisfies Given)
  }
  if (message === 'end') {
    for (const { end } of speakers.values()) end()
    speakers.clear()
    process.send?.({ begun: 0 })
  }
})
