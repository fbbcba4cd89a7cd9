import { expect, it } from 'vitest'
import { recommendedRedisOptions } from './options.ts'

const { retryStrategy, reconnectOnError } = recommendedRedisOptions

it('never gives up reconnecting, and never waits longer than a second', () => {
  for (const attempt of [1, 2, 3, 10, 1000, 1e9]) {
    const delayMs = retryStrategy?.(attempt)
    expect(delayMs).toBeGreaterThan(0)
    expect(delayMs).toBeLessThanOrEqual(1000)
  }
})

it('leaves a server that became a replica, and no other', () => {
  expect(reconnectOnError?.(new Error("READONLY You can't write against a read only replica."))).toBe(1)
  expect(reconnectOnError?.(new Error('OOM command not allowed'))).toBe(false)
})
