// A stranger learns nothing about a session on any route: a wrong secret is answered like a session that never was.

import { describe, expect, it } from 'vitest'
import { asJson, browser, detailsSubmitted, flowUrl, opId, serve, shared, site } from '../../../fixtures/order.ts'

const base = `${site}/api/flows`

const requests: [string, string, RequestInit][] = [
  ['read', flowUrl, {}],
  [
    'events',
    `${flowUrl}/events`,
    asJson({ opId: 'operation-1', position: { epoch: 0, revision: 1, mark: 'mark----' }, event: detailsSubmitted }),
  ],
  ['drafts', `${flowUrl}/drafts/payment`, asJson({ opId: 'operation-2', values: { method: 'x' } }, 'PUT')],
  ['extend', `${flowUrl}/extend`, { method: 'POST' }],
  ['handoffs', `${flowUrl}/handoffs`, asJson({})],
  ['take-back', `${flowUrl}/take-back`, { method: 'POST' }],
  ['devices', `${flowUrl}/devices`, {}],
  ['revoke', `${flowUrl}/devices/d1`, { method: 'DELETE' }],
  ['revoke others', `${flowUrl}/devices/others`, { method: 'DELETE' }],
  ['stream', `${flowUrl}/stream`, {}],
  ['attach', `${base}/attach`, { method: 'POST' }],
  ['list', base, {}],
  ['open', `${flowUrl}/open`, asJson({ session: 'A'.repeat(43) })],
  ['remove', `${flowUrl}/sessions/${'A'.repeat(43)}`, { method: 'DELETE' }],
  ['destroy', flowUrl, { method: 'DELETE' }],
]

describe('a stranger at', () => {
  it.each(requests)(
    '%s gets one and the same answer for a wrong secret, another flow’s cookie and no session',
    async (_, url, init) => {
      const served = serve(shared)
      const ada = browser(served.http)
      await ada(`${flowUrl}/events`, asJson({ opId: opId(), event: detailsSubmitted }))
      await ada(`${base}/gift/events`, asJson({ opId: opId(), event: detailsSubmitted }))
      const cookies = Object.fromEntries(ada.cookie.split('; ').map((pair) => pair.split('=') as [string, string]))
      const [selector, secret = ''] = cookies['__Host-dogear.order']?.split('.') ?? []
      const turned = `${secret.startsWith('A') ? 'B' : 'A'}${secret.slice(1)}`
      const before = await (await ada(flowUrl)).text()

      const answers: unknown[] = []
      for (const value of [`${'A'.repeat(22)}.${secret}`, `${selector}.${turned}`, cookies['__Host-dogear.gift']]) {
        const stranger = Object.assign(browser(served.http), { cookie: `__Host-dogear.order=${value}; user=eve` })
        const response = await stranger(url, init)
        const text = await response.text()
        expect(text).not.toMatch(/Ada|ada@/)
        answers.push([response.status, text, response.headers.getSetCookie().length])
      }
      expect(answers[1]).toEqual(answers[0])
      expect(answers[2]).toEqual(answers[0])
      expect(await (await ada(flowUrl)).text()).toBe(before)
    },
  )
})

describe('another site at', () => {
  const guarded = requests.filter(([name]) => !['read', 'devices', 'list'].includes(name))
  const more: typeof requests = [
    ['look', `${base}/handoffs/look`, asJson({ code: 'ABCDE12345' })],
    ['redeem', `${base}/handoffs/redeem`, asJson({ code: 'ABCDE12345' })],
  ]

  it.each([...guarded, ...more])(
    '%s never reaches the engine, whatever it forges [M20] [M22]',
    async (_, url, init) => {
      const { http, store } = serve(shared)
      for (const forged of [
        { 'Sec-Fetch-Site': 'cross-site' },
        { 'Sec-Fetch-Site': 'same-site', Origin: site },
        { 'Sec-Fetch-Site': 'none' },
        { Origin: 'null' },
        { Origin: 'https://evil.example', 'X-Forwarded-Host': 'evil.example', Forwarded: 'host=evil.example' },
        {},
      ]) {
        const cookie = `__Host-dogear.order=${'A'.repeat(22)}.${'A'.repeat(43)}; user=eve`
        const headers = { ...(init.headers as Record<string, string>), cookie, ...(forged as Record<string, string>) }
        const response = await http.handle(new Request(url, { ...init, headers }))
        expect([response.status, await response.json()]).toEqual([
          403,
          expect.objectContaining({ code: 'origin_refused' }),
        ])
      }
      expect(store.calls).toEqual([])
    },
  )
})

it('reading changes nothing, on any route [M18]', async () => {
  const served = serve(shared)
  const ada = Object.assign(browser(served.http), { cookie: 'user=ada' })
  await ada(`${flowUrl}/events`, asJson({ opId: opId(), event: detailsSubmitted }))
  served.store.calls.length = 0
  for (const [, url] of requests) {
    for (const method of ['GET', 'HEAD', 'OPTIONS']) {
      const response = await ada(url, { method })
      expect(response.headers.get('set-cookie')).toBeNull()
      await response.body?.cancel()
    }
  }
  const writes = ['commit', 'remove', 'claimDue', 'defer', 'add', 'drop', 'putCode', 'tryCode', 'dropCode']
  expect(served.store.calls.filter((call) => writes.includes(call))).toEqual([])
})
