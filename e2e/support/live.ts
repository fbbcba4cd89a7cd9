// Several pages on one session: joining it, counting its streams, and a second server on the same Redis.

import type { BrowserContext, Page } from '@playwright/test'
import { expect } from '@playwright/test'
import { startWeb } from '../../scripts/demo-app.mjs'
import { freePort } from '../../scripts/processes.mjs'
import { cleared } from './cleared.ts'
import type { Demo } from './demo.ts'
import { tokenOf } from './handoff.ts'

/** Lets another browser into the session of `from`; `at` is the server that it uses, if not the same one. */
export async function join(from: Page, to: Page, { flow = 'checkout', at }: { flow?: string; at?: string } = {}) {
  const origin = new URL(from.url()).origin
  const headers = { origin }
  const issued = await from.request.post(`/api/flows/${flow}/handoffs`, { data: { mode: 'join' }, headers })
  expect(issued.status()).toBe(201)
  const redeemed = await to.request.post(`${at ?? origin}/api/flows/handoffs/redeem`, {
    data: { token: tokenOf((await issued.json()).url) },
    headers: { origin: at ?? origin },
  })
  expect(redeemed.status()).toBe(200)
}

/** Returns a check that the page has not been loaded again since. */
export async function withoutReload(page: Page): Promise<() => Promise<void>> {
  const loadedAt = await page.evaluate(() => performance.timeOrigin)
  return async () => expect(await page.evaluate(() => performance.timeOrigin)).toBe(loadedAt)
}

/** Makes the page believe that its tab is visible or hidden. */
export async function setVisible(page: Page, visible: boolean): Promise<void> {
  await page.evaluate(
    (state) => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state })
      document.dispatchEvent(new Event('visibilitychange'))
    },
    visible ? 'visible' : 'hidden',
  )
}

/** Counts the streams the pages of a browser have open; `most` is how many it had at once so far. */
export function watchStreams(context: BrowserContext): { open(): number; most(): number } {
  const open = new Set<unknown>()
  let most = 0
  context.on('request', (request) => {
    if (!request.url().endsWith('/stream')) return
    open.add(request)
    most = Math.max(most, open.size)
  })
  for (const ended of ['requestfinished', 'requestfailed'] as const)
    context.on(ended as 'requestfinished', (request) => open.delete(request))
  return { open: () => open.size, most: () => most }
}

const streamsPerSession = 10

/** The streams of a session that the server has open. It allows ten, so we open more until it refuses. */
export async function streamsAt(url: string, cookie: string): Promise<number> {
  const given = new AbortController()
  const headers = { cookie, origin: url, accept: 'text/event-stream' }
  let free = 0
  while (free < streamsPerSession) {
    const { status } = await fetch(`${url}/api/flows/checkout/stream`, { headers, signal: given.signal })
    if (status === 429) break
    expect(status).toBe(200)
    free++
  }
  given.abort()
  return streamsPerSession - free
}

/** Another server of the same shop, on the same Redis, until `stop` is called. */
export async function startSecondServer(
  demo: Demo,
  env: Record<string, string> = {},
): Promise<{ url: string; stop(): Promise<void> }> {
  const port = await freePort()
  const web = await startWeb({
    port,
    paymentsPort: Number(new URL(demo.paymentsUrl).port),
    data: demo.data,
    env: {
      ...cleared,
      REDIS_URL: demo.redis.url,
      ...env,
    },
  })
  return { url: `http://localhost:${port}`, stop: () => web.stop() }
}
