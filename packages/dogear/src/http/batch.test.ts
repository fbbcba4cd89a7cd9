// Batches of requests: their order, their independence.

import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { detailsSubmitted, flowUrl, opId, serve } from '../../fixtures/order.ts'
import { inBatch } from './batch.ts'
import { fromRequest } from './fetch.ts'

/** Calls `inBatch` once for each name; resolves with the names in the order they went on. */
async function joined(names: readonly string[], went: string[]): Promise<void> {
  for (const name of names) {
    inBatch(() => went.push(name))
    await Promise.resolve()
  }
}

it('lets all go on together that came in one turn of the event loop, in their order', async () => {
  const went: string[] = []
  await joined(['a', 'b', 'c'], went)
  process.nextTick(() => inBatch(() => went.push('d')))
  expect(went).toEqual([])
  await turn()
  expect(went).toEqual(['a', 'b', 'c', 'd'])
})

it('lets one that comes while a batch goes on be in the next', async () => {
  const went: string[] = []
  inBatch(() => {
    went.push('a')
    inBatch(() => went.push('b'))
  })
  await turn()
  expect(went).toEqual(['a'])
  await turn()
  expect(went).toEqual(['a', 'b'])
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
