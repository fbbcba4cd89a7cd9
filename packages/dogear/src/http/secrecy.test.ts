// The secrets of a session are only in the answer that gives them out, never in a store, a log, a page or a stream.

import { inspect } from 'node:util'
import { expect, it } from 'vitest'
import {
  asForm,
  asJson,
  browser,
  countingStore,
  detailsSubmitted,
  flowUrl,
  opId,
  serve,
  shared,
  site,
} from '../../fixtures/order.ts'
import { around } from '../store/around.ts'
import type { HandoffReply, SavedSession } from '../wire.ts'

const base = `${site}/api/flows`
const user = { id: 'user-canary-4711', label: 'canary.of.ada@example.org' }

/** A store that keeps a copy of every byte it is given, names, values and all. */
function observed() {
  const written: Buffer[] = []
  const note = (value: unknown): void => {
    if (typeof value === 'string') written.push(Buffer.from(value))
    else if (value instanceof Uint8Array) written.push(Buffer.from(value))
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(note)
  }
  const store = countingStore()
  const noted = around(store, (request, _, args) => {
    note(args)
    return request()
  })
  return { store: { ...noted, calls: store.calls }, bytes: () => Buffer.concat(written) }
}

it('keeps what opens a session to itself [M2] [M16]', async () => {
  const { store, bytes } = observed()
  const reported: unknown[] = []
  const { http, engine } = serve({
    ...shared,
    store,
    identify: (request) => (request.headers.get('cookie')?.includes('user=') ? user : null),
    limits: { wrongCodes: { points: 1, per: '1 minute' } },
    onError: (cause) => reported.push(cause),
  })
  const secrets = new Set<string>([user.id, user.label])
  const said: string[] = []

  /** A browser that notes the secrets it is given where it may be given some, and everything else it is told. */
  function person(cookie = '') {
    const fetch = Object.assign(browser(http), { cookie })
    return async (url: string, init: RequestInit = {}): Promise<unknown> => {
      const response = await fetch(url, init)
      for (const pair of fetch.cookie.split('; ')) {
        const [, selector, secret] = /^__Host-\S+=([\w-]{22})\.([\w-]{43})$/.exec(pair) ?? []
        for (const part of [selector, secret]) if (part) secrets.add(part)
      }
      response.headers.delete('set-cookie')
      const text = await response.text()
      if (response.status === 201) {
        const { url, code } = JSON.parse(text) as HandoffReply
        for (const part of [...(url.split('#')[1]?.split('.') ?? []), code, code.replace('-', '')]) secrets.add(part)
      } else said.push(text)
      said.push(JSON.stringify([...response.headers]), String(response.status))
      return text.startsWith('{') ? JSON.parse(text) : text
    }
  }
  const [desktop, phone, tablet, guest] = [person('user=1'), person(), person('user=1'), person()]

  await desktop(`${flowUrl}/events`, asJson({ opId: opId(), event: detailsSubmitted }))
  const watching = await engine.watch('order', { credential: undefined as never }, () => {}).catch(() => undefined)
  expect(watching).toBeUndefined()
  await desktop(`${flowUrl}/drafts/payment`, asJson({ opId: opId(), values: { method: 'ca' } }, 'PUT'))
  const first = (await desktop(`${flowUrl}/handoffs`, asJson({ mode: 'join' }))) as HandoffReply
  await phone(`${base}/handoffs/look`, asJson({ code: first.code }))
  await phone(`${base}/handoffs/redeem`, asForm({ code: first.code }))
  const second = (await phone(`${flowUrl}/handoffs`, asJson({}))) as HandoffReply
  await guest(`${base}/handoffs/look`, asJson({ token: second.url.split('#')[1] }))
  await guest(`${base}/handoffs/redeem`, asJson({ token: second.url.split('#')[1] }))
  await guest(`${base}/handoffs/redeem`, asJson({ token: second.url.split('#')[1] }))
  await guest(`${base}/handoffs/redeem`, asJson({ code: second.code }))
  await guest(`${base}/handoffs/redeem`, asJson({ code: second.code }))
  await phone(flowUrl)
  await phone(`${flowUrl}/take-back`, { method: 'POST' })
  const { sessions } = (await tablet(base)) as { sessions: SavedSession[] }
  await tablet(`${flowUrl}/open`, asJson({ session: sessions[0]?.session }))
  await tablet(`${flowUrl}/devices`)
  await tablet(`${flowUrl}/devices/others`, { method: 'DELETE' })
  await desktop(flowUrl)
  await desktop(`${flowUrl}/extend`, { method: 'POST' })

  const stream = await Object.assign(browser(http), { cookie: '' })(`${flowUrl}/stream`)
  said.push(await stream.text())

  // And when things break: what was asked for must not be in the complaint.
  const broken = () => Promise.reject(new Error('connection lost'))
  Object.assign(store, { read: broken, commit: broken })
  Object.assign(store.directory, { tryCode: broken, putCode: broken, list: broken })
  await desktop(`${flowUrl}/handoffs`, asJson({}))
  await tablet(base)
  await tablet(`${flowUrl}/events`, asJson({ opId: opId(), event: detailsSubmitted }))
  const again = serve({ ...shared, store, onError: (cause) => reported.push(cause) })
  await browser(again.http)(`${base}/handoffs/redeem`, asJson({ code: first.code }))
  expect(reported.length).toBeGreaterThan(0)

  // The user's two, a selector, five secrets of devices, and of each handoff the link's and two spellings of the code.
  expect(secrets.size).toBe(2 + 1 + 5 + 2 * 3)
  const [kept, heard, logged] = [bytes(), said.join('\n'), inspect(reported, { depth: 20, showHidden: true })]
  expect(kept.length).toBeGreaterThan(1000)
  for (const secret of secrets) {
    expect([secret, kept.includes(secret)]).toEqual([secret, false])
    expect([secret, heard.includes(secret)]).toEqual([secret, false])
    expect([secret, logged.includes(secret)]).toEqual([secret, false])
    // Nor as the bytes the text stands for.
    if (/^[\w-]{22,43}$/.test(secret)) expect(kept.includes(Buffer.from(secret, 'base64url'))).toBe(false)
  }
})

it('has no secret in its streams, from the first byte to the last [M70]', async () => {
  const { http } = serve(shared)
  const desktop = browser(http)
  await desktop(`${flowUrl}/events`, asJson({ opId: opId(), event: detailsSubmitted }))
  const stream = await desktop(`${flowUrl}/stream`)
  const { url, code } = (await (await desktop(`${flowUrl}/handoffs`, asJson({}))).json()) as HandoffReply
  const { cookie } = desktop
  await desktop(flowUrl, { method: 'DELETE' })
  const bytes = await stream.text()
  expect(bytes).toMatch(/^retry: \d+\n\n(data: \{"epoch":\d+,"revision":\d+,"mark":"[\w-]{8}"\}\n\n)+$/)
  for (const part of [...cookie.split(/[=.]/).slice(-2), ...(url.split('#')[1]?.split('.') ?? []), code])
    expect(bytes).not.toContain(part)
})
