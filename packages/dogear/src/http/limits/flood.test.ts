// A flood of first events from one address. DOGEAR_FLOOD=100000 makes it as large as it would really be.

import { expect, it } from 'vitest'
import { asJson, browser, type countingStore, detailsSubmitted, flowUrl, opId, serve } from '../../../fixtures/order.ts'
import { around } from '../../store/around.ts'
import { memoryStore } from '../../store/memory.ts'

const flood = Number(process.env.DOGEAR_FLOOD ?? 3000)
const clientAddress = (request: Request) => request.headers.get('x-real-ip') ?? undefined
const began = () => asJson({ opId: opId(), event: detailsSubmitted })

it('leaves the store bounded and the others served, and is gone after a quarter of an hour [M76]', {
  timeout: 600_000,
}, async () => {
  let now = Date.now()
  let records = 0
  const calls: string[] = []
  const inner = memoryStore({ clock: () => now })
  const counted = around(inner, (request, name) => {
    calls.push(name)
    return request()
  })
  const commit: typeof counted.commit = async (...given) => {
    records += 1
    return counted.commit(...given)
  }
  const { http } = serve({ store: { ...counted, commit, calls } as ReturnType<typeof countingStore>, clientAddress })
  const attacker = { 'x-real-ip': '198.51.100.66' }
  const served: number[] = []
  const refused: number[] = []
  for (let sent = 0; sent < flood; sent++) {
    // A new browser each time, as a flood keeps no cookie.
    const response = await browser(http, attacker)(`${flowUrl}/events`, began())
    if (response.status !== 200) refused.push(response.status)
    if (response.status === 429) expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    if (sent % 300 === 0) {
      const other = browser(http, { 'x-real-ip': `203.0.113.${sent % 250}` })
      served.push((await other(`${flowUrl}/events`, began())).status)
      const event = { type: 'payment.submitted', method: 'card' }
      served.push((await other(`${flowUrl}/events`, asJson({ opId: opId(), event }))).status)
    }
  }
  expect(new Set(served)).toEqual(new Set([200]))
  expect(new Set(refused)).toEqual(new Set([429]))
  // A hundred in a minute, of however many minutes this took; with those of the others.
  const minutes = Math.ceil((Date.now() - now) / 60_000) + 1
  expect(records).toBeLessThanOrEqual(100 * minutes + served.length)

  now += 15 * 60_000
  let left = 0
  let cursor: string | undefined
  do {
    const batch = await inner.scan(cursor, 1000)
    left += batch.found.length
    cursor = batch.cursor
  } while (cursor !== undefined)
  expect(left).toBe(served.length / 2)
})
