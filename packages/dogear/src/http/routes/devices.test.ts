// The devices of a session: seen, and shut out, by each other.

import { describe, expect, it } from 'vitest'
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
import type { HandoffReply, ViewDevice } from '../../wire.ts'

async function two() {
  const served = serve(shared)
  const desktop = browser(served.http, agents.desktop)
  const phone = browser(served.http, agents.phone)
  await desktop(`${flowUrl}/events`, asJson({ opId: opId(), event: detailsSubmitted }))
  const { url } = (await (await desktop(`${flowUrl}/handoffs`, asJson({ mode: 'join' }))).json()) as HandoffReply
  await phone(`${site}/api/flows/handoffs/redeem`, asJson({ token: url.split('#')[1] }))
  return { ...served, desktop, phone }
}
const devicesOf = async (fetch: ReturnType<typeof browser>) =>
  ((await (await fetch(`${flowUrl}/devices`)).json()) as { devices: ViewDevice[] }).devices

describe('devices', () => {
  it('are listed by what their browsers are called, with the one that asks marked', async () => {
    const { desktop, phone } = await two()
    const labels = ['Firefox on Windows', 'Safari on iPhone']
    expect((await devicesOf(desktop)).map(({ label, here }) => [label, here])).toEqual([
      [labels[0], true],
      [labels[1], false],
    ])
    expect((await devicesOf(phone)).map(({ here }) => here)).toEqual([false, true])
  })

  it.each(['its id', 'others'])('[M9] lose access by %s at once, and are told why', async (how) => {
    const { desktop, phone } = await two()
    const other = (await devicesOf(desktop)).find(({ here }) => !here)?.id
    const response = await desktop(`${flowUrl}/devices/${how === 'others' ? how : other}`, { method: 'DELETE' })
    expect([response.status, await response.json()]).toEqual([
      200,
      { devices: [expect.objectContaining({ here: true })] },
    ])
    const gone = { why: 'revoked', takeBack: false }
    expect(await (await phone(flowUrl)).json()).toMatchObject({ saved: false, context: { details: null }, gone })
    for (const [url, init] of [
      [`${flowUrl}/devices`, {}],
      [`${flowUrl}/devices/others`, { method: 'DELETE' }],
      [`${flowUrl}/extend`, { method: 'POST' }],
      [`${flowUrl}/handoffs`, asJson({})],
      [`${flowUrl}/stream`, {}],
      [`${flowUrl}/drafts/payment`, asJson({ opId: opId(), values: {} }, 'PUT')],
    ] as const) {
      const refused = await phone(url, init)
      expect([url, refused.status, refused.headers.get('set-cookie')]).toEqual([url, 410, null])
      expect(await refused.text()).not.toContain('Ada')
    }
  })

  it('do not shut themselves out, and nobody who is not there', async () => {
    const { desktop } = await two()
    const here = (await devicesOf(desktop)).find((device) => device.here)?.id
    expect((await desktop(`${flowUrl}/devices/${here}`, { method: 'DELETE' })).status).toBe(422)
    await desktop(`${flowUrl}/devices/d99`, { method: 'DELETE' })
    expect(await devicesOf(desktop)).toHaveLength(2)
  })
})
