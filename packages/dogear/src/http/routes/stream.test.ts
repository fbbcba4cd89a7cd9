// Live updates: hints to every browser that has the session open, while it has it, and nothing left behind.

import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  agents,
  asJson,
  browser,
  detailsSubmitted,
  flowUrl,
  opId,
  serve,
  shared,
  site,
} from '../../../fixtures/order.ts'
import type { HandoffReply, Problem } from '../../wire.ts'

const redeem = `${site}/api/flows/handoffs/redeem`
const paid = { type: 'payment.submitted', method: 'card' }

async function begun(options: Parameters<typeof serve>[0] = {}) {
  const served = serve({ ...shared, ...options })
  const desktop = browser(served.http, agents.desktop)
  await desktop(`${flowUrl}/events`, asJson({ opId: opId(), event: detailsSubmitted }))
  const send = (event: object = paid) => desktop(`${flowUrl}/events`, asJson({ opId: opId(), event }))
  return { ...served, desktop, send }
}

/** Reads the data of a stream, one event at a time; undefined when it has ended. */
function events(response: Response) {
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  let seen = ''
  let taken = 0
  const next = async (): Promise<unknown> => {
    for (;;) {
      // Messages that are written together may arrive as one piece, or in pieces of any size.
      for (let end = seen.indexOf('\n\n', taken); end >= 0; end = seen.indexOf('\n\n', taken)) {
        const message = seen.slice(taken, end)
        taken = end + 2
        if (message.startsWith('data: ')) return JSON.parse(message.slice('data: '.length))
      }
      const { done, value } = await reader.read()
      if (done) return undefined
      seen += new TextDecoder().decode(value)
    }
  }
  return { next, seen: () => seen, cancel: () => reader.cancel() }
}

afterEach(() => {
  vi.useRealTimers()
})

describe('a stream', () => {
  it('says where the session is, then every change, in a form no proxy keeps [M70] [M73]', async () => {
    const { desktop, send } = await begun()
    const response = await desktop(`${flowUrl}/stream`)
    expect([response.status, Object.fromEntries(response.headers)]).toEqual([
      200,
      {
        'cache-control': 'private, no-store, no-transform',
        'content-type': 'text/event-stream; charset=utf-8',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'cross-origin-resource-policy': 'same-origin',
        'dogear-now': expect.stringMatching(/^\d+$/),
        vary: 'Cookie',
        'x-accel-buffering': 'no',
        'x-content-type-options': 'nosniff',
      },
    ])
    const { next, seen, cancel } = events(response)
    expect(await next()).toEqual({ epoch: 0, revision: 1, mark: expect.stringMatching(/^[\w-]{8}$/) })
    await send()
    expect(await next()).toEqual({ epoch: 0, revision: 2, mark: expect.stringMatching(/^[\w-]{8}$/) })
    expect(seen()).toMatch(/^retry: \d{4}\n\n/)
    await cancel()
  })

  it('comes from this very site or not at all [M69]', async () => {
    const { http, desktop } = await begun()
    const { cookie } = desktop
    for (const headers of [
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'same-site' },
      { 'Sec-Fetch-Site': 'none' },
      { Origin: 'https://evil.example' },
      { Origin: 'null' },
      {},
    ] as Record<string, string>[]) {
      const response = await http.handle(new Request(`${flowUrl}/stream`, { headers: { cookie, ...headers } }))
      expect([response.status, ((await response.json()) as Problem).code]).toEqual([403, 'origin_refused'])
    }
    const own = await http.handle(new Request(`${flowUrl}/stream`, { headers: { cookie, Origin: site } }))
    expect(own.status).toBe(200)
    await own.body?.cancel()
  })

  it.each(['0', '0.1', '-1', '1e999', '{"epoch":0}', '0.99999999999999999999', 'x'.repeat(10_000), '../..'])(
    'is not led astray by a Last-Event-ID of %s [M74]',
    async (id) => {
      const { desktop } = await begun()
      const { next, cancel } = events(await desktop(`${flowUrl}/stream`, { headers: { 'Last-Event-ID': id } }))
      expect(await next()).toEqual({ epoch: 0, revision: 1, mark: expect.stringMatching(/^[\w-]{8}$/) })
      await cancel()
    },
  )

  it('needs a session', async () => {
    const { http } = serve(shared)
    const response = await browser(http)(`${flowUrl}/stream`)
    expect([response.status, ((await response.json()) as Problem).code]).toEqual([401, 'no_session'])
  })

  it('ends when the session is handed over, revoked or destroyed, and does not come back [M69]', async () => {
    for (const [mode, end] of [
      ['move', async () => {}],
      ['join', (phone: ReturnType<typeof browser>) => phone(`${flowUrl}/devices/others`, { method: 'DELETE' })],
      ['join', (phone: ReturnType<typeof browser>) => phone(flowUrl, { method: 'DELETE' })],
    ] as const) {
      const { http, desktop } = await begun()
      const { next } = events(await desktop(`${flowUrl}/stream`))
      await next()
      const { url } = (await (await desktop(`${flowUrl}/handoffs`, asJson({ mode }))).json()) as HandoffReply
      const phone = browser(http, agents.phone)
      await phone(redeem, asJson({ token: url.split('#')[1] }))
      await end(phone)
      while ((await next()) !== undefined);
      expect((await desktop(`${flowUrl}/stream`)).status).toBe(410)
    }
  })

  it('ends when its owner signs out elsewhere, at the next sign of life', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    let user: string | null = 'ada'
    const { desktop } = await begun({ identify: () => user })
    const { next, seen } = events(await desktop(`${flowUrl}/stream`))
    await next()
    vi.advanceTimersByTime(15_000)
    user = null
    vi.advanceTimersByTime(15_000)
    expect(await next()).toBeUndefined()
    expect(seen()).toContain(':\n\n')
  })

  it('ends when nobody can say any more who is signed in', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    let up = true
    const { desktop } = await begun({ identify: () => (up ? 'ada' : Promise.reject(new Error('down'))) })
    const { next } = events(await desktop(`${flowUrl}/stream`))
    await next()
    up = false
    vi.advanceTimersByTime(15_000)
    await new Promise(setImmediate)
    vi.advanceTimersByTime(15_000)
    expect(await next()).toBeUndefined()
  })

  it('is one of ten of a session at most, and of so many of a process [M71]', async () => {
    const { desktop } = await begun()
    const open = await Promise.all(Array.from({ length: 10 }, () => desktop(`${flowUrl}/stream`)))
    const refused = await desktop(`${flowUrl}/stream`)
    expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, true])
    await open[0]?.body?.cancel()
    expect((await desktop(`${flowUrl}/stream`)).status).toBe(200)

    const few = await begun({ limits: { streams: 1 } })
    const only = await few.desktop(`${flowUrl}/stream`)
    expect([only.status, (await few.desktop(`${flowUrl}/stream`)).status]).toEqual([200, 429])
  })
})
