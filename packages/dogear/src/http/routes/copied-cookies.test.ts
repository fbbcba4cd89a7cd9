// Cookies of one flow that somebody moves by hand: each opens its session under its own key, and nothing under another.

import { expect, it } from 'vitest'
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
import type { View } from '../../wire.ts'

const base = `${site}/api/flows`
const urls = [`${base}/order@a`, `${base}/order@b`, flowUrl]
type Fetch = ReturnType<typeof browser>

const viewAt = async (fetch: Fetch, url: string) => (await (await fetch(url)).json()) as View

async function several() {
  const { http } = serve(shared)
  const fetch = browser(http, agents.desktop)
  for (const url of urls) await fetch(`${url}/events`, asJson({ opId: opId(), event: detailsSubmitted }))
  return { http, fetch }
}

it('a session opens under its own key alone, also if somebody copies its cookie by hand to another', async () => {
  const { http, fetch } = await several()
  const pairs = fetch.cookie.split('; ').map((pair) => pair.split('=') as [string, string])
  for (const [slot, [name]] of pairs.entries())
    for (const [from, [, token]] of pairs.entries()) {
      const copied = browser(http, agents.desktop)
      copied.cookie = `${name}=${token}`
      const url = urls[slot] as string
      expect((await viewAt(copied, url)).saved).toBe(slot === from)
      expect((await copied(`${url}/devices`)).status).toBe(slot === from ? 200 : 410)
      expect((await copied(`${url}/extend`, { method: 'POST' })).status).toBe(slot === from ? 200 : 410)
      const headers = { cookie: copied.cookie }
      expect(await http.readViews('order', new Request(site, { headers }))).toHaveLength(slot === from ? 1 : 0)
      if (slot === from) continue
      copied.cookie = `${copied.cookie}; user=ada`
      const attached = await (await copied(`${base}/attach`, { method: 'POST' })).json()
      expect(attached).toEqual({ attached: [], shared: [] })
    }
  for (const url of urls) expect((await viewAt(fetch, url)).saved).toBe(true)
})
