// The places of streams: each is given back, however often a browser comes and goes, in this process.

import { expect, it } from 'vitest'
import {
  asJson,
  browser,
  countingStore,
  detailsSubmitted,
  flowUrl,
  opId,
  serve,
  shared,
} from '../../../fixtures/order.ts'

it('streams leave nothing behind, thousands of times, however they end [M71] [M72]', { timeout: 60_000 }, async () => {
  let watchers = 0
  const store = countingStore()
  const { watch } = store
  Object.assign(store, {
    watch(...parameters: Parameters<NonNullable<typeof watch>>) {
      watchers += 1
      const stop = watch?.(...parameters)
      let stopped = false
      return () => {
        if (!stopped) watchers -= 1
        stopped = true
        stop?.()
      }
    },
  })
  const { http } = serve({ ...shared, store, limits: { streamsPerSession: 3, streams: 3 } })
  const desktop = browser(http)
  await desktop(`${flowUrl}/events`, asJson({ opId: opId(), event: detailsSubmitted }))
  for (let time = 0; time < 3000; time++) {
    const abort = new AbortController()
    const opening = desktop(`${flowUrl}/stream`, { signal: abort.signal })
    if (time % 4 === 0) abort.abort()
    const response = await opening
    // If one cycle in a thousand kept its place, there would soon be none left.
    expect(response.status).toBe(200)
    if (time % 4 === 1) abort.abort()
    if (time % 4 === 2) await response.body?.cancel()
    if (time % 4 === 3) {
      const reader = (response.body as ReadableStream<Uint8Array>).getReader()
      await reader.read()
      abort.abort()
      await reader.cancel()
    }
  }
  expect(watchers).toBe(0)
})
