// Cohorts of requests: their order, their stages, their independence.

import { setImmediate as turn } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import { assign, setup } from 'xstate'
import { z } from 'zod'
import { asJson, browser, detailsSubmitted, flowUrl, opId, serve, site } from '../../fixtures/order.ts'
import { type Codec, msgpackCodec } from '../codec/codec.ts'
import { createEngine } from '../engine/engine.ts'
import { defineFlow } from '../flow/define.ts'
import { memoryStore } from '../store/memory.ts'
import { inCohort } from './cohort.ts'
import { fromRequest } from './fetch.ts'
import { createHttp } from './http.ts'

/** Calls `inCohort` once for each name; resolves with the names in the order they went on. */
async function joined(names: readonly string[], went: string[]): Promise<void> {
  for (const name of names) {
    inCohort(() => went.push(name))
    await Promise.resolve()
  }
}

it('lets all go on together that came in one turn of the event loop, in their order', async () => {
  const went: string[] = []
  await joined(['a', 'b', 'c'], went)
  process.nextTick(() => inCohort(() => went.push('d')))
  expect(went).toEqual([])
  await turn()
  expect(went).toEqual(['a', 'b', 'c', 'd'])
})

it('lets one that comes while a cohort goes on be in the next', async () => {
  const went: string[] = []
  inCohort(() => {
    went.push('a')
    inCohort(() => went.push('b'))
  })
  await turn()
  expect(went).toEqual(['a'])
  await turn()
  expect(went).toEqual(['a', 'b'])
})

it('lets no more than 64 go on at once, and none wait for ever', async () => {
  const went: number[] = []
  for (let nth = 0; nth < 150; nth++) inCohort(() => went.push(nth))
  const lengths: number[] = []
  for (let turns = 0; turns < 3; turns++) {
    await turn()
    lengths.push(went.length)
  }
  expect(lengths).toEqual([64, 128, 150])
  expect(went).toEqual(Array.from({ length: 150 }, (_, nth) => nth))
})

it('goes on where a test holds the clock still', async () => {
  vi.useFakeTimers()
  try {
    const { http } = serve()
    expect((await http.handle(post(event()))).status).toBe(200)
  } finally {
    vi.useRealTimers()
  }
})

it('has all its turns decided before the first of them is written', async () => {
  const stages: string[] = []
  const machine = setup({
    types: { context: {} as { count: number }, events: {} as { type: 'counted' } },
  }).createMachine({
    context: { count: 0 },
    initial: 'counting',
    states: {
      counting: {
        meta: { step: { path: 'counting', title: 'Counting' } },
        on: {
          counted: {
            actions: assign({ count: ({ context }) => context.count + Math.sign(stages.push('decided')) }),
          },
        },
      },
    },
  })
  const flow = defineFlow({ id: 'counter', version: 1, machine, events: { counted: z.object({}) } })
  const plain = msgpackCodec()
  const codec: Codec = {
    ...plain,
    encode: (record) => {
      stages.push('written')
      return plain.encode(record)
    },
  }
  const engine = createEngine({ store: memoryStore(), flows: [flow], codec })
  const http = createHttp({ engine })
  const people = Array.from({ length: 8 }, () => browser(http))
  const send = (one: typeof fetch) =>
    one(`${site}/api/flows/counter/events`, asJson({ opId: opId(), event: { type: 'counted' } }))
  await Promise.all(people.map(send))
  stages.length = 0
  const answers = await Promise.all(people.map(send))
  expect(answers.map(({ status }) => status)).toEqual(people.map(() => 200))
  expect(stages).toEqual([...people.map(() => 'decided'), ...people.map(() => 'written')])
})

const headers = { 'Content-Type': 'application/json', 'Sec-Fetch-Site': 'same-origin' }
const post = (body: string) => new Request(`${flowUrl}/events`, { method: 'POST', headers, body })
const event = () => JSON.stringify({ opId: opId(), event: detailsSubmitted })

it('refuses one broken body, and no request beside it', async () => {
  const { http } = serve()
  const answers = await Promise.all([event(), '{', event()].map((body) => http.handle(post(body))))
  expect(answers.map(({ status }) => status)).toEqual([200, 400, 200])
})

it('refuses a request whose body breaks off, and none beside it', async () => {
  const { http } = serve()
  const broken = { ...fromRequest(post(event())), body: () => Promise.reject(new Error('gone')) }
  const answers = await Promise.all([broken, fromRequest(post(event()))].map(http.answer))
  expect(answers.map(({ status }) => status)).toEqual([400, 200])
})
