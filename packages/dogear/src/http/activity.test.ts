// Activity: the things that keep a session alive, and those that only look like it.

import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { asJson, browser, detailsSubmitted, flowUrl, opId, order, serve, shared } from '../../fixtures/order.ts'
import type { View } from '../wire.ts'

const hour = 3_600_000
const { idleMs, absoluteMs } = order.lifetime

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }))
afterEach(() => void vi.useRealTimers())

async function begun() {
  const desktop = browser(serve(shared).http)
  const view = async () => (await (await desktop(flowUrl)).json()) as View
  const send = (event: object) => desktop(`${flowUrl}/events`, asJson({ opId: opId(), event }))
  await send(detailsSubmitted)
  await send({ type: 'payment.submitted', method: 'card' })
  return { desktop, view, send }
}

it('a tab that only looks, by a stream, polls, prefetches and lists, ends on time [M6] [M7]', async () => {
  const { desktop, view } = await begun()
  const lives = Math.min(idleMs, absoluteMs)
  const stream = await desktop(`${flowUrl}/stream`)
  const { expiresAt } = await view()
  expect(expiresAt).toBe(Date.now() + lives)
  for (let passed = 0; passed < lives; passed += 6 * hour) {
    await desktop(flowUrl, { method: 'HEAD' })
    await desktop(flowUrl, { headers: { 'Sec-Purpose': 'prefetch' } })
    await desktop(`${flowUrl}/devices`)
    expect(await view()).toMatchObject({ saved: true, expiresAt })
    vi.setSystemTime(Date.now() + 6 * hour)
  }
  vi.setSystemTime(expiresAt ?? 0)
  expect(await view()).toMatchObject({ saved: false, gone: { why: 'expired' } })
  await stream.body?.cancel()
})

it('a session that is used all the time ends at its absolute limit all the same [M6]', async () => {
  const { desktop, view } = await begun()
  const end = Date.now() + absoluteMs
  while (Date.now() < end - hour) {
    vi.setSystemTime(Math.min(Date.now() + 12 * hour, end - hour))
    expect((await desktop(`${flowUrl}/extend`, { method: 'POST' })).status).toBe(200)
  }
  expect((await view()).expiresAt).toBeLessThanOrEqual(end)
  vi.setSystemTime(end - 1000)
  expect(await view()).toMatchObject({ saved: true })
  vi.setSystemTime(end + 1)
  expect(await view()).toMatchObject({ saved: false })
  expect((await desktop(`${flowUrl}/extend`, { method: 'POST' })).status).toBe(410)
})
