// The start of an engine, which a function in the cloud waits for with its first request.

import { expect, it } from 'vitest'
import { keys, order } from '../../fixtures/order.ts'
import { createHttp } from '../http/http.ts'
import { memoryStore } from '../store/memory.ts'
import { createEngine } from './engine.ts'

const kept: unknown[] = []
const used = (): number => {
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

function start(): void {
  const engine = createEngine({ store: memoryStore(), flows: [order], keys: keys[0] })
  kept.push(createHttp({ engine }))
}

it('takes no memory for sessions that are not there yet', () => {
  for (let warm = 0; warm < 5; warm++) start()
  const before = used()
  for (let count = 0; count < 100; count++) start()
  expect((used() - before) / 100).toBeLessThan(150_000)
  expect(kept).toHaveLength(105)
})
